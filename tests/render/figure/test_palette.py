"""The colors of the themes: contrast with the page, and distance for normal and for color-blind vision."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from cosine_cli.render.figure.palette import DARK, LIGHT, Theme

# Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB.
VISION = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# IEC 61966-2-1, white D65.
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ.sum(axis=1)


def linear(color: str) -> np.ndarray:
    """Return the linear RGB of a color such as ``#0D1117``."""
    srgb = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(color: str, page: str) -> float:
    """Return the contrast ratio of WCAG 2.1."""
    low, high = sorted(float(TO_XYZ[1] @ linear(each)) for each in (color, page))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return the CIELAB coordinates of a linear RGB color."""
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, vision: str) -> float:
    """Return the CIE76 difference of two colors as this vision sees them."""
    return float(np.linalg.norm(lab(VISION[vision] @ linear(one)) - lab(VISION[vision] @ linear(other))))


@pytest.mark.parametrize("theme", [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")])
def test_hues_and_text_are_legible_on_the_page(theme: Theme) -> None:
    colors = (*theme.hues, theme.ink, theme.soft, theme.faint)
    assert min(contrast(color, theme.page) for color in colors) >= 4.5


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize(
    ("hues", "apart"),
    [
        pytest.param(LIGHT.hues[:4], 31, id="light-4"),
        pytest.param(LIGHT.hues, 27, id="light-8"),
        pytest.param(DARK.hues[:6], 28, id="dark-6"),
        pytest.param(DARK.hues, 25, id="dark-8"),
    ],
)
def test_hues_differ_for_every_vision(hues: tuple[str, ...], apart: float, vision: str) -> None:
    assert len(set(hues)) == len(hues)
    assert min(distance(one, other, vision) for one, other in combinations(hues, 2)) >= apart


def test_black_on_white_has_the_largest_contrast() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert distance("#000000", "#FFFFFF", "normal") == pytest.approx(100, abs=0.01)
