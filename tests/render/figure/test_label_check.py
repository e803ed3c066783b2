"""Figures on which something has no name are refused, with a size and a number of curves that have been tried."""

from __future__ import annotations

import re
import shlex

import pytest
from plans_of import planned

from cosine_cli.errors import RequestError
from cosine_cli.plans.resolve.request import DEFAULT_TITLE
from cosine_cli.render.figure.arrangement import compose_plan, name_texts
from cosine_cli.render.figure.label_check import check_named, missing_names
from cosine_cli.render.figure.mpl.fonts import FontRuler
from cosine_cli.render.figure.palette import LIGHT
from cosine_cli.render.figure.primitives import Name, Text

NINE = "cosine step exponential linear polynomial wsd onecycle restarts noam"
MANY = " ".join(f"polynomial:power={power}" for power in range(1, 201))
LONG = "x" * 300
GROUPED = "curves: [cosine, step, linear]\ngroups: {backbone: 0.1, neck: 0.5, head: 1}\nfigure: {size: [2, 1.5]}\n"

CROWDED = [
    pytest.param(f"{NINE} --size 2x1.2", None, id="nine-on-a-card"),
    pytest.param(f"{NINE} rex --preset nature --size 1.6x1.2", None, id="ten-on-a-stamp"),
    pytest.param("cosine step --size 1x1", None, id="two-on-a-stamp"),
    pytest.param("cosine step --size 1.2x0.9", None, id="two-on-a-flat-stamp"),
    pytest.param("cosine --size 0.4x0.3", None, id="one"),
    pytest.param("cosine step exponential --size 4.9x0.25", None, id="no-height"),
    pytest.param(f"{NINE.removesuffix(' noam')} --size 0.6x4", None, id="no-width"),
    pytest.param(MANY, None, id="two-hundred"),
    pytest.param(
        "cosine step --size 3x0.7", "figure: {annotations: false}\ntitle: As in table 3 of the paper", id="title"
    ),
    pytest.param("cosine step linear wsd rex --size 2x1.2 --log", None, id="logarithmic"),
    pytest.param("--grid min_lr=0,1e-3,1e-2 --grid warmup=0,5 --size 1.5x1", None, id="matrix"),
    pytest.param("cosine --grid min_lr=0,1e-5,1e-4,1e-3,1e-2 --size 1.5x1", None, id="grid"),
    pytest.param("", GROUPED, id="groups"),
]


def refusal_of(words: str, config: str | None) -> str:
    with pytest.raises(RequestError) as error:
        check_named(planned(words, config), where="figure 'x.png'")
    return str(error.value)


@pytest.mark.parametrize(("words", "config"), CROWDED)
def test_the_size_that_is_named_does_when_it_is_typed(words: str, config: str | None) -> None:
    said = refusal_of(words, config)
    assert said.startswith("figure 'x.png': is too small for all names, got none for ")
    (size,) = re.findall(r"; give (--size [\d.]+x[\d.]+)", said)
    larger = re.sub(r"--size \S+", "", words)
    assert missing_names(planned(f"{larger} {size}", config)) == []


@pytest.mark.parametrize(("words", "config"), CROWDED)
def test_so_many_of_its_curves_do(words: str, config: str | None) -> None:
    found = re.search(r"or draw only the first (?:(\d+) curves|curve)$", refusal_of(words, config))
    if found is None:
        assert "polynomial:power=2" not in words
        return
    curves, options = [], []
    for word in shlex.split(words):
        (options if options or word.startswith("--") else curves).append(word)
    fewer = " ".join([*curves[: int(found[1] or 1)], *options])
    config = config.replace("[cosine, step, linear]", "[cosine]") if config else None
    assert missing_names(planned(fewer, config)) == []


@pytest.mark.parametrize(
    ("words", "count"),
    [(f"{NINE} --size 2x1.2", "2 curves"), (f"{NINE} rex --preset nature --size 1.6x1.2", "4 curves")],
)
def test_the_number_is_the_largest(words: str, count: str) -> None:
    assert refusal_of(words, None).endswith(f"or draw only the first {count}")


def test_the_default_title_that_comes_with_a_wider_page_is_reckoned_with() -> None:
    """Without a curve a page of 5 inches and more has a title, and so less height for the rest."""
    (size,) = re.findall(r"--size ([\d.]+x[\d.]+)", refusal_of("--size 4.9x0.1", None))
    plan = planned(f"--size {size}")
    assert plan.title == DEFAULT_TITLE
    assert missing_names(plan) == []


@pytest.mark.parametrize(
    "words",
    [f"{NINE} --preset icml", f"{NINE} rex --preset nature", "cosine step --size 1.6x1.2", "cosine step --size 2x1.5"],
)
def test_a_small_page_has_a_key_or_smaller_names(words: str) -> None:
    check_named(planned(words), where="figure")


@pytest.mark.parametrize("preset", ["neurips", "icml", "iclr", "cvpr", "ieee", "nature", "slide", "readme"])
@pytest.mark.parametrize("count", range(1, 9))
def test_up_to_eight_curves_have_their_names_at_every_preset(preset: str, count: int) -> None:
    plan = planned(f"{' '.join(NINE.split()[:count])} --preset {preset}")
    check_named(plan, where="figure")
    texts = " ".join(mark.text for mark in compose_plan(plan, LIGHT, FontRuler()) if isinstance(mark, Text))
    assert not [curve.label for curve in plan.curves if curve.label not in texts and curve.name not in texts]


@pytest.mark.parametrize("words", [f"cosine:label={LONG}a linear:label={LONG}b", f"cosine --title '{LONG}'"])
def test_a_name_of_a_thousand_characters_is_refused_by_its_length(words: str) -> None:
    assert "of more than 1000 characters, got 1000" in refusal_of(words.replace(LONG, "x" * 100_000), None)


def test_two_names_with_the_same_beginning_are_whole() -> None:
    plan = planned(f"cosine:label={LONG}a linear:label={LONG}b")
    lines = {
        name.text: "".join(text.text for text in name_texts(plan, FontRuler()) if text.names == name)
        for name in (Name("curve", f"{LONG}a"), Name("curve", f"{LONG}b"))
    }
    assert all(name == shown for name, shown in lines.items())


def test_a_long_name_is_whole_in_lines() -> None:
    label = "a rather long label that says what this curve is"
    plan = planned(f"cosine:label='{label}' step")
    names = [words.text for words in name_texts(plan, FontRuler()) if words.names == Name("curve", label)]
    assert " ".join(names) == label
    check_named(plan, where="figure")


def test_the_name_of_many_is_the_one_that_is_drawn() -> None:
    """Names over panels are asked for without their curves: they are those of the whole figure."""
    plan = planned(f"{NINE} --title T")
    drawn = [mark for mark in compose_plan(plan, LIGHT, FontRuler()) if isinstance(mark, Text) and mark.names]
    assert sorted(name_texts(plan, FontRuler())) == sorted(drawn)


@pytest.mark.parametrize("curves", ["cosine", NINE])
@pytest.mark.parametrize("flag", ["--xlabel", "--ylabel"])
def test_the_name_of_an_axis_is_smaller_before_a_size_is_asked_for(flag: str, curves: str) -> None:
    name = "Rate in the second and last stage of training, in units of"
    size = min(text.size for text in name_texts(planned(f"{curves} {flag} '{name}' --size 4x3"), FontRuler()))
    assert 6.0 <= size < 7.65
    said = refusal_of(f"{curves} {flag} '{name * 3}' --size 4x3", None)
    (larger,) = re.findall(r"give (--size [\d.]+x[\d.]+)", said)
    check_named(planned(f"{curves} {flag} '{name * 3}' {larger}"), where="figure")


def test_a_checked_figure_is_composed_once_and_equal() -> None:
    asked = planned("cosine linear")
    fresh = compose_plan(asked, LIGHT, FontRuler())
    names = name_texts(asked, FontRuler())
    kept = compose_plan(asked, LIGHT, FontRuler())
    assert repr(kept) == repr(fresh)
    assert {id(name) for name in names} <= {id(mark) for mark in kept}
    again = compose_plan(asked, LIGHT, FontRuler())
    assert again is not kept
    assert repr(again) == repr(fresh)
