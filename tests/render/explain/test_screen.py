"""Pages and the catalogue on a screen."""

from __future__ import annotations

import re
import shlex

import pytest
from plans_of import planned

from cosine_cli.frameworks.core.catalogue import framework_schedules, frameworks
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.render.explain.screen import catalogue, pages
from cosine_cli.render.explain.subject import Subject
from cosine_cli.render.explain.try_it import broken, command
from cosine_cli.render.terminal import Terminal
from cosine_cli.schedules.core import catalogue as schedules
from cosine_cli.schedules.core.schedule import FAMILIES

PIPE = Terminal.none()
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def page(*names: str, terminal: Terminal = PIPE) -> str:
    return b"".join(pages([Subject(name) for name in names], terminal)).decode(terminal.encoding)


def listed(terminal: Terminal = PIPE) -> str:
    return b"".join(catalogue([Subject(name) for name in schedules.names()], terminal)).decode(terminal.encoding)


COSINE = """\
cosine ────────────────────────────────────────────────────────────────── decays
Half a cosine wave from the peak to the floor, then flat.

  η(t) = m + ½ (η₀ − m) (1 + cos(π min(t, T) / T))
  with η₀ = lr, m = min_lr, T = total (steps). It stays at min_lr after total.

"""
FACTS = """\

  parameter  meaning                   takes                default
  lr         peak learning rate        number above 0       0.1
  total      length of the decay       time above 0         100% of the run
  min_lr     learning rate at the end  number from 0 to lr  0
  A time counts epochs, or steps under --steps; or say 10%, 3ep, 500st.

Say it     cosine-lr show cosine --epochs 100
Source     Loshchilov & Hutter 2016, SGDR (ICLR 2017, arXiv 1608.03983), eq. 5,
           for one cycle.
Elsewhere  torch.CosineAnnealingLR,
           transformers.get_cosine_schedule_with_warmup, timm.CosineLRScheduler,
           optax.cosine_decay_schedule, keras.CosineDecay,
           fvcore CosineParamScheduler, mmengine CosineAnnealingLR,
           composer CosineAnnealingScheduler, paddle CosineAnnealingDecay
Also       cos, CosineAnnealing, cosine_annealing, cosine_decay, half_cosine

Often said, and not so
  “It ends at half the initial rate”
    It ends at min_lr, 0 by default; half is its value at half time.
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
constant ──────────────────────── decays
One learning rate for the whole run.

  η(t) = η₀
  with η₀ = lr. It has no end.

"""
NARROW_FACTS = """\

  parameter  meaning     takes   default
  lr         peak        number  0.1
             learning    above
             rate        0

Say it
  cosine-lr show constant --epochs 100
Source
  Robbins & Monro 1951, from whom on a
  rate has had to fall for a proof;
  without one, most first runs.
Elsewhere
  transformers.get_constant_schedule,
  optax.constant_schedule,
  composer ConstantScheduler,
  deepspeed WarmupLR
Also
  const, ConstantLR, flat, fixed, none
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
    assert "\\" not in shown
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
    *groups, last = listed().split("\n\n")
    assert last == (
        "cosine-lr explain NAME tells all of one. Frameworks' own are said as torch.CosineAnnealingLR: explain keras, "
        "optax, timm, torch or transformers lists them.\n"
    )
    assert [group.partition("\n")[0].lower() for group in groups] == list(FAMILIES)
    found = {}
    for family, group in zip(FAMILIES, groups, strict=True):
        for line in group.splitlines()[1:]:
            name, bars, words = line.split(maxsplit=2)
            assert len(bars) == 12
            found[name] = (family, f"{words}.")
    documented = {name: (schedules.load(name).__doc__ or "").partition("\n\n")[0] for name in schedules.names()}
    assert found == {name: (schedules.load(name).family, line) for name, line in documented.items()}


def test_the_catalogue_draws_the_defaults() -> None:
    bars = dict(re.findall(r"^  (\w+) +([▁-█]{12})  ", listed(), re.MULTILINE))
    assert bars["constant"] == "████████████"
    assert bars["linear"] == "█▇▇▆▆▅▅▄▃▃▂▂"
    assert bars["sequence"] == "██████████▇▄"  # flat for 80%, then a line: at 83.3% 5/6 of it is left, at 91.7% 5/12


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_catalogue_fits_its_screen(width: int) -> None:
    shown = listed(Terminal(width=width))
    assert max(map(len, shown.splitlines())) <= width
    assert "".join(shown.split()).count("Onelearningrateforthewholerun") == 1
    wide = listed()
    assert sorted(shown.split()) == sorted(wide.split())


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
    assert f"against {subject.equivalent}: " in told
    assert all(f"{when}: " in told for when in subject.boundary_behavior)
    assert "of the run" not in told.partition("Say it")[0].partition("parameter")[2]  # no share of a run is a default


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
    shown = b"".join(catalogue([Subject(name) for name in names], Terminal(width=width))).decode()
    assert max(map(len, shown.splitlines())) <= width
    assert len(re.findall("[▁-█]{12}", shown)) == len(names)
    assert shown.endswith("\n\ncosine-lr explain NAME tells all of one.\n")
    found = re.findall(rf"^  ({framework}[.]\w+)", shown, re.MULTILINE)
    assert [name for name in names if len(name) < width - 2] == [name for name in found if len(name) < width - 2]
