"""Numbers in the sentences of an answer."""

from __future__ import annotations

import math

_SPACED = 10_000
"""From here on thousands are separated."""


def count(value: float) -> str:
    """Return a number of updates: whole or with six digits, with spaces between thousands from 10 000 on.

    >>> count(7360), count(160000.0), count(828.5), count(1501810.14)
    ('7360', '160 000', '828.5', '1 501 810')
    """
    number = float(value) if float(value).is_integer() else float(f"{value:.6g}")
    written = int(number) if number.is_integer() else number
    return f"{written:,}".replace(",", " ") if abs(written) >= _SPACED else str(written)


def rate(value: float, digits: int = 3) -> str:
    """Return a rate with few digits.

    >>> rate(1e-5), rate(7.94e-06), rate(0.0194004)
    ('1e-05', '7.94e-06', '0.0194')
    """
    return f"{value:.{digits}g}"


def rate_pair(first: float, second: float, digits: int = 3) -> tuple[str, str]:
    """Return two rates that are compared, with the same decimals and as many digits as show that they differ.

    >>> rate_pair(0.0013, 0.00167), rate_pair(0.0194001, 0.0001), rate_pair(0.0249693, 0.0249929)
    (('0.00130', '0.00167'), ('0.0194', '0.0001'), ('0.02497', '0.02499'))
    >>> rate_pair(0.09997533, 0.1)
    ('0.09998', '0.10000')
    """
    while digits < 17 and first != second and rate(first, digits) == rate(second, digits):  # noqa: PLR2004 - a float
        digits += 1
    high = max(abs(first), abs(second))
    if not 1e-4 <= high < 1e4:  # noqa: PLR2004 - powers of ten, as repr
        return rate(first, digits), rate(second, digits)
    decimals = max(digits - 1 - math.floor(math.log10(high)), 0)
    texts = f"{first:.{decimals}f}", f"{second:.{decimals}f}"
    if first != second and texts[0] == texts[1]:  # on both sides of a power of ten
        texts = f"{first:.{decimals + 1}f}", f"{second:.{decimals + 1}f}"
    if not (float(texts[0]) and float(texts[1])):  # one of them is 0, or much smaller
        return rate(first, digits), rate(second, digits)
    while all(text.endswith("0") and "." in text for text in texts):
        texts = texts[0][:-1], texts[1][:-1]
    return texts[0].rstrip("."), texts[1].rstrip(".")


def percent(share: float) -> str:
    """Return a share with two digits as a percentage.

    >>> percent(0.000856), percent(0.22), percent(1e-7)
    ('0.086%', '22%', '1e-05%')
    """
    return f"{share * 100:.2g}%"


def factor(value: float) -> str:
    """Return a factor with three digits.

    >>> factor(4.0), factor(2.5)
    ('4', '2.5')
    """
    return f"{value:.3g}"


def plural(number: float, noun: str) -> str:
    """Return a count with its noun.

    >>> plural(1, "row"), plural(16, "row")
    ('1 row', '16 rows')
    """
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"
