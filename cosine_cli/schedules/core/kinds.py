"""The kinds of values that parameters take."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """The kind of a parameter's value; that of each element where it takes a list or a mapping.

    - ``NUMBER``: a finite number, such as a rate or a factor.
    - ``RATE``: a learning rate that may be given as a share of the curve's peak.
    - ``COUNT``: a whole number.
    - ``LENGTH``: a time with a clock of its own, such as the length of a decay.
    - ``MOMENT``: a time on the run's clock, such as a milestone.
    - ``CHOICE``: one of a few words.
    - ``TEXT``: any text.
    - ``SIZE``: the width and the height of a figure.
    - ``SWITCH``: true or false.
    - ``CURVE``: a schedule.
    """

    NUMBER = "number"
    RATE = "rate"
    COUNT = "count"
    LENGTH = "length"
    MOMENT = "moment"
    CHOICE = "choice"
    TEXT = "text"
    SIZE = "size"
    SWITCH = "switch"
    CURVE = "curve"

    @property
    def is_time(self) -> bool:
        """Tell whether it is a time, in steps."""
        return self in (Kind.LENGTH, Kind.MOMENT)

    @property
    def is_number(self) -> bool:
        """Tell whether it is a number of any sort."""
        return self.is_time or self in (Kind.NUMBER, Kind.RATE, Kind.COUNT)
