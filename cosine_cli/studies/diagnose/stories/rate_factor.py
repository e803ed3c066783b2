"""All rates are a constant factor of the planned ones."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.wording import factor, rate_pair

RANK = 2.0
_OTHER = 7.6
"""The rank of a factor that is not a simple number."""

_MOST = 1024


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan times the factor of the rows, with its floor times the factor or unchanged."""
    planned = case.planned
    rates = planned(case.times)
    if not np.isfinite(rates).all() or not rates.any():
        return
    with_floor = (True, False) if 0 < planned.floor < planned.peak else (True,)
    for scaled in with_floor:
        found = _factor(case, rates, planned.peak, 0.0 if scaled else planned.floor)
        if found is None or found == 1.0:
            continue
        high = planned.peak * found
        peaks = rate_pair(high, planned.peak)
        name = _name(found)
        times = f"{name or factor(found)} {'of' if '/' in name else 'times'}"
        yield Explanation(
            story="rate-factor",
            rank=RANK if name else _OTHER,
            rates=partial(_rates, planned, found, 0.0 if scaled else planned.floor),
            verdict=f"The rate is {times} the planned one: the peak is {peaks[0]}, planned {peaks[1]}",
            clause=f"all rates are {times} the planned ones",
            consequence="" if scaled else "The floor is as planned.",
            advice=_advice(found, case),
            values={"factor": found},
        )


def _rates(planned: Planned, by: float, floor: float, t: Rates) -> Rates:
    return _scaled(planned(t), by, planned.peak, floor)


def _scaled(rates: Rates, by: float, peak: float, floor: float) -> Rates:
    """Return rates with another peak and the same floor; a floor of 0 is scaled with them."""
    if not floor:
        return rates * by
    share = (rates - floor) / (peak - floor)
    return np.where(rates < floor, rates * by, floor + (peak * by - floor) * share)


def _factor(case: Case, rates: Rates, peak: float, floor: float) -> float | None:
    """Return the factor of the rows by least squares, a simple number if it fits as well."""
    if floor:
        share = (rates - floor) / (peak - floor)
        if not share.any():
            return None
        high = floor + float(share @ (case.rows.rates - floor)) / float(share @ share)
        found = high / peak
    else:
        found = float(rates @ case.rows.rates) / float(rates @ rates)
    if not found > 0 or not math.isfinite(found):
        return None
    best = case.rows.error(_scaled(rates, found, peak, floor))
    for simple in (*_simple(found), *(float(f"{found:.{digits}g}") for digits in range(2, 10))):
        if simple > 0 and case.rows.error(_scaled(rates, simple, peak, floor)) <= best:
            return simple
    return found


def _simple(found: float) -> Iterator[float]:
    """Yield the simple numbers nearest to a factor: k, 1/k, the square roots of both, and powers of ten."""
    yield 10.0 ** round(math.log10(found))
    for power in (1, 2):
        whole = round(found**power)
        share = round(found**-power)
        if 0 < whole <= _MOST:
            yield whole ** (1 / power)
        if 0 < share <= _MOST:
            yield share ** (-1 / power)


def _name(found: float) -> str:
    """Return a factor as text if it is k, 1/k, or the square root of one of them; empty if not."""
    for power, form in ((1, "{}"), (2, "√{}")):
        whole, share = round(found**power), round(found**-power)
        if 0 < whole <= _MOST and math.isclose(whole ** (1 / power), found, rel_tol=1e-9):
            return form.format(whole)
        if 0 < share <= _MOST and math.isclose(share ** (-1 / power), found, rel_tol=1e-9):
            return f"1/{form.format(share)}"
    exponent = round(math.log10(found))
    return f"{found:g}" if math.isclose(10.0**exponent, found, rel_tol=1e-9) else ""


def _advice(found: float, case: Case) -> str:
    known = {case.facts.processes: "processes", case.facts.accumulate: "accumulated batches"}
    near = round(max(found, 1 / found))
    if near in known:
        return f"The factor is the number of {known[near]}: scale the rate once, or not at all."
    if abs(math.log10(found) - round(math.log10(found))) < 1e-9:  # noqa: PLR2004 - rounding
        return "A power of ten: check the exponent of lr, and which parameter group is logged."
    return "Check the lr of the optimizer, the scaling by the batch size or the processes, and which group is logged."
