"""What ``code`` prints, run as a program: each update's rate is the plan's."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import numpy as np
import pytest
from door import ask
from plans_of import planned
from programs_of import NEEDS, PRECISION, rates_of

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
    source = targets.source(plan, target)
    assert max(map(len, source.splitlines())) <= WIDTH
    found = rates_of(source, target)
    expected = plan.curves[0].schedule(np.arange(len(found)))
    assert len(found) in (plan.clock.total, plan.clock.total + 1)
    tolerance = PRECISION.get(target, 1e-12) * float(np.nanmax(expected))
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
@pytest.mark.parametrize("curve", ["cosine", "step:step_size=3", "wsd:warmup=2", "multistep:milestones=3/7,warmup=2"])
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


def cosine(t: float) -> float:
    """Return the learning rate that update t is made with."""
    # 'cosine'
    if t < 5:
        u = min(t / 5, 1)
        return 0.1 * u
    left = max(0, (95 - max(t - 5, 0)) / 95)
    return 1e-05 + (0.1 - 1e-05) * math.sin(math.pi / 2 * left) ** 2


def step_decay(t: float) -> float:
    """Return the learning rate that update t is made with."""
    # 'step decay'
    return 0.1 * 0.1 ** (t // 30)


if __name__ == "__main__":  # the rate of each update, and what is left after the last
    for t in range(101):
        print(t, cosine(t), step_decay(t))
'''
    )


def test_a_target_that_is_none_is_refused() -> None:
    answer = ask("code", "--to", "pytorch")
    assert answer.code == 2
    assert answer.err.startswith(
        "cosine-lr: error: --to: must be keras, lightning, numpy, optax, python, timm, torch or "
    )
    assert answer.err.endswith("got 'pytorch'; did you mean torch?\n")
