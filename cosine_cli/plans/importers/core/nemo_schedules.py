"""The schedules of NeMo's ``nemo/core/optim/lr_scheduler.py``, as curves."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, interpolated_spec
from cosine_cli.plans.importers.core.constant_rates import constant, floor
from cosine_cli.plans.importers.core.later import ahead
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.sequence import Phase, in_run
from cosine_cli.plans.parse.raw import CurveSpec, RawValue


@dataclass(frozen=True)
class NemoSchedule:
    """A scheduler and its run.

    - ``lr``, ``min_lr``: the peak rate and the minimum.
    - ``warmup``, ``end``: the length of the warmup, and the step at which the decay ends.
    - ``total``: the length of the run.
    - ``warmup_where``, ``end_where``: the places of the warmup and of the end.
    """

    params: MappingReader
    where: str
    lr: RawValue
    min_lr: float
    warmup: int
    end: int
    total: int
    warmup_where: str
    end_where: str

    @property
    def peak(self) -> float:
        """The peak rate."""
        return float(self.lr.text)

    @property
    def bound(self) -> RawValue:
        """The minimum."""
        return self.params.computed(self.min_lr, "min_lr")

    def value(self, number: float) -> RawValue:
        """Return a computed value at the place of the scheduler."""
        return computed_value(number, self.where)

    @property
    def ends_in_warmup(self) -> bool:
        """Whether the run ends within the warmup."""
        return self.warmup >= self.total - 1

    def curve(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve from the peak on."""
        return CurveSpec(name, self.where, "step", {"lr": self.lr, **params})

    def decay(self, name: str, length: float, *, to: float, **params: RawValue) -> CurveSpec:
        """Return a decay to a rate, which then is constant."""
        if length < 1:
            raise user_error(self.params.place("max_steps"), f"the decay must last a step, got {length:g} steps")
        return self.curve(
            name, total=computed_value(length, self.end_where), min_lr=self.params.computed(to, "min_lr"), **params
        )

    def bounded(self, curve: CurveSpec, steps: float) -> tuple[Phase, Phase]:
        """Return a decay to 0 that reaches the minimum after some steps, then the minimum."""
        return Phase(curve, math.ceil(steps)), self.ending

    @property
    def ending(self) -> Phase:
        """The rate after the end."""
        return Phase(floor(self.min_lr, self.bound.where, self.lr))

    def until_end(self, curve: CurveSpec, begin: int) -> tuple[Phase, Phase]:
        """Return a curve from a step up to the end, then the minimum."""
        return Phase(curve, self.end + 1 - begin), self.ending

    def after_warmup(self, *phases: Phase, first: float | None = None) -> CurveSpec:
        """Return the warmup from a first rate, by default the first of equal steps, then the phases."""
        curve = in_run(phases, self.total - self.warmup)
        if not self.warmup:
            return curve
        start = self.peak / (self.warmup + 1) if first is None else first
        if self.ends_in_warmup:
            return interpolated_spec({0: start, self.warmup: self.peak}, self.warmup_where)
        warmup = {
            "warmup": computed_value(self.warmup, self.warmup_where),
            "warmup_start": computed_value(start, self.warmup_where),
        }
        return curve._replace(params={**curve.params, **warmup})

    def on_run_clock(self, *phases: Phase) -> CurveSpec:
        """Return the warmup up to the peak, then phases from there on, whatever their first rate."""
        if not self.warmup:
            return in_run(phases, self.total)
        rise = interpolated_spec({0: self.peak / (self.warmup + 1), self.warmup: self.peak}, self.warmup_where)
        return in_run((Phase(rise, self.warmup + 1), *phases), self.total)


def share(params: MappingReader, name: str, end: int) -> int:
    """Return a length in steps, which may be given as a share of the steps up to the end."""
    if f"{name}_ratio" in params:
        return int(params.number(f"{name}_ratio", at_least=0, at_most=1) * end)
    return params.count(f"{name}_steps", 0, at_least=0)


def _policy(schedule: NemoSchedule) -> CurveSpec:
    return schedule.after_warmup(*schedule.until_end(schedule.curve("constant"), schedule.warmup))


def _cosine(schedule: NemoSchedule) -> CurveSpec:
    """Return half a wave; with constant steps at the end, the warmup begins at 0."""
    held = share(schedule.params, "constant", schedule.end)
    if held and schedule.min_lr == schedule.peak:
        rule = f"min_lr must be below the rate of the optimizer ({schedule.peak:g}) with constant steps"
        raise schedule.params.invalid("min_lr", rule)
    length = schedule.end - schedule.warmup - held
    curve = schedule.decay("cosine", length, to=schedule.min_lr)
    return schedule.after_warmup(Phase(curve), first=0.0 if held else None)


def _warmup_annealing(schedule: NemoSchedule) -> CurveSpec:
    return schedule.after_warmup(Phase(schedule.decay("linear", schedule.end - schedule.warmup, to=schedule.min_lr)))


def _square(schedule: NemoSchedule) -> CurveSpec:
    length = schedule.end - schedule.warmup
    curve = schedule.decay("polynomial", length, to=0.0, power=schedule.value(2))
    return schedule.after_warmup(*schedule.bounded(curve, length * (1 - (schedule.min_lr / schedule.peak) ** 0.5)))


def _square_root(schedule: NemoSchedule) -> CurveSpec:
    """Return the root of the remaining time since the start of the run: the rate drops after the warmup."""
    curve = schedule.decay("polynomial", schedule.end, to=0.0, power=schedule.value(0.5))
    begin = schedule.warmup + 1 if schedule.warmup else 0
    bound = schedule.end * (1 - (schedule.min_lr / schedule.peak) ** 2)
    return schedule.on_run_clock(*schedule.bounded(ahead(curve, begin), max(bound - begin, 0)))


def _inverse_square_root(schedule: NemoSchedule) -> CurveSpec:
    curve = schedule.curve("inverse_sqrt", timescale=schedule.value(schedule.warmup + 1))
    return schedule.after_warmup(*schedule.until_end(curve, schedule.warmup))


def _t5_inverse_square_root(schedule: NemoSchedule) -> CurveSpec:
    """Return one over the root of the step, which is constant at first; the rate of the optimizer has no effect."""
    held = schedule.params.count("constant_steps", at_least=1)
    curve = schedule.curve("inverse_sqrt", timescale=schedule.value(held))
    return schedule.after_warmup(Phase(schedule.curve("constant"), held), *schedule.until_end(curve, held))


def _polynomial(schedule: NemoSchedule) -> CurveSpec:
    return schedule.after_warmup(Phase(_power(schedule, schedule.end - schedule.warmup)))


def _power(schedule: NemoSchedule, length: int) -> CurveSpec:
    power = schedule.params.number("power", 1.0, above=0)
    return schedule.decay("polynomial", length, to=schedule.min_lr, power=schedule.params.computed(power, "power"))


def _held(schedule: NemoSchedule) -> int | None:
    """Return how long the peak is held after the warmup, None if no length is given."""
    if {"hold_steps", "hold_ratio"} & schedule.params.values.keys():
        return share(schedule.params, "hold", schedule.end)
    return None


def _after_hold(schedule: NemoSchedule, curve: CurveSpec, steps: float = math.inf) -> CurveSpec:
    """Return a decay that begins after the hold, or with the run without one, and has a bound after ``steps``."""
    held = _held(schedule)
    if held is not None or not schedule.warmup:
        phases = (Phase(curve),) if steps == math.inf else schedule.bounded(curve, steps)
        return schedule.after_warmup(Phase(schedule.curve("constant"), held or 0), *phases)
    begin = schedule.warmup + 1
    later = ahead(curve, begin)
    return schedule.on_run_clock(
        *((Phase(later),) if steps == math.inf else schedule.bounded(later, max(steps - begin, 0)))
    )


def _polynomial_hold(schedule: NemoSchedule) -> CurveSpec:
    return _after_hold(schedule, _power(schedule, schedule.end - schedule.warmup - (_held(schedule) or 0)))


def _base(schedule: NemoSchedule) -> int:
    """Return the step at which the decay after the hold begins."""
    held = _held(schedule)
    return 0 if held is None else schedule.warmup + held


def _hold_linear(schedule: NemoSchedule) -> CurveSpec:
    return _after_hold(schedule, schedule.decay("linear", schedule.end - _base(schedule), to=schedule.min_lr))


def _hold_one_minus_square_root(schedule: NemoSchedule) -> CurveSpec:
    length = schedule.end - _base(schedule)
    curve = schedule.decay("one_minus_sqrt", length, to=0.0)
    return _after_hold(schedule, curve, length * (1 - schedule.min_lr / schedule.peak) ** 2)


def _noam_hold(schedule: NemoSchedule) -> CurveSpec:
    if not schedule.warmup:
        raise user_error(schedule.where, "warmup_steps must be above 0 for NoamHoldAnnealing")
    rate, held = schedule.params.number("decay_rate", 0.5, above=0), _held(schedule) or 0
    exponent = schedule.params.computed(rate, "decay_rate")
    curve = schedule.curve(
        "power_law", timescale=schedule.value(schedule.warmup), exponent=exponent, min_lr=schedule.bound
    )
    phases = schedule.until_end(curve, schedule.warmup + held)
    return schedule.after_warmup(Phase(schedule.curve("constant"), held), *phases)


def _noam(schedule: NemoSchedule) -> CurveSpec:
    """Return a warmup from 0 whose first two steps have the same rate, then one over the root of the step."""
    root = schedule.curve("inverse_sqrt", timescale=schedule.value(max(schedule.warmup, 1)), min_lr=schedule.bound)
    if not schedule.warmup:
        return in_run((Phase(schedule.curve("constant"), 1), Phase(root)), schedule.total)
    first = Phase(constant(schedule.peak / schedule.warmup, schedule.where), 1)
    return in_run((first, Phase(ahead(schedule.after_warmup(Phase(root), first=0.0), 1))), schedule.total)


def _noam_peak(params: MappingReader, lr: float, warmup: int) -> float:
    return float(lr * params.number("d_model", at_least=1) ** -0.5 * max(warmup, 1) ** -0.5)


def _t5_peak(params: MappingReader, _: float, __: int) -> float:
    return float(params.count("constant_steps", at_least=1) ** -0.5)


T5 = "T5InverseSquareRootAnnealing"
"""The scheduler whose rates do not depend on that of the optimizer."""

PEAKS: Mapping[str, Callable[[MappingReader, float, int], float]] = {
    "NoamAnnealing": _noam_peak,
    T5: _t5_peak,
}
"""The peak rates that are not the rate of the optimizer."""

SCHEDULES: Mapping[str, Callable[[NemoSchedule], CurveSpec]] = {
    "WarmupPolicy": _policy,
    "WarmupHoldPolicy": _policy,
    "WarmupAnnealing": _warmup_annealing,
    "CosineAnnealing": _cosine,
    "SquareAnnealing": _square,
    "SquareRootAnnealing": _square_root,
    "InverseSquareRootAnnealing": _inverse_square_root,
    T5: _t5_inverse_square_root,
    "PolynomialDecayAnnealing": _polynomial,
    "PolynomialHoldDecayAnnealing": _polynomial_hold,
    "WarmupHoldAnnealLinear": _hold_linear,
    "WarmupHoldAnnealOneMinusSquareRoot": _hold_one_minus_square_root,
    "NoamAnnealing": _noam,
    "NoamHoldAnnealing": _noam_hold,
}
"""The supported schedulers by their name."""
