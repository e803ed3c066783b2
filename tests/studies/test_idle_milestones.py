"""Milestones at which no change is seen: told from the rates of the same curve without each of them."""

from __future__ import annotations

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.studies.idle_milestones import idle_milestones

FAR = 10**6


def rates(words: str) -> list[float]:
    plan = planned(words)
    return plan.curves[0].schedule(np.arange(plan.clock.total, dtype=np.float64)).tolist()


# Each with a place for times that rise, the last of which may be replaced by one that is far away.
CURVES = [
    pytest.param("multistep:milestones={}", id="multistep"),
    pytest.param("multistep:milestones={} --steps-per-epoch 7", id="multistep-of-steps"),
    pytest.param("multistep:milestones={} --steps-per-epoch 7 --update epoch", id="multistep-once-an-epoch"),
    pytest.param("piecewise_constant:milestones={},values=0.1/0.03/0.02/0.01", id="piecewise-constant"),
    pytest.param("staircase:every=3,of=multistep,milestones={}", id="staircase"),
    pytest.param("retime:stretch=2,ahead=3,of=multistep,milestones={}", id="retime"),
    pytest.param("restarts:cycle=40,of=multistep,milestones={}", id="restarts"),
    pytest.param("scale:factor=0.5,of=multistep,milestones={}", id="scale"),
    pytest.param("torch.MultiStepLR:milestones={}", id="torch"),
    pytest.param("torch.MultiStepLR:milestones={} --steps-per-epoch 7", id="torch-once-an-epoch"),
    pytest.param("timm.MultiStepLRScheduler:decay_t={},decay_rate=0.5", id="timm"),
    pytest.param("timm.MultiStepLRScheduler:decay_t={},decay_rate=0.5,warmup_t=5", id="timm-after-a-warmup"),
    pytest.param("keras.PiecewiseConstantDecay:boundaries={},values=0.1/0.03/0.02/0.01", id="keras"),
]
TIMES = [3.0, 39.0, 40.0, 41.5, 49.0, 92.0, 94.0, 95.0, 96.0, 97.5, 98.0, 98.5, 99.0, 99.5, 100.0, 101.0, 150.0, 198.0]


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("time", TIMES)
def test_a_milestone_is_idle_where_the_rates_are_the_same_without_it(curve: str, time: float) -> None:
    times = f"1/2/{time:g}"
    same = rates(curve.format(times)) == rates(curve.format(f"1/2/{FAR}"))
    found = idle_milestones(planned(curve.format(times)))
    idle = {milestone.value for one in found for milestone in one.never}
    steps = 7 if "--steps-per-epoch 7" in curve and "torch" not in curve else 1
    assert (time * steps in idle) == same


@pytest.mark.parametrize(
    ("words", "climbed", "left"),
    [
        pytest.param("multistep:milestones=2/5/60 --warmup 5", [2, 5], 1, id="at-its-end-too"),
        pytest.param("multistep:milestones=2/5 --warmup 5", [2, 5], 0, id="none-left"),
        pytest.param("piecewise_constant:milestones=2/60,values=0.1/0.2/0.3 --warmup 5", [2], 1, id="a-table"),
        pytest.param(
            "piecewise_interpolated:times=0/5/60,values=0.1/0.2/0 --warmup 5", [0], 2, id="reached-at-its-end"
        ),
        pytest.param("timm.MultiStepLRScheduler:decay_t=2/60,warmup_t=5,warmup_prefix=false", [2], 1, id="timm"),
        pytest.param("timm.MultiStepLRScheduler:decay_t=2/60,warmup_t=5", None, None, id="timm-counts-from-its-end"),
        pytest.param("step --warmup 5", None, None, id="no-milestones"),
    ],
)
def test_inside_the_warmup(words: str, climbed: list[float] | None, left: int | None) -> None:
    found = idle_milestones(planned(words))
    if climbed is None:
        assert found == []
        return
    (idle,) = found
    assert ([milestone.value for milestone in idle.climbed], idle.never, idle.left) == (climbed, (), left)


@pytest.mark.parametrize(
    ("words", "never"),
    [
        pytest.param("piecewise_interpolated:times=0/50/100,values=0.1/0.2/0", None, id="reached-at-the-end"),
        pytest.param("piecewise_interpolated:times=0/50/101,values=0.1/0.2/0", [101], id="reached-after-it"),
        pytest.param("piecewise_interpolated", None, id="default"),
        pytest.param("multistep", None, id="default-of-multistep"),
        pytest.param("multistep --epochs 1", [1], id="shortest"),
    ],
)
def test_rates_that_are_reached(words: str, never: list[float] | None) -> None:
    found = [[milestone.value for milestone in idle.never] for idle in idle_milestones(planned(words))]
    assert found == ([never] if never else [])


PARTS = """
epochs: 100
curves:
- sequence:
  - multistep: {milestones: [10, 50, 60], for: 50}
  - multistep: {milestones: [10, 49, 60]}
- torch.SequentialLR:
    schedulers: [LinearLR: {total_iters: 5}, MultiStepLR: {milestones: [30, 94, 95]}]
    milestones: [5]
- torch.ChainedScheduler:
    schedulers: [LinearLR: {total_iters: 5}, MultiStepLR: {milestones: [30, 99, 100]}]
- optax.join_schedules:
    schedules:
    - constant_schedule: {value: 0.1}
    - piecewise_constant_schedule: {init_value: 0.1, boundaries_and_scales: {10: 0.1, 19: 0.1, 20: 0.1}}
    boundaries: [80, 90]
- optax.piecewise_interpolate_schedule:
    interpolate_type: linear
    init_value: 0.1
    boundaries_and_scales: {100: 1, 101: 1}
"""


def test_parts_have_their_turns() -> None:
    """The first multistep has steps 0 to 49, the second 50 to 99; PyTorch's drops at 94 are 5 calls late, as at 99."""
    found = [sorted(milestone.value for milestone in idle.never) for idle in idle_milestones(planned("", PARTS))]
    assert found == [[50, 60, 60], [95], [100], [20, 90], [101]]


def test_panels_have_their_own() -> None:
    found = idle_milestones(planned("multistep:milestones=10/60 --grid warmup=0,20"))
    assert [[milestone.value for milestone in idle.climbed] for idle in found] == [[10]]
