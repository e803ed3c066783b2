"""The horizon of a curve: the parameter that is the length of its decay, and when the decay ends in the run."""

from __future__ import annotations

from typing import NamedTuple

from cosine_cli.plans.model.clock import Clock, Time
from cosine_cli.plans.model.plan import Curve
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.resolve.parameter_names import with_own_names
from cosine_cli.plans.resolve.sequence_lengths import as_spec
from cosine_cli.studies.lint.core.assignment import assignment, is_direct, source_key
from cosine_cli.studies.lint.core.linted_curve import LintedCurve

_NAMES = {
    "torch.CosineAnnealingLR": "T_max",
    "torch.PolynomialLR": "total_iters",
    "torch.OneCycleLR": "total_steps",
    "transformers.get_linear_schedule_with_warmup": "num_training_steps",
    "transformers.get_polynomial_decay_schedule_with_warmup": "num_training_steps",
    "transformers.get_cosine_schedule_with_warmup": "num_training_steps",
    "transformers.get_cosine_with_min_lr_schedule_with_warmup": "num_training_steps",
    "transformers.get_cosine_with_min_lr_schedule_with_warmup_lr_rate": "num_training_steps",
    "optax.cosine_decay_schedule": "decay_steps",
    "optax.warmup_cosine_decay_schedule": "decay_steps",
    "optax.linear_onecycle_schedule": "transition_steps",
    "optax.cosine_onecycle_schedule": "transition_steps",
    "keras.PolynomialDecay": "decay_steps",
    "keras.CosineDecay": "decay_steps",
    "timm.CosineLRScheduler": "t_initial",
    "timm.TanhLRScheduler": "t_initial",
    "timm.PolyLRScheduler": "t_initial",
    "piecewise_interpolated": "times",
}
"""The frameworks' schedules that decay over a given length, and its parameter; ours have ``total``."""

_ONCE = {"num_cycles": 0.5, "cycle": False, "cycle_limit": 1, "cycle_mul": 1.0}
"""The values with which a schedule that can repeat decays once."""

_LAST_IS_LOWEST = ("torch.OneCycleLR",)
"""The schedules whose lowest rate is that of the last call, not the one after it."""

_JOINED = "torch.SequentialLR"


class Horizon(NamedTuple):
    """The length of a decay.

    - ``name``, ``length``: its parameter and the value, in calls of a framework's scheduler or in steps.
    - ``end``: when the rate is lowest, in steps of the run.
    - ``starts``: when the schedule that has the parameter begins, in the same unit as ``length``.
    - ``raw``: the raw value; ``place``: its place.
    """

    name: str
    length: float
    end: float
    starts: float
    raw: RawValue | None
    place: str

    def setting(self, value: str) -> str:
        """Return the parameter with another value as it is written at its place, or the key that it comes from."""
        if self.name == "total" and self.raw is not None and not is_direct(self.raw):
            return f"change {source_key(self.raw)}"
        return assignment(self.name, value, raw=self.raw, where=self.place)


def horizon(curve: LintedCurve) -> Horizon | None:
    """Return the horizon of a curve that decays once over a given length, None for any other."""
    if curve.curve.name == _JOINED:
        return _of_last(curve)
    found = _of_schedule(curve.curve, curve.clock)
    if found is None:
        return None
    name, length, starts = found
    if _runs_without_length(curve.curve):
        length_of_decay = max(length, curve.warmup + 1)
        return Horizon(name, length, length_of_decay, starts, curve.raw(name), curve.where(name))
    end = (starts + length - (curve.curve.name in _LAST_IS_LOWEST)) * curve.steps_per_call
    return Horizon(name, length, end, starts, curve.raw(name), curve.where(name))


def _of_schedule(curve: Curve, clock: Clock) -> tuple[str, float, float] | None:
    """Return the parameter, its value, and when the decay begins, in calls or steps."""
    name = _NAMES.get(curve.name, "total" if "." not in curve.name else "")
    value = curve.params.get(name)
    if value is None or any(curve.params.get(key, once) != once for key, once in _ONCE.items()):
        return None
    if not value and not _runs_without_length(curve):
        return None
    if curve.name == "piecewise_interpolated":
        return name, clock.steps(value[-1]), 0.0
    if isinstance(value, Time):
        return name, clock.steps(value), curve.warmup
    return name, float(value), _prefix(curve)


def _runs_without_length(curve: Curve) -> bool:
    """Return whether a schedule divides by the largest of 1 and the steps after its warmup."""
    return curve.name.startswith("transformers.")


def _prefix(curve: Curve) -> float:
    """Return the warmup of a framework's schedule that its horizon does not include."""
    if curve.params.get("warmup_prefix"):
        return float(curve.params["warmup_t"])
    return float(curve.params["warmup_steps"]) if curve.params.get("warmup_target") is not None else 0.0


def _of_last(curve: LintedCurve) -> Horizon | None:
    """Return the horizon of the last of several schedulers, which begins at the last milestone."""
    last = curve.curve.params["schedulers"][-1]
    found, starts = _of_schedule(last, curve.clock), float(curve.curve.params["milestones"][-1])
    if found is None:
        return None
    spec = _last_spec(curve)
    raw = spec.params.get(found[0])
    place = spec.where if raw is None else raw.where
    return Horizon(found[0], found[1], (starts + found[1]) * curve.steps_per_call, starts, raw, place)


def _last_spec(curve: LintedCurve) -> CurveSpec:
    raw = curve.raw("schedulers")
    return with_own_names(as_spec(raw.parts[-1], curve.curve.name)) if raw is not None and raw.parts else curve.spec


def in_epochs(curve: LintedCurve, found: Horizon) -> bool:
    """Return whether a horizon is the number of epochs although the scheduler is called once per update."""
    clock = curve.clock
    if not curve.framework or curve.steps_per_call != 1 or not clock.counts_both:
        return False
    epochs = curve.updates / (clock.steps_per_epoch or 1)
    return epochs > 1 and found.length + found.starts == epochs


_MANY = 10
"""A horizon of so many times the calls is not in epochs."""


def in_steps(curve: LintedCurve, found: Horizon) -> bool:
    """Return whether a horizon is a number of steps although the scheduler is called once per epoch."""
    per_epoch = curve.steps_per_call > 1 or (curve.clock.unit == "epoch" and not curve.clock.counts_both)
    if not curve.framework or not per_epoch:
        return False
    exact = curve.steps_per_call > 1 and found.length + found.starts == curve.updates
    return exact or found.length >= _MANY * curve.calls
