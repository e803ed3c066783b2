"""The curves of a plan for code generation: each on the clock of the code, with an identifier."""

from __future__ import annotations

import builtins
import itertools
import keyword
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.plan import Curve, Group, Plan
from cosine_cli.plans.resolve.stepping import by_call
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.scale import Scale
from cosine_cli.schedules.staircase import Staircase

_MAX_NAME_LENGTH = 40


@dataclass(frozen=True, kw_only=True)
class CodegenCurve:
    """One curve to be written.

    - ``name``: its identifier in the program.
    - ``label``: its label in the plan: user text, which enters a program by ``repr`` only.
    - ``schedule``: its rates by the number of previous calls.
    - ``updates``: the updates of a run; ``calls`` its calls, and ``per_epoch`` whether there is one per epoch, of
      ``batches`` updates each.
    - ``lr``: the rate of the optimizer, which all others are multiples of.
    - ``groups``: the parameter groups, whose rates are multiples of the curve's.
    - ``run``: the index of its run, if the plan has several.
    - ``begin``: the number of calls that were made before, if the code resumes a run.
    """

    name: str
    label: str
    schedule: Schedule
    updates: int
    calls: int
    per_epoch: bool
    batches: int
    lr: float
    groups: tuple[Group, ...] = ()
    run: int = 0
    begin: int = 0

    def resumed(self, updates: float, where: str) -> CodegenCurve:
        """Return the curve for code that resumes a run after so many updates.

        Raises RequestError within an epoch if the code counts epochs, and after the end of the run.
        """
        begin = updates / self.batches if self.per_epoch else updates
        if not begin.is_integer():
            raise user_error(
                where, f"must be whole {self.clock}s: the rate of {self.name} changes once per {self.clock}"
            )
        if begin >= self.calls:
            raise user_error(where, f"must be before the end of {self.name}, which has {self.calls} {self.clock}s")
        return replace(self, begin=int(begin))

    @property
    def ended(self) -> bool:
        """Return whether there is no rate after the last call."""
        return self.schedule.ends < self.calls

    @property
    def label_comment(self) -> str:
        """The label, if it differs from the name."""
        return "" if _identifier(self.label) == self.name else self.label

    @property
    def clock(self) -> str:
        """The unit of the time."""
        return "epoch" if self.per_epoch else "update"

    @property
    def time(self) -> str:
        """The name of the number of calls in the program."""
        return "epoch" if self.per_epoch else "step"

    @property
    def class_name(self) -> str:
        """The name of its class in the program."""
        return _class_name(self.name)


def codegen_curves(
    plan: Plan, *, by_epoch: bool = True, grouped: bool = False, taken: Collection[str] = ()
) -> tuple[CodegenCurve, ...]:
    """Return a plan's curves, with names other than those ``taken``.

    ``by_epoch``: the code can be called once per epoch, if a curve is. ``grouped``: the code takes all parameter groups
    together; otherwise each is a curve of its own.
    """
    runs = [(run, _ungrouped(run) if grouped else run.curves) for run in plan.parts]
    curves = [curve for _, of_run in runs for curve in of_run]
    names = iter(identifiers([curve.label for curve in curves], taken, [curve.name for curve in curves]))
    converted: list[CodegenCurve] = []
    for index, (run, of_run) in enumerate(runs):
        for curve in of_run:
            convert = _by_epoch if by_epoch and moves_by_epoch(curve, run.clock) else _by_update
            own = replace(convert(curve, next(names), run), groups=run.groups if grouped else (), run=index)
            converted.append(_until_end(own))
    return tuple(converted)


def _ungrouped(plan: Plan) -> tuple[Curve, ...]:
    """Return the requested curves without the factors of groups, but with that of a match."""
    if not plan.groups:
        return plan.curves
    firsts = zip(plan.bases, plan.curves[:: len(plan.groups)], strict=True)
    return tuple(_scaled(curve, (first.factor or 1.0) / plan.groups[0].factor) for curve, first in firsts)


def _scaled(curve: Curve, factor: float) -> Curve:
    return curve if factor == 1.0 else replace(curve, schedule=Scale(factor=factor, of=curve.schedule))


def _until_end(curve: CodegenCurve) -> CodegenCurve:
    """Return a curve with no more calls than there are rates."""
    if not curve.ended:
        return curve
    calls = math.floor(curve.schedule.ends) + 1
    return replace(curve, calls=calls, updates=min(curve.updates, calls * curve.batches if curve.per_epoch else calls))


def moves_by_epoch(curve: Curve, clock: Clock) -> bool:
    """Return whether a curve changes once per epoch: it is held during each, or only epochs are counted."""
    if clock.unit == "epoch" and clock.unit_steps == 1:
        return True
    schedule = curve.schedule
    return isinstance(schedule, Staircase) and schedule.every == (clock.steps_per_epoch or 0) > 1


def _by_update(curve: Curve, name: str, plan: Plan) -> CodegenCurve:
    clock = plan.clock
    return CodegenCurve(
        name=name,
        label=curve.label,
        schedule=curve.schedule,
        updates=clock.total,
        calls=clock.total,
        per_epoch=False,
        batches=clock.steps_per_epoch or 1,
        lr=_base_rate(curve),
    )


def _by_epoch(curve: Curve, name: str, plan: Plan) -> CodegenCurve:
    clock = plan.clock
    batches = clock.steps_per_epoch or 1
    calls = -(-clock.total // batches)
    return CodegenCurve(
        name=name,
        label=curve.label,
        schedule=by_call(curve.schedule, batches, calls) if batches > 1 else curve.schedule,
        updates=clock.total,
        calls=calls,
        per_epoch=True,
        batches=batches,
        lr=_base_rate(curve),
    )


def _base_rate(curve: Curve) -> float:
    raw = curve.params.get("lr")
    return float(raw) if isinstance(raw, int | float) else curve.schedule.peak or 1.0


def identifiers(labels: Sequence[str], taken: Collection[str] = (), names: Sequence[str] = ()) -> list[str]:
    """Return unique identifiers, as close to the labels as possible.

    A label that is too long loses the words that framework names share, or is replaced by the name of the schedule
    from ``names``.

    >>> identifiers(["step decay", "cosine, min_lr 1e-5", "cosine, min_lr 1e-5", "if", "3"])
    ['step_decay', 'cosine_min_lr_1e_5', 'cosine_min_lr_1e_5_2', 'if_', 'curve_3']
    """
    unique_names: list[str] = []
    used = {*_RESERVED, *dir(builtins), *keyword.kwlist, *taken}
    for label, otherwise in itertools.zip_longest(labels, names, fillvalue="curve"):
        candidates = (_identifier(label), _brief(label), _identifier(otherwise), _brief(otherwise))
        name = next((candidate for candidate in candidates if len(candidate) <= _MAX_NAME_LENGTH), "curve")
        variants = itertools.chain(
            (name, *([f"{name}_"] if name in used and name not in unique_names else [])),
            (f"{name}_{count}" for count in itertools.count(2)),
        )
        unique = next(candidate for candidate in variants if used.isdisjoint(_forms(candidate)))
        used.update(_forms(unique))
        unique_names.append(unique)
    return unique_names


def _identifier(text: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return f"curve_{name}".rstrip("_") if not name or name[0].isdigit() else name


def _brief(text: str) -> str:
    """Return a name without the words that Transformers' and optax's names share."""
    return re.sub(r"get_|_schedule|_with_warmup", "", _identifier(text))


def _forms(name: str) -> tuple[str, ...]:
    """Return all names that a program derives from one."""
    return name, f"{name}_factor", _class_name(name)


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_")) + "Schedule"


_RESERVED = (
    *("t", "u", "step", "update", "updates", "epoch", "batch", "rate", "rates", "lr", "weights", "groups", "group"),
    *("curve", "make", "optimizer", "scheduler", "schedule", "schedules", "math", "bisect_right", "np", "jnp", "ops"),
    *("torch", "timm", "transformers", "optax", "keras", "jax", "numpy"),
)
"""Names that the programs use themselves, in addition to Python's own."""
