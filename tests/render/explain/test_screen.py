"""Pages and the catalogue on a screen."""

from __future__ import annotations

import re
import shlex

import pytest
from door import ask
from plans_of import planned

from cosine_cli.frameworks.core.discovery import framework_schedules, frameworks
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.render.explain.listing import spark
from cosine_cli.render.explain.recipes import RECIPES, Recipe
from cosine_cli.render.explain.screen import screen_list, screen_pages
from cosine_cli.render.explain.subject import RARE, Subject
from cosine_cli.render.explain.try_it import broken, command
from cosine_cli.render.terminal import Terminal
from cosine_cli.schedules.core import catalogue as schedules
from cosine_cli.schedules.core.schedule import FAMILIES

PIPE = Terminal.none()
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def page(*names: str, terminal: Terminal = PIPE) -> str:
    return b"".join(screen_pages([Subject(name) for name in names], terminal)).decode(terminal.encoding)


def listed(terminal: Terminal = PIPE) -> str:
    return b"".join(screen_list([Subject(name) for name in schedules.names()], terminal)).decode(terminal.encoding)


COSINE = """\
cosine ─────────────────────────────────────────────────────────────────── decay
Decay along half a cosine wave, from the peak to the floor.

Formula
  η(t) = m + ½ (η₀ − m) (1 + cos(π min(t, T) / T))
  with η₀ = lr, m = min_lr, T = total (steps). After total it stays at min_lr.

"""
FACTS = """\

Parameters
  name    meaning                   takes                     default
  lr      peak learning rate        number above 0            0.1
  total   length of the decay       time above 0              100% of the run
  min_lr  learning rate at the end  number or % from 0 to lr  0
  Times are in epochs (in steps with --steps or --tokens), and in steps in the
  formula. A suffix overrides this: 10%, 3ep, 500st.

Try it
  cosine-lr show cosine --epochs 100

Used for
  Image classification from scratch
    cosine-lr show cosine --lr 0.4 --epochs 120 --warmup 5
    He et al. 2018 (arXiv 1812.01187): ResNet-50 on ImageNet, SGD, batch size
    1024
  LLM pre-training of known length
    cosine-lr show cosine --lr 3e-4 --steps 250k --warmup 2000 --min-lr 3e-5
    Touvron et al. 2023, LLaMA 7B (arXiv 2302.13971): 1T tokens, batches of 4M

Source
  Loshchilov & Hutter 2016, SGDR (ICLR 2017, arXiv 1608.03983), eq. 5, for one
  cycle.

In other libraries
  torch.CosineAnnealingLR, transformers.get_cosine_schedule_with_warmup,
  timm.CosineLRScheduler, optax.cosine_decay_schedule, keras.CosineDecay,
  fvcore CosineParamScheduler, mmengine CosineAnnealingLR,
  composer CosineAnnealingScheduler, paddle CosineAnnealingDecay

Aliases
  cos, cosine_decay, half_cosine (accepted); CosineAnnealing, cosine_annealing,
  cosine_with_min_lr (not accepted; the error suggests cosine)

Common misconceptions
  “It ends at half the initial rate”
    It ends at min_lr, 0 by default. Half is its value at half time.
"""


def test_a_page_teaches_from_the_line_in_words_to_what_is_not_so() -> None:
    shown = page("cosine")
    head, _, rest = shown.partition(" Peak 0.1, 100 epochs\n")
    assert head == COSINE
    chart, _, facts = rest.partition(" epoch  0 ")
    assert facts.partition("\n")[2].startswith(FACTS)
    assert chart.count("\n") == 9  # 8 lines of curve, and the axis
    assert re.search("[\u2801-\u28ff]", chart)


NARROW = """\
constant ───────────────────────── decay
The same rate for the whole run.

Formula
  η(t) = η₀
  with η₀ = lr.

"""
NARROW_FACTS = """\

Parameters
  name  meaning        takes    default
  lr    peak learning  number   0.1
        rate           above 0

Try it
  cosine-lr show constant --epochs 100

Source
  Robbins & Monro 1951, since whom
  convergence proofs require a decaying
  rate; without one, most first runs.

In other libraries
  transformers.get_constant_schedule,
  optax.constant_schedule,
  composer ConstantScheduler,
  deepspeed WarmupLR

Aliases
  const (accepted); ConstantLR, flat,
  fixed, none (not accepted; the error
  suggests constant)
"""


def test_a_page_on_a_narrow_screen() -> None:
    shown = page("constant", terminal=Terminal(width=40))
    assert shown.startswith(NARROW)
    assert "\n  lr\n      peak learning rate; takes number\n      above 0; default 0.1\n" in shown
    assert shown.endswith(NARROW_FACTS.partition("\n\n")[2])


def test_pages_one_after_the_other() -> None:
    assert page("linear", "constant") == f"{page('linear')}\n{page('constant')}"


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("name", schedules.names())
def test_no_page_is_wider_than_its_screen_nor_than_is_read_with_ease(name: str, width: int) -> None:
    lines = page(name, terminal=Terminal(width=width)).splitlines()
    can_be_typed = "\n".join(part for text in command(Subject(name)) for part in broken(text, 29)).split()
    told = [line for line in lines if set(line.split()[-2:]).isdisjoint(can_be_typed)]
    assert max(map(len, told)) <= min(width, 80)
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize("name", ["wsd", "cosine", "multistep"])
def test_a_screen_without_the_signs_of_mathematics(name: str, encoding: str) -> None:
    shown = page(name, terminal=Terminal(encoding=encoding))
    assert "eta(t) = " in shown
    assert "\\" not in shown.replace(" \\\n", "\n")  # but for lines that a shell joins
    assert shown.isascii() or encoding == "latin-1"
    assert ("H\xe4gele" if encoding == "latin-1" else "Hagele") in shown or name != "wsd"


def test_colour_changes_nothing_else() -> None:
    for plain, coloured in (
        (page("wsd"), page("wsd", terminal=Terminal(colors="256"))),
        (listed(), listed(Terminal(colors="256"))),
    ):
        assert "\x1b" not in plain
        assert "\x1b[1m" in coloured
        assert ESCAPES.sub("", coloured) == plain


def test_the_catalogue_lists_every_schedule_on_a_line_in_its_family() -> None:
    *groups, recipes, last = listed().split("\n\n")
    assert last == (
        "'cosine-lr explain NAME' describes a schedule. 'cosine-lr explain torch' lists the schedules of a framework: "
        "keras, optax, timm, torch or transformers.\n"
    )
    assert recipes.splitlines()[0] == "Which one should I use?"
    found = {}
    for group in groups:
        heading, *lines = group.splitlines()
        for line in lines:
            name, bars, words = line.split(maxsplit=2)
            assert len(bars) == 12
            found[name] = (heading, f"{words}.")
    documented = {name: (schedules.load(name).__doc__ or "").partition("\n\n")[0] for name in schedules.names()}
    assert found == {name: (Subject(name).group, line) for name, line in documented.items()}
    headings = [group.partition("\n")[0] for group in groups]
    families = [family.capitalize() for family in FAMILIES]
    assert headings in (families, [*families, RARE])


def test_rare_schedules_are_listed_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules.load("cosine"), "rare", True, raising=False)
    heading, *members = listed().split("\n\n")[-3].splitlines()
    assert heading == "Rarely used"
    assert any(line.startswith("  cosine ") for line in members)
    assert listed().count("  cosine  ") == 1


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.case)
def test_every_recipe_runs_and_is_listed_with_its_source(recipe: Recipe) -> None:
    answer = ask(*shlex.split(recipe.command)[1:])
    assert (answer.code, answer.err) == (0, "")
    assert f"\n  {recipe.case}\n    {recipe.command}\n    {recipe.source}\n" in listed()
    assert shlex.split(recipe.command)[2].partition(":")[0] == recipe.schedule
    assert re.search(r"\b(19|20)\d\d\b", recipe.source)


FLAT = {
    "constant",
    "optax.constant_schedule",
    "transformers.get_constant_schedule",
}


def test_only_constant_schedules_are_drawn_flat() -> None:
    names = [*schedules.names(), *NATIVES]
    assert {name for name in names if len(set(spark(Subject(name)))) == 1} == FLAT
    assert spark(Subject("scale")) != spark(Subject("cosine"))


def test_the_catalogue_draws_the_defaults() -> None:
    bars = dict(re.findall(r"^  (\w+) +([▁-█]{12})  ", listed(), re.MULTILINE))
    assert bars["constant"] == "████████████"
    assert bars["linear"] == "█▇▇▆▆▅▅▄▃▃▂▂"
    assert bars["sequence"] == "██████████▇▄"  # flat for 80%, then a line: at 83.3% 5/6 of it is left, at 91.7% 5/12


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_catalogue_fits_its_screen(width: int) -> None:
    shown = listed(Terminal(width=width))
    assert max(map(len, shown.splitlines())) <= width
    assert "".join(shown.split()).count("Thesamerateforthewholerun") == 1
    wide = listed()
    assert sorted(shown.replace(" \\\n", "\n").split()) == sorted(wide.split())


def test_the_catalogue_in_ascii() -> None:
    shown = listed(Terminal(encoding="ascii"))
    assert shown.isascii()
    assert "\\" not in shown
    assert "constant                ############" in shown


# --- Frameworks' own -------------------------------------------------------------------------------------------------

NATIVES = [f"{framework}.{name}" for framework in frameworks() for name in framework_schedules(framework)]


@pytest.mark.parametrize("name", NATIVES)
def test_the_page_of_a_frameworks_schedule(name: str) -> None:
    title, *lines = page(name, terminal=Terminal(width=80)).splitlines()
    shown = {"keras": "Keras", "optax": "optax", "timm": "timm", "torch": "PyTorch", "transformers": "Transformers"}
    assert re.fullmatch(f"{re.escape(name)} ─+ {shown[name.partition('.')[0]]}", title)
    told = " ".join(" ".join(lines).split())
    subject = Subject(name)
    assert f"compared with {subject.equivalent}: " in told
    assert all(f"{when}: " in told for when in subject.boundary_behavior)
    assert "of the run" not in told.partition("Try it")[0].partition("Parameters")[2]  # no share of a run is a default


@pytest.mark.parametrize("name", NATIVES)
def test_what_shows_a_frameworks_schedule_can_be_said(name: str) -> None:
    said = command(Subject(name))
    if said[0].startswith("cosine-lr show "):
        plan = planned(shlex.join(shlex.split(said[0])[2:]))
    else:
        plan = resolve(parse_config_text("\n".join(said), "c.yaml"))
    assert [curve.name for curve in plan.curves] == [name]
    assert plan.clock.length == 100


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("framework", frameworks())
def test_a_frameworks_schedules_are_listed_in_its_order_and_fit_the_screen(framework: str, width: int) -> None:
    names = [f"{framework}.{name}" for name in framework_schedules(framework)]
    shown = b"".join(screen_list([Subject(name) for name in names], Terminal(width=width))).decode()
    assert max(map(len, shown.splitlines())) <= width
    assert len(re.findall("[▁-█]{12}", shown)) == len(names)
    assert " ".join(shown.split()).endswith("'cosine-lr explain NAME' describes a schedule.")
    found = re.findall(rf"^  ({framework}[.]\w+)", shown, re.MULTILINE)
    assert [name for name in names if len(name) < width - 2] == [name for name in found if len(name) < width - 2]
