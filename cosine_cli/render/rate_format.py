"""Learning rates as a table shows them: the decimals of the peak, or powers of ten, one form per column."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

_SIGNIFICANT, _FEWEST = 6, 4
"""Significant digits of the peak in plain decimals, and of every rate in powers of ten."""

_LEAST_PLAIN, _FIRST_LONG = 1e-3, 1e12
"""Peaks outside this range are written in powers of ten."""

_EXACT = 1e-12

ENDED = "–"
"""What is shown instead of a rate where a curve has ended."""


def rate_texts(rates: Iterable[float | None], *, peak: float) -> tuple[str, ...]:
    """Return the rates of one column, all in the same form; an exact 0 is ``0``, and None, after an end, a dash.

    Plain, they have as many decimals as give the peak six significant digits. Where the peak is below 1e-3, or these
    decimals leave one of the rates fewer than four significant digits and do not show it exactly, all are written in
    powers of ten.

    >>> rate_texts((0.1, 0.05, 1e-4, 0), peak=0.1)
    ('0.100000', '0.050000', '0.000100', '0')
    >>> rate_texts((0.1, 0.05, 1.2345e-4, 0), peak=0.1)
    ('1.000e-1', '5.000e-2', '1.234e-4', '0')
    >>> rate_texts((0.1, float("nan"), None), peak=0.1)
    ('0.100000', 'NaN', '–')
    """
    rates = tuple(rates)
    plain = fits_decimals(rates, peak=peak)
    return tuple(written(rate, peak=peak, plain=plain) for rate in rates)


def rate_text(rate: float, *, peak: float) -> str:
    """Return a rate as in a column of its own.

    >>> rate_text(0.05, peak=0.1), rate_text(5e-6, peak=1e-5)
    ('0.050000', '5.000e-6')
    """
    return rate_texts((rate,), peak=peak)[0]


def rounded(rate: float, *, peak: float) -> float:
    """Return a rate as a column of its own shows it, so that a figure says the same number.

    >>> rounded(0.0123456789, peak=0.1)
    0.012346
    """
    return float(rate_text(rate, peak=peak))


def fits_decimals(rates: Sequence[float | None], *, peak: float) -> bool:
    """Tell whether the decimals of the peak show all rates well enough."""
    if peak and not _LEAST_PLAIN <= peak < _FIRST_LONG:
        return False
    # A larger rate has enough digits, whatever they are.
    enough = 10.0 ** (_FEWEST - 1 - _decimals(peak))
    return all(_shows(rate, _decimals(peak)) for rate in rates if rate and abs(rate) < enough)


def written(rate: float | None, *, peak: float, plain: bool) -> str:
    """Return a rate in one of the two forms."""
    if rate is None:
        return ENDED
    if math.isnan(rate):
        return "NaN"
    if rate == 0:
        return "0"
    if math.isinf(rate):  # after the end of the run, where a framework's rate may grow without bound
        return f"{rate}"
    if plain:
        return f"{rate:.{_decimals(peak)}f}"
    mantissa, exponent = f"{rate:.{_FEWEST - 1}e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def _decimals(peak: float) -> int:
    return max(_SIGNIFICANT - 1 - math.floor(math.log10(peak)), 0) if peak > 0 else _SIGNIFICANT


def _shows(rate: float, decimals: int) -> bool:
    fixed = f"{abs(rate):.{decimals}f}"
    digits = len(fixed.replace(".", "").lstrip("0"))
    return digits >= _FEWEST or math.isclose(float(fixed), abs(rate), rel_tol=_EXACT)
