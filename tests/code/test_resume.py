"""``code --resume``: the program goes on with exactly the rates of the plan."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import sys
from types import ModuleType
from typing import Any

import pytest
from door import ask
from plans_of import planned

from cosine_cli.code.core import targets
from cosine_cli.schedules.core import catalogue

BY_EPOCH = "--epochs 20 --steps-per-epoch 3 --update epoch"
CASES = [
    *((name, "--epochs 20", "8") for name in catalogue.names() if name != "sequence"),
    ("cosine:warmup=5", "--steps 40", "3"),
    ("cosine:warmup=5", "--steps 40", "39"),
    ("cosine:warmup=2", "--epochs 20 --steps-per-epoch 3", "8"),
    ("cosine:warmup=2", "--epochs 20 --steps-per-epoch 3", "25st"),
    ("cosine:warmup=2", BY_EPOCH, "8"),
    ("multistep:milestones=10/15", BY_EPOCH, "10"),
    ("transformers.get_cosine_schedule_with_warmup:num_warmup_steps=5,num_training_steps=20", "--steps 30", "12"),
]


def resumed(curve: str, run: str, at: str) -> str:
    answer = ask("code", curve, *run.split(), "--resume", at)
    assert answer.code == 0, answer.err
    return answer.out.decode()


def begin(run: str, at: str) -> int:
    each = 3 if "steps-per-epoch" in run else 1
    return int(at.removesuffix("st")) if at.endswith("st") else int(at) * each


def stub() -> dict[str, ModuleType]:
    """Return modules of the names that a program imports from PyTorch, so that its functions can be used without it."""
    torch, optim, scheduler = ModuleType("torch"), ModuleType("torch.optim"), ModuleType("torch.optim.lr_scheduler")
    optim.Optimizer = object  # type: ignore[attr-defined]
    scheduler.LambdaLR = scheduler.LRScheduler = object  # type: ignore[attr-defined]
    torch.optim, optim.lr_scheduler = optim, scheduler  # type: ignore[attr-defined]
    return {"torch": torch, "torch.optim": optim, "torch.optim.lr_scheduler": scheduler}


def names_in(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "generated"}
    exec(compile(source, "<generated>", "exec"), names)  # noqa: S102 - running it is the test
    return names


@pytest.mark.parametrize(("curve", "run", "at"), CASES)
def test_the_factors_are_those_of_the_plan(curve: str, run: str, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, module in stub().items():
        monkeypatch.setitem(sys.modules, name, module)
    source = resumed(curve, run, at)
    factor = next(value for name, value in names_in(source).items() if name.endswith("_factor"))
    plan = planned(f"'{curve}' {run}")
    calls, each = (20, 3) if run == BY_EPOCH else (plan.clock.total, 1)
    lr = float(plan.bases[0].params.get("lr", 0.0)) or plan.bases[0].schedule.peak
    first = begin(run, at) // each
    expected = [float(plan.curves[0].schedule([call * each])[0]) for call in range(first, calls)]
    assert [lr * factor(call) for call in range(first, calls)] == pytest.approx(
        expected, rel=1e-12, abs=1e-15, nan_ok=True
    )
    assert f"last_epoch={first - 1})" in source


def printed(source: str) -> list[tuple[int, list[float]]]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(source, "<generated>", "exec"), {"__name__": "__main__"})  # noqa: S102 - running it is the test
    rows = [line.split() for line in out.getvalue().splitlines()]
    return [(int(step), [float(rate) for rate in rates]) for step, *rates in rows]


@pytest.mark.frameworks
@pytest.mark.parametrize(("curve", "run", "at"), CASES)
def test_the_program_prints_the_rates_of_the_plan(curve: str, run: str, at: str) -> None:
    if importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed")
    rows = printed(resumed(curve, run, at))
    plan = planned(f"'{curve}' {run}")
    assert [step for step, _ in rows] == list(range(begin(run, at), plan.clock.total))
    expected = plan.curves[0].schedule([step for step, _ in rows]).tolist()
    assert [rates[0] for _, rates in rows] == pytest.approx(expected, rel=1e-12, abs=1e-15, nan_ok=True)


GROUPS = "epochs: 20\ngroups: {body: 0.1, head: 1}\ncurves: [{cosine: {warmup: 5}}]\n"


@pytest.mark.frameworks
def test_groups_after_a_checkpoint() -> None:
    torch = pytest.importorskip("torch")
    plan = planned(config=GROUPS)
    whole = names_in(targets.source(plan, "torch", exact=True))
    rest = names_in(targets.resumed_source(plan, "torch", 8, "--resume"))

    def optimizer() -> Any:
        groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": lr} for lr in (0.01, 0.1)]
        return torch.optim.SGD(groups, momentum=0.9)

    def rates(of: Any, scheduler: Any, count: int) -> list[list[float]]:
        found = []
        for _ in range(count):
            found.append([group["lr"] for group in of.param_groups])
            of.step()
            scheduler.step()
        return found

    first = optimizer()
    before = rates(first, whole["cosine"](first), 8)
    second = optimizer()
    second.load_state_dict(first.state_dict())
    after = rates(second, rest["cosine"](second), 12)
    expected = [[float(curve.schedule([step])[0]) for curve in plan.curves] for step in range(20)]
    assert [row for rows in (before, after) for row in rows] == [pytest.approx(row, rel=1e-12) for row in expected]


@pytest.mark.frameworks
def test_the_program_of_groups(here: Any) -> None:
    pytest.importorskip("torch")
    (here / "c.yaml").write_text(GROUPS)
    rows = printed(ask("code", "c.yaml", "--resume", "8").out.decode())
    plan = planned(config=GROUPS)
    expected = [(step, [float(curve.schedule([step])[0]) for curve in plan.curves]) for step in range(8, 20)]
    assert rows == [(step, pytest.approx(rates, rel=1e-12)) for step, rates in expected]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("cosine --epochs 6 --resume 6", "--resume: must be before the end of cosine, which has 6 epochs"),
        ("cosine --resume 3 --to keras", "--resume: is not supported with --to keras; pass --to torch"),
        (
            f"cosine {BY_EPOCH} --resume 4st",
            "--resume: must be whole epochs: the rate of cosine changes once per epoch",
        ),
    ],
)
def test_refusals(words: str, error: str) -> None:
    answer = ask("code", *words.split())
    assert (answer.code, answer.out, answer.err) == (2, b"", f"cosine-lr: error: {error}\n")
