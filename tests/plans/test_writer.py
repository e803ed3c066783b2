"""A plan as a config: read back, it is the same plan."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from plans_of import planned
from ruamel.yaml import YAML

from cosine_cli.errors import RequestError
from cosine_cli.frameworks.core.discovery import framework_schedules, frameworks
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.example import config, example
from cosine_cli.plans.model.clock import TIME_UNITS, Time
from cosine_cli.plans.model.curve_options import WARMUP
from cosine_cli.plans.model.figure_settings import NAMED_SIZES, PRESETS, Axis, Figure
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.plans.writer import config_text, text
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Pairs, Param, params

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cosine_cli.plans.model.plan import Plan


LONG = "/".join(map(str, range(1, 20_000)))
PAIRS = "/".join(f"{number}:2" for number in range(600)) + "".join(f"/{number}:0.5" for number in range(600, 1200))


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (f"multistep:milestones={LONG} multistep:gamma=0.5,milestones={LONG}", f"milestones: {LONG}"),
        (f"multistep:milestones={'/'.join(LONG.split('/')[:1000])}", "milestones: [1, 2, 3,"),
        (
            f"optax.piecewise_constant_schedule:init_value=1,boundaries_and_scales={PAIRS}",
            "boundaries_and_scales: 0:2/1:2/",
        ),
    ],
    ids=["numbers", "fewer", "pairs"],
)
def test_a_long_list_is_one_text_so_that_the_plan_reads_back(words: str, line: str) -> None:
    plan = planned(words)
    written = config_text(plan)
    assert line in written
    assert resolve(parse_config_text(written, "c.yaml")) == plan


def test_a_plan_that_is_too_long_to_read_back_is_refused() -> None:
    with pytest.raises(RequestError, match="plan: must be at most 1 MiB as a config, got more"):
        config_text(planned(config=f"curves: [cosine: {{label: '{'x' * (1 << 20)}'}}]"))


# --- Whole outputs ---------------------------------------------------------------------------------------------------

DEFAULT = """\
title: Cosine against step and exponential decay
lr: 0.1
epochs: 100
curves:
  - cosine:
      total: 100               # default: 100% of the run
  - step:
      step_size: 30            # default: 30% of the run
      gamma: 0.1
  - exponential:
      gamma: 0.954992586021436 # default: what leaves 1% of the peak at the end of the run
      per: 1
"""

ARITHMETIC = """\
lr: 0.2
epochs: 90                     # 35190 steps
steps_per_epoch: 391
update: epoch                  # the rate changes once per epoch
warmup: 5                      # 1955 steps
curves:
  - cosine:
      total: 85                # default: the run minus the warmup; 33235 steps
      min_lr: 1e-05
  - multistep:
      milestones: [30, 60, 80] # 11730 / 23460 / 31280 steps
      gamma: 0.1
  - step:
      step_size: 9             # 10% of the run; 3519 steps
      gamma: 0.1
"""

STEPS = """\
lr: 0.1
steps: 1000
steps_per_epoch: 50
warmup:
  for: 100
  shape: cosine
  start: 1e-06
curves:
  - linear:
      label: "one, two"
      total: 900               # default: the run minus the warmup
  - linear:
      label: "linear (2)"
      total: 900               # default: the run minus the warmup
figure:
  size: [3.25, 2.15]
  log: true
  theme: dark
"""

INSIDE = """\
lr: 0.1
epochs: 100
curves:
  - restarts:
      cycle: 50
      cycle_mult: 1
      cycle_decay: 1
      cycles: 2                # default: as many as begin within the run
      of:
          sequence:
            of:
              - linear:
                  for: 20
                  total: 20                # default: 100% of its own run
              - constant:
                  for: 30
"""


def same(left: str, right: str) -> bool:
    """Compare but for the number of blanks before a comment, which is taste."""
    return [line.split() for line in left.splitlines()] == [line.split() for line in right.splitlines()]


def test_the_default_plan(plan: Callable[..., Plan]) -> None:
    assert config_text(plan()) == DEFAULT


def test_arithmetic_stands_in_comments(plan: Callable[..., Plan]) -> None:
    words = "cosine:min_lr=1e-5 multistep:milestones=30/60/80 step:step_size=10% --lr 0.2 --epochs 90 --warmup 5"
    assert config_text(plan(f"{words} --steps-per-epoch 391 --update epoch")) == ARITHMETIC


def test_steps_labels_and_figure(plan: Callable[..., Plan]) -> None:
    config = (
        "steps: 1000\nsteps_per_epoch: 50\nwarmup: {for: 100, shape: cosine, start: 1e-6}\n"
        "curves: [linear: {label: 'one, two'}, linear: {label: linear (2)}]\n"
        "figure: {size: column, log: true, theme: dark, dpi: 300}\n"
    )
    assert config_text(plan("", config)) == STEPS


def test_curves_inside_curves(plan: Callable[..., Plan]) -> None:
    config = "curves: [restarts: {cycle: 50, of: {sequence: [linear: {for: 20}, constant]}}]"
    assert same(config_text(plan("", config)), INSIDE)


# --- Texts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("cosine", "cosine"),
        ("step decay", "step decay"),
        ("runs/lr.png", "runs/lr.png"),
        ("cosine, min_lr 1e-5", '"cosine, min_lr 1e-5"'),
        ("true", '"true"'),
        ("Null", '"Null"'),
        ("1e5", '"1e5"'),
        ("", '""'),
        ("-", '"-"'),
        (" a", '" a"'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ('say "x"\\', '"say \\"x\\"\\\\"'),
        ("a\nb\t\x1b\x00", r'"a\x0ab\x09\x1b\x00"'),
        ("é日本", '"é日本"'),
        ("\u202e\ud800", r'"\u202e\ud800"'),
        ("\U000e0001", r'"\U000e0001"'),
    ],
)
def test_a_text_as_a_scalar(value: str, written: str) -> None:
    assert text(value) == written


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "y", "n", "true", "false", "null"])
@pytest.mark.parametrize("spelled", [str.lower, str.capitalize, str.upper], ids=["lower", "capital", "upper"])
def test_a_reader_of_yaml_1_1_takes_no_text_for_a_boolean(word: str, spelled: Callable[[str], str]) -> None:
    """Editors and many programs read YAML 1.1, in which yes, no, on and off are booleans; its text adds y and n."""
    written = text(spelled(word))
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)
    assert reader.load(f"title: {written}\n") == {"title": spelled(word)}
    assert written == f'"{spelled(word)}"'


def whole(value: str) -> str:
    """Return a text whose surrogate pairs are the characters that they stand for, as no terminal and no file has them."""  # noqa: E501
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


any_text = st.text(st.characters(exclude_categories=()), max_size=30).map(whole)


@given(any_text)
def test_any_text_comes_back(value: str) -> None:
    config = f"title: {text(value)}\ncurves: [cosine: {{label: {text(value)}}}]\nfigure: {{output: {text(value)}}}\n"
    asked = parse_config_text(config, "c.yaml")
    assert asked.problems == ()
    assert [asked.figure["title"].text, asked.curves[0].params["label"].text] == [value, value]
    assert asked.figure["output"].text == value


# --- Any plan --------------------------------------------------------------------------------------------------------

RATES = st.floats(-6, 0).map(lambda digits: f"{10**digits:.3g}")
SHARES = st.sampled_from(["10%", "25%", "33.3%", "7%"])
PEAK_SHARES = st.sampled_from(["0%", "10%", "33.3333333333333333%", "7 %", "100%"])


def said(value: str, *, unit: Any = "epoch", quoted: bool = False) -> RawValue:
    return RawValue(value, "here", unit, quoted)


@st.composite
def times(draw: st.DrawFn, unit: Any, *, both: bool) -> RawValue:
    kinds = [st.integers(1, 40).map(str), st.integers(2, 80).map(lambda halves: str(halves / 2)), SHARES]
    if both:
        kinds += [st.integers(1, 9).map("{}ep".format), st.integers(1, 200).map("{}st".format)]
    return said(draw(st.one_of(kinds)), unit=unit)


@st.composite
def value(draw: st.DrawFn, param: Param, unit: Any, *, both: bool) -> RawValue:
    if param.choices:
        return said(draw(st.sampled_from(param.choices)), unit=unit)
    if param.many:
        listed = draw(st.lists(st.integers(1, 120), min_size=1, max_size=4, unique=True).map(sorted))
        return said("/".join(map(str, listed)), unit=unit)
    if param.time:
        drawn = draw(times(unit, both=both))
        return drawn._replace(text=f"-{drawn.text}") if param.is_offset and draw(st.booleans()) else drawn
    if param.whole:
        return said(str(draw(st.integers(1, 9))), unit=unit)
    if param.share_of:
        return said(draw(RATES | PEAK_SHARES))
    return said(draw(RATES if "lr" in param.name else st.sampled_from(["0.5", "1", "0.9"])))


@st.composite
def curves(draw: st.DrawFn, unit: Any, *, both: bool, depth: int = 0) -> CurveSpec:
    names = [name for name in catalogue.names() if depth < 2 or "Schedule" not in str([p.type for p in _own(name)])]
    name = draw(st.sampled_from(names))
    given: dict[str, RawValue] = {}
    for param in (*_own(name), *(p for p in WARMUP.values() if p.name not in {q.name for q in _own(name)})):
        if "tuple[Schedule" in str(param.type):
            members = draw(st.lists(curves(unit, both=both, depth=depth + 1), min_size=1, max_size=3))
            for_ = [{**member.params, "for": said("10%", unit=unit)} for member in members[:-1]]
            lasting = [
                member._replace(params=more) for member, more in zip(members, [*for_, members[-1].params], strict=True)
            ]
            given["of"] = RawValue("", "here", unit, parts=tuple(lasting))
        elif "Schedule" in str(param.type):
            inner = draw(st.none() | curves(unit, both=both, depth=depth + 1))
            if inner is not None:
                given["of"] = RawValue("", "here", unit, parts=(inner,))
        elif not param.of_members and draw(st.integers(0, 3)) == 0:
            given[param.name] = draw(value(param, unit, both=both))
    if draw(st.booleans()) and depth == 0:
        given["label"] = said(draw(any_text), quoted=True)
    return CurveSpec(name, "here", unit, given)


@st.composite
def grids(draw: st.DrawFn, listed: list[CurveSpec], unit: Any, *, both: bool) -> RawValue:
    """Draw one parameter or two that some curve takes, each with two values."""
    names = sorted({name for curve in listed for name in (*_taken(curve), "warmup")})
    found = {}
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)):
        param = next((_taken(curve)[name] for curve in listed if name in _taken(curve)), None) or WARMUP[name]
        values = (draw(value(param, unit, both=both)) for _ in range(2))
        found[name] = said("", unit=unit)._replace(parts=tuple(values))
    return said("")._replace(keys=found)


def _taken(curve: CurveSpec) -> dict[str, Param]:
    own = (p for p in _own(curve.name) if not p.of_members and "Schedule" not in str(p.type))
    return {p.alias or p.name: p for p in own}


def _own(name: str) -> tuple[Param, ...]:
    return params(catalogue.load(name))


limits = st.fixed_dictionaries(
    {},
    optional={
        "xlim": st.sampled_from(["0,0.5", "0%,20%", "25%,75%", "0,7", "12.5%,1G"]),
        "ylim": st.sampled_from(["1e-9,1e6", "0.01,0.2", "0.1%,110%"]),
    },
)


@st.composite
def asked(draw: st.DrawFn) -> Request:
    unit = draw(st.sampled_from(["epoch", "step"]))
    run = {f"{unit}s": said(str(draw(st.sampled_from([7, 100, 1000]))), unit=unit)}
    both = unit == "epoch" or draw(st.booleans())
    if both:
        run["steps_per_epoch"] = said(str(draw(st.sampled_from([1, 3, 391]))))
        run["update"] = said(draw(st.sampled_from(["step", "epoch"])))
    if draw(st.booleans()):
        run["lr"] = said(draw(RATES))
    if draw(st.booleans()):
        run["warmup"] = draw(times(unit, both=both))
    if draw(st.integers(0, 3)) == 0:
        run["min_lr"] = said(draw(PEAK_SHARES))
    if "warmup" in run and draw(st.integers(0, 3)) == 0:
        run["warmup"] = said("")._replace(keys={"for": run["warmup"], "start": said(draw(PEAK_SHARES))})
    figure = {}
    if draw(st.booleans()):
        sizes = st.sampled_from([*NAMED_SIZES, "6x3", "2.5x2"])
        figure = {"size": said(draw(sizes)), "theme": said(draw(st.sampled_from(["light", "dark", "both"])))}
    if draw(st.booleans()):
        figure |= {"log": said("true"), "annotations": said("false"), "dpi": said("123.4"), "legend": said("none")}
        figure |= {"title": said(draw(any_text), quoted=True), "output": said(draw(any_text), quoted=True)}
    figure |= {name: said(text) for name, text in draw(limits).items()}
    listed = draw(st.lists(curves(unit, both=both), max_size=3))
    if listed and draw(st.integers(0, 2)) == 0:
        figure["preset"] = said(draw(st.sampled_from([*PRESETS])))
        figure["grid"] = draw(grids(listed, unit, both=both))
    names = st.dictionaries(any_text.filter(bool), RATES.map(said), min_size=1, max_size=3)
    groups = said("")._replace(keys=draw(names)) if draw(st.integers(0, 3)) == 0 else None
    match = said(draw(st.sampled_from(["sum", "area", "mean", "peak"]))) if draw(st.integers(0, 3)) == 0 else None
    axis = None
    if draw(st.integers(0, 2)) == 0:
        run |= {name: said(str(draw(st.sampled_from([1, 8, 48])))) for name in ("batch_size", "sequence_length")}
        units = draw(st.lists(st.sampled_from(TIME_UNITS), min_size=1, max_size=2, unique=True))
        axis = said(",".join(units))
    return Request(unit=unit, run=run, figure=figure, curves=tuple(listed), groups=groups, match=match, axis=axis)


tried = {"plans": 0, "refused": 0}


@settings(settings(), max_examples=settings().max_examples * 5, suppress_health_check=list(HealthCheck))
@given(asked())
def test_any_plan_reads_back(request_: Request) -> None:
    tried["plans"] += 1
    try:
        plan = resolve(request_)
    except RequestError:
        tried["refused"] += 1
        return
    again = resolve(parse_config_text(config_text(plan), "written.yaml"))
    assert again == plan
    assert [curve.schedule for curve in again.curves] == [curve.schedule for curve in plan.curves]
    assert config_text(again.bare) == config_text(plan.bare)


@st.composite
def side_by_side(draw: st.DrawFn) -> Request:
    """Draw several runs, of which those in epochs can be brought to steps."""
    runs = draw(st.lists(asked(), min_size=1, max_size=3))
    named = [run._replace(name=draw(st.just("") | any_text), figure={}) for run in runs]
    figure = {"log": said("true"), "title": said(draw(any_text), quoted=True)} if draw(st.booleans()) else {}
    axis = said(draw(st.sampled_from(TIME_UNITS))) if draw(st.integers(0, 2)) == 0 else None
    return Request(runs=tuple(named), figure=figure, axis=axis)


@settings(settings(), max_examples=settings().max_examples * 2, suppress_health_check=list(HealthCheck))
@given(side_by_side())
def test_any_plan_of_several_runs_reads_back(request_: Request) -> None:
    try:
        plan = resolve(request_)
    except RequestError:
        reject()
    again = resolve(parse_config_text(config_text(plan), "written.yaml"))
    assert again == plan
    assert len(plan.curves) == sum(len(run.curves) for run in plan.runs)
    assert config_text(again.bare) == config_text(plan.bare)


SHORT = [
    pytest.param("onecycle slanted_triangular warmup_hold_cosine wsd noam --epochs 1", id="an epoch of one update"),
    pytest.param("onecycle slanted_triangular warmup_hold_cosine wsd noam --epochs 3", id="three updates"),
    pytest.param("sgdr restarts --epochs 3 --steps-per-epoch 391", id="cycles of less than an epoch"),
    pytest.param("sgdr --epochs 7 --steps-per-epoch 391 --warmup 5%", id="cycles of nearly an epoch"),
]


@pytest.mark.parametrize("words", SHORT)
def test_defaults_read_back_however_short_the_run(plan: Callable[..., Plan], words: str) -> None:
    short = plan(words)
    assert resolve(parse_config_text(config_text(short), "written.yaml")) == short


def test_a_default_warmup_of_less_than_an_update_is_none_and_says_so(plan: Callable[..., Plan]) -> None:
    assert "warmup: 0                # default: 5% of the run, less than one update\n" in config_text(
        plan("wsd --epochs 3")
    )


def test_a_cycle_may_be_shorter_than_an_epoch_but_not_than_a_step(plan: Callable[..., Plan]) -> None:
    waves = plan("restarts:cycle=0.5 --epochs 5 --steps-per-epoch 391").curves[0].schedule
    assert waves([0.0, 195.0, 196.0]).tolist() == pytest.approx([0.1, 0.0, 0.1], abs=1e-5)
    with pytest.raises(RequestError, match=r"cycle: must be at least one step, got '0\.5st'"):
        plan("restarts:cycle=0.5st --epochs 5 --steps-per-epoch 391")


def test_most_of_them_were_plans() -> None:
    if not tried["plans"]:
        pytest.skip("the property ran elsewhere")
    assert tried["refused"] < 0.8 * tried["plans"]


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Figure)])
def test_every_setting_of_a_figure_is_written(plan: Callable[..., Plan], field: str) -> None:
    other = {
        "output": "a.png",
        "size": (6.0, 3.0),
        "dpi": 77.0,
        "log": True,
        "theme": "dark",
        "annotations": False,
        "legend": "below",
        "style": "ggplot",
        "font": "Times New Roman",
        "font_size": 9.5,
        "colors": ("crimson", "#00ff00"),
        "xlabel": "Update: all",
        "ylabel": "$\\eta$",
        "xlim": (Time(5.0, "epoch"), Time(90.5, "epoch")),
        "ylim": (1e-05, 0.05),
        "math": True,
        "transparent": True,
        "outlines": True,
    }
    other |= {"preset": "icml", "grid": (Axis("min_lr", ("0", "1e-5")), Axis("warmup", ("5%", "3ep")))}
    changed = dataclasses.replace(plan("cosine"), figure=dataclasses.replace(Figure(), **{field: other[field]}))
    assert getattr(resolve(parse_config_text(config_text(changed), "c.yaml")).figure, field) == other[field]


# --- Frameworks' own -------------------------------------------------------------------------------------------------

NATIVES = [f"{framework}.{name}" for framework in frameworks() for name in framework_schedules(framework)]


@pytest.mark.parametrize("name", NATIVES)
def test_a_frameworks_schedule_is_read_back(name: str) -> None:
    lines = config(name) or ["curves:", f"- {name}: {{{_flow(example(name).curves[0].params)}}}"]
    plan = planned("", "\n".join(["epochs: 20", "steps_per_epoch: 7", "groups: {a: 0.1, b: 2}", *lines]))
    again = planned("", config_text(plan))
    assert again.curves == plan.curves
    assert again == plan
    assert config_text(again) == config_text(plan)


def _flow(params: Mapping[str, Any]) -> str:
    """Return parameters as YAML, which JSON is; its mappings have texts for keys."""
    values = {
        name: dict(value) if isinstance(value, Pairs) else value for name, value in params.items() if value is not None
    }
    return json.dumps(values)[1:-1]


def test_what_a_frameworks_schedule_is_made_of_is_written_by_its_own_names() -> None:
    members = "[ConstantLR, {ChainedScheduler: {schedulers: [{StepLR: {step_size: 3}}]}}]"
    written = config_text(planned("", f"curves: [torch.SequentialLR: {{schedulers: {members}, milestones: [7]}}]"))
    assert "        - ConstantLR:\n" in written
    assert "              - StepLR:\n                  step_size: 3\n" in written
    assert "- torch.SequentialLR:\n" in written
    assert written.count("torch.") == 1


def test_a_sequence_of_frameworks_schedules_keeps_their_names() -> None:
    plan = planned("", "curves: [sequence: [torch.StepLR: {step_size: 3, for: 30}, cosine]]")
    assert "        - torch.StepLR:\n            for: 30\n" in config_text(plan)
    assert planned("", config_text(plan)) == plan


def test_a_row_of_nothing_is_written() -> None:
    plan = planned("", "curves: [torch.SequentialLR: {schedulers: [ConstantLR], milestones: []}]\nsteps_per_epoch: 3")
    assert planned("", config_text(plan)) == plan
    assert "      milestones: []\n" in config_text(plan)
