"""The run ends in the middle of a cycle of warm restarts, at a high rate.

A schedule with restarts gives a usable model only at the end of a cycle. With ``T_0=10`` and ``T_mult=2``, cycles end
after 10, 30, 70 and 150 epochs: a run of 100 epochs restarts at 70 and stops with less than half of the next cycle
done, so that its last model is worse than that of epoch 70.

In a log, the learning rate jumps up for the last time and does not come down again.

Seen in https://github.com/wandb/senpai/pull/453, a run that stopped at epoch 90 of a cycle that ends at 95.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text

SEVERITY: Severity = "warning"

_CYCLES = {
    "sgdr": ("cycle", "cycle_mult"),
    "restarts": ("cycle", "cycle_mult"),
    "torch.CosineAnnealingWarmRestarts": ("T_0", "T_mult"),
    "keras.CosineDecayRestarts": ("first_decay_steps", "t_mul"),
}
"""The parameters of the length of the first cycle, and of the factor to the next."""

_NEARLY_DONE = 0.9
_HIGH = 0.05
_ROUNDING = 1e-9


class _Cycle(NamedTuple):
    """One cycle: its number from 0, and its start and end in steps of the run."""

    number: int
    start: float
    end: float


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if the last cycle is not nearly done and the rate is high."""
    end = float(curve.updates)
    cycle = _last_cycle(curve, end)
    if cycle is None or cycle.number >= (curve.param("cycles") or math.inf):
        return
    done = (end - cycle.start) / (cycle.end - cycle.start)
    if end - cycle.start <= _ROUNDING * end or done >= _NEARLY_DONE:
        return
    if not curve.last_rate >= _HIGH * curve.schedule.peak:
        return
    name = _CYCLES[curve.curve.name][0]
    ends = [cycle.start, cycle.end][not cycle.number :]
    yield Violation(
        curve.where(name),
        f"the run ends at {curve.at(end)}, {100 * done:.2g}% into the cycle from {curve.at(cycle.start)} to "
        f"{curve.at(cycle.end)}, at the rate {rate_text(curve.last_rate)}",
        f"let the run end with a cycle: {curve.ending_at(*ends)}; or change {name}",
    )


def _last_cycle(curve: LintedCurve, end: float) -> _Cycle | None:
    """Return the cycle that contains the end of the run, None if there is none or cycles become shorter."""
    names = _CYCLES.get(curve.curve.name)
    if names is None:
        return None
    calls = curve.steps_per_call if curve.framework else 1
    length, mult = float(curve.param(names[0])) * calls, float(curve.param(names[1]))
    offset = curve.curve.warmup
    if mult < 1.0 or end <= offset:
        return None
    if mult == 1.0:
        index = math.floor((end - offset) / length * (1 + _ROUNDING))
        return _Cycle(index, offset + index * length, offset + (index + 1) * length)
    index, start = 0, offset
    while start + length <= end * (1 + _ROUNDING):
        index, start, length = index + 1, start + length, length * mult
    return _Cycle(index, start, start + length)
