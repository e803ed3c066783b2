"""diagnose: the texts of its answers, its plans, formats and exit codes."""

from __future__ import annotations

import html
import json
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from door import Answer, ask
from logs.made_records import fragments, history
from plans_of import planned
from screen import on_terminal

from cosine_cli.render.core.traces import trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

pytestmark = pytest.mark.usefixtures("here")

STEPS = range(0, 1000, 10)


def json_lines(path: Path, rows: Iterable[tuple[float, float]], step: str = "step") -> str:
    path.write_text("".join(json.dumps({step: time, "lr": rate, "loss": 1.0}) + "\n" for time, rate in rows))
    return path.name


def cosine(step: float, total: float = 1000.0, lr: float = 0.1) -> float:
    return lr * 0.5 * (1 + math.cos(math.pi * min(step, total) / total))


@pytest.fixture
def log(tmp_path: Path) -> Callable[..., str]:
    """Return the function that writes a log of a cosine over 1000 steps, changed by a function of the step."""

    def write(rate: Callable[[float], float] = cosine, steps: Iterable[int] = STEPS) -> str:
        return json_lines(tmp_path / "log.jsonl", [(step, rate(step)) for step in steps])

    return write


def lines(*words: str) -> list[str]:
    return ask("diagnose", *words).out.decode().splitlines()


def test_missed_updates(tmp_path: Path) -> None:
    at_step = {step: min(6 + int(step / 7360 * 134), 139) for step in range(10, 7361, 10)} | {7360: 139}
    log = json_lines(tmp_path / "opt.log", [(s, cosine(s - at_step[s], 7360.0, 9.65e-6)) for s in at_step])
    answer = ask("diagnose", log, "cosine:lr=9.65e-6", "--steps", "7360")
    assert answer.code == 0
    assert answer.out.decode().splitlines() == [
        "Matches, but the scheduler missed 139 of 7360 updates.",
        (
            "  fp16 loss scaling skips an update on overflow, and the scheduler with it: harmless; the rate ends at "
            "8.5e-09 instead of 0."
        ),
        "  6 missed before step 10, then about 2 in every 100 updates; 736 rows, exact to all digits.",
    ]


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(["linear:lr=1e-5,warmup=500", "--steps", "400"], id="curve"),
        pytest.param(["cosine:lr=1e-5", "--warmup", "500"], id="length of the log"),
        pytest.param(["linear:lr=1e-5,warmup=5", "--epochs", "4", "--steps-per-epoch", "100"], id="epochs"),
        pytest.param(
            [
                "transformers.get_linear_schedule_with_warmup:num_warmup_steps=500,num_training_steps=400",
                *("--lr", "1e-5"),
            ],
            id="framework",
        ),
    ],
)
def test_a_run_that_ends_inside_its_warmup(tmp_path: Path, plan: list[str]) -> None:
    history = [
        {"step": step, "learning_rate": 1e-5 * (step - 3) / 500, "epoch": step / 80} for step in range(25, 401, 25)
    ]
    (tmp_path / "trainer_state.json").write_text(json.dumps({"log_history": history, "max_steps": 400}))
    answer = ask("diagnose", "trainer_state.json", *plan)
    assert answer.code == 1
    assert answer.out.decode().splitlines() == [
        (
            "The run ends inside its warmup: 400 steps, warmup 500. The peak 1e-05 is never reached; the highest rate "
            "is 7.94e-06."
        ),
        "  Make the warmup shorter than the run, for example 5% (20 steps).",
        "  Rows lie 3 updates behind the logged step. 16 rows, exact.",
    ]


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param("linear:lr=1e-5,warmup=500,power=2", id="parameter"),
        pytest.param("linear:lr=1e-5,warmup=100%", id="share"),
        pytest.param("linear:lr=1e-5,warmup=50%,warmup_start=1", id="start"),
    ],
)
def test_other_problems_of_a_plan_are_errors(log: Callable[..., str], plan: str) -> None:
    assert ask("diagnose", log(), plan, "--steps", "400").code == 2


HORIZON = [
    "The horizon is 160 000, planned 40 000: 4 times too long. The rate ends at 0.0194, planned 0.0001.",
    "  Set the scheduler's end (end=, total_steps, T_max) to 40 000.",
    (
        "  Same curve: stepped once in 4 updates with a warmup of 250. With 4 processes or accumulation 4, look there "
        "first."
    ),
    (
        "  First differs at step 1050: planned 0.02497, logged 0.02499. Largest difference of this explanation 0.09% "
        "of the peak."
    ),
]


def mmengine(iteration: int) -> float:
    """Return the rate of LinearLR(start_factor=0.1, end=1000) and PolyLR(power=0.9, begin=1000, end=160000)."""
    done = iteration - 1
    if done < 1000:
        return 0.025 * (0.1 + 0.9 * min(done / 999, 1.0))
    left = 1 - (done - 1000) / (160_000 - 1000 - 1)
    return (0.025 - 1e-4) * left**0.9 + 1e-4


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (",warmup_start=0.0025", []),
        ("", ["  The warmup starts at 0.0025 (10% of the peak), planned 0."]),
    ],
)
def test_a_horizon_that_is_too_long(tmp_path: Path, start: str, more: list[str]) -> None:
    log = json_lines(tmp_path / "scalars.json", [(step, mmengine(step)) for step in range(50, 40_001, 50)])
    curve = f"polynomial:lr=0.025,power=0.9,min_lr=1e-4,warmup=1000{start}"
    answer = ask("diagnose", log, curve, "--steps", "40k")
    assert answer.code == 1
    assert answer.out.decode().splitlines() == [*HORIZON, *more]


def test_known_processes_are_named_once(tmp_path: Path) -> None:
    log = json_lines(tmp_path / "scalars.json", [(step, mmengine(step)) for step in range(50, 40_001, 50)])
    curve = "polynomial:lr=0.025,power=0.9,min_lr=1e-4,warmup=1000,warmup_start=0.0025"
    answer = lines(log, curve, "--steps", "40k", "--processes", "4")
    assert answer[1].startswith("  With 4 processes: the horizon is counted for one process. ")
    assert answer[2] == "  Same curve: stepped once in 4 updates with a warmup of 250."


def test_two_runs_in_one_log(tmp_path: Path) -> None:
    def rate(step: int) -> float:
        first = 0.004 * min(step / 3000, 1.0) * (0.1 if step >= 28_000 else 1.0)
        return first if step <= 30_999 else 0.004

    steps = [*range(19, 31_000, 20), *range(31_019, 40_000, 20)]
    answer = ask("diagnose", json_lines(tmp_path / "log.txt", [(s, rate(s)) for s in steps], "iteration"))
    assert answer.code == 0
    assert answer.out.decode().splitlines() == [
        "Two runs in one log, joined between steps 30 999 and 31 019: the rate jumps from 0.0004 to 0.004.",
        "  1. to 30 999:   warmup 3000 to 0.004, x 0.1 at 28 000",
        "  2. from 31 019: constant 0.004",
        "  Resumed with other milestones, or without them: the second run has no drop at 28 000.",
    ]


ARGS = """task: detect
mode: train
epochs: 150
optimizer: auto
cos_lr: false
lr0: 0.01
lrf: 0.01
warmup_epochs: 3.0
warmup_momentum: 0.8
warmup_bias_lr: 0.1
close_mosaic: 10
"""


def ultralytics(epoch: int, batches: int = 3, lr: float = 0.001667) -> float:
    """Return the rate after an epoch, from 1, as ``BaseTrainer`` sets it; a warmup has at least 100 batches."""
    decay = lr * ((1 - (epoch - 1) / 150) * 0.99 + 0.01)
    return decay * min((epoch * batches - 1) / max(3 * batches, 100), 1.0)


def test_a_warmup_that_ultralytics_lengthens(tmp_path: Path) -> None:
    folder = tmp_path / "train"
    folder.mkdir()
    (folder / "args.yaml").write_text(ARGS)
    rates = {epoch: f"{ultralytics(epoch):.6g}" for epoch in range(1, 103)}
    rows = [f"{epoch},1.5,{rate},{rate},{rate}\n" for epoch, rate in rates.items()]
    (folder / "results.csv").write_text("epoch,train/box_loss,lr/pg0,lr/pg1,lr/pg2\n" + "".join(rows))
    answer = ask("diagnose", "train")
    assert answer.code == 1
    assert answer.out.decode().splitlines() == [
        "Deviates: the warmup took 33 epochs, planned 3; the highest rate was 0.00130, planned 0.00167.",
        (
            "  Ultralytics warms up over at least 100 iterations; this data set has 3 an epoch. A lower warmup_epochs "
            "does not help; a smaller batch does, or warmup_epochs=0."
        ),
        "  After the warmup: linear to 0.01 x the peak over 150 epochs, as planned. The run stopped at epoch 102.",
        "  Read lr/pg1; lr/pg0 (biases) and lr/pg2 hold the same.",
    ]
    assert "cosine-lr: the plan is train/args.yaml; --no-plan ignores it" in answer.err


def late(batches: int, epochs: int, least: int, lrf: float) -> list[float]:
    """Return the rates after each epoch of a loop that steps its scheduler late: ``last_epoch`` begins at -1."""

    def decay(epoch: int) -> float:
        return (1 - epoch / epochs) * (1 - lrf) + lrf

    warmup, rate, logged = max(3 * batches, least), 0.0, []
    for epoch in range(epochs):
        for batch in range(epoch * batches, (epoch + 1) * batches):
            if batch <= warmup:
                rate = 0.01 * decay(epoch) * batch / warmup
        logged.append(rate)
        rate = 0.01 * decay(epoch)
    return logged


LATE_ARGS = "task: detect\nmode: train\nepochs: 100\noptimizer: SGD\nlr0: 0.01\nlrf: 0.01\ncos_lr: false\n"
LATE_ARGS += "warmup_epochs: 3.0\nwarmup_bias_lr: 0.1\nfliplr: 0.5\nmosaic: 1.0\n"
OPT = "hyp:\n  lr0: 0.01\n  lrf: 0.01\n  warmup_epochs: 3.0\n  warmup_bias_lr: 0.1\n  anchor_t: 4.0\nepochs: 100\n"
OPT += "linear_lr: false\ncos_lr: false\nseed: 0\n"


@pytest.mark.parametrize(
    ("config", "text", "columns"),
    [
        pytest.param("args.yaml", LATE_ARGS, "lr/pg0,lr/pg1,lr/pg2", id="Ultralytics"),
        pytest.param("args.yaml", f"{LATE_ARGS}bgr: 0.0\n", "lr/pg0,lr/pg1,lr/pg2", id="Ultralytics 8.1.33"),
        pytest.param("opt.yaml", OPT, "x/lr0,x/lr1,x/lr2", id="YOLOv5"),
    ],
)
def test_a_scheduler_that_is_stepped_after_the_epoch(tmp_path: Path, config: str, text: str, columns: str) -> None:
    (tmp_path / config).write_text(text)
    rates = [f"{rate:.5g}" for rate in late(batches=60, epochs=100, least=100, lrf=0.01)]
    rows = [f"{epoch},1.5,{rate},{rate},{rate}\n" for epoch, rate in enumerate(rates)]
    (tmp_path / "results.csv").write_text(f"epoch,train/box_loss,{columns}\n" + "".join(rows))
    answer = ask("diagnose", "results.csv")
    assert (answer.code, answer.out.decode().splitlines()[0]) == (0, f"Matches the plan in {config}.")


def test_a_least_warmup_that_cannot_be_avoided(tmp_path: Path) -> None:
    (tmp_path / "opt.yaml").write_text(OPT)
    rates = [f"{rate:.5g}" for rate in late(batches=14, epochs=100, least=100, lrf=0.01)]
    rows = [f"{epoch},{rate},{rate},{rate}\n" for epoch, rate in enumerate(rates)]
    (tmp_path / "results.csv").write_text("epoch,x/lr0,x/lr1,x/lr2\n" + "".join(rows))
    assert lines("results.csv") == [
        "Deviates: the warmup took 7 epochs, planned 3; the highest rate was 0.0093, planned 0.0100.",
        (
            "  Ultralytics warms up over at least 100 iterations; this data set has 14 an epoch. A lower warmup_epochs "
            "does not help; a smaller batch does."
        ),
        "  After the warmup: linear to 0.01 x the peak over 100 epochs, as planned.",
        "  Read x/lr1; x/lr0 and x/lr2 hold the same.",
    ]


def test_the_schedule_of_a_log_without_a_plan(tmp_path: Path) -> None:
    def one_cycle(step: int) -> float:
        first, top, last = 0.004, 0.1, 4e-7
        share = step / 828.5 if step <= 828.5 else (step - 828.5) / (2764 - 828.5)
        start, end = (first, top) if step <= 828.5 else (top, last)
        return end + (start - end) / 2 * (1 + math.cos(math.pi * share))

    log = json_lines(tmp_path / "metrics.json", [(step, one_cycle(step)) for step in range(49, 2750, 50)])
    first, second, *_ = lines(log)
    assert first.startswith(
        "one-cycle: 0.004 up to 0.1 at step 828.5, down to 4e-07 at 2764 (cosine); fits all 55 rows to "
    )
    assert second.startswith("  Curve: onecycle:lr=0.1,total=2764,warmup=828.5,")


def test_the_config_of_a_log_matches_the_log(log: Callable[..., str]) -> None:
    assert ask("diagnose", log(), "-o", "plan.yaml").code == 0
    answer = ask("diagnose", "log.jsonl", "plan.yaml")
    assert (answer.code, answer.out.decode()) == (0, "Matches the plan.\n  100 rows, exact to all digits.\n")


def test_the_curve_of_a_log_can_be_typed(log: Callable[..., str]) -> None:
    curve = next(line for line in lines(log()) if line.startswith("  Curve: ")).removeprefix("  Curve: ")
    assert ask("diagnose", "log.jsonl", *curve.split()).code == 0


def test_a_matching_log(log: Callable[..., str]) -> None:
    assert lines(log(), "cosine:lr=0.1", "--steps", "1000") == ["Matches the plan.", "  100 rows, exact to all digits."]


def test_a_log_that_counts_updates_from_1_matches(log: Callable[..., str]) -> None:
    answer = lines(log(lambda step: cosine(max(step - 1, 0))), "cosine:lr=0.1", "--steps", "1000")
    assert answer[0] == "Matches the plan."
    assert answer[-1] == "  The row of step s has the rate of update s - 1."


def test_a_run_that_stopped(log: Callable[..., str]) -> None:
    answer = ask("diagnose", log(steps=range(0, 221, 10)), "cosine:lr=0.1", "--steps", "1000")
    assert answer.code == 0
    assert answer.out.decode().splitlines()[-1] == "  The log stops at step 220, 22.1% of the planned horizon."


def test_the_number_of_processes_is_named_first(log: Callable[..., str]) -> None:
    path = log(lambda step: cosine(4 * step))
    answer = lines(path, "cosine:lr=0.1", "--steps", "1000", "--processes", "4")
    assert answer[0].startswith(
        "The scheduler is stepped 4 times per update: the schedule ends at update 250, planned 1000"
    )
    assert answer[1].startswith("  With 4 processes: ")
    assert "accumulation 4" in lines(path, "cosine:lr=0.1", "--steps", "1000", "--accumulate", "4")[1]


def test_a_deviation_without_a_known_cause_is_not_named(log: Callable[..., str]) -> None:
    path = log(lambda step: cosine(step) * (1 + 0.2 * math.sin(step / 37) ** 2))
    answer = ask("diagnose", path, "cosine:lr=0.1", "--steps", "1000", "--format", "json")
    (found,) = json.loads(answer.out)["runs"]
    assert answer.code == 1
    assert (found["verdict"], found["story"]) == ("unexplained", None)
    assert found["text"][0].startswith("Deviates from the plan by up to 20%")
    assert found["first_difference"]["time"] == 10


def test_rates_far_below_the_plan_are_not_a_factor_of_it(log: Callable[..., str]) -> None:
    path = log(lambda step: 0.002 * max(1 - step / 1000, 0.1))  # of another shape, off by 0.4% of the planned peak
    answer = ask("diagnose", path, "cosine:lr=0.1", "--steps", "1000", "--format", "json")
    (found,) = json.loads(answer.out)["runs"]
    assert (found["verdict"], found["story"]) == ("unexplained", None)
    assert found["text"][1].startswith("  The log is not this plan. It is linear: 0.002, ")


def test_json(log: Callable[..., str]) -> None:
    answer = ask(
        "diagnose", log(lambda step: cosine(step, lr=0.8)), "cosine:lr=0.1", "--steps", "1000", "--format", "json"
    )
    content = json.loads(answer.out)
    (found,) = content["runs"]
    assert answer.code == 1
    assert content["format"] == "JSON Lines"
    assert (found["verdict"], found["story"], found["values"], found["exact"]) == (
        "deviates",
        "rate-factor",
        {"factor": 8.0},
        True,
    )
    assert found["first_difference"] == {"unit": "step", "time": 0.0, "planned": 0.1, "logged": 0.8}


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ((), "needs the log of a run; cosine-lr diagnose LOG; see 'cosine-lr diagnose --help'"),
        (
            ("log.jsonl", "cosine", "linear"),
            "'linear': the plan must be one curve or one config; give one of them",
        ),
        (
            ("log.jsonl", "cosine:lr=0.1"),
            (
                "--steps: length of the run unknown: the log counts steps and does not have it; pass --steps, or "
                "--epochs with --steps-per-epoch"
            ),
        ),
        (
            ("log.jsonl", "cosine", "--epochs", "10"),
            (
                "--steps-per-epoch: number of steps per epoch unknown: the log counts steps, the plan epochs; pass "
                "--steps-per-epoch, or a plan with --steps"
            ),
        ),
        (
            ("log.jsonl", "cosine", "--steps", "1000", "-o", "plan.yaml"),
            "--output: writes the schedule of a log without a plan; leave out the plan or --output",
        ),
        (
            ("log.jsonl", "cosine", "--steps", "1000", "--no-plan"),
            "--no-plan: omits a plan that is found, but one is given; leave out one of the two",
        ),
        (
            ("log.jsonl", "--processes", "4"),
            "--processes: needs a plan; give a curve, such as cosine:lr=1e-3, or a config after the log",
        ),
        (
            ("log.jsonl", "--accumulate", "4"),
            "--accumulate: needs a plan; give a curve, such as cosine:lr=1e-3, or a config after the log",
        ),
        (
            ("cosine:lr=1e-4", "log.jsonl", "--steps", "1000"),
            (
                "'cosine:lr=1e-4': is a curve: the log comes first; did you mean cosine-lr diagnose log.jsonl "
                "cosine:lr=1e-4?"
            ),
        ),
        (
            ("plan.yaml", "log.jsonl"),
            "plan.yaml: is a plan: the log comes first; did you mean cosine-lr diagnose log.jsonl plan.yaml?",
        ),
        (("plan.yaml",), "plan.yaml: is a plan: the log comes first; cosine-lr diagnose LOG plan.yaml"),
        (("few.log", "log.jsonl"), "few.log: must have at least 5 rows with a learning rate, got 2"),
        (("no.yaml", "log.jsonl"), "cannot read log 'no.yaml': no such file or directory"),
        (
            ("log.jsonl", "plateau"),
            (
                "curve 'plateau': cannot be computed before training: the rate depends on the metric that the training "
                "loop passes to step(); leave out the plan: 'cosine-lr diagnose log.jsonl' identifies the schedule"
            ),
        ),
        (("log.jsonl", "--plot", "x"), "output 'x': must end in .png, .svg or .pdf; did you mean x.png?"),
    ],
)
def test_errors(log: Callable[..., str], tmp_path: Path, words: tuple[str, ...], error: str) -> None:
    log()
    (tmp_path / "plan.yaml").write_text("lr: 0.1\ncurves: [cosine]\n")
    (tmp_path / "few.log").write_text("step 1 | lr 0.1\nstep 2 | lr 0.05\n")
    answer = ask("diagnose", *words)
    assert (answer.code, answer.out) == (2, b"")
    assert answer.err == f"cosine-lr: error: {error}\n"


def test_two_files_of_one_run_are_one_plan(log: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "args.json").write_text('{"learning_rate": 0.1, "lr_scheduler_type": "linear", "max_steps": 1000}')
    (tmp_path / "ds.json").write_text(
        '{"optimizer": {"type": "AdamW", "params": {"lr": 0.1}}, "train_micro_batch_size_per_gpu": 1}'
    )
    path = log(lambda step: 0.1 * (1 - step / 1000))
    files = [str(tmp_path / name) for name in ("args.json", "ds.json")]
    answer = ask("diagnose", path, *files, "--combine")
    assert (answer.code, answer.out.decode().splitlines()[0]) == (0, "Matches the plan.")


def test_the_rate_of_a_config_is_not_fitted(tmp_path: Path) -> None:
    folder = tmp_path / "train"
    folder.mkdir()
    (folder / "args.yaml").write_text(ARGS.replace("auto", "SGD").replace("0.01\nlrf", "0.003\nlrf"))
    rows = [f"{epoch},1.5,{ultralytics(epoch):.6g}\n" for epoch in range(1, 103)]
    (folder / "results.csv").write_text("epoch,train/box_loss,lr/pg0\n" + "".join(rows))
    assert ask("diagnose", "train").code == 1


def test_rows_at_the_start_that_differ(log: Callable[..., str]) -> None:
    path = log(lambda step: 0.03 if step < 30 else cosine(step))
    answer = ask("diagnose", path, "cosine:lr=0.1", "--steps", "1000")
    assert answer.code == 1
    assert answer.out.decode().splitlines()[0] == (
        "Matches from step 30 on; the 3 rows before it differ from the plan."
    )


def test_two_stories_that_fit_as_exactly(log: Callable[..., str]) -> None:
    path = log(lambda _: 0.1, steps=range(0, 1000, 10))
    first, *_ = lines(path, "multistep:lr=0.1,milestones=500", "--steps", "1000")
    assert first.startswith("The rate never changes: it is 0.1 in all 100 rows")
    assert "; or, as exactly, " in first
    assert "no drop at 500" in first


def test_a_resumed_run(log: Callable[..., str]) -> None:
    path = log(lambda step: cosine(step if step < 440 else step - 437))
    answer = lines(path, "cosine:lr=0.1", "--steps", "1000")
    assert answer[0] == "Resumed with a new scheduler at update 437: the schedule begins again."
    assert answer[2] == "  First differs at step 440: planned 0.0594, logged 0.1000. 100 rows, exact."


def test_a_plan_that_cannot_be_compared(log: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("step,lr\n" + "".join(f"{step},0.1\n" for step in range(9)))
    answer = ask("diagnose", "few.csv", "cosine:lr=0.1", "--steps", "100")
    assert answer.code == 2
    assert answer.err == (
        "cosine-lr: error: lr: the rates have too few digits to compare them with the plan, got 0.1 in all 9 rows; "
        "log the rate with more digits\n"
    )
    assert ask("diagnose", log(), "--steps", "10").err == (
        "cosine-lr: error: --steps: needs a plan; give a curve, such as cosine:lr=1e-3, or a config after the log\n"
    )


def test_the_horizon_of_the_log_is_that_of_the_plan(tmp_path: Path) -> None:
    history = [{"step": step, "learning_rate": cosine(step), "epoch": step / 100} for step in range(0, 500, 10)]
    (tmp_path / "trainer_state.json").write_text(json.dumps({"log_history": history, "max_steps": 1000}))
    assert lines("trainer_state.json", "cosine:lr=0.1")[0] == "Matches the plan."


def test_a_found_plan_is_named(tmp_path: Path) -> None:
    from cosine_cli.logs.core.log import Log, Series
    from cosine_cli.logs.core.raw_log import Carried
    from cosine_cli.plans.parse.argv import CommandLine
    from cosine_cli.studies.diagnose.core.found_plan import find_plan

    del tmp_path
    times = np.arange(1.0, 401.0)
    series = Series(times=times, rates=times, tolerances=times * 0, unit="step", column="lr")
    arguments = {"learning_rate": 1e-3, "num_train_epochs": 3, "lr_scheduler_type": "cosine"}
    text = json.dumps({**arguments, "per_device_train_batch_size": 8})
    configs = (Carried(where="other", text="a: 1"), Carried(where="args", text=text))
    log = Log(path="events", format="TensorBoard", runs=(series,), configs=configs)
    found = find_plan(log, CommandLine.of({"words": []}))
    assert found.planned is not None
    assert (found.planned.where, found.planned.total) == ("args", 400)
    assert found.notes[0].startswith("other is not used as the plan: ")


HUGGING_FACE = {"lr_scheduler_type": "linear", "learning_rate": 1e-3, "per_device_train_batch_size": 8}


@pytest.mark.parametrize(
    ("epochs", "source"),
    [
        (lambda step: round(step / 40.5, 2), "the epochs of the log"),  # 40 updates and the half of one
        (lambda step: 1.0 + step // 40, "the epochs of the log"),  # as MMEngine numbers them
        (None, "the rates of the log"),
    ],
)
def test_the_length_of_a_run_in_epochs(tmp_path: Path, epochs: Callable[[float], float] | None, source: str) -> None:
    def row(step: int) -> dict[str, float]:
        logged = {"step": step, "learning_rate": 1e-3 * (1 - step / 120)}  # 3 epochs of 40 updates
        return {**logged, "epoch": epochs(step)} if epochs else logged

    (tmp_path / "logging.jsonl").write_text("".join(json.dumps(row(step)) + "\n" for step in range(7, 112, 7)))
    (tmp_path / "args.json").write_text(json.dumps({**HUGGING_FACE, "num_train_epochs": 3}))
    answer = ask("diagnose", "logging.jsonl")
    assert (answer.code, answer.out.decode().splitlines()[0]) == (0, "Matches the plan in args.json.")
    assert f"the length of the run, 120 steps, is from {source}" in answer.err


def test_rates_of_no_schedule(log: Callable[..., str]) -> None:
    path = log(lambda step: 0.1 + 0.05 * math.sin(step * step))
    answer = ask("diagnose", path)
    assert (answer.code, answer.out) == (2, b"")
    assert answer.err == (
        "cosine-lr: error: log.jsonl: must have the rates of a schedule, but none comes near its rates; give a plan to "
        "compare with\n"
    )


def test_a_log_of_ultralytics(tmp_path: Path) -> None:
    # 3 iterations per epoch, and a warmup of at least 100 of them.
    rates = [0.01 * (1 - 0.99 * (epoch - 1) / 90) * min((3 * epoch - 1) / 100, 1) for epoch in range(1, 91)]
    rows = "".join(f"{epoch},{rate:.6g},{rate:.6g}\n" for epoch, rate in enumerate(rates, 1))
    (tmp_path / "results.csv").write_text("epoch,lr/pg0,lr/pg1\n" + rows)
    assert lines("results.csv") == [
        "linear: 0.01, down to 0.0001 at epoch 90; fits 57 of 90 rows to all printed digits",
        "  Curve from epoch 34 on: linear:lr=0.01,total=90,min_lr=0.0001 --epochs 90",
        "  The first 33 rows are this schedule times a warmup from 0.02 to 1 at epoch 33.67, as in Ultralytics.",
        "  The row of epoch s has the rate of epoch s - 1.",
        "  Read lr/pg1; lr/pg0 (biases) holds the same.",
    ]


def test_a_decay_that_begins_before_the_first_row(log: Callable[..., str]) -> None:
    assert lines(log(lambda step: 0.1 if step < 200 else cosine(step - 200, 800.0), range(300, 1000, 10))) == [
        "cosine: 0.1, down to 0 at step 1000; fits all 70 rows to 13 digits",
        "  Curve: cosine:lr=0.1,total=800,warmup=200 --steps 1000",
        "  No row shows what is before step 200: a warmup, or updates that were missed.",
    ]


def test_a_schedule_whose_numbers_are_not_round(tmp_path: Path) -> None:
    rows = [f"{step},{0.1 * (1 - (step / 4000) ** 1.1):.3g}\n" for step in range(0, 900, 20)]
    (tmp_path / "metrics.csv").write_text("step,lr\n" + "".join(rows))
    first, *rest = lines("metrics.csv")
    assert first.startswith("Perhaps cosine: 0.11")
    assert "  Its numbers are not round: another schedule may have the same rates to these digits." in rest


def test_what_the_rows_do_not_determine(log: Callable[..., str]) -> None:
    answer = lines(log(lambda step: 0.1 if step < 305 else 0.02 if step < 817 else 0.004))
    assert answer[0].startswith("steps: 0.1, x 0.2 at ")
    assert any(line.startswith("  Not determined by the rows: milestone 1 (") for line in answer)
    assert "  Same curve: ReduceLROnPlateau that lowered the rate at these times." in answer


def test_the_end_of_a_log_that_stops_early(tmp_path: Path) -> None:
    rows = [f"{step},{0.1 * (1 - step / 4000):.3g}\n" for step in range(0, 900, 20)]
    (tmp_path / "metrics.csv").write_text("step,lr\n" + "".join(rows))
    sentence = next(line for line in lines("metrics.csv") if line.startswith("  Not determined by the rows: "))
    assert re.fullmatch(r"  Not determined by the rows: total \(.+ \.\. .+\), min_lr \(0 \.\. .+\): .+", sentence)
    assert sentence.endswith("): the log ends too early.")


@pytest.mark.parametrize(("late", "end"), [(0, 3000), (50, 3050)])
def test_a_staircase_has_one_length_in_all_lines(log: Callable[..., str], late: int, end: int) -> None:
    """A cosine of 3000 steps that is sampled once per 100, and begins with the run or late."""
    answer = ask("diagnose", log(lambda step: cosine(max(step // 100 * 100 - late, 0), 3000.0), range(0, 2000, 10)))
    first, curve, *rest = answer.out.decode().splitlines()
    assert f"down to 0 at step {end}, one rate per 100 steps" in first
    assert curve.endswith(f" --steps {end}")
    assert f"  The log stops at {1991 / end * 100:.0f}% of the horizon." in rest


def test_the_config_of_a_rise_has_its_highest_rate(log: Callable[..., str], tmp_path: Path) -> None:
    """The rows end inside the warmup: 2e-8 more in each step up to step 390."""
    assert ask("diagnose", log(lambda step: step * 2e-8, range(0, 400, 10)), "-o", "plan.yaml").code == 0
    assert (tmp_path / "plan.yaml").read_text().startswith("lr: 7.8e-06\n")


def test_the_cycles_of_a_log(log: Callable[..., str]) -> None:
    answer = lines(log(lambda step: cosine(step % 250, 250)))
    assert answer[0].startswith(
        "cosine with restarts: 0.1, down to 0 in each cycle of 250 steps; fits all 100 rows to "
    )

    def longer(step: float) -> float:
        cycle = (step >= 200) + (step >= 600)
        return 0.001 + cosine(step - (0, 200, 600)[cycle], 200 * 2**cycle, lr=0.1 * 0.5**cycle - 0.001)

    words = (
        "0.1, down to 0.001 in cycles, the first of 200 steps, each 2 times as long as the one before, each peak x 0.5"
    )
    assert lines(log(longer))[0].startswith(f"cosine with restarts: {words}; fits all 100 rows to ")


def test_a_log_of_another_schedule(log: Callable[..., str]) -> None:
    path = log(lambda step: 0.02 * min(step / 50, 1.0) * 0.97 ** max(step - 50, 0))
    answer = ask("diagnose", path, "cosine:lr=0.1,warmup=200", "--steps", "1000")
    assert answer.code == 1
    first, second, third, *_ = answer.out.decode().splitlines()
    assert first.endswith("of the peak, and no known cause explains it.")
    assert second.startswith("  The log is not this plan. It is exponential: warmup 50 to 0.02, ")
    assert third.startswith("  Curve: exponential:")


def test_columns_with_the_same_rates(tmp_path: Path) -> None:
    rows = [f"{step},{cosine(step)!r},{cosine(step)!r}\n" for step in STEPS]
    (tmp_path / "metrics.csv").write_text("step,lr-Adam/pg1,lr-Adam/pg2\n" + "".join(rows))
    answer = lines("metrics.csv", "cosine:lr=0.1", "--steps", "1000")
    assert answer[-1] == "  Read lr-Adam/pg1; lr-Adam/pg2 holds the same."


def test_an_answer_on_a_screen(log: Callable[..., str]) -> None:
    path = log(lambda step: cosine(step, 40_000), range(0, 10_000, 100))
    words = ("diagnose", path, "cosine:lr=0.1", "--steps", "10k", "--quiet")
    whole = ask(*words).out.decode()
    assert whole.startswith("The horizon is 40 000, planned 10 000: 4 times too long. The rate ends at ")
    code, wide = on_terminal(*words, columns=200, env={"NO_COLOR": "1"})
    assert code == 1
    assert wide.startswith(whole)
    _, narrow = on_terminal(*words, columns=60, env={"NO_COLOR": "1"})
    first, second, third, *_ = narrow.splitlines()
    assert first == "The horizon is 40 000, planned 10 000: 4 times too long. The"
    assert second.startswith("rate ends at ")
    assert third.startswith("  Set the scheduler's end (end=, total_steps, T_max) to")
    assert max(map(len, narrow.splitlines()[:-2])) <= 60
    assert " ".join(narrow.split()).startswith(" ".join(whole.split()))
    _, colored = on_terminal(*words, columns=200)
    assert colored.startswith("\x1b[1mThe horizon is ")
    assert "\x1b" not in colored.splitlines()[1]


def test_a_curve_to_type_is_one_line_on_a_screen(log: Callable[..., str]) -> None:
    path = log(lambda step: cosine(step // 20 * 20))
    _, shown = on_terminal("diagnose", path, columns=40, env={"NO_COLOR": "1"})
    (curve,) = [line for line in shown.splitlines() if line.startswith("  Curve: ")]
    assert len(curve) > 40
    assert curve in ask("diagnose", path).out.decode().splitlines()


def test_a_curve_from_a_later_row_is_one_line_on_a_screen(log: Callable[..., str]) -> None:
    path = log(lambda step: cosine(step) if step >= 20 else 0.05)
    _, shown = on_terminal("diagnose", path, columns=40, env={"NO_COLOR": "1"})
    (curve,) = [line.rstrip() for line in shown.splitlines() if line.startswith("  Curve from step ")]
    assert curve.endswith(": cosine:lr=0.1,total=1000 --steps 1000")


def test_counted_rows_have_no_batches_per_planned_epoch(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("".join(f'{{"lr": {0.1 if row < 400 else 0.01}}}\n' for row in range(500)))
    answer = ask("diagnose", str(tmp_path / "log.txt"), "step:lr=0.1,step_size=200", "--epochs", "300")
    assert answer.code == 1
    assert answer.out.startswith(b"The schedule is 2 times too slow: its end is at epoch 600, planned 300")
    assert b"--accumulate" not in answer.out


def drawn(answer: Answer, path: Path) -> str:
    """Return the text of an SVG figure that an answer names."""
    assert answer.err.splitlines()[0] == f"cosine-lr: drew {path.name}"
    return html.unescape(path.read_text())


def test_the_figure_of_a_deviation(log: Callable[..., str], tmp_path: Path) -> None:
    path = log(lambda step: cosine(step) if step < 500 else cosine(step - 500))
    answer = ask("diagnose", path, "cosine:lr=0.1", "--steps", "1000", "--plot", "parted.svg")
    assert answer.code == 1
    figure = drawn(answer, tmp_path / "parted.svg")
    texts = (
        "Resumed with a new scheduler at update 500",
        "planned: cosine",
        "resumed with a new scheduler at update 500",
        "log.jsonl: lr",
        "first differs at step 500",
        "planned 0.05, logged 0.10",
    )
    for text in texts:
        assert f">{text}" in figure or f"{text}<" in figure


def test_an_explanation_is_drawn_as_a_line(tmp_path: Path) -> None:
    from cosine_cli.plans.load import load_plan
    from cosine_cli.plans.parse.argv import CommandLine
    from cosine_cli.render.core.traces import trace

    log = json_lines(tmp_path / "scalars.json", [(step, mmengine(step)) for step in range(50, 40_001, 50)])
    curve = "polynomial:lr=0.025,power=0.9,min_lr=1e-4,warmup=1000,warmup_start=0.0025"
    assert ask("diagnose", log, curve, "--steps", "40k", "--plot", "horizon.svg").code == 1
    explained = load_plan(CommandLine.of({"words": ["horizon.svg"]})).curves[1].schedule
    drawn = trace(explained, 40_000, 480)
    assert (len(drawn.strokes), drawn.bands) == (1, ())
    assert drawn.strokes[0].rates[0] == pytest.approx(0.0025)
    times = np.arange(1000.0, 40_000)
    decay = 1e-4 + (0.025 - 1e-4) * (1 - (times - 1000) / 159_000) ** 0.9
    np.testing.assert_allclose(explained(times), decay, atol=3e-6)


def test_the_figure_of_a_match_points_to_nothing(log: Callable[..., str], tmp_path: Path) -> None:
    answer = ask("diagnose", log(), "cosine:lr=0.1", "--steps", "1000", "--plot", "matches.svg")
    assert answer.code == 0
    figure = drawn(answer, tmp_path / "matches.svg")
    assert "Matches the plan" in figure
    assert ">Step<" in figure
    assert "differs" not in figure
    assert "half the peak" not in figure


def test_the_figure_of_a_log_without_a_plan(log: Callable[..., str], tmp_path: Path) -> None:
    answer = ask("diagnose", log(), "--plot", "cosine.svg")
    figure = drawn(answer, tmp_path / "cosine.svg")
    assert ">Cosine: 0.1, down to 0 at step 1000<" in figure
    assert ">Fits all 100 rows to " in figure
    assert ">cosine<" in figure


def test_the_time_axis_has_the_unit_of_the_log(tmp_path: Path) -> None:
    rows = [(epoch, cosine(epoch * 50)) for epoch in range(20)]
    path = json_lines(tmp_path / "epochs.jsonl", rows, "epoch")
    plan = ("cosine:lr=0.1", "--steps", "1000", "--steps-per-epoch", "50")
    assert ask("diagnose", path, *plan, "--plot", "epochs.svg").code == 0
    figure = (tmp_path / "epochs.svg").read_text()
    assert figure.index(">Epoch<") < figure.index(">Step<")
    assert "Peak 0.1, 20 epochs of 50 steps" in figure


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_figure_is_a_config_of_the_log_and_its_plan(log: Callable[..., str], suffix: str) -> None:
    name = f"figure.{suffix}"
    path = log(lambda step: cosine(step // 4))
    assert ask("diagnose", path, "cosine:lr=0.1", "--steps", "1000", "--plot", name).code == 1
    table = ask("table", name, "--at", "0,400,800", "--format", "csv").out.decode().splitlines()
    assert table[0].endswith("planned: cosine,stepped once in 4 updates,log.jsonl: lr")
    rates = [[float(cell) for cell in row.split(",")[-3:]] for row in table[1:]]
    assert rates == [
        pytest.approx([cosine(step), cosine(step // 4), cosine(step // 4)], rel=1e-6) for step in (0, 400, 800)
    ]


def test_an_explanation_is_drawn_from_its_first_rate_on(tmp_path: Path) -> None:
    rows = [(step, step / 500 * 0.1 if step < 500 else cosine(step - 500, 39_500)) for step in range(0, 10_001, 100)]
    path = json_lines(tmp_path / "long.jsonl", rows)
    assert ask("diagnose", path, "cosine:warmup=500", "--steps", "10k", "--plot", "long.png").code == 1
    explanation = planned(config=ask("plan", "long.png").out.decode()).curves[1]
    assert explanation.label == "a horizon of 40 000"
    (stroke,) = trace(explanation.schedule, 10_000, 480).strokes  # a band would begin in the middle of a column
    assert (stroke.times[0], stroke.rates[0]) == (0, 0)
    assert explanation.schedule([500, 7777]) == pytest.approx([0.1, cosine(7277, 39_500)], abs=5e-6)


def test_json_with_a_config_is_json(log: Callable[..., str]) -> None:
    answer = ask("diagnose", log(), "--format", "json", "-o", "plan.yaml")
    assert json.loads(answer.out) == json.loads(ask("diagnose", "log.jsonl", "--format", "json").out)
    assert answer.err == "cosine-lr: wrote plan.yaml\n"


def test_the_config_of_a_log_is_a_file(log: Callable[..., str]) -> None:
    answer = ask("diagnose", log(), "-o", "-")
    assert (answer.code, answer.out) == (2, b"")
    assert answer.err == "cosine-lr: error: --output: must be a file, got standard output; such as --output plan.yaml\n"


def documented_keys(heading: str) -> set[str]:
    """Return the names in the first column of a table of the documents."""
    page = (Path(__file__).parents[2] / "docs" / "logs.md").read_text()
    rows = page.partition(f"\n| {heading} | meaning |\n|---|---|\n")[2].partition("\n\n")[0].splitlines()
    return {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def only_run(*words: str) -> dict[str, Any]:
    (run,) = json.loads(ask("diagnose", *words, "--format", "json").out)["runs"]
    return run


def test_json_has_the_keys_of_the_documents(log: Callable[..., str]) -> None:
    schedule = documented_keys("key of `schedule`")
    assert "parts" in schedule
    of_log = {"verdict", "unit", "first", "last", "rows", "column", "same_columns", "text"}
    path = log(lambda step: 0.02 * min(step / 50, 1.0) * 0.97 ** max(step - 50, 0))
    compared = only_run(path, "cosine:lr=0.1,warmup=200", "--steps", "1000")
    assert {*compared} == documented_keys("key")
    assert {*compared["schedule"]} == schedule
    assert {*only_run(path)} == schedule | of_log


def test_json_has_what_the_answer_has(log: Callable[..., str]) -> None:
    path = log(lambda step: 0.02 * min(step / 50, 1.0) * 0.97 ** max(step - 50, 0))
    compared = only_run(path, "cosine:lr=0.1,warmup=200", "--steps", "1000")
    assert (compared["verdict"], compared["planned_updates"], compared["plan"]) == ("unexplained", 1000, None)
    found = compared["schedule"]
    assert f"  Curve: {found['curve']} --steps {found['run']}" in compared["text"]
    assert (found["exact"], found["missed"], found["other_first_rows"], found["parts"]) == (True, 0, 0, [])
    assert (compared["unit"], compared["first"], compared["last"], compared["rows"]) == ("step", 0, 990, 100)
    two = only_run(log(lambda step: 0.1 if step < 300 or step >= 600 else 0.01))
    assert (two["verdict"], two["curve"]) == ("joined", None)
    assert [(part["first"], part["last"]) for part in two["parts"]] == [(0, 590), (600, 990)]
    assert two["parts"][1]["curve"] == "constant:lr=0.1"


def test_json_with_a_figure_is_json(log: Callable[..., str]) -> None:
    words = ("diagnose", log(), "cosine:lr=0.1", "--steps", "1000", "--format", "json")
    assert json.loads(ask(*words, "--plot", "json.png").out) == json.loads(ask(*words).out)


def test_the_look_of_a_figure_has_the_flags_of_plot(log: Callable[..., str], tmp_path: Path) -> None:
    words = ("diagnose", log(lambda step: cosine(step, 4000)), "cosine:lr=0.1", "--steps", "1000")
    look = ("--title", "Run 7", "--size", "5x3", "--dpi", "100", "--theme", "both")
    answer = ask(*words, *look, "--plot", "run.svg")
    assert answer.code == 1
    assert answer.err.splitlines()[:2] == ["cosine-lr: drew run.svg", "cosine-lr: drew run-dark.svg"]
    for name, page in (("run.svg", "#ffffff"), ("run-dark.svg", "#0d1117")):
        figure = (tmp_path / name).read_text()
        assert 'width="360pt" height="216pt"' in figure
        assert f"fill: {page}" in figure.lower()
        for text in ("Run 7", "The horizon is 4000, planned 1000: 4 times too long. The rate ends at "):
            assert f">{text}" in figure


def test_two_runs_are_no_cycles(log: Callable[..., str], tmp_path: Path) -> None:
    path = log(lambda step: 0.1 if step < 300 or step >= 600 else 0.01)
    assert ask("diagnose", path, "--plot", "two.svg").code == 0
    figure = (tmp_path / "two.svg").read_text()
    assert ">Two runs in one log, joined between steps 590 and 600: the rate jumps from 0.01 to 0.1<" in figure
    assert ">the second run, from step 600<" in figure
    assert "cycle" not in figure


def test_the_verdict_is_the_title_except_in_a_paper(log: Callable[..., str], tmp_path: Path) -> None:
    words = ("diagnose", log(lambda step: cosine(step, 4000)), "cosine:lr=0.1", "--steps", "1000", "--plot", "a.svg")
    title, subtitle = ">The horizon is 4000, planned 1000: 4 times too long<", ">The rate ends at "
    for size, shown in (("page", True), ("column", False)):
        assert ask(*words, "--size", size).code == 1
        figure = (tmp_path / "a.svg").read_text()
        assert ((title in figure), (subtitle in figure)) == (shown, shown)


def test_a_part_of_a_figure(log: Callable[..., str], tmp_path: Path) -> None:
    words = ("diagnose", log(lambda step: cosine(step, 4000)), "cosine:lr=0.1", "--steps", "1000", "--plot", "part.svg")
    assert ask(*words, "--xlim", "0,100").code == 1
    figure = (tmp_path / "part.svg").read_text()
    assert ">100<" in figure
    assert ">1000<" not in figure
    answer = ask(*words, "--xlim", "2000,3000")
    assert answer.code == 2
    assert "--xlim: must begin before the end of the run, got '2000,3000'; it has 1000 steps" in answer.err


def test_the_schedule_of_a_log_that_is_not_its_plan_is_drawn(log: Callable[..., str], tmp_path: Path) -> None:
    path = log(lambda step: 0.02 * min(step / 50, 1.0) * 0.97 ** max(step - 50, 0))
    assert ask("diagnose", path, "cosine:lr=0.1,warmup=200", "--steps", "1000", "--plot", "other.svg").code == 1
    figure = html.unescape((tmp_path / "other.svg").read_text())
    assert ">The log is not this plan. It is exponential: warmup 50 to 0.02, " in figure
    logged = planned(config=ask("plan", "other.svg").out.decode()).curves[1]
    assert logged.label == "logged: exponential"
    assert logged.schedule([25, 50, 150]) == pytest.approx([0.01, 0.02, 0.02 * 0.97**100], rel=1e-6)


def test_rows_far_from_their_updates_are_drawn_at_their_times(tmp_path: Path) -> None:
    """The schedule begins 300 steps before the log, as that of a run that counts its steps from a checkpoint."""
    path = json_lines(tmp_path / "late.jsonl", [(s, cosine(s + 300)) for s in range(0, 700, 5)])
    answer = ask("diagnose", path, "--plot", "late.svg")
    assert "  The row of step s has the rate of update s + 300." in answer.out.decode().splitlines()
    figure = html.unescape((tmp_path / "late.svg").read_text())
    assert "The row of step s has the rate of update s + 300<" in figure
    schedule, rows = planned(config=ask("plan", "late.svg").out.decode()).curves
    assert rows.schedule([100, 500]) == pytest.approx([cosine(400), cosine(800)])
    assert schedule.schedule([0, 200, 500]) == pytest.approx([cosine(300), cosine(500), cosine(800)], abs=1e-5)


def test_a_schedule_that_missed_updates_goes_through_the_rows(tmp_path: Path) -> None:
    made = [step - min(step // 100, 5) for step in range(0, 1000, 10)]  # one update is missed at 100, 200 ... 500
    rows = [(10 * at, min(update / 1000, cosine(update - 100, 900))) for at, update in enumerate(made)]
    path = json_lines(tmp_path / "missed.jsonl", rows)
    assert any("missed 5 updates" in line for line in lines(path))
    assert ask("diagnose", path, "--plot", "missed.svg").code == 0
    schedule, points = planned(config=ask("plan", "missed.svg").out.decode()).curves
    times = [50, 110, 310, 510, 990]
    assert schedule.schedule(times) == pytest.approx([dict(rows)[time] for time in times], abs=2e-5)
    assert points.schedule(times) == pytest.approx([dict(rows)[time] for time in times])


def test_a_lengthened_warmup_is_pointed_to(tmp_path: Path) -> None:
    """Ultralytics warms up over at least 100 batches, here 20 epochs of 5; the bias group is not read."""
    (tmp_path / "args.yaml").write_text(
        "task: detect\nepochs: 100\noptimizer: SGD\nlr0: 0.01\nlrf: 0.01\nwarmup_epochs: 3.0\nwarmup_bias_lr: 0.1\n"
        "cos_lr: false\nbatch: 16\nnbs: 64\nmomentum: 0.937\nwarmup_momentum: 0.8\n"
    )

    def rate(epoch: int) -> float:
        decayed = 0.01 * (1 - epoch / 100 * 0.99)
        batch = epoch * 5 + 4
        return decayed * batch / 100 if batch <= 100 else decayed

    table = "".join(f"{epoch + 1},0.5,{rate(epoch)},{rate(epoch)},{rate(epoch)}\n" for epoch in range(100))
    (tmp_path / "results.csv").write_text(f"epoch,train/box_loss,lr/pg0,lr/pg1,lr/pg2\n{table}")
    answer = ask("diagnose", "results.csv", "--plot", "late.svg")
    assert answer.out.decode().startswith("Deviates: the warmup took 20 epochs, planned 3; ")
    figure = html.unescape((tmp_path / "late.svg").read_text())
    for text in (">a warmup of 20 epochs<", ">results.csv: lr/pg1", ">epoch 3<", ">planned end of the warmup<"):
        assert text in figure
    assert "planned:" not in figure.partition("<metadata>")[0] + figure.partition("</metadata>")[2]


@pytest.mark.parametrize(("epochs", "note"), [(20, " (epoch - 1)"), (400, "")])
def test_the_name_of_rows_that_are_one_update_late_says_so(tmp_path: Path, epochs: int, note: str) -> None:
    path = json_lines(tmp_path / "late.jsonl", [(at, cosine(at - 1, epochs)) for at in range(1, epochs + 1)], "epoch")
    assert ask("diagnose", path, "cosine:lr=0.1", "--epochs", str(epochs), "--plot", "late.svg").code == 0
    assert f">late.jsonl: lr{note}<" in (tmp_path / "late.svg").read_text()


@pytest.mark.parametrize(("missed", "curves"), [(3, 2), (300, 3)])
def test_an_explanation_that_the_plan_hides_is_not_drawn(tmp_path: Path, missed: int, curves: int) -> None:
    """A shift of 3 updates of 10,000 is less than the width of a line, one of 300 is not."""
    rows = [(step, cosine(max(step - missed, 0), 10_000)) for step in range(0, 10_000, 100)]
    path = json_lines(tmp_path / "missed.jsonl", rows)
    assert ask("diagnose", path, "cosine:lr=0.1", "--steps", "10k", "--plot", "missed.png").code == 0
    assert len(planned(config=ask("plan", "missed.png").out.decode()).curves) == curves


def test_the_colors_of_a_dark_figure(log: Callable[..., str], tmp_path: Path) -> None:
    words = ("diagnose", log(), "cosine:lr=0.1", "--steps", "1000", "--plot", "dark.svg")
    assert ask(*words, "--theme", "dark").code == 0
    dark = (tmp_path / "dark.svg").read_text()
    assert ask(*words).code == 0
    assert "#0d1117" in dark.lower()
    assert "#0d1117" not in (tmp_path / "dark.svg").read_text().lower()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--theme", "dark"), "--theme: needs a figure; pass --plot FILE"),
        (("--title", "Run 7"), "--title: needs a figure; pass --plot FILE"),
        (("--plot", "a.png", "--dpi", "5"), "--dpi: must be a finite number of at least 20, got '5'"),
        (("--plot", "-"), "--plot: must be a file, got standard output; such as --plot diagnosis.png"),
        (("--plot", "log.jsonl"), "output 'log.jsonl': must not be an input, got the file 'log.jsonl'"),
        (("--plot", "log.txt"), "output 'log.txt': must end in .png, .svg or .pdf"),
    ],
)
def test_figures_that_cannot_be_written(log: Callable[..., str], words: tuple[str, ...], error: str) -> None:
    answer = ask("diagnose", log(), "cosine:lr=0.1", "--steps", "1000", *words)
    assert (answer.code, answer.err) == (2, f"cosine-lr: error: {error}\n")


def test_a_figure_is_of_one_run(tmp_path: Path) -> None:
    history = [(step, cosine(step)) for step in STEPS]
    json_lines(tmp_path / "log.jsonl", [*history, *((step, 2 * rate) for step, rate in history)])
    answer = ask("diagnose", "log.jsonl", "cosine:lr=0.1", "--steps", "1000", "--plot", "runs.png")
    assert answer.code == 2
    assert "--plot: draws one run, got 2 runs; pass --run" in answer.err
    assert not (tmp_path / "runs.png").exists()


def test_the_time_axis_of_a_log_without_times_counts_rows(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("lr,loss\n" + "".join(f"{cosine(row, 40)},1\n" for row in range(40)))
    assert ask("diagnose", "rows.csv", "--plot", "rows.svg").code == 0
    figure = (tmp_path / "rows.svg").read_text()
    assert ">Row<" in figure
    assert not any(f">{unit}<" in figure for unit in ("Step", "Epoch"))


def in_epochs(path: Path, rate: Callable[[int], float], *, total: int, epoch: Callable[[int], float]) -> str:
    """Write the log of a run of ``total`` updates with the epoch of each row."""
    rows = [{"step": step, "learning_rate": rate(step), "epoch": epoch(step)} for step in range(0, total, 10)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path.name


@pytest.mark.parametrize(
    "epoch",
    [
        pytest.param(lambda step: step / 250, id="exact"),
        pytest.param(lambda step: round(step / 250, 2), id="two decimals"),
        pytest.param(lambda step: step // 250, id="whole"),
        pytest.param(lambda step: step // 250 + 1, id="whole, from 1"),
    ],
)
def test_a_plan_in_epochs_and_a_log_with_steps_and_epochs(tmp_path: Path, epoch: Callable[[int], float]) -> None:
    def rate(step: int) -> float:
        return 0.1 * step / 60 if step < 60 else 0.1 * (1000 - step) / 940

    log = in_epochs(tmp_path / "log.jsonl", rate, total=1000, epoch=epoch)
    answer = ask("diagnose", log, "linear:lr=0.1,warmup=6%", "--epochs", "4")
    assert (answer.code, answer.out.decode().splitlines()[0]) == (0, "Matches the plan.")
    assert "250 steps per epoch: from the epochs of the log" in answer.err


def test_the_length_in_a_log_gives_the_steps_of_a_planned_epoch(tmp_path: Path) -> None:
    history = [
        {"step": step, "learning_rate": 1e-3 * (1 - (step - 1) / 600), "epoch": round(step / 200, 2)}
        for step in range(20, 401, 20)
    ]
    (tmp_path / "trainer_state.json").write_text(json.dumps({"log_history": history, "max_steps": 600}))
    answer = ask("diagnose", "trainer_state.json", "linear:lr=1e-3", "--epochs", "3")
    assert answer.out.decode().splitlines() == [
        "Matches the plan.",
        "  20 rows, exact to all digits.",
        "  The row of step s has the rate of update s - 1.",
        "  The log stops at step 400, 66.7% of the planned horizon.",
    ]
    assert "200 steps per epoch: max_steps of the log is 600 for 3 epochs" in answer.err


def test_a_rate_of_each_epoch_in_a_log_with_steps_is_that_of_a_plan_in_epochs(tmp_path: Path) -> None:
    log = in_epochs(
        tmp_path / "log.jsonl", lambda step: cosine(step // 250, 8.0), total=2000, epoch=lambda step: step // 250
    )
    answer = ask("diagnose", log, "cosine:lr=0.1", "--epochs", "8")
    assert (answer.code, answer.out.decode().splitlines()[0]) == (0, "Matches the plan.")


def one_cycle(step: float, top: float, end: float) -> float:
    """Return the rate of a cycle from 0.004 to 0.1 at ``top``, and to 4e-7 at ``end``, on half cosine waves."""
    first, last, begin, length = (0.004, 0.1, 0.0, top) if step <= top else (0.1, 4e-7, top, end - top)
    return last + (first - last) * 0.5 * (1 + math.cos(math.pi * (step - begin) / length))


def test_a_cycle_of_pytorch_against_one_whose_end_is_an_update_later(log: Callable[..., str]) -> None:
    path = log(lambda step: one_cycle(step, 0.3 * 1000 - 1, 999.0))
    answer = ask("diagnose", path, "onecycle:lr=0.1", "--steps", "1000")
    assert answer.code == 0
    assert answer.out.decode().splitlines() == [
        "Matches, but the peak is at update 299, planned 300, and the end at 999, planned 1000.",
        "  Harmless: PyTorch counts so. Write torch.OneCycleLR:max_lr=LR,total_steps=T in the plan.",
        "  100 rows, exact to all digits.",
    ]
    exact = lines(path, "torch.OneCycleLR:max_lr=0.1,total_steps=1000", "--steps", "1000")
    assert exact[0] == "Matches the plan."


def test_a_warmup_that_includes_its_peak(log: Callable[..., str]) -> None:
    def rate(step: float) -> float:
        return 0.1 * step / 99 if step < 100 else 0.05 * (1 + math.cos(math.pi * (step - 100) / 900))

    answer = ask("diagnose", log(rate), "cosine:lr=0.1,warmup=100", "--steps", "1000")
    assert (answer.code, answer.out.decode().splitlines()[0]) == (
        0,
        "Matches, but the peak is at update 99, planned 100.",
    )


@pytest.mark.parametrize("plan", ["cosine:lr=0.1", "cosine:lr=0.1,warmup=10"])
def test_a_log_that_counts_batches(log: Callable[..., str], plan: str) -> None:
    warmup = 10 if "warmup" in plan else 0

    def rate(step: float) -> float:
        update = step // 8
        return 0.1 * update / 10 if update < warmup else cosine(update - warmup, 125.0 - warmup)

    path = log(rate)
    known = ask("diagnose", path, plan, "--steps", "125", "--accumulate", "8")
    assert known.code == 0
    assert known.out.decode().splitlines() == [
        "Matches: the log counts batches, 8 for each planned update.",
        "  100 rows, exact to all digits.",
    ]
    unknown = ask("diagnose", path, plan, "--steps", "125")
    assert unknown.code == 1
    assert unknown.out.decode().splitlines() == [
        "The log has 8 steps for each planned update.",
        (
            "  If it counts batches of which 8 are accumulated, it matches: pass --accumulate 8. Else the schedule is "
            "8 times too slow."
        ),
        "  100 rows, exact.",
    ]


def test_a_floor_below_zero_is_not_named(log: Callable[..., str]) -> None:
    path = log(lambda step: cosine(step, 1000.0, 0.10002) - 0.00002, range(0, 900, 10))
    assert "falls to -" not in " ".join(lines(path, "cosine:lr=0.1", "--steps", "1000"))


@pytest.mark.parametrize(
    ("every", "code", "first"),
    [
        (16, 0, "Matches, but the rate is set once in 16 updates, to the planned one of that time."),
        (500, 1, "The rate is set once in 500 updates, to the planned one of that time."),
    ],
)
def test_a_rate_that_is_set_once_in_several_updates(log: Callable[..., str], every: int, code: int, first: str) -> None:
    path = log(lambda step: cosine((step - 1) // every * every if step else 0.0, 5000.0), range(0, 5000, 10))
    answer = ask("diagnose", path, "cosine:lr=0.1", "--steps", "5000")
    assert (answer.code, answer.out.decode().splitlines()[0]) == (code, first)


def test_a_schedule_that_is_not_nearer_than_the_plan_is_not_shown(log: Callable[..., str]) -> None:
    path = log(lambda step: cosine(step) + (2e-4 if step % 20 else 0.0))
    answer = ask("diagnose", path, "cosine:lr=0.1", "--steps", "1000")
    assert answer.code == 1
    assert answer.out.decode().splitlines()[1] == (
        "  No schedule of this program fits the log better: compare it with another plan."
    )


def test_a_plan_whose_decay_ends_after_the_run_is_doubted(log: Callable[..., str]) -> None:
    path = log(lambda step: cosine(step, 4000.0))
    assert lines(path, "cosine:lr=0.1,total=4000", "--steps", "1000") == [
        "Matches the plan.",
        "  100 rows, exact to all digits.",
        "  The decay of the plan ends at update 4000, but the run at 1000: the rate ends at 0.0854 instead of 0.",
    ]


def test_a_plan_that_is_all_warmup_is_doubted(log: Callable[..., str]) -> None:
    plan = "piecewise_interpolated:times=0/1000,values=1e-4/0.1"
    assert lines(log(lambda step: 1e-4 + (0.1 - 1e-4) * step / 1000), plan, "--steps", "1000") == [
        "Matches the plan.",
        "  100 rows, exact to all digits.",
        "  The planned rate rises up to the end of the run: all of it is warmup, unless that is meant.",
    ]


def test_drops_in_epochs_are_not_missed_updates(tmp_path: Path) -> None:
    """A plateau has lowered the rate later than the milestones."""
    rates = [(epoch, 1e-3 * 0.5 ** ((epoch >= 17) + (epoch >= 27))) for epoch in range(30)]
    log = json_lines(tmp_path / "log.jsonl", rates, step="epoch")
    answer = ask("diagnose", log, "multistep:lr=1e-3,milestones=10/20,gamma=0.5", "--epochs", "30")
    assert answer.code == 1
    assert "a drop at 17, planned 10" in answer.out.decode()
    assert "update" not in answer.out.decode()
    assert "missed" not in answer.out.decode()


def test_late_drops_are_not_missed_updates(log: Callable[..., str]) -> None:
    path = log(lambda step: 0.1 * 0.1 ** ((step >= 330) + (step >= 660)))
    answer = ask("diagnose", path, "multistep:lr=0.1,milestones=300/600,gamma=0.1", "--steps", "1000")
    assert (answer.code, "missed" in answer.out.decode()) == (1, False)


def test_drops_are_matched_in_their_order(log: Callable[..., str]) -> None:
    path = log(lambda step: 0.1 * 0.5 ** ((step >= 580) + (step >= 830)))
    found = lines(path, "multistep:lr=0.1,milestones=200/600/800,gamma=0.5", "--steps", "1000")
    assert found[0] == ("No drop at 200; a drop at 571 to 580, planned 600; a drop at 821 to 830, planned 800.")


def test_the_figure_of_a_run_that_ends_inside_its_warmup_is_drawn_again(log: Callable[..., str]) -> None:
    path = log(lambda step: 0.1 * step / 1500)
    answer = ask("diagnose", path, "linear:lr=0.1,warmup=1500", "--steps", "1000", "--plot", "figure.svg")
    assert answer.code == 1
    again = ask("plot", "figure.svg", "-o", "again.svg")
    assert (again.code, again.out) == (0, b"again.svg\n")


def test_another_warmup_that_counts_from_1(log: Callable[..., str]) -> None:
    def rate(step: float) -> float:
        return 0.1 * (step + 1) / 150 if step < 150 else 0.1 * (1000 - step) / 850

    assert lines(log(rate), "linear:lr=0.1,warmup=100", "--steps", "1000")[0] == (
        "The warmup is 150 updates, planned 100, and it counts from 1. After it, the decay ends as planned."
    )


def test_a_horizon_is_named_before_a_floor_with_many_digits(log: Callable[..., str]) -> None:
    path = log(lambda step: 0.1 * (1 - step / 1030), range(0, 900, 10))
    assert lines(path, "linear:lr=0.1", "--steps", "1000")[0].startswith(
        "The horizon is 1030, planned 1000; or, as exactly, a floor of 0.00291."
    )


@pytest.mark.parametrize(("first", "count"), [(0, 1), (1, 0)])
def test_rows_that_are_an_epoch_late(tmp_path: Path, first: int, count: int) -> None:
    rates = [(epoch, cosine(max(epoch - 1, 0), 50.0)) for epoch in range(first, 50)]
    found = lines(json_lines(tmp_path / "log.jsonl", rates, step="epoch"), "cosine:lr=0.1", "--epochs", "50")
    assert found[0] == "Matches the plan."
    assert found.count("  The row of epoch s has the rate of epoch s - 1.") == count


def test_one_of_two_runs_deviates(tmp_path: Path) -> None:
    runs = [[(step, cosine(step, 1000.0, lr)) for step in STEPS] for lr in (0.1, 0.2)]
    log = json_lines(tmp_path / "log.jsonl", [*runs[0], *runs[1]])
    answer = ask("diagnose", log, "cosine:lr=0.1", "--steps", "1000")
    assert answer.code == 1
    assert answer.err.splitlines()[-1] == (
        "cosine-lr: error: diagnose: run 2 of the log deviates from the plan; run 1 matches: pass --run 1 for it alone"
    )


def test_the_planned_warmup_that_counts_from_1(log: Callable[..., str]) -> None:
    def rate(step: float) -> float:
        return 0.1 * (step + 1) / 150 if step < 150 else 0.1 * (1000 - step) / 850

    assert lines(log(rate), "linear:lr=0.1,warmup=150", "--steps", "1000")[0] == (
        "Matches, but the warmup counts from 1: update 0 has 0.000667, planned 0."
    )


def test_a_warmup_that_multiplies_the_decay_is_named(log: Callable[..., str]) -> None:
    def rate(step: float) -> float:  # as WarmupPolyLR of detectron2
        return 0.1 * (1 - step / 1000) ** 0.9 * (0.001 + 0.999 * min(step / 200, 1))

    answer = lines(log(rate))
    assert answer[0].startswith("polynomial: 0.1, down to 0 at step 1000 (power 0.9); fits 80 of 100 rows")
    assert "  The first 20 rows are this schedule times a warmup from 0.001 to 1 at step 200." in answer


def test_a_warmup_of_the_next_epoch_is_named(tmp_path: Path) -> None:
    def rate(epoch: int) -> float:  # as YOLOv5 with 40 batches per epoch: warmups use the rate of the next epoch
        warming = 0.01 * (1 - 0.99 * epoch / 100) * (40 * (epoch + 1) - 1) / 120
        return warming if epoch < 3 else 0.01 * (1 - 0.99 * max(epoch - 1, 3) / 100)

    answer = lines(json_lines(tmp_path / "log.jsonl", ((epoch, rate(epoch)) for epoch in range(100)), step="epoch"))
    assert answer[0].startswith("linear: 0.01, down to 0.0001 at epoch 100; fits 96 of 100 rows")
    # (40 (e + 1) - 1) / 120 is 39 / 120 at epoch 0, and 1 at 121 / 40 - 1
    assert (
        "  The first 4 rows are this schedule times a warmup from 0.325 to 1 at epoch 2.025, as in Ultralytics."
        in answer
    )


def test_first_rows_of_another_form(log: Callable[..., str]) -> None:
    answer = lines(log(lambda step: cosine(step) * (1 if step >= 30 else 0.3 + 0.02 * math.sqrt(step))))
    assert answer[0].startswith("cosine: 0.1, down to 0 at step 1000; fits 97 of 100 rows")
    assert "  The first 3 rows have other rates, as of another warmup." in answer
    answer = lines(log(lambda step: cosine(step) if step >= 20 else 0.05))
    assert "  The first 2 rows have other rates, as of another warmup." in answer


def test_rows_are_counted_where_the_logger_counts_its_calls(tmp_path: Path) -> None:
    rows = [{"lr": cosine(update, 100)} for update in range(100)]
    for epoch in range(9, 0, -1):
        rows.insert(10 * epoch, {"loss": 0.5})  # of the evaluation
    (tmp_path / "run.wandb").write_bytes(fragments(history(call, row) for call, row in enumerate(rows)))
    read = "  Rows are counted: _step of W&B also counts what is logged without a rate."
    assert lines("run.wandb")[0].startswith("cosine: 0.1, down to 0 at step 100; fits all 100 rows to")
    assert lines("run.wandb", "cosine:lr=0.1", "--steps", "100")[0] == "Matches the plan."
    assert read in lines("run.wandb")
    assert read in lines("run.wandb", "cosine:lr=0.1", "--steps", "100")


def test_drops_that_a_floor_leaves_out_are_not_listed(log: Callable[..., str]) -> None:
    answer = lines(log(lambda step: (0.1, 0.01, 0.001)[min(int(step // 300), 2)]))
    assert answer[0].startswith("steps: 0.1, x 0.1 at 300, 600")
    assert "900" not in answer[0]


def test_a_scheduler_that_is_stepped_twice(log: Callable[..., str]) -> None:
    answer = ask("diagnose", log(lambda step: 0.1 * (1 - step / 1000)), "linear:lr=0.1", "--steps", "2000")
    assert (
        "  Step the scheduler once per optimizer.step(). With 2 processes or accumulation 2, look there first. "
        "Or the framework and the loop both step it."
    ) in answer.out.decode().splitlines()


def test_the_config_of_a_schedule_whose_first_rows_are_others(tmp_path: Path) -> None:
    """A note says that the config does not have them."""
    rates = [0.01 * (1 - 0.99 * (epoch - 1) / 90) * min((10 * epoch - 1) / 100, 1) for epoch in range(1, 61)]
    path = tmp_path / "metrics.csv"
    path.write_text("epoch,lr\n" + "".join(f"{at},{rate:.6g}\n" for at, rate in enumerate(rates, 1)))
    answer = ask("diagnose", str(path), "-o", str(tmp_path / "plan.yaml"))
    assert answer.err == f"cosine-lr: wrote {tmp_path / 'plan.yaml'}, without the other rates before epoch 11\n"


def test_updates_that_are_all_missed_before_the_first_row_are_few(tmp_path: Path) -> None:
    """A loss scale of 2^32 is halved at most 32 times: a later begin is another warmup or another rate."""
    rows = [(step, 7e-4 * (1 - step / 700)) for step in range(100, 600, 100)]
    answer = ask("diagnose", json_lines(tmp_path / "log.jsonl", rows), "linear:lr=6e-4", "--steps", "700")
    assert answer.code == 1
    assert answer.out.decode().startswith("The warmup is 100 updates, planned 0")
