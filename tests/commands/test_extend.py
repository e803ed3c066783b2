"""extend: the old rates before the stop, after it those of each way's formula; logs give the stop and the plan."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from door import ask
from hypothesis import given, settings
from hypothesis import strategies as st
from plans_of import planned

from cosine_cli.plans.writer import config_text
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.search import highest

if TYPE_CHECKING:
    from pathlib import Path

    from cosine_cli.plans.model.plan import Plan
    from cosine_cli.schedules.core.schedule import Schedule

CURVES = [
    *(name for name in catalogue.names() if name != "sequence"),
    "cosine:warmup=5,min_lr=1e-3",
    "linear:warmup=70",
    "wsd:decay_shape=1-sqrt,min_lr=0.01",
    "piecewise_interpolated:times=0/20/40,values=0/0.2/0.1,between=cosine",
    "torch.CosineAnnealingLR:T_max=100",
    "torch.MultiStepLR:milestones=30/80",
    "transformers.get_cosine_schedule_with_warmup:num_warmup_steps=5,num_training_steps=100",
    "transformers.get_linear_schedule_with_warmup:num_warmup_steps=5,num_training_steps=100",
]
RUNS = ["--epochs 100", "--epochs 100 --steps-per-epoch 3 --update epoch"]


def ways(*words: str) -> tuple[Plan, dict[str, Schedule]]:
    """Return the plan that a command prints, and the schedule of each way."""
    answer = ask("extend", *words)
    assert answer.code == 0, answer.err
    plan = planned(config=answer.out.decode())
    assert config_text(planned(config=config_text(plan))) == config_text(plan)
    return plan, {curve.label: curve.schedule for curve in plan.curves}


@settings(max_examples=20, deadline=None)
@given(curve=st.sampled_from(CURVES), run=st.sampled_from(RUNS), at=st.integers(1, 99), more=st.integers(1, 300))
def test_the_rates_before_the_stop_stay_and_do_not_jump(curve: str, run: str, at: int, more: int) -> None:
    old = planned(f"'{curve}' {run}").curves[0].schedule
    plan, found = ways(curve, *run.split(), "--at", str(at), "--to", str(at + more))
    stop = plan.clock.total * at // (at + more)
    before = np.arange(float(stop))
    peak = float(old(np.arange(300.0)).max())
    for name, schedule in found.items():
        assert schedule(before).tolist() == old(before).tolist(), name
        if name != "rebuilt":
            assert schedule([stop])[0] == pytest.approx(old([stop])[0], abs=1e-9 * peak), name
    assert "unchanged" in found


@settings(max_examples=20, deadline=None)
@given(curve=st.sampled_from(CURVES), at=st.integers(1, 99), more=st.integers(1, 300))
def test_the_rates_after_the_stop(curve: str, at: int, more: int) -> None:
    old = planned(f"'{curve}' --steps 100").curves[0].schedule
    _, found = ways(curve, "--steps", "100", "--at", str(at), "--to", str(at + more))
    elapsed = np.arange(float(more))
    after = at + elapsed
    top = float(old(np.arange(101.0)).max())
    if "hold" in found:
        assert found["hold"](after).tolist() == [old([at])[0]] * more
    local = at + elapsed * (100 - at) / more
    smooth = np.abs(local - np.round(local)) > 1e-6  # elsewhere rounding may decide on which side of a jump it is
    smooth[0] = True
    np.testing.assert_allclose(found["stretch"](after)[smooth], old(local)[smooth], rtol=1e-7, atol=1e-9 * top)
    if "cooldown" in found:
        begin = more - min(max(round(0.2 * (at + more)), 1), more)
        rate = float(old([at])[0])
        low = float(found["cooldown"]([at + more])[0])
        share = np.clip((elapsed - begin) / (more - begin), 0.0, 1.0)
        np.testing.assert_allclose(found["cooldown"](after), low + (rate - low) * (1 - np.sqrt(share)), rtol=1e-9)
    if "rewarm" in found:
        length = max(round(0.01 * more), 1)
        peak = highest(old, 100.0)
        rising = elapsed < length
        line = old([at])[0] + (peak.rate - old([at])[0]) * elapsed / length
        np.testing.assert_allclose(found["rewarm"](after)[rising], line[rising], rtol=1e-9, atol=1e-9 * top)
        local = peak.time + (elapsed - length) * (100 - peak.time) / (more - length)
        inside = ~rising & (np.abs(local - np.round(local)) > 1e-6)
        np.testing.assert_allclose(found["rewarm"](after)[inside], old(local[inside]), rtol=1e-7, atol=1e-9 * top)


def cosine(step: float, total: float, lr: float = 0.1) -> float:
    return lr * 0.5 * (1 + math.cos(math.pi * step / total))


def test_rebuilt_is_the_schedule_of_the_new_length() -> None:
    _, found = ways("cosine", "--epochs", "100", "--at", "60", "--to", "150")
    assert found["rebuilt"]([60, 100, 149]) == pytest.approx([cosine(step, 150) for step in (60, 100, 149)])
    assert found["unchanged"]([60, 100, 149]) == pytest.approx([cosine(60, 100), 0, 0])
    answer = ask("extend", "cosine", "--at", "60", "--to", "150")
    assert "# rebuilt    jump from 0.03455 to 0.06545             0\n" in answer.out.decode()


def test_rebuilt_with_a_length_of_its_own_is_unchanged() -> None:
    answer = ask("extend", "cosine:total=100", "--at", "60", "--to", "150")
    assert "rebuilt" not in answer.out.decode()
    assert answer.err == "cosine-lr: rebuilt: is the same as unchanged: the schedule has a length of its own\n"


def test_the_floor_is_the_lowest_rate_after_the_peak() -> None:
    _, found = ways("linear:warmup=10,min_lr=0.01", "--at", "50", "--to", "200", "--only", "cooldown")
    rate = 0.1 + (0.01 - 0.1) * 40 / 90
    assert found["cooldown"]([50, 159, 160, 170, 200]) == pytest.approx(
        [rate, rate, rate, 0.01 + (rate - 0.01) / 2, 0.01]
    )
    _, found = ways(
        "cyclic:rise=20,fall=20", "--at", "95", "--to", "200", "--only", "cooldown"
    )  # lowest at 80, then rises
    old = planned("cyclic:rise=20,fall=20").curves[0].schedule
    assert found["cooldown"]([200])[0] == pytest.approx(old([80])[0])


@pytest.mark.parametrize(
    ("curve", "rate"),
    [
        ("constant", 0.1),
        ("constant:warmup=5", 0.1),
        ("exponential:gamma=0.9", 0.1 * 0.9**60),
        ("inverse_sqrt:timescale=15", 0.1 * (15 / 75) ** 0.5),
        ("step:step_size=25", 0.001),
        ("torch.ExponentialLR:gamma=0.9", 0.1 * 0.9**60),
    ],
)
def test_a_schedule_without_a_floor_cools_down_to_0(curve: str, rate: float) -> None:
    _, found = ways(curve, "--at", "60", "--to", "100", "--only", "cooldown")
    assert found["cooldown"]([60, 80, 85, 100]) == pytest.approx([rate, rate, rate / 2, 0.0])


@pytest.mark.parametrize(
    ("curve", "floor"),
    [("cosine:min_lr=0.01,total=300", 0.01), ("torch.CosineAnnealingLR:T_max=90,eta_min=0.001", 0.001)],
)
def test_a_floor_after_the_end_of_the_run(curve: str, floor: float) -> None:
    _, found = ways(curve, "--at", "60", "--to", "100", "--only", "cooldown")
    assert found["cooldown"]([100])[0] == pytest.approx(floor)


def test_a_scheduler_that_is_called_every_update_of_a_run_that_is_updated_per_epoch(here: Path) -> None:
    run = ("--epochs", "10", "--steps-per-epoch", "10", "--update", "epoch")
    curve = "transformers.linear:num_warmup_steps=10,num_training_steps=100"
    answer = ask("extend", curve, *run, "--at", "6", "--to", "15", "--only", "unchanged,cooldown", "-o", "e.yaml")
    assert answer.err.splitlines()[0] == (
        "cosine-lr: update: 'step', not 'epoch': the schedulers of transformers are called after every update"
    )
    unchanged, cooldown = (curve.schedule for curve in planned(config=(here / "e.yaml").read_text()).curves)
    steps = [0, 5, 15, 59, 60, 119, 120, 135]
    rate = 0.1 * 40 / 90
    assert unchanged(steps[:5]) == pytest.approx([0.0, 0.05, 0.1 * 85 / 90, 0.1 * 41 / 90, rate])
    assert cooldown(steps[4:]) == pytest.approx([rate, rate, rate, rate * (1 - 0.5**0.5)])


def test_a_schedule_that_ends_does_not_go_on_unchanged() -> None:
    answer = ask("extend", "torch.OneCycleLR:max_lr=0.1,total_steps=100", "--at", "60", "--to", "150")
    assert answer.err.startswith(
        "cosine-lr: unchanged: is not possible: the schedule ends at 100 epochs: then PyTorch raises ValueError"
    )
    assert "label: hold" in answer.out.decode()
    last = ask("extend", "torch.OneCycleLR:max_lr=0.1,total_steps=100", "--to", "101", "--only", "unchanged")
    assert last.out.decode().splitlines()[-1].split()[-1] == "none"  # its last update, 100, has a rate


@pytest.mark.parametrize("share", ["0.5", "50%"])
def test_rewarm_to_a_share(share: str) -> None:
    words = ("cosine", "--at", "60", "--to", "160", "--rewarm", "10", "--rewarm-to", share, "--only", "rewarm")
    _, found = ways(*words)
    start = cosine(60, 100)
    assert found["rewarm"]([60, 65, 70]) == pytest.approx([start, (start + 0.05) / 2, 0.05])
    assert found["rewarm"]([115, 160]) == pytest.approx([0.05 * 0.5, 0.0])


def test_groups(here: Path) -> None:
    (here / "c.yaml").write_text("epochs: 100\ngroups: {body: 0.1, head: 1}\ncurves: [cosine]\n")
    plan, found = ways("c.yaml", "--at", "60", "--to", "150", "--only", "hold")
    assert [group.name for group in plan.groups] == ["body", "head"]
    assert found["hold, body"]([0, 140]) == pytest.approx([0.01, 0.1 * cosine(60, 100)])
    assert found["hold, head"]([0, 140]) == pytest.approx([0.1, cosine(60, 100)])


def test_tokens() -> None:
    run = ("--tokens", "100M", "--batch-size", "8", "--sequence-length", "1000")
    plan, found = ways("linear", *run, "--at", "60Mtok", "--to", "200Mtok", "--only", "stretch")
    assert plan.clock.total == 25_000
    assert found["stretch"]([0, 7500, 16250, 25_000]) == pytest.approx([0.1, 0.04, 0.02, 0])


def test_an_old_sequence_goes_on(here: Path) -> None:
    (here / "c.yaml").write_text("epochs: 100\ncurves:\n  - sequence: [linear: {for: 20, total: 40}, cosine]\n")
    old = planned(config=(here / "c.yaml").read_text()).curves[0].schedule
    _, found = ways("c.yaml", "--at", "60", "--to", "150")
    steps = np.arange(60.0)
    assert all(schedule(steps).tolist() == old(steps).tolist() for schedule in found.values())
    assert found["unchanged"]([60, 99, 149]) == pytest.approx(old([60, 99, 149]))
    assert found["stretch"]([105, 150]) == pytest.approx(old([80, 100]))


def test_what_is_written_can_be_used(here: Path) -> None:
    assert ask("extend", "wsd:warmup=5", "--at", "60", "--to", "150", "-o", "e.yaml").code == 0
    assert ask("plot", "e.yaml", "-o", "e.svg").code == 0
    assert ask("table", "e.yaml").code == 0
    assert ask("lint", "e.yaml").code in (0, 1)
    assert ask("code", "e.yaml", "--to", "python").code == 0
    assert (here / "e.svg").stat().st_size


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("cosine", "--to: is required: the new length of the run; pass --to"),
        (
            "cosine linear --to 150",
            "extend: needs one curve, got 2 curves; name one, as in 'cosine-lr extend cosine --to 150'",
        ),
        ("cosine --at 60 --to 50", "--to: must be after the stop at 60 epochs, got '50'"),
        ("cosine --to 100", "--to: must be after the stop at 100 epochs, got '100'"),
        ("cosine --at 120 --to 110", "--to: must be after the stop at 120 epochs, got '110'"),
        (
            "cosine --to 150 --only strech",
            (
                "--only: must be unchanged, rebuilt, hold, stretch, rewarm or cooldown, got 'strech'; "
                "did you mean stretch?"
            ),
        ),
        (
            "cosine --at 60 --to 150 --cooldown 100",
            "cooldown: must be at most the rest of the run, 90 epochs, got 100 epochs; pass --cooldown",
        ),
        (
            "cosine --at 60 --to 150 --rewarm 90",
            "rewarm: must be shorter than the rest of the run, 90 epochs, got 90 epochs; pass --rewarm",
        ),
        ("cosine --to 150 --only hold", "hold: is not possible: the rate is 0 at 100 epochs"),
        (
            "cosine --to 150 --only stretch",
            "stretch: is not possible: nothing of the schedule is left at its end; pass --at",
        ),
        (
            "cosine --epochs 10 --steps-per-epoch 10 --update epoch --at 55st --to 15",
            "--at: must be a whole number of epochs: the rate changes once per epoch, got 5.5; pass --at",
        ),
        (
            "cosine --tokens 1M --batch-size 1 --sequence-length 100 --at 50% --to 2M",
            "--to: must have a unit: the length of the run is a number of tokens, got '2M'; pass --to 2Mtok or 2Mst",
        ),
        (
            "torch.OneCycleLR:max_lr=0.1,total_steps=100 --epochs 150 --at 120 --to 200",
            "--at: must stop where the schedule has a rate, and there is none at 120 epochs; pass --at",
        ),
        (
            "constant:warmup=5 --at 60 --to 150 --only rewarm",
            "rewarm: is not possible: the schedule does not decay after its peak",
        ),
        ("cosine --to 150 --rewarm-to -1", "--rewarm-to: must be a finite number above 0, got '-1'"),
    ],
)
def test_refusals(words: str, error: str) -> None:
    answer = ask("extend", *words.split())
    assert (answer.code, answer.out, answer.err) == (2, b"", f"cosine-lr: error: {error}\n")


@pytest.fixture
def log(here: Path) -> str:
    rows = [{"step": step, "lr": cosine(step, 1000)} for step in range(0, 601, 10)]
    (here / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return "log.jsonl"


STOP = "cosine-lr: the run stopped after 600 steps: the last row of the log is step 600\n"


def test_a_log_gives_the_stop_and_its_schedule_is_the_plan(log: str) -> None:
    answer = ask("extend", "--from", log, "--to", "2000", "--only", "stretch")
    plan = planned(config=answer.out.decode())
    assert plan.curves[0].schedule([0, 300, 600, 1300, 2000]) == pytest.approx(
        [cosine(step, 1000) for step in (0, 300, 600, 800, 1000)]
    )
    assert answer.err == (
        f"cosine-lr: the plan is the schedule of the log: cosine:lr=0.1,total=1000 --steps 1000\n{STOP}"
    )


def test_a_log_whose_first_rows_are_of_another_warmup(here: Path) -> None:
    # The warmup of 100 updates multiplies the decay; an epoch has 10 updates.
    rates = [0.01 * (1 - 0.99 * (epoch - 1) / 90) * min((10 * epoch - 1) / 100, 1) for epoch in range(1, 61)]
    (here / "metrics.csv").write_text("epoch,lr\n" + "".join(f"{at},{rate:.6g}\n" for at, rate in enumerate(rates, 1)))
    answer = ask("extend", "--from", "metrics.csv", "--to", "120", "--only", "hold")
    note = "the plan is the schedule of the log from epoch 11 on: linear:lr=0.01,total=90,min_lr=0.0001 --epochs 90\n"
    assert answer.err.startswith(f"cosine-lr: {note}")


def test_a_log_of_few_digits_may_have_another_schedule(here: Path) -> None:
    rows = [f"{step},{0.1 * (1 - (step / 4000) ** 1.1):.3g}\n" for step in range(0, 900, 20)]
    (here / "metrics.csv").write_text("step,lr\n" + "".join(rows))
    first = ask("extend", "--from", "metrics.csv", "--to", "9000", "--only", "hold").err.splitlines()[0]
    assert first.startswith("cosine-lr: the plan is the schedule of the log: cosine:lr=0.11")
    assert first.endswith(", or another schedule: its numbers are not round")


def test_the_plan_of_the_line_wins(log: str) -> None:
    answer = ask("extend", "linear", "--steps", "800", "--from", log, "--to", "2000", "--only", "hold")
    assert planned(config=answer.out.decode()).curves[0].schedule([400, 1999]) == pytest.approx([0.05, 0.025])
    assert answer.err == STOP


def test_at_overrides_the_last_row(log: str) -> None:
    answer = ask("extend", "linear", "--steps", "800", "--from", log, "--at", "400", "--to", "2000", "--only", "hold")
    assert planned(config=answer.out.decode()).curves[0].schedule([1999]) == pytest.approx([0.05])
    assert answer.err == "cosine-lr: the stop is --at 400, not the last row of the log\n"


def test_a_plan_beside_the_log(here: Path) -> None:
    history = [
        {"step": step, "learning_rate": 5e-5 * (1 - step / 1000), "epoch": step / 100} for step in range(50, 601, 50)
    ]
    (here / "trainer_state.json").write_text(json.dumps({"log_history": history, "max_steps": 1000}))
    (here / "plan.yaml").write_text("lr: 5e-5\nsteps: 1000\ncurves: [linear]\n")
    answer = ask("extend", "plan.yaml", "--from", "trainer_state.json", "--to", "2000", "--only", "rebuilt")
    assert planned(config=answer.out.decode()).curves[0].schedule([600]) == pytest.approx([5e-5 * 0.7])
    assert answer.err == STOP


def test_a_run_of_tokens_has_the_length_given(here: Path) -> None:
    history = [{"step": step, "learning_rate": 5e-5 * (1 - step / 1000)} for step in range(50, 601, 50)]
    (here / "trainer_state.json").write_text(json.dumps({"log_history": history, "max_steps": 1000}))
    budget = ("--tokens", "1M", "--sequence-length", "100", "--batch-size", "10")  # 1000 steps
    words = ("linear:lr=5e-5", *budget, "--from", "trainer_state.json", "--to", "2Mtok", "--only", "rebuilt")
    answer = ask("extend", *words)
    assert planned(config=answer.out.decode()).curves[0].schedule([600]) == pytest.approx([5e-5 * 0.7])
    assert answer.err == STOP


def test_epochs_from_0(here: Path) -> None:
    (here / "log.csv").write_text("epoch,lr\n" + "".join(f"{at},{cosine(at, 90)!r}\n" for at in range(60)))
    answer = ask("extend", "cosine", "--epochs", "90", "--from", "log.csv", "--to", "150", "--only", "hold")
    assert planned(config=answer.out.decode()).curves[0].schedule([149]) == pytest.approx([cosine(60, 90)])
    assert answer.err == "cosine-lr: the run stopped after 60 epochs: the last row of the log is epoch 59\n"
    in_steps = ask("extend", "cosine", "--steps", "900", "--from", "log.csv", "--to", "1500")
    assert in_steps.err == "cosine-lr: error: log.csv: counts epochs, and the plan steps; pass --steps-per-epoch\n"


def test_refusals_of_logs(here: Path, log: str) -> None:
    assert ask("extend", log, "--to", "2000").err == (
        f"cosine-lr: error: '{log}': is a log, not a plan; pass --from {log}\n"
    )
    assert ask("extend", "--from", log, "--steps", "800", "--to", "2000").err == (
        "cosine-lr: error: --steps: needs a plan; give the curve of the run, such as cosine:lr=1e-3\n"
    )
    (here / "noise.csv").write_text(
        "step,lr\n" + "".join(f"{at},{0.1 + 0.01 * ((at * at * 7919) % 13)}\n" for at in range(50))
    )
    answer = ask("extend", "--from", "noise.csv", "--to", "2000")
    assert (answer.code, answer.out) == (2, b"")
    assert len(answer.err.splitlines()) == 1


def test_a_curve_without_a_length_beside_a_log_of_steps(here: Path) -> None:
    (here / "log.csv").write_text("step,lr\n" + "".join(f"{at},{cosine(at, 90)!r}\n" for at in range(60)))
    rule = "--steps: length of the run unknown: the log counts steps and does not have it; pass --steps"
    for curve in ("cosine:lr=0.1", "cosine:lr=0.1,warmup=500"):
        answer = ask("extend", curve, "--from", "log.csv", "--to", "150")
        assert (answer.code, answer.err) == (2, f"cosine-lr: error: {rule}\n")


def test_a_log_that_ends_inside_its_warmup_has_no_plan(here: Path) -> None:
    """What follows the warmup is not in the log, so the schedule cannot be continued."""
    (here / "log.csv").write_text("step,lr\n" + "".join(f"{at},{at * 2e-8!r}\n" for at in range(0, 400, 10)))
    answer = ask("extend", "--from", "log.csv", "--to", "20000")
    assert (answer.code, answer.out) == (2, b"")
    assert answer.err.startswith("cosine-lr: error: log.csv: ends inside the warmup: what follows it is not in the log")


def test_a_log_whose_scheduler_is_behind_its_steps(here: Path) -> None:
    rows = [{"step": step, "lr": cosine(max(step - 18, 0), 1000)} for step in range(10, 621, 10)]
    (here / "behind.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    answer = ask("extend", "--from", "behind.jsonl", "--to", "1500", "--only", "hold")
    assert answer.err.splitlines()[-1] == (
        "cosine-lr: the run stopped after 602 steps: the last row of the log is step 620, "
        "when the schedule was at step 602"
    )


def test_the_rate_of_the_config_is_that_of_the_curve() -> None:
    config = ask("extend", "cosine:lr=5e-5", "--at", "60", "--to", "150", "--only", "unchanged").out.decode()
    assert config.splitlines()[0] == "lr: 5e-05"
    assert config.count("lr:") == 1
    assert planned(config=config).curves[0].schedule([0])[0] == 5e-5
