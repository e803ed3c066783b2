"""Positions and labels of ticks."""

from __future__ import annotations

import math
from typing import NamedTuple

from cosine_cli.text import number, thousands

_TIME_STEPS = (1.0, 2.0, 2.5, 3.0, 5.0)
_MOST_RATE_TICKS = 5
_FEWEST_INTERVALS = 2.0
_FEWEST_EVEN = 4.0
"""The smallest number of intervals for which a step that divides the run is preferred."""

_NEAREST = 0.35
"""The smallest distance of the last round tick from the end, in intervals, if no round step divides the run."""

_NEAREST_TO_PEAK = 0.1
"""The smallest relative distance of the last round tick from a peak that no round step divides."""

_ROUND = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
"""The mantissas of round numbers."""

_DIGITS = 6
"""The most significant digits of a peak, as in tables; an end with more does not get a tick."""

_NEAREST_DECADES = 0.2
"""The smallest distance of a power of ten from the peak, in decades."""

_TIME_DIGITS = 12
"""Enough for every multiple of a round step, and few enough to hide its rounding error."""

_SLACK = 1e-9

_FLOAT_DIGITS = 17
_SUBNORMAL = -300
"""From this power of ten down, numbers are formatted from their digits, since floats have fewer there."""

_PLAIN_BELOW = 1e5
_THOUSANDS_FROM = 10_000


class Tick(NamedTuple):
    """A tick: its position in the unit of its axis, and its label."""

    value: float
    text: str


def tick_rate(rate: float, *, digits: int = 3) -> str:
    """Return a rate as :func:`number` formats it, but ``1e300`` instead of a long text.

    >>> tick_rate(0.1), tick_rate(3e-4), tick_rate(1e300)
    ('0.1', '3e-4', '1e300')
    """
    if abs(rate) < _PLAIN_BELOW:
        return number(rate, digits=digits)
    mantissa, exponent = f"{rate:.{digits - 1}e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def tick_time(time: float, until: float) -> str:
    """Return the exact label of a time in a run of length ``until``, with k, M and G in long runs.

    >>> tick_time(30, 100), tick_time(2000, 10_000), tick_time(2000, 9000), tick_time(450450, 450450)
    ('30', '2k', '2000', '450.45k')
    """
    if until < _THOUSANDS_FROM or not 1000 <= time < _THOUSANDS_FROM:  # noqa: PLR2004
        return thousands(time, digits=_TIME_DIGITS)
    return number(time / 1000, digits=_TIME_DIGITS) + "k"


def time_ticks(until: float, most: float, *, whole: bool = True) -> list[Tick]:
    """Return ticks from 0 to ``until``, in at most about ``most`` round intervals; every label is exact.

    An end without a short exact label, such as 1000 steps in epochs of 391, does not get a tick.

    - ``whole``: whether ticks must be whole numbers.

    >>> [tick.text for tick in time_ticks(100, 11.8)]
    ['0', '10', '20', '30', '40', '50', '60', '70', '80', '90', '100']
    """
    steps = _steps(until, max(most, 1.0), whole=whole)
    fewest = min(_FEWEST_EVEN, most / 2)
    even = (step for step in steps if _divides(step, until) and until / step >= fewest)
    if step := next(even, None):
        values = [i * step for i in range(round(until / step))]
    else:
        step = next((step for step in steps if f"{step:e}"[0] in "125" and f"{step:e}"[2] == "0"), until)
        nearest = _NEAREST * step if _is_short(until) else 0.0
        values = [i * step for i in range(math.ceil(until / step)) if not i or until - i * step > nearest]
    ends = [until] if _is_short(until) else []
    return [Tick(value, tick_time(value, until)) for value in [*values, *ends]]


def time_ticks_between(since: float, until: float, most: float, *, whole: bool = True) -> list[Tick]:
    """Return ticks at the multiples of a round step from ``since`` to ``until``, and at these if they are round.

    The ends are ticks in any case if there would be fewer than two.

    >>> [tick.text for tick in time_ticks_between(3, 20, 6)]
    ['3', '5', '10', '15', '20']
    >>> [tick.text for tick in time_ticks_between(39.1, 136.85, 5)]
    ['40', '60', '80', '100', '120']
    >>> [tick.text for tick in time_ticks_between(0, 0.5, 5, whole=False)]
    ['0', '0.1', '0.2', '0.3', '0.4', '0.5']
    """
    steps = _steps(until - since, max(most, 1.0), whole=whole) or [until - since]
    step = _step_between(since, until, steps, fewest=min(_FEWEST_EVEN, most / 2))
    ends = [time for time in (since, until) if float(time).is_integer() or (not whole and _is_short(time))]
    values = _multiples_between(since, until, step, ends)
    return [Tick(value, tick_time(value, until)) for value in (values if len(values) > 1 else [since, until])]


def _step_between(since: float, until: float, ascending: list[float], *, fewest: float) -> float:
    """Return the smallest step that divides both ends, else the smallest of 1, 2 or 5 and a power of ten."""
    even = (step for step in ascending if _divides(step, since) and _divides(step, until))
    first = next((step for step in even if (until - since) / step >= fewest - _SLACK), None)
    return first or next(
        (step for step in ascending if f"{step:e}"[0] in "125" and f"{step:e}"[2] == "0"), ascending[0]
    )


def _multiples_between(since: float, until: float, step: float, ends: list[float]) -> list[float]:
    """Return ``ends``, and the multiples of a step that are not too close to them."""
    first, last = math.ceil(since / step - _SLACK), math.floor(until / step + _SLACK)
    inner = (float(f"{i * step:.{_TIME_DIGITS}g}") for i in range(first, last + 1))
    nearest = _NEAREST * step
    far = [value for value in inner if all(abs(value - end) > nearest for end in ends)]
    return sorted({*far, *ends})


def _is_short(time: float) -> bool:
    return float(time).is_integer() or math.isclose(time, float(f"{time:.{_DIGITS - 1}e}"), rel_tol=1e-12)


def _steps(until: float, most: float, *, whole: bool) -> list[float]:
    """Return the round steps with at most ``most`` intervals, in ascending order."""
    first = math.floor(math.log10(until / most)) - 1
    steps = (float(f"{mantissa}e{power}") for power in range(first, first + 4) for mantissa in _TIME_STEPS)
    return [s for s in steps if until / s <= most + _SLACK and (s.is_integer() or (not whole and s < 1))]


def _divides(step: float, until: float) -> bool:
    return math.isclose(until / step, round(until / step), rel_tol=1e-12)


def round_above(rate: float) -> float:
    """Return the smallest round number that is at least ``rate``.

    >>> round_above(0.0793893), round_above(0.08), round_above(1.3e-5)
    (0.08, 0.08, 1.5e-05)
    """
    exponent = _decimal(rate)[1]
    return next((top for m in _ROUND if (top := float(f"{m}e{exponent}")) >= rate), rate)


def rate_ticks(peak: float) -> list[Tick]:
    """Return at most 5 round ticks from 0 to ``peak``, relative to it, and one at the peak.

    All labels are exact, but that of a peak with more than six significant digits is rounded as in tables.

    >>> [tick.text for tick in rate_ticks(0.1)], [tick.text for tick in rate_ticks(1.99999e-5)]
    (['0', '0.025', '0.05', '0.075', '0.1'], ['0', '5e-6', '1e-5', '1.5e-5', '1.99999e-5'])
    """
    mantissa, exponent = _decimal(peak)
    # In hundredths of the mantissa, so that 2.5 and its multiples are whole.
    steps = [m * 10**p for p in (0, 1, 2) for m in (10, 20, 25, 30, 50)]
    fitting = [s for s in steps if _FEWEST_INTERVALS <= 100 * mantissa / s + _SLACK < _MOST_RATE_TICKS]
    even = [s for s in fitting if _divides(s, 100 * mantissa)]
    step = (even or [s for s in fitting if s not in (30, 300)])[0]
    count = math.floor(100 * mantissa / step + _SLACK)
    found = [Tick(i * step / 100 / mantissa, _text(i * step, exponent)) for i in range(count + 1)]
    if even:
        return found
    return [*(tick for tick in found if 1.0 - tick.value > _NEAREST_TO_PEAK), Tick(1.0, _peak_text(peak))]


def rate_ticks_between(bottom: float, top: float) -> list[Tick]:
    """Return at most 6 ticks at round rates from ``bottom`` to ``top``, and one at each of them.

    >>> [tick.text for tick in rate_ticks_between(0, 0.05)], [tick.text for tick in rate_ticks_between(0.013, 0.02)]
    (['0', '0.01', '0.02', '0.03', '0.04', '0.05'], ['0.013', '0.014', '0.016', '0.018', '0.02'])
    """
    power = math.floor(math.log10(top - bottom))
    scales = (float(f"{m}e{p}") for p in (power - 1, power) for m in _TIME_STEPS)
    steps = [step for step in scales if (top - bottom) / step <= _MOST_RATE_TICKS + _SLACK]
    step = _step_between(bottom, top, steps, fewest=_FEWEST_INTERVALS)
    return [Tick(rate, _peak_text(rate)) for rate in _multiples_between(bottom, top, step, [bottom, top])]


def log_ticks_between(bottom: float, top: float) -> list[Tick]:
    """Return at most 5 powers of ten from ``bottom`` to ``top``, and a tick at each of these.

    Without a power of ten between them, the ticks are those of a linear axis.

    >>> [tick.text for tick in log_ticks_between(1e-5, 0.1)], [tick.text for tick in log_ticks_between(0.02, 0.08)]
    (['1e-5', '1e-4', '0.001', '0.01', '0.1'], ['0.02', '0.04', '0.06', '0.08'])
    """
    low, high = math.log10(bottom), math.log10(top)
    powers = range(math.ceil(low - _SLACK), math.floor(high + _SLACK) + 1)
    stride = max(math.ceil(len(powers) / _MOST_RATE_TICKS), 1)
    inner = [float(f"1e{power}") for power in powers[::-1][::stride][::-1]]
    far = [rate for rate in inner if min(math.log10(rate) - low, high - math.log10(rate)) > _NEAREST_DECADES]
    if not far:
        return rate_ticks_between(bottom, top)
    return [Tick(rate, _peak_text(rate)) for rate in (bottom, *far, top)]


def _peak_text(peak: float) -> str:
    """Return the label of the peak from its digits: near the limits of float64 the number would be rounded."""
    mantissa, exponent = f"{peak:.{_DIGITS - 1}e}".split("e")
    short = f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    return short if int(exponent) <= _SUBNORMAL else tick_rate(float(short), digits=_DIGITS)


def _text(hundredths: int, exponent: int) -> str:
    """Return the label of a tick from its digits: near the limits of float64 the number would be rounded."""
    if exponent > _SUBNORMAL:
        return tick_rate(float(f"{hundredths}e{exponent - 2}"))
    power = len(str(hundredths)) - 1
    return f"{hundredths / 10**power:g}e{exponent - 2 + power}" if hundredths else "0"


def _decimal(rate: float) -> tuple[float, int]:
    """Return the mantissa and the exponent of the shortest decimal that equals this float, as repr does."""
    texts = (f"{rate:.{digits}e}" for digits in range(_FLOAT_DIGITS))
    mantissa, exponent = next(text for text in texts if float(text) == rate).split("e")
    return float(mantissa), int(exponent)


def log_ticks(peak: float, depth: float, headroom: float) -> list[Tick]:
    """Return at most 5 powers of ten from ``depth`` decades below ``peak`` to ``headroom`` peaks, and one at the peak.

    The value of each is its distance from the peak, in decades.

    >>> [tick.text for tick in log_ticks(0.1, 4, 1.25)], [tick.text for tick in log_ticks(0.3, 4, 1.25)]
    (['1e-5', '1e-4', '0.001', '0.01', '0.1'], ['1e-4', '0.001', '0.01', '0.1', '0.3'])
    """
    mantissa, exponent = _decimal(peak)
    top = exponent + math.log10(mantissa)
    exponents = range(math.ceil(top - depth - _SLACK), math.floor(top + math.log10(headroom)) + 1)
    stride = math.ceil(len(exponents) / _MOST_RATE_TICKS)
    powers = [Tick(e - top, _text(100, e)) for e in exponents[::-1][::stride][::-1]]
    if any(abs(tick.value) < _SLACK for tick in powers):
        return powers
    return [*(tick for tick in powers if tick.value < -_NEAREST_DECADES), Tick(0.0, _peak_text(peak))]
