"""The light and the dark theme of figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Theme:
    """The colors of page, text, grid and curves.

    - ``tint``: the alpha of the area below the subject.
    - ``plot``: the color behind the curves, empty for that of the page.
    """

    page: str
    ink: str
    soft: str
    faint: str
    grid: str
    axis: str
    ghost: str
    tint: float
    hues: tuple[str, ...]
    plot: str = ""

    def hue(self, index: int) -> str:
        """Return the color of the curve at ``index``."""
        return self.hues[index % len(self.hues)]


# All hues and all colors of text have a contrast of at least 4.5 with their page. For normal, protan, deutan and
# tritan vision (Machado 2009), the first four light hues differ by at least 31 (CIE76) and all eight by 27; the first
# six dark ones by 28 and all eight by 25.
LIGHT = Theme(
    page="#FFFFFF",
    ink="#1B2430",
    soft="#5B6675",
    faint="#6C7685",
    grid="#E8EBF0",
    axis="#AEB6C2",
    ghost="#D3D8DF",
    tint=0.065,
    hues=("#233384", "#DA3709", "#0F8760", "#7E080B", "#BA37DA", "#8B69A2", "#5C294C", "#7B00FF"),
)
DARK = Theme(
    page="#0D1117",
    ink="#E6EDF3",
    soft="#9AA6B5",
    faint="#7C8897",
    grid="#1E2530",
    axis="#3D4756",
    ghost="#323B48",
    tint=0.11,
    hues=("#4F97FF", "#FF9248", "#3DE8AC", "#F7BDF2", "#B1FF01", "#9E7698", "#768F64", "#EEF897"),
)
THEMES = {"light": LIGHT, "dark": DARK}
