"""The characters of a chart besides its dots, in Unicode and in ASCII."""

from __future__ import annotations

from typing import NamedTuple


class Signs(NamedTuple):
    """A set of characters.

    - ``curves``: one per curve instead of dots; empty with braille.
    - ``light``: instead of light dots.
    - ``half``: where a curve falls to half the peak; ``level`` is the line at that rate.
    - ``sunk``: where a curve leaves a logarithmic axis.
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
        """Return the character of the curve at ``index``."""
        return self.curves[index % len(self.curves)]


DOTS = Signs("│", "─", "└", "┤", "┬", "…", "○", "╌", "▼", "", "")
ASCII = Signs("|", "-", "+", "+", "+", "..", "O", "-", "v", "*+x#%@&=$~abcdefghijklmnpqrstuwyz", ":")
