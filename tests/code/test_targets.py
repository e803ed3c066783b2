"""What ``code`` prints, run as a program: each update's rate is the plan's."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import numpy as np
import pytest
from door import ask
from plans_of import planned
from programs_of import NEAR, NEEDS, PRECISION, rates_of

from cosine_cli.code.core import targets
from cosine_cli.code.core.emit import WIDTH
from cosine_cli.schedules.core import catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

CURVES = [
    *(name for name in catalogue.names() if name != "sequence"),
    "cosine:min_lr=1e-4",
    "cosine:warmup=5",
    "cosine:warmup=5,warmup_shape=cosine,warmup_start=1e-3,min_lr=1e-3",
    "linear:warmup=6",
    "constant:warmup=6",
    "multistep:milestones=10/20/45,gamma=0.5,min_lr=1e-3",
    "step:step_size=7,gamma=0.7",
    "restarts:cycle=5,cycle_mult=2,cycle_decay=0.5",
    "wsd:decay_shape=cosine",
    "wsd:decay_shape=1-sqrt,min_lr=0.01",
    "cyclic:mode=exp_range",
    "onecycle:three_phase=true,anneal=linear",
    "piecewise_interpolated:times=0/20/40,values=0/0.2/0.1,between=cosine",
]


def check(target: str, curve: str, *flags: str) -> None:
    words = " ".join((f"'{curve}'", *flags))
    plan = planned(words)
    sources = {exact: targets.source(plan, target, exact=exact) for exact in (True, False)}
    for exact, source in sources.items():
        assert max(map(len, source.splitlines())) <= WIDTH
        if not exact and source == sources[True]:
            continue
        found = rates_of(source, target)
        expected = plan.curves[0].schedule(np.arange(len(found)))
        assert len(found) in (plan.clock.total, plan.clock.total + 1)
        tolerance = (PRECISION.get(target, 1e-12) if exact else NEAR) * float(np.nanmax(expected))
        assert found == pytest.approx(expected.tolist(), abs=tolerance, rel=0)


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("target", ["python", "numpy"])
def test_a_program_prints_the_rates(target: str, curve: str) -> None:
    check(target, curve, "--epochs", "60")


@pytest.mark.frameworks
@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("target", sorted(NEEDS))
def test_a_framework_gives_the_rates(target: str, curve: str) -> None:
    if importlib.util.find_spec(NEEDS[target]) is None:
        pytest.skip(f"{NEEDS[target]} is not installed")
    check(target, curve, "--epochs", "60")


@pytest.mark.frameworks
@pytest.mark.parametrize("flags", [("--update", "epoch"), ()], ids=["by epoch", "by update"])
@pytest.mark.parametrize(
    "curve",
    [
        *("cosine", "step:step_size=3", "wsd:warmup=2", "wsd", "multistep:milestones=3/7,warmup=2", "noam"),
        *("cosine:warmup=5st", "step:step_size=9st,warmup=3st", "restarts:cycle=5st", "inverse_sqrt:timescale=3st"),
    ],
)
@pytest.mark.parametrize("target", sorted(NEEDS))
def test_epochs_of_several_updates(target: str, curve: str, flags: Sequence[str]) -> None:
    if importlib.util.find_spec(NEEDS[target]) is None:
        pytest.skip(f"{NEEDS[target]} is not installed")
    check(target, curve, "--epochs", "10", "--steps-per-epoch", "4", *flags)


def test_a_label_is_never_code() -> None:
    label = '"""\\n\\nimport os\\n#'
    for target in ("python", "numpy"):
        source = targets.source(planned(f"""'cosine:label="{label}"' step"""), target)
        compile(source, "<generated>", "exec")
        assert "\nimport os" not in source


def test_python_whole() -> None:
    answer = ask("code", "cosine:warmup=5,min_lr=1e-5", "step", "--to", "python")
    assert (
        answer.out.decode()
        == '''\
"""Learning rates by update, counted from 0."""

import math


def cosine(t: int) -> float:
    """Return the learning rate of update t, counted from 0."""
    if t < 5:
        return 0.1 * t / 5
    progress = min((t - 5) / 95, 1)
    return 1e-05 + (0.1 - 1e-05) * 0.5 * (1 + math.cos(math.pi * progress))


def step_decay(t: int) -> float:
    """Return the learning rate of update t, counted from 0."""
    return 0.1 * 0.1 ** (t // 30)


if __name__ == "__main__":  # the rate of each update, and the one after the last
    for t in range(101):
        print(t, cosine(t), step_decay(t))
'''
    )


def test_torch_whole() -> None:
    answer = ask("code", "cosine:warmup=5", "rex:label='mine, of paper 2107.04197'", "--epochs", "90", "--to", "torch")
    assert (
        answer.out.decode()
        == '''\
"""Learning-rate schedulers for PyTorch."""

import torch
from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    LambdaLR,
    LinearLR,
    LRScheduler,
    SequentialLR,
)


def cosine(optimizer: torch.optim.Optimizer) -> LRScheduler:
    """Return the scheduler of an optimizer with lr=0.1."""
    # Differs by at most 1e-09 (1e-08 of the peak), at epoch 0; --exact writes a
    # function.
    return SequentialLR(
        optimizer,
        schedulers=[
            LinearLR(optimizer, start_factor=1e-08, total_iters=5),
            CosineAnnealingLR(optimizer, T_max=85),
        ],
        milestones=[5],
    )


def mine_of_paper_2107_04197_factor(epoch: int) -> float:
    """Return the factor of the optimizer's rate at an epoch, counted from 0."""
    left = max(0, 1 - epoch / 90)
    return left / (0.5 + 0.5 * left)


def mine_of_paper_2107_04197(optimizer: torch.optim.Optimizer) -> LRScheduler:
    """Return the scheduler of an optimizer with lr=0.1."""
    # A function: PyTorch has no built-in equivalent.
    return LambdaLR(optimizer, mine_of_paper_2107_04197_factor)


if __name__ == "__main__":
    # The loop shows where step() goes, and prints the rate of each update.
    for make in (cosine, mine_of_paper_2107_04197):
        weights = torch.nn.Parameter(torch.zeros(1))
        optimizer = torch.optim.SGD([weights], lr=0.1)
        scheduler = make(optimizer)
        for epoch in range(90):
            print(epoch, optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
'''
    )


LOOPS = {
    "epochs": (
        "--epochs 90",
        ["for epoch in range(90):", "    print(epoch, ", "    optimizer.step()", "    scheduler.step()"],
    ),
    "steps": (
        "--steps 500",
        ["for step in range(500):", "    print(step, ", "    optimizer.step()", "    scheduler.step()"],
    ),
    "epochs of updates": (
        "--epochs 90 --steps-per-epoch 391 --update epoch",
        [
            "for epoch in range(90):",
            "    for batch in range(391):",
            "        print(epoch * 391 + batch, ",
            "        optimizer.step()",
            "    scheduler.step()",
        ],
    ),
    "updates of epochs": (
        "--epochs 9 --steps-per-epoch 391",
        ["for step in range(3519):", "    print(step, ", "    optimizer.step()", "    scheduler.step()"],
    ),
}


@pytest.mark.parametrize(("flags", "loop"), LOOPS.values(), ids=LOOPS)
def test_a_loop_is_what_a_person_would_write(flags: str, loop: list[str]) -> None:
    source = targets.source(planned(f"cosine {flags}"), "torch")
    rate = 'optimizer.param_groups[0]["lr"])'
    lines = [f"    {line}{rate}" if line.endswith(", ") else f"    {line}" for line in loop]
    assert source.endswith("    scheduler = cosine(optimizer)\n" + "\n".join(lines) + "\n")


def test_only_curves_with_one_program_share_a_loop() -> None:
    source = targets.source(planned("cosine 'linear:lr=0.3' 'step:lr=0.3'"), "torch")
    assert "    scheduler = cosine(optimizer)" in source
    assert "    for make in (linear, step_decay):" in source


@pytest.mark.parametrize("target", targets.target_names())
def test_exact_asks_for_a_function_where_a_schedule_is_only_near(target: str) -> None:
    answers = [ask("code", "cosine:warmup=5", "--to", target, *flags).out.decode() for flags in ([], ["--exact"])]
    assert (answers[0] != answers[1]) == (target in ("torch", "lightning"))
    assert "SequentialLR(" not in answers[1]


def test_a_target_that_is_none_is_refused() -> None:
    answer = ask("code", "--to", "tortch")
    assert answer.code == 2
    assert answer.err.startswith(
        "cosine-lr: error: --to: must be keras, lightning, numpy, optax, python, timm, torch or "
    )
    assert answer.err.endswith("got 'tortch'; did you mean torch?\n")
