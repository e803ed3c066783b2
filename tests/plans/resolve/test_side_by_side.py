"""Several runs in one plan: a common axis, each curve with the rates and the numbers of its own run."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans_of import planned

from cosine_cli.errors import RequestError
from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.placement import on_axis, pace
from cosine_cli.studies.statistics import statistics
from cosine_cli.studies.summary import summarise

CURVES = ["cosine", "step:gamma=0.3", "linear:warmup=10%", "exponential", "wsd", "restarts", "torch.StepLR:step_size=2"]


class Drawn(NamedTuple):
    """A run: its length, its steps per epoch if there are epochs, and a curve."""

    length: str
    curve: str

    @property
    def alone(self) -> str:
        """The run as a config."""
        return "\n".join((*self.length.split(", "), f"curves: ['{self.curve}']"))

    @property
    def item(self) -> str:
        """The run as an item of a flow list."""
        return f"{{{self.length}, curves: ['{self.curve}']}}"


def runs(*lengths: st.SearchStrategy[str]) -> st.SearchStrategy[list[Drawn]]:
    return st.lists(st.builds(Drawn, st.one_of(lengths), st.sampled_from(CURVES)), min_size=1, max_size=3)


STEPS = st.integers(20, 500).map("steps: {}".format)
EPOCHS = st.tuples(st.integers(5, 40), st.integers(2, 400)).map("epochs: {0[0]}, steps_per_epoch: {0[1]}".format)


@given(st.one_of(runs(STEPS), runs(EPOCHS), runs(STEPS, EPOCHS)))
def test_every_curve_has_the_rates_and_the_numbers_of_its_own_run(drawn: list[Drawn]) -> None:
    plan = planned("", f"runs: [{', '.join(run.item for run in drawn)}]")
    alone = [planned("", run.alone) for run in drawn]
    assert plan.clock.length == max(
        run.clock.length if run.clock.unit == plan.clock.unit else run.clock.total for run in alone
    )
    for index, (curve, own) in enumerate(zip(plan.curves, alone, strict=True)):
        updates = np.arange(own.clock.total + 1.0)
        placed = on_axis(curve, plan)
        np.testing.assert_array_equal(placed(pace(curve, plan).time(updates)), own.curves[0].schedule(updates))
        after = math.nextafter(pace(curve, plan).time(own.clock.total), math.inf)
        longest = plan.clock.total == pace(curve, plan).time(own.clock.total)
        assert longest or placed.has_ended(np.array([after])).all()
        assert [summarise(plan)[index].mean, summarise(plan)[index].end] == [
            summarise(own)[0].mean,
            summarise(own)[0].end,
        ]
        ours, theirs = statistics(plan)[index], statistics(own)[0]
        assert (ours.sum, ours.sum_of_squares, ours.share_from_tenth) == (
            theirs.sum,
            theirs.sum_of_squares,
            theirs.share_from_tenth,
        )


@pytest.mark.parametrize(
    ("lengths", "clock"),
    [
        (["steps: 10", "steps: 30"], Clock(unit="step", length=30, steps_per_epoch=None)),
        (
            ["steps: 10, steps_per_epoch: 5", "epochs: 4, steps_per_epoch: 5"],
            Clock(unit="step", length=20, steps_per_epoch=5),
        ),
        (["steps: 90", "epochs: 4, steps_per_epoch: 5"], Clock(unit="step", length=90, steps_per_epoch=None)),
        (["epochs: 4", "epochs: 7"], Clock(unit="epoch", length=7, steps_per_epoch=1)),
        (
            ["epochs: 4, steps_per_epoch: 5", "epochs: 7, steps_per_epoch: 5"],
            Clock(unit="epoch", length=7, steps_per_epoch=5),
        ),
        (["epochs: 9, steps_per_epoch: 5", "epochs: 7"], Clock(unit="epoch", length=9, steps_per_epoch=None)),
    ],
)
def test_the_axis(lengths: list[str], clock: Clock) -> None:
    items = ", ".join(Drawn(length, "cosine").item for length in lengths)
    assert planned("", f"runs: [{items}]").clock == clock


@pytest.mark.parametrize(
    ("config", "labels"),
    [
        ("[{curves: [cosine]}, {curves: [cosine, step]}]", ["cosine", "cosine (2)", "step decay"]),
        ("[{name: a, curves: [cosine]}, {name: b, curves: [cosine]}]", ["a: cosine", "b: cosine"]),
        ("[{name: a, curves: [cosine]}, {name: a, curves: [cosine]}]", ["a: cosine", "a: cosine (2)"]),
        ("[{name: a, curves: ['torch.StepLR:step_size=5']}]", ["a: StepLR"]),
        ("[{name: a, curves: ['torch.StepLR:step_size=5,label=x.y']}]", ["a: x.y"]),
        (
            "[{name: a, groups: {b: 0.1, h: 1}, curves: [cosine, step]}]",
            ["a: cosine, b", "a: cosine, h", "a: step decay, b", "a: step decay, h"],
        ),
    ],
)
def test_labels(config: str, labels: list[str]) -> None:
    plan = planned("", f"runs: {config}")
    assert [curve.label for curve in plan.curves] == labels
    assert [curve.label for part in plan.parts for curve in part.curves] == labels
    assert len({curve.label for curve in plan.bases}) == len(plan.bases)


def refused(config: str, words: str = "") -> list[str]:
    with pytest.raises(RequestError) as error:
        planned(words, config)
    return [str(problem) for problem in error.value.problems]


REFUSED: dict[str, tuple[Any, str]] = {
    "runs: [{warmup: 5, curves: ['torch.StepLR:step_size=2']}]": (
        "",
        "c.yaml:1:17: no curve uses it (torch.StepLR), got '5'; the curve has its own",
    ),
    "runs: [{name: a, curves: [step]}, {curves: [cosine]}]": (
        "--power 2",
        "--power: no curve uses it (cosine, step), got '2'; it is for polynomial",
    ),
    "runs: [{steps: 9, curves: [step]}, {curves: [cosine]}]": (
        "",
        (
            "cosine: its 100 epochs cannot be shown beside the steps of step decay: the steps per epoch are not known; "
            "pass --steps-per-epoch N, or add steps_per_epoch to its run"
        ),
    ),
    "{runs: [{curves: [cosine]}], figure: {grid: {min_lr: [0, 1e-3]}}}": (
        "",
        "c.yaml:1:45: runs side by side cannot have a grid; give --each for one figure per file",
    ),
}


@pytest.mark.parametrize(("config", "expected"), REFUSED.items(), ids=REFUSED)
def test_what_is_refused(config: str, expected: tuple[str, str]) -> None:
    words, problem = expected
    assert refused(config, words) == [problem]


def test_at_most_a_thousand_curves_in_all() -> None:
    many = ", ".join(["cosine"] * 501)
    assert refused(f"runs: [{{curves: [{many}]}}, {{curves: [{many}]}}]") == [
        "runs: curves must be at most 1,000, got 1,002"
    ]
