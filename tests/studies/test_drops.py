"""When a curve falls from one level to a lower one."""

from __future__ import annotations

import pytest

from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.studies.drops import drops


@pytest.mark.parametrize(
    ("schedule", "times"),
    [
        pytest.param(Step(lr=0.1, step_size=30), (30, 60, 90), id="steps"),
        pytest.param(Step(lr=0.1, step_size=30, min_lr=0.01), (30,), id="held-at-a-floor"),
        pytest.param(Multistep(lr=0.1, milestones=(80, 90)), (80, 90), id="milestones"),
        pytest.param(Warmup(warmup=5, of=Step(lr=0.1, step_size=50)), (50,), id="after-a-warmup"),
        pytest.param(Cosine(lr=0.1, total=50), (), id="a-decay-that-ends-has-not-dropped"),
        pytest.param(Restarts(cycle=10, of=Cosine(lr=0.1, total=10)), (), id="restarts-rise"),
        pytest.param(Step(lr=0.1, step_size=10), (), id="too-many-to-say"),
        pytest.param(Step(lr=0.1, step_size=0.001), (), id="too-many-to-list"),
    ],
)
def test_drops(schedule: Schedule, times: tuple[float, ...]) -> None:
    assert drops(schedule, 100, at_most=5) == times
