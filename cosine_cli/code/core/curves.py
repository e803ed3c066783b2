"""What of a plan is written as code: each curve on the clock that the code counts, under a name for programs."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cosine_cli.frameworks.core.native import Native
from cosine_cli.plans.clock import Clock
from cosine_cli.plans.plan import Curve, Plan
from cosine_cli.plans.recast import recast
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.retime import Retime
from cosine_cli.schedules.staircase import Staircase

_LONGEST_NAME = 40


@dataclass(frozen=True, kw_only=True)
class Coded:
    """One curve to be written.

    - ``name``: what the program calls it.
    - ``label``: what the plan calls it: foreign text, which enters a program by ``repr`` alone.
    - ``schedule``: its rates by the number of calls made before.
    - ``calls``: how many calls a run makes, and ``per_epoch`` whether one an epoch, of ``batches`` updates each.
    - ``lr``: the rate that an optimizer is made with: what all others are multiples of.
    """

    name: str
    label: str
    schedule: Schedule
    calls: int
    per_epoch: bool
    batches: int
    lr: float


def coded(plan: Plan, *, by_epoch: bool = True) -> tuple[Coded, ...]:
    """Return a plan's curves; ``by_epoch`` says that the code can be called once an epoch, where a curve is."""
    names = identifiers([curve.label for curve in plan.curves])
    return tuple(
        _by_epoch(curve, name, plan)
        if by_epoch and moves_by_epoch(curve, plan.clock)
        else _by_update(curve, name, plan)
        for curve, name in zip(plan.curves, names, strict=True)
    )


def moves_by_epoch(curve: Curve, clock: Clock) -> bool:
    """Tell whether a curve moves once an epoch: held through each, or where epochs are all that is counted."""
    if clock.unit == "epoch" and clock.unit_steps == 1:
        return True
    held = curve.schedule
    return isinstance(held, Staircase) and held.every == (clock.steps_per_epoch or 0) > 1


def _by_update(curve: Curve, name: str, plan: Plan) -> Coded:
    clock = plan.clock
    return Coded(
        name=name,
        label=curve.label,
        schedule=curve.schedule,
        calls=clock.total,
        per_epoch=False,
        batches=clock.steps_per_epoch or 1,
        lr=_base(curve),
    )


def _by_epoch(curve: Curve, name: str, plan: Plan) -> Coded:
    clock = plan.clock
    batches = clock.steps_per_epoch or 1
    return Coded(
        name=name,
        label=curve.label,
        schedule=_in_epochs(curve, clock) if batches > 1 else curve.schedule,
        calls=-(-clock.total // batches),
        per_epoch=True,
        batches=batches,
        lr=_base(curve),
    )


def _in_epochs(curve: Curve, clock: Clock) -> Schedule:
    """Return the schedule that a loop calls once an epoch, out of what holds it for the epoch's updates."""
    held = curve.schedule
    if isinstance(held, Staircase) and isinstance(held.of, Retime) and isinstance(held.of.of, Native):
        return held.of.of
    epochs = Clock(unit="epoch", length=max(clock.total // (clock.steps_per_epoch or 1), 1), steps_per_epoch=1)
    if clock.unit == "epoch":
        return recast(curve, epochs)
    # Of a run that counts steps, times need not be whole epochs: the clock is slowed down instead.
    return Retime(stretch=1.0 / held.every, of=held) if isinstance(held, Staircase) else held


def _base(curve: Curve) -> float:
    said = curve.params.get("lr")
    return float(said) if isinstance(said, int | float) else curve.schedule.peak or 1.0


def identifiers(labels: Sequence[str]) -> list[str]:
    """Return names for programs, each different, as near to the labels as names can be.

    >>> identifiers(["step decay", "cosine, min_lr 1e-5", "cosine, min_lr 1e-5", "if", "3"])
    ['step_decay', 'cosine_min_lr_1e_5', 'cosine_min_lr_1e_5_2', 'if_', 'curve_3']
    """
    found: list[str] = []
    for label in labels:
        name = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:_LONGEST_NAME].rstrip("_")
        name = f"curve_{name}".rstrip("_") if not name or name[0].isdigit() else name
        name = f"{name}_" if keyword.iskeyword(name) or name in _TAKEN else name
        unique, count = name, 1
        while unique in found:
            count += 1
            unique = f"{name}_{count}"
        found.append(unique)
    return found


_TAKEN = ("t", "min", "max", "int", "float", "math", "np", "jnp", "torch", "optax", "keras", "optimizer", "scheduler")
"""Names that the programs use themselves."""
