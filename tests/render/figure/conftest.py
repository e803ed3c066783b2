from __future__ import annotations

from collections.abc import Callable

import pytest

from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.figure_settings import Figure
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.render.figure.mpl.fonts import FontRuler
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.step import Step

MakePlan = Callable[..., Plan]


def _curve(label: str, schedule: Schedule) -> Curve:
    name = type(schedule).__module__.rpartition(".")[2]
    return Curve(label=label, name=name, params={}, schedule=schedule)


@pytest.fixture
def make_plan() -> MakePlan:
    """Return a function from labels and schedules to a plan of 100 epochs, or as it is told."""

    def make(
        curves: dict[str, Schedule],
        *,
        length: int = 100,
        unit: str = "epoch",
        steps_per_epoch: int | None = None,
        title: str | None = None,
        **figure: object,
    ) -> Plan:
        return Plan(
            title=title,
            clock=Clock(unit=unit, length=length, steps_per_epoch=steps_per_epoch),
            lr=0.1,
            update="step",
            curves=tuple(_curve(label, schedule) for label, schedule in curves.items()),
            figure=Figure(**figure),
        )

    return make


@pytest.fixture
def compared() -> dict[str, Schedule]:
    """Return the three curves of the default comparison over 100 epochs."""
    return {
        "cosine": Cosine(lr=0.1, total=100),
        "step decay": Step(lr=0.1, step_size=30),
        "exponential decay": Exponential(lr=0.1, gamma=0.01**0.01),
    }


@pytest.fixture
def default_plan(make_plan: MakePlan, compared: dict[str, Schedule]) -> Plan:
    return make_plan(compared, title="Cosine against step and exponential decay")


@pytest.fixture
def ruler() -> FontRuler:
    return FontRuler()
