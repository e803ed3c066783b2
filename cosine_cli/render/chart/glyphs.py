"""The characters that a chart is made of besides its dots, where a screen has them and where it has only ASCII."""

from __future__ import annotations

from typing import NamedTuple


class Signs(NamedTuple):
    """One set of characters.

    - ``curves``: in the place of dots, one a curve; empty where there are dots.
    - ``light``: in the place of sparse dots.
    - ``half``: where a curve is down to half the peak; ``level`` the line there.
    - ``sunk``: where a curve goes below a logarithmic axis.
    """

    up: str
    across: str
    corner: str
    rate_tick: str
    time_tick: str
    ellipsis: str
    half: str
    level: str
    sunk: str
    curves: str
    light: str

    def key(self, index: int) -> str:
        """Return the character of the curve with that index."""
        return self.curves[index % len(self.curves)]


DOTS = Signs("│", "─", "└", "┤", "┬", "…", "○", "╌", "▼", "", "")
ASCII = Signs("|", "-", "+", "+", "+", "..", "O", "-", "v", "*+x#%@&=$~abcdefghijklmnpqrstuwyz", ":")
