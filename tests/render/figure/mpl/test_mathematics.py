"""Mathematics in names."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from matplotlib.text import Text

from cosine_cli.errors import RequestError
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure.mpl.draw import draw
from cosine_cli.render.figure.mpl.mathematics import check_math
from cosine_cli.render.figure.ruler import Face, wrapped


@pytest.mark.parametrize("words", ["", "--math true"])
def test_dollars_are_mathematics_only_on_request(plan: Callable[..., Plan], words: str) -> None:
    figure = draw(plan(f"'cosine:label=$x$' {words}"), theme="light")
    (name,) = [text for text in figure.findobj(Text) if text.get_text() == "$x$"]
    assert name.get_parse_math() == bool(words)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (r"'cosine:label=a $\foo$'", r"label: mathematics: unknown symbol: \foo, found '\' at character 4"),
        (r"'cosine:label=$x_{a$'", "label: mathematics: expected end_group, found end of text at character 6"),
        (r"--title 'costs 5$'", "title: the dollar at character 8 is not closed, got 'costs 5$'"),
        (r"--xlabel '$\frac{1}$'", r"xlabel: mathematics: expected \frac{num}{den}"),
    ],
)
def test_a_fault_is_shown_with_its_place(plan: Callable[..., Plan], words: str, message: str) -> None:
    with pytest.raises(RequestError) as refused:
        check_math(plan(f"{words} --math true"))
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("text", [r"$\eta = 3 \cdot x$", r"costs 5\$", r"a $x$ and $y$"])
def test_what_is_fine(plan: Callable[..., Plan], text: str) -> None:
    check_math(plan(f"cosine --math true --title '{text}'"))


def test_a_line_never_breaks_inside_of_mathematics() -> None:
    class Letters:
        math = True

        def width(self, text: str, size: float, *, bold: bool = False) -> float:
            del size, bold
            return float(len(text))

    lines = wrapped(r"the rate $\eta = 3 x$ of the run", Letters(), Face(1.0), max_width=14.0, most=5)
    assert lines is not None
    assert [line for line in lines if "$" in line] == [r"$\eta = 3 x$"]
    assert " ".join(lines) == r"the rate $\eta = 3 x$ of the run"
