"""Groups of parameters: each multiplies the plan's rates, and is a curve of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.errors import RequestError
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.plans.writer import config_text
from cosine_cli.schedules.scale import Scale
from cosine_cli.text import quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.model.plan import Plan

TWO = "groups: {backbone: 0.1, head: 1.0}\ncurves: [cosine, step]\n"


def test_each_group_is_a_curve_of_each_curve(plan: Callable[..., Plan]) -> None:
    made, plain = plan("", TWO), plan("cosine step")
    labels = ["cosine, backbone", "cosine, head", "step decay, backbone", "step decay, head"]
    assert [curve.label for curve in made.curves] == labels
    assert [curve.factor for curve in made.curves] == [0.1, 1.0, 0.1, 1.0]
    assert [curve.group and curve.group.name for curve in made.curves] == ["backbone", "head"] * 2
    assert [curve.params for curve in made.bases] == [curve.params for curve in plain.curves]
    assert [curve.schedule for curve in made.bases] == [curve.schedule for curve in plain.curves]
    t = np.arange(101.0)
    for curve, base, factor in zip(made.curves, np.repeat(plain.curves, 2), [0.1, 1.0] * 2, strict=True):
        assert curve.schedule(t).tolist() == (base.schedule(t) * factor).tolist()


def test_a_group_whose_factor_is_1_costs_nothing(plan: Callable[..., Plan]) -> None:
    backbone, head, *_ = plan("", TWO).curves
    assert isinstance(backbone.schedule, Scale)
    assert head.schedule == plan("cosine").curves[0].schedule


def test_without_groups_the_bases_are_the_curves(plan: Callable[..., Plan]) -> None:
    made = plan("cosine step")
    assert made.bases == made.curves
    assert made.groups == ()
    assert made.curves[0].factor is None


def test_curves_of_the_command_line_are_in_the_groups_of_the_config(plan: Callable[..., Plan]) -> None:
    assert [curve.label for curve in plan("linear", TWO).curves] == ["linear, backbone", "linear, head"]


def test_a_grid_has_the_groups_in_each_panel(plan: Callable[..., Plan]) -> None:
    made = plan("", TWO + "figure: {grid: {min_lr: [0, 0.01]}}\n")
    assert [curve.label for curve in made.panels[0].curves] == [curve.label for curve in made.curves]
    assert [curve.schedule.floor for curve in made.panels[1].curves] == pytest.approx([1e-3, 1e-2] * 2)


WRITTEN = """\
lr: 0.1
epochs: 100
groups:
  backbone: 0.1
  "head, 2": 1
curves:
  - constant:
      label: mine
"""


def test_the_written_plan_has_the_groups_and_the_curves_without_them(plan: Callable[..., Plan]) -> None:
    assert config_text(plan("", WRITTEN)) == WRITTEN


@pytest.mark.parametrize(
    "groups",
    [
        "{backbone: 0.1, head: 1}",
        "{' ': 1, a: 2}",
        '{"a: b": 1e-300, "- #": 3, "é\\u202e\\n|": 0.5, "true": 1, "1": 1}',
        "{" + ", ".join(f"g{i}: {i + 1}" for i in range(100)) + "}",
        '{"' + "\\U000e0001" * 100 + '": 2}',
    ],
    ids=["two", "a blank", "strange names", "a hundred", "as long as a key can be"],
)
@pytest.mark.parametrize(
    "rest",
    [
        "curves: [cosine, step: {label: 'a, b'}, cosine]\nwarmup: 5\n",
        "update: epoch\nsteps_per_epoch: 7\ncurves: [linear]",
        "curves: [cosine]\nfigure: {grid: {min_lr: [0, 0.01]}}",
    ],
    ids=["curves", "stairs", "a grid"],
)
def test_a_written_plan_reads_back(groups: str, rest: str) -> None:
    asked = parse_config_text(f"groups: {groups}\n{rest}\n", "c.yaml")
    if "g99" in groups:  # more than a panel shows
        asked = asked._replace(figure={})
    plan = resolve(asked)
    again = resolve(parse_config_text(config_text(plan), "written.yaml"))
    assert again == plan
    assert [curve.schedule for curve in again.curves] == [curve.schedule for curve in plan.curves]
    assert config_text(again.bare) == config_text(plan.bare)


NO_GROUPS = "groups must be names with factors, at most 100, got {}; as in 'groups: {{backbone: 0.1, head: 1.0}}'"
TOO_HIGH = (
    "a rate times its factor must be at most 1e+200, so that sums over a run stay finite, "
    "got a larger one for 'constant, b'"
)


@pytest.mark.parametrize(
    ("groups", "problems"),
    [
        ("{a: 0}", ["1:13: must be a finite number above 0, got '0'"]),
        ("{a: -1, b: .inf}", [f"1:{at}: must be a finite number above 0, got {got}"
                              for at, got in ((13, "'-1'"), (20, "'.inf'"))]),
        ("{a: true}", ["1:13: must be a finite number above 0, got 'true'"]),
        ('{a: "1"}', ["1:13: must be a finite number above 0, got a quoted string; write the number without quotes"]),
        ("{a: [1]}", ["1:13: must be a finite number above 0, got '[1]'"]),
        ("{a: {b: 1}}", ["1:13: must be a finite number above 0, got a mapping"]),
        ("{a: 1, a: 2}", ["1:16: duplicate key 'a', first on line 1"]),
        ('{"": 1}', ["1:14: a group's name must have 1 to 100 characters, got 0"]),
        ("{" + "a" * 101 + ": 1}", ["1:113: a group's name must have 1 to 100 characters, got 101"]),
        ("{}", [f"1:9: {NO_GROUPS.format('0')}"]),
        ("[1]", [f"1:9: {NO_GROUPS.format(quote('[1]'))}"]),
        ("0.1", [f"1:9: {NO_GROUPS.format(quote('0.1'))}"]),
        ("{" + ", ".join(f"g{i}: 1" for i in range(101)) + "}", [f"1:9: {NO_GROUPS.format('101')}"]),
        ("{a: 1, b: 1e199}", [f"1:19: {TOO_HIGH}"]),
    ],
)  # fmt: skip
def test_what_is_refused(groups: str, problems: list[str]) -> None:
    rest = "lr: 100\ncurves: [constant]\n"
    with pytest.raises(RequestError) as caught:
        resolve(parse_config_text(f"groups: {groups}\n{rest}", "c.yaml"))
    assert [str(problem) for problem in caught.value.problems] == [f"c.yaml:{problem}" for problem in problems]


def test_its_faults_come_with_all_others() -> None:
    with pytest.raises(RequestError) as caught:
        resolve(parse_config_text("groups: {a: 0}\nlr: x\ncurves: [cosine: {foo: 1}]\n", "c.yaml"))
    assert [problem.where for problem in caught.value.problems] == ["c.yaml:1:13", "c.yaml:2:5", "c.yaml:3:24"]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            "groups: {b: 1, 'x, b': 1}\ncurves: [cosine: {label: a}, cosine: {label: 'a, x'}]",
            "c.yaml:1:9: labels of curves with their groups must differ, got 'a, x, b' twice",
        ),
        (
            "groups: {a: 1, b: 1}\ncurves: [" + "constant, " * 501 + "]",
            "c.yaml:1:9: curves times groups must be at most 1,000, got 1,002",
        ),
        (
            "groups: {a: 1, b: 1, c: 1}\ncurves: [cosine, linear, cosine]\nfigure: {grid: {min_lr: [0, 1e-3]}}",
            "c.yaml:1:9: curves times groups must be at most 8, got 9",
        ),
    ],
    ids=["labels", "curves", "curves of a panel"],
)
def test_groups_that_do_not_go_with_the_curves(config: str, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        resolve(parse_config_text(config, "c.yaml"))
    assert str(caught.value) == message
