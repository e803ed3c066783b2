"""Curves at an equal budget."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.code.core.codegen_curves import codegen_curves
from cosine_cli.errors import RequestError
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.model.options import MEASURES
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.resolve.match import matched
from cosine_cli.plans.writer import config_text
from cosine_cli.render.descriptions import headline
from cosine_cli.studies.statistics import statistics

WORDS = "cosine:min_lr=1e-3 step exponential linear:min_lr=0.02 constant:lr=0.3"


@pytest.mark.parametrize("by", MEASURES)
@pytest.mark.parametrize("run", ["--epochs 100", "--steps 1000G", "--epochs 30 --steps-per-epoch 7 --warmup 2"])
def test_all_curves_come_to_what_the_first_one_does(by: str, run: str) -> None:
    plan = planned(f"{WORDS} {run}")
    made = matched(plan, by, where="--match")
    found = [getattr(its, by) for its in statistics(made)]
    assert found == pytest.approx([getattr(statistics(plan)[0], by)] * 5, rel=1e-12)
    assert [curve.label for curve in made.curves] == [curve.label for curve in plan.curves]
    assert made.curves[0].schedule == plan.curves[0].schedule
    assert made.curves[0].factor == 1.0


def test_factors_by_hand() -> None:
    plan = planned("constant:lr=0.1,label=a constant:lr=0.4,label=b linear")
    assert [curve.factor for curve in matched(plan, "sum", where="--match").curves] == pytest.approx(
        [1, 0.25, 10 / 5.05]
    )
    assert [curve.factor for curve in matched(plan, "mean", where="--match").curves] == pytest.approx(
        [1, 0.25, 10 / 5.05]
    )
    assert [curve.factor for curve in matched(plan, "peak", where="--match").curves] == pytest.approx([1, 0.25, 1])


def test_factors_of_groups_and_of_a_match_are_multiplied() -> None:
    plan = planned("", "groups: {a: 0.5, b: 2}\ncurves: [constant, linear]")
    assert [curve.factor for curve in matched(plan, "peak", where="--match").curves] == pytest.approx(
        [0.5, 2.0, 0.5, 2.0]
    )


@pytest.mark.parametrize(
    ("words", "by", "message"),
    [
        ("cosine step", "final", "the final rate of a curve must be above 0 to be matched, got 0 for 'cosine'"),
        ("step cosine", "final", "the final rate of a curve must be above 0 to be matched, got 0 for 'cosine'"),
        (
            "constant:lr=1e200 constant:lr=1e-200,label=b",
            "peak",
            "curves must be near enough to each other for a factor between them, got inf for 'b'",
        ),
    ],
)
def test_what_can_not_be_matched(words: str, by: str, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        matched(planned(words), by, where=f"--match {by}")
    assert str(caught.value) == f"--match {by}: {message}"


def test_groups_stay_as_far_apart() -> None:
    plan = matched(planned("", "groups: {backbone: 0.1, head: 1}\ncurves: [cosine, step]"), "sum", where="--match")
    sums = [float(curve.schedule(np.arange(100.0)).sum()) for curve in plan.curves]
    assert sums == pytest.approx([0.505, 5.05, 0.505, 5.05], rel=1e-12)


CONFIG = "epochs: 20\ngroups: {a: 0.5, b: 2}\nmatch: area\ncurves: [cosine, step, linear]\n"


def test_a_config_keeps_its_match() -> None:
    plan = planned("", CONFIG)
    assert plan.match == "sum"
    assert plan == planned("--match sum", CONFIG.replace("match: area\n", ""))
    assert [curve.factor for curve in plan.bases] == [None] * 3
    assert planned("", config_text(plan)) == plan
    lines = [" ".join(line.split()) for line in config_text(plan).splitlines()]
    factor = sum(plan.bases[0].schedule(np.arange(20.0))) / sum(plan.bases[1].schedule(np.arange(20.0)))
    assert "match: sum" in lines
    assert f"- step: # ×{factor:.6g} for an equal sum" in lines


def test_curves_match_within_each_panel() -> None:
    plan = planned("cosine linear --match sum --grid min_lr=0,0.05")
    sums = [[float(c.schedule(np.arange(100.0)).sum()) for c in panel.curves] for panel in plan.panels]
    assert sums == [pytest.approx([5.05, 5.05]), pytest.approx([7.525, 7.525])]
    assert headline(plan).endswith(", equal sum in each panel")


def test_the_place_of_an_error_is_the_key() -> None:
    with pytest.raises(RequestError, match=r"^c.yaml:1:8: the final rate of a curve must be above 0"):
        planned("", "match: final\ncurves: [cosine, step]\n")


def test_code_has_the_factors_in_groups_too() -> None:
    plan = planned("", CONFIG)
    ungrouped = codegen_curves(plan, grouped=True)
    steps = np.arange(20.0)
    shown = [curve.schedule(steps) / 0.5 for curve in plan.curves[::2]]
    for curve, rates in zip(ungrouped, shown, strict=True):
        assert curve.schedule(steps) == pytest.approx(rates, rel=1e-12)


RUNS = "match: mean\nruns:\n- {steps: 50, curves: [linear]}\n- {steps: 20, curves: [constant: {lr: 0.4}]}\n"


def test_several_runs_match_the_first_curve_of_all_each_over_its_own_run() -> None:
    plan = planned("", RUNS)
    means = [float(curve.schedule(np.arange(steps)).mean()) for curve, steps in zip(plan.curves, (50, 20), strict=True)]
    assert means == pytest.approx([0.051, 0.051])
    assert planned("", config_text(plan)) == plan
    assert planned("--match mean", RUNS.partition("\n")[2]) == plan
    assert [curve.factor for curve in plan.bases] == [None, None]


def test_several_runs_with_groups_do_not_match() -> None:
    with pytest.raises(RequestError, match=r"^c.yaml:1:8: cannot match several runs if one has parameter groups$"):
        planned("", RUNS.replace("steps: 20,", "steps: 20, groups: {a: 2},"))


def test_the_match_of_one_file_is_not_that_of_several(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("match: sum\ncurves: [cosine]\n")
    line = CommandLine((), (str(tmp_path / "a.yaml"), str(tmp_path / "a.yaml")), {})
    with pytest.raises(RequestError, match=r"a.yaml:1:8: match applies to .*; pass --match sum for all of them$"):
        load_plan(line)
