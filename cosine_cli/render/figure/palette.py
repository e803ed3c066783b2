"""The light and the dark theme of figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Theme:
    """The colours of page, text, grid and curves; ``tint`` is the alpha of the area below the subject."""

    page: str
    ink: str
    soft: str
    faint: str
    grid: str
    axis: str
    ghost: str
    tint: float
    hues: tuple[str, ...]

    def hue(self, index: int) -> str:
        """Return the colour of the curve at ``index``."""
        return self.hues[index % len(self.hues)]


# The first three light hues stay at least 31 apart (CIE76) for normal, deutan, protan and tritan vision, all
# eight 22, and have a contrast of 3.3 with the page. The dark ones are 29 apart up to four.
LIGHT = Theme(
    page="#FFFFFF",
    ink="#1B2430",
    soft="#5B6675",
    faint="#7F8997",
    grid="#E8EBF0",
    axis="#AEB6C2",
    ghost="#D3D8DF",
    tint=0.065,
    hues=("#0A45B0", "#D55E00", "#08997C", "#6B1239", "#8F86B8", "#1F084C", "#4C4108", "#804075"),
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
    hues=("#4F97FF", "#FF9248", "#3DE8AC", "#F7BDF2", "#D9E86A", "#C76B9F", "#E6EDF3", "#B28D62"),
)
THEMES = {"light": LIGHT, "dark": DARK}
