"""Numbers as they are written: how many digits they have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from cosine_cli.logs.core.cells import Floats

_MOST_PLACES = 300
"""More places are those of a number that is damaged, or zero: ``1e-4000``. A power of ten of so many is a number."""

_NUMBER = re.compile(r"[+-]?([0-9]*+)\.?([0-9]*+)(?:[eE]([+-]?[0-9]++))?")


@dataclass(frozen=True)
class Written:
    """A number as it is written.

    - ``places``: the digits after the point, as if it were written without an exponent.
    - ``decimals``: the same without zeros at the end.
    - ``significant``: the digits from the first to the last that are not zero.
    - ``mantissa``: the digits after the point of a number with an exponent, else None.
    """

    value: float
    places: int
    decimals: int
    significant: int
    mantissa: int | None

    @staticmethod
    def of(text: str) -> Written:
        """Return a number by its text."""
        match = _NUMBER.fullmatch(text)
        if match is None:
            return Written.of(repr(float(text)))
        whole, fraction, exponent = match[1], match[2], int(match[3] or 0)
        digits = (whole + fraction).strip("0")
        return Written(
            value=float(text),
            places=min(len(fraction) - exponent, _MOST_PLACES),
            decimals=min(len(fraction.rstrip("0")) - exponent, _MOST_PLACES),
            significant=len(digits),
            mantissa=None if match[3] is None else len(fraction),
        )

    @property
    def is_single(self) -> bool:
        """Whether these are the fewest digits that identify the number in single precision."""
        with np.errstate(over="ignore"):
            return Decimal(str(np.float32(self.value))) == Decimal(repr(self.value))


def shortest(values: Floats) -> tuple[Written, ...]:
    """Return numbers as Python writes them, with the fewest digits that identify them."""
    return tuple(Written.of(repr(value).removesuffix(".0")) for value in values.tolist())
