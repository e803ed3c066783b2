from __future__ import annotations

from dataclasses import replace

import pytest

from cosine_cli.render.figure.margins import Box
from cosine_cli.render.figure.panels import Spacing, badness, panel, panel_grid

BOX = Box(48.0, 36.0, 562.0, 258.0)
SPACE = Spacing.of(1.0)


@pytest.mark.parametrize("columns", [1, 2, 5, 7])
@pytest.mark.parametrize("count", [7, 9, 10, 16, 25, 40])
def test_panels_lie_within_the_axes_and_do_not_overlap(count: int, columns: int) -> None:
    found = panel_grid(columns, count, BOX, replace(SPACE, down=1.0))
    assert found.columns * found.rows >= count > found.columns * (found.rows - 1)
    boxes = [panel(i, found, BOX) for i in range(count)]
    for i, a in enumerate(boxes):
        assert a.left >= BOX.left - 1e-9
        assert a.bottom >= BOX.bottom - 1e-9
        assert a.right <= BOX.right + 1e-9
        assert a.top <= BOX.top - found.above + 1e-9
        for b in boxes[:i]:
            assert a.left >= b.right or b.left >= a.right or a.bottom >= b.top + found.above or b.bottom >= a.top


@pytest.mark.parametrize(("left_over", "columns"), [(0.0, 2), (4.0, 3)])
def test_a_hole_weighs_as_it_is_told(left_over: float, columns: int) -> None:
    """Three panels: two beside one another are of the better shape, and leave a place empty under them."""
    grids = [panel_grid(columns, 3, BOX, SPACE) for columns in (1, 2, 3)]
    assert min(grids, key=lambda grid: badness(grid, 3, left_over=left_over)).columns == columns


def test_the_panels_fill_the_box() -> None:
    found = panel_grid(3, 6, Box(0.0, 0.0, 320.0, 110.0), replace(SPACE, across=10.0, down=10.0, heading=0.0))
    assert (found.width, found.height, found.above) == (100.0, 50.0, 0.0)
    assert panel(5, found, Box(0.0, 0.0, 320.0, 110.0)) == (220.0, 0.0, 320.0, 50.0)


def test_low_panels_go_without_their_headings() -> None:
    assert panel_grid(1, 4, Box(0.0, 0.0, 100.0, 100.0), SPACE).above == 0.0
    assert panel_grid(1, 2, Box(0.0, 0.0, 100.0, 100.0), SPACE).above == 13.0
