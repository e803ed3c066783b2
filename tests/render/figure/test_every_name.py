"""Every curve has its whole name, inside the page and clear of other texts, in figures of all sizes."""

from __future__ import annotations

import itertools
import re

import pytest
from plans_of import planned

from cosine_cli.errors import RequestError
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure.arrangement import compose_plan
from cosine_cli.render.figure.half_peak import digit_box
from cosine_cli.render.figure.label_check import check_named, missing_names
from cosine_cli.render.figure.margins import INCH, Box
from cosine_cli.render.figure.mpl.fonts import FontRuler, font_of
from cosine_cli.render.figure.palette import LIGHT
from cosine_cli.render.figure.primitives import Dot, Line, Primitive, Text
from cosine_cli.render.figure.ruler import extent
from cosine_cli.text import visible

COUNTS = (1, 2, 3, 6, 10, 20)
SIZES = ("--size 8x4.5", "--size column", "--preset icml", "--preset nature", "--preset slide")
MIXED = ("cosine", "step", "exponential", "linear", "rex", "wsd")
LONG = "a long label that says which model was trained on which data, and how, number"

REFUSED = {("--size column", 6), ("--preset icml", 6), ("--preset nature", 10)}
"""The numbers of curves from which 70 letters each leave the axes too small."""

EDGE = 2.0
"""The smallest distance from the edge of the page, in points."""


def curves(count: int, *, long: bool) -> list[str]:
    if count <= len(MIXED):
        return [f"{name}:label='{LONG} {i}'" if long else name for i, name in enumerate(MIXED[:count], 1)]
    label = LONG if long else "power"
    return [f"polynomial:power={i / 4},label='{label} {i}'" for i in range(1, count + 1)]


def words_of(count: int, size: str, *, long: bool, log: bool) -> str:
    quoted = (f'"{curve}"'.replace("'", "") for curve in curves(count, long=long))
    return f"{' '.join(quoted)} {size}{' --log' if log else ''}"


def box_of(text: Text, ruler: FontRuler) -> Box:
    """Return the box of the ink of a text: digits do not have descenders."""
    return digit_box(text, ruler) if re.fullmatch(r"[\d.e+-]+[kMGT]?", text.text) else extent(text, ruler)


def overlapping(texts: list[Text], ruler: FontRuler) -> list[tuple[str, str]]:
    boxes = [(text.text, box_of(text, ruler)) for text in texts if text.text]
    return [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(boxes, 2)
        if a.left < b.right and b.left < a.right and a.bottom < b.top and b.bottom < a.top
    ]


def outside(marks: list[Primitive], plan: Plan, ruler: FontRuler) -> list[object]:
    """Return the texts, lines and markers that come closer to the edge than allowed."""
    width, height = plan.figure.size[0] * INCH, plan.figure.size[1] * INCH
    found: list[object] = []
    for mark in marks:
        if isinstance(mark, Text):
            name, box = mark.text, box_of(mark, ruler)
        elif isinstance(mark, Dot):
            r = mark.size / 2 + mark.edge / 2
            name, box = mark.shape, Box(mark.x - r, mark.y - r, mark.x + r, mark.y + r)
        elif isinstance(mark, Line):
            r, points = mark.width / 2, mark.points[~(mark.points != mark.points).any(axis=1)]
            (left, bottom), (right, top) = points.min(axis=0), points.max(axis=0)
            name, box = "line", Box(left - r, bottom - r, right + r, top + r)
        else:
            continue
        if min(box.left, box.bottom, width - box.right, height - box.top) < EDGE:
            found.append((name, box))
    return found


def names(marks: list[Primitive]) -> dict[str, str]:
    """Return the text of each name of a curve, its lines joined without spaces."""
    found: dict[str, str] = {}
    for mark in marks:
        if isinstance(mark, Text) and mark.names and mark.names.kind == "curve":
            found[mark.names.text] = found.get(mark.names.text, "") + mark.text.replace(" ", "")
    return found


def axes_width(marks: list[Primitive]) -> float:
    """Return the width from the left end of the first panel to the right end of the last."""
    spines = [mark for mark in marks if isinstance(mark, Line) and mark.color == LIGHT.axis and len(mark.points) == 2]
    return float(max(line.points[:, 0].max() for line in spines) - min(line.points[:, 0].min() for line in spines))


def check(words: str) -> None:
    plan = planned(words)
    ruler = FontRuler(font_of(plan))
    marks = compose_plan(plan, LIGHT, ruler)
    wanted = {curve.label: visible(curve.label).replace(" ", "") for curve in plan.curves}
    short = {curve.label: curve.name for curve in plan.curves}
    shown = names(marks)
    assert not [label for label, whole in wanted.items() if shown.get(label) not in {whole, short[label]}]
    assert not overlapping([mark for mark in marks if isinstance(mark, Text)], ruler)
    assert not outside(marks, plan, ruler)
    assert axes_width(marks) >= plan.figure.size[0] * INCH / 2
    smallest = min(mark.size for mark in marks if isinstance(mark, Text))
    assert smallest >= plan.figure.smallest - 1e-6


def check_larger(words: str) -> None:
    """Check the figure of the size in the error message."""
    with pytest.raises(RequestError) as error:
        check_named(planned(words), where="figure")
    (larger,) = re.findall(r"give (--size [\d.]+x[\d.]+)", str(error.value))
    check(re.sub(r"--size \S+", "", words) + f" {larger}")


@pytest.mark.parametrize("log", [False, True], ids=["linear", "log"])
@pytest.mark.parametrize("long", [False, True], ids=["short", "long"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", COUNTS)
def test_every_curve_has_its_whole_name(count: int, size: str, *, long: bool, log: bool) -> None:
    words = words_of(count, size, long=long, log=log)
    if long and any(size == name and count >= least for name, least in REFUSED):
        check_larger(words)
    else:
        check(words)


@pytest.mark.parametrize("count", [9, 25, 40])
@pytest.mark.parametrize("size", SIZES)
def test_up_to_forty_curves_have_their_names(size: str, count: int) -> None:
    """In a column of 2.15 inches of height, 40 names are too many in the smallest font."""
    words = words_of(count, size, long=False, log=False)
    (check_larger if count == 40 and size in ("--size column", "--preset icml") else check)(words)


@pytest.mark.parametrize("legend", ["direct", "above", "below", "right"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [3, 12])
def test_a_legend_has_every_name_or_a_size_for_it(count: int, size: str, legend: str) -> None:
    words = f"{words_of(count, size, long=False, log=False)} --legend {legend} --title 'A title of several words'"
    (check_larger if missing_names(planned(words)) else check)(words)


@pytest.mark.parametrize("legend", ["", "--legend below", "--legend right"])
@pytest.mark.parametrize("grid", ["--grid min_lr=0,1e-3,1e-2", "--grid min_lr=0,1e-3 --grid warmup=0,5"])
@pytest.mark.parametrize("long", [False, True], ids=["short", "long"])
@pytest.mark.parametrize("size", SIZES)
def test_panels_have_every_name_or_a_size_for_it(size: str, grid: str, legend: str, *, long: bool) -> None:
    words = f"{words_of(3, size, long=long, log=False)} {grid} {legend}"
    (check_larger if missing_names(planned(words)) else check)(words)


@pytest.mark.parametrize("size", ["2x1.5", "1.5x4", "5x2", "3.25x1.5", "12x3"])
@pytest.mark.parametrize("words", ["cosine", "cosine step linear --log", "cosine --steps 450450 --lr 1.99999e-5"])
@pytest.mark.parametrize("epochs", ["", "--steps-per-epoch 450"])
def test_small_and_flat_pages_keep_everything_inside(size: str, words: str, epochs: str) -> None:
    check(f"{words} {epochs} --size {size}")
