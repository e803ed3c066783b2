"""A schedule that was found in a log, in words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from cosine_cli.schedules.staircase import Staircase
from cosine_cli.studies.diagnose.core.wording import count, plural, rate

if TYPE_CHECKING:
    from cosine_cli.logs.core.log import Series
    from cosine_cli.studies.identify.core.fit import Fit

_MOST_DROPS = 4
"""More equidistant drops are not listed."""

_NAMES = {
    "onecycle": "one-cycle",
    "multistep": "steps",
    "step": "steps",
    "sgdr": "cosine with restarts",
    "piecewise_interpolated": "warmup",
}


def fit_name(fit: Fit) -> str:
    """Return the name of the schedule of a fit."""
    name = _innermost(fit)
    return _NAMES.get(name, name.replace("_", "-"))


def _innermost(fit: Fit) -> str:
    """Return the name of the schedule that is composed: ``cosine`` of ``staircase:every=8,of='cosine:lr=1'``."""
    names = [word for word in _parts_of_spec(fit) if word and "=" not in word]
    return names[-1]


def _parts_of_spec(fit: Fit) -> list[str]:
    """Return the names of schedules and the assignments in a spec."""
    return re.split("[,:'\"]", fit.spec)


def _all_params(fit: Fit) -> dict[str, str]:
    """Return the parameters of a fit as text, with those of the schedules that it is composed of."""
    pairs = (word.partition("=") for word in _parts_of_spec(fit))
    return {name: value for name, _, value in pairs if value}


def fit_params(fit: Fit) -> dict[str, str]:
    """Return the parameters of a fit as text; none of a schedule that is composed of others."""
    if '"' in fit.spec or "'" in fit.spec:
        return {}
    pairs = (part.partition("=") for part in fit.spec.partition(":")[2].split(","))
    return {name: value for name, _, value in pairs}


def fit_drops(fit: Fit, until: float) -> list[float]:
    """Return the times up to ``until`` at which the rate of a fit drops by its factor."""
    params = fit_params(fit)
    if "milestones" in params:
        drops = [float(time) for time in params["milestones"].split("/") if float(time) <= until]
    else:
        each = float(params.get("step_size", "inf"))
        drops = [each * at for at in range(1, int(min(until / each, _MOST_DROPS + 1)) + 1)]
    return drops[: _drops_to_floor(params)]


def _drops_to_floor(params: dict[str, str]) -> int | None:
    """Return how many drops lower the rate until it is at its floor, None if it has none."""
    low, lr, gamma = (float(params.get(name, "0")) for name in ("min_lr", "lr", "gamma"))
    if not (0.0 < low < lr and 0.0 < gamma < 1.0):
        return None
    return math.ceil(math.log(low / lr) / math.log(gamma) - _ROUNDING)


def named_words(fit: Fit, series: Series) -> str:
    """Return a fit in words, with its name first if they do not begin with it: ``constant 0.1``, ``linear: ...``."""
    name, words = fit_name(fit), fit_words(fit, series)
    return words if words.startswith(f"{name} ") else f"{name}: {words}"


def fit_words(fit: Fit, series: Series) -> str:
    """Return the schedule of a fit to a series: ``warmup 3000 to 0.004, x 0.1 at 28 000``."""
    params = _all_params(fit)
    return ", ".join((*_words(fit, params, series), *_sampling(params, series.unit)))


def _words(fit: Fit, params: dict[str, str], series: Series) -> Iterator[str]:
    """Yield the words of a schedule."""
    name = _innermost(fit)
    if name == "onecycle":
        yield from _one_cycle(fit, params, series.unit)
    elif name == "piecewise_interpolated":
        yield from _rise(fit, params, series.unit)
    elif name == "piecewise_constant":
        yield f"{len(params['values'].split('/'))} rates"
    elif "lr" not in params:
        yield fit.spec.partition(":")[2]
    else:
        yield from _from_peak(fit, params, series)


def _from_peak(fit: Fit, params: dict[str, str], series: Series) -> Iterator[str]:
    """Yield the words of a schedule that begins at its peak, or with a warmup to it."""
    name, peak = _innermost(fit), _rate(params["lr"])
    warmup = 0.0 if begins_before_rows(fit, series) else float(params.get("warmup", "0"))
    if warmup:
        start = f" from {_rate(params['warmup_start'])}" if "warmup_start" in params else ""
        yield f"warmup {count(warmup)}{start} to {peak}"
    if name == "constant":
        yield "constant" if warmup else f"constant {peak}"
        return
    if not warmup:
        yield peak
    if name == "sgdr":
        yield from _cycles(params, series.unit)
    elif name in ("multistep", "step"):
        yield _drops(fit, params, series)
    elif fit.length is not None and math.isfinite(fit.length):
        yield from _down(fit, fit.length, params, series.unit)
    else:
        yield from (f"{key} {_value(value)}" for key, value in params.items() if key not in _SAID)


def begins_before_rows(fit: Fit, series: Series) -> bool:
    """Tell whether the warmup of a fit ends before the first row."""
    return 0.0 < fit.schedule.warmup_length <= float(series.times[0]) + fit.offset


def _drops(fit: Fit, params: dict[str, str], series: Series) -> str:
    drops = fit_drops(fit, float(series.times[-1]))
    every = fit.spec.startswith("step:") and len(drops) > _MOST_DROPS
    where = f"every {count(drops[0])}" if every else f"at {', '.join(map(count, drops))}"
    floor = f", down to {_rate(params['min_lr'])}" if float(params.get("min_lr", "0")) else ""
    return f"x {_value(params.get('gamma', '0.1'))} {where}{floor}"


def _down(fit: Fit, length: float, params: dict[str, str], unit: str) -> Iterator[str]:
    """Yield the words of a decay that ends."""
    if "stable" in params:
        yield f"constant to {count(float(params.get('warmup', '0')) + float(params['stable']))}"
    power = f" (power {_value(params['power'])})" if "power" in params else ""
    smooth = fit.schedule.of if isinstance(fit.schedule, Staircase) else fit.schedule
    low = rate(float(smooth(np.array([length]))[0]), _DIGITS)
    yield f"down to {low} at {unit} {count(length)}{power}"


_DIGITS = 6
_ROUNDING = 1e-9
_SAID = ("lr", "warmup", "warmup_start")


def _rate(text: str) -> str:
    return rate(float(text), _DIGITS)


def _value(text: str) -> str:
    """Return the value of a parameter with few digits, or its name: ``cosine``."""
    try:
        number = float(text)
    except ValueError:
        return text
    return count(number) if number >= 1.0 else _rate(text)


def _rise(fit: Fit, params: dict[str, str], unit: str) -> Iterator[str]:
    """Yield the words of a warmup that the log does not leave."""
    end = float(params["times"].rpartition("/")[2])
    low, high = fit.schedule(np.array([0.0, end])).tolist()
    yield f"from {rate(low, _DIGITS)} up by {rate((high - low) / end, _DIGITS)} per {unit}"
    yield f"to {rate(high, _DIGITS)} at the last row"


def _cycles(params: dict[str, str], unit: str) -> Iterator[str]:
    """Yield the words of a cosine that begins again after each cycle."""
    low, growth, decay = params.get("min_lr", "0"), params.get("cycle_mult", "2"), params.get("cycle_decay", "1")
    cycle = float(params["cycle"])
    each = (
        f"in each cycle of {plural(cycle, unit)}"
        if float(growth) == 1
        else f"in cycles, the first of {plural(cycle, unit)}"
    )
    yield f"down to {_rate(low)} {each}"
    if float(growth) != 1:
        yield f"each {_value(growth)} times as long as the one before"
    if float(decay) != 1:
        yield f"each peak x {_value(decay)}"


def _one_cycle(fit: Fit, params: dict[str, str], unit: str) -> Iterator[str]:
    top, total = float(params["warmup"]), float(params["total"])
    start, end = (rate(float(fit.schedule(np.array([time]))[0])) for time in (0.0, total))
    yield f"{start} up to {rate(float(params['lr']), _DIGITS)} at {unit} {count(top)}"
    yield f"down to {end} at {count(total)} ({params.get('anneal', 'cosine')})"


def _sampling(params: dict[str, str], unit: str) -> Iterator[str]:
    """Yield how a schedule is sampled by those that it is composed of."""
    if "every" in params:
        yield f"one rate per {count(float(params['every']))} {unit}s"
    if "ahead" in params:
        yield f"begun {plural(abs(float(params['ahead'])), unit)} {'early' if float(params['ahead']) > 0 else 'late'}"
