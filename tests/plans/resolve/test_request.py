"""From what was asked to a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cosine_cli.errors import RequestError
from cosine_cli.plans.model.clock import Clock, Time
from cosine_cli.plans.model.figure_settings import Figure
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import params
from cosine_cli.text import either

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.model.plan import Plan


FLOORED = either(
    [name for name in catalogue.names() if any(p.name == "min_lr" for p in params(catalogue.load(name)))], last="and"
)


@pytest.mark.parametrize(
    ("words", "config", "clock"),
    [
        ("", None, Clock(unit="epoch", length=100, steps_per_epoch=1)),
        ("--epochs 30", None, Clock(unit="epoch", length=30, steps_per_epoch=1)),
        ("--epochs 10k --steps-per-epoch 391", None, Clock(unit="epoch", length=10_000, steps_per_epoch=391)),
        ("--steps 1.5M", None, Clock(unit="step", length=1_500_000, steps_per_epoch=None)),
        ("--steps 100 --steps-per-epoch 10", None, Clock(unit="step", length=100, steps_per_epoch=10)),
        ("", "epochs: 30", Clock(unit="epoch", length=30, steps_per_epoch=1)),
        ("", "steps: 30", Clock(unit="step", length=30, steps_per_epoch=None)),
        ("--steps 100", "epochs: 30", Clock(unit="step", length=100, steps_per_epoch=None)),
        ("--epochs 100", "steps: 30", Clock(unit="epoch", length=100, steps_per_epoch=1)),
        ("--steps 100", "epochs: 30\nsteps_per_epoch: 5", Clock(unit="step", length=100, steps_per_epoch=5)),
        ("--lr 0.2", "steps: 30", Clock(unit="step", length=30, steps_per_epoch=None)),
    ],
)
def test_the_clock(plan: Callable[..., Plan], words: str, config: str | None, clock: Clock) -> None:
    assert plan(words, config).clock == clock


def test_bare_numbers_of_a_file_stay_in_its_own_unit(plan: Callable[..., Plan]) -> None:
    """A file in epochs under ``--steps``: its 5 is 5 epochs, and a 5 on the line is 5 steps."""
    config = "epochs: 10\nsteps_per_epoch: 100\nwarmup: 2\ncurves: [step: {step_size: 3}]"
    made = plan("--steps 500", config)
    assert made.clock == Clock(unit="step", length=500, steps_per_epoch=100)
    assert made.curves[0].params["warmup"] == Time(200.0, "step")
    assert made.curves[0].params["step_size"] == Time(300.0, "step")
    assert plan("--steps 500 --warmup 2", config).curves[0].params["warmup"] == Time(2.0, "step")


def test_bare_numbers_of_a_line_count_in_the_files_unit(plan: Callable[..., Plan]) -> None:
    assert plan("step:step_size=7", "steps: 100").curves[0].params["step_size"] == Time(7.0, "step")


def test_a_file_in_epochs_needs_their_length_under_steps(plan: Callable[..., Plan]) -> None:
    with pytest.raises(
        RequestError,
        match=r"c\.yaml:2:9: cannot be in epochs: the steps per epoch are not known, got '2'; pass --steps-per-epoch",
    ):
        plan("--steps 500", "epochs: 10\nwarmup: 2\ncurves: [cosine]")


def test_curves_of_the_line_replace_a_files(plan: Callable[..., Plan]) -> None:
    assert [curve.name for curve in plan("linear", "curves: [cosine, step]").curves] == ["linear"]


def test_what_is_compared_where_no_curve_is_named(plan: Callable[..., Plan]) -> None:
    made = plan()
    assert [curve.name for curve in made.curves] == ["cosine", "step", "exponential"]
    assert [curve.label for curve in made.curves] == ["cosine", "step decay", "exponential decay"]
    for curve in made.curves[1:]:
        assert curve.schedule([100]) == pytest.approx([0.0001 if curve.name == "step" else 0.001])


@pytest.mark.parametrize(
    ("words", "config", "title"),
    [
        ("", None, "Cosine against step and exponential decay"),
        ("cosine", None, None),
        ("cosine --title X", None, "X"),
        ("--size column", None, None),
        ("--title X", "title: Y", "X"),
        ("", "title: Y\ncurves: [cosine]", "Y"),
        ("", "title: 5", "5"),
    ],
)
def test_the_title(plan: Callable[..., Plan], words: str, config: str | None, title: str | None) -> None:
    assert plan(words, config).title == title


@pytest.mark.parametrize(
    ("words", "config", "figure"),
    [
        ("", None, Figure(size=(8.0, 4.5), dpi=200.0)),
        ("--size column", None, Figure(size=(3.25, 2.15), dpi=300.0)),
        ("--size 4.99x3", None, Figure(size=(4.99, 3.0), dpi=300.0)),
        ("--size 5x3", None, Figure(size=(5.0, 3.0), dpi=200.0)),
        ("--size column --dpi 100", None, Figure(size=(3.25, 2.15), dpi=100.0)),
        ("--log --theme dark", "figure: {theme: light, dpi: 50}", Figure(log=True, theme="dark", dpi=50.0)),
        ("", "figure: {output: a.png, annotations: false}", Figure(output="a.png", annotations=False)),
    ],
)
def test_the_figure(plan: Callable[..., Plan], words: str, config: str | None, figure: Figure) -> None:
    assert plan(words, config).figure == figure


SIZE = "must be a width, or a width x a height, in inches, cm, mm or pt; or column, page or slide"
PIXELS = "a figure must be at most 30,000 pixels per side and 100,000,000 in total"


@pytest.mark.parametrize(
    ("words", "config", "problems"),
    [
        ("--epochs 5 --steps 5", None, ["--epochs and --steps: cannot be combined: a run has one length"]),
        ("", "epochs: 5\nsteps: 5", ["c.yaml:1:9 and c.yaml:2:8: cannot be combined: a run has one length"]),
        (
            "--epochs 1e15 --steps-per-epoch 10",
            None,
            [
                (
                    "--epochs: a run must be at most 2^53 steps, since float64 does not hold larger integers exactly, "
                    "got 10000000000000000"
                )
            ],
        ),
        (
            "--steps-per-epoch 1e15",
            None,
            ["--steps-per-epoch: a run must be at most 2^53 steps, since float64 does not hold larger integers exactly, got 100000000000000000"],  # noqa: E501
        ),
        (
            "--steps 10 --update epoch",
            None,
            ["--update: cannot be epoch: the steps per epoch are not known, got 'epoch'; pass --steps-per-epoch (steps_per_epoch in a config)"],  # noqa: E501
        ),
        ("cosine --gamma 0.5", None, ["--gamma: no curve uses it (cosine), got '0.5'; it is for multistep and step"]),
        (
            "exponential --gamma 0.95",
            None,
            ["--gamma: no curve uses it (exponential), got '0.95'; did you mean --decay-rate 0.95?"],
        ),
        ("step:gamma=0.5 --gamma 0.2", None, ["--gamma: no curve uses it (step), got '0.2'; the curve has its own"]),
        (
            "constant --min-lr 0.1",
            None,
            [f"--min-lr: no curve uses it (constant), got '0.1'; it is for {FLOORED}"],
        ),
        (
            "cosine:warmup=5 --warmup 3",
            None,
            ["--warmup: no curve uses it (cosine), got '3'; the curve has its own"],
        ),
        # Of a flag that no curve takes, 0 is no less a mistake than any other value.
        ("cosine --gamma 0", None, ["--gamma: no curve uses it (cosine), got '0'; it is for multistep and step"]),
        ("cosine --power 0", None, ["--power: no curve uses it (cosine), got '0'; it is for polynomial"]),
        (
            "cosine:warmup=5 --warmup x",
            None,
            ["--warmup: must be a finite number of at least 0, got 'x'"],
        ),
        ("--dpi 1e9", None, [f"--dpi: {PIXELS}, got 8e+09 x 4.5e+09"]),
        ("--size 200x1", None, [f"--size: {PIXELS}, got 40000 x 200"]),
        ("--size 100x100", None, [f"--size: {PIXELS}, got 20000 x 20000"]),
        ("--size 1e-9x1", None, ["--size: a figure must be at least one pixel per side, got 3e-07 x 300"]),
        (
            "",
            "lr: x\nepochs: 0\ntitle: [t]\ncurves: [cosin]\nfigure: {log: 3, size: -4}",
            [
                "c.yaml:1:5: must be a finite number above 0, got 'x'",
                "c.yaml:2:9: must be a whole number of at least 1 and at most 9007199254740992, got '0'",
                "c.yaml:4:10: 'cosin' is not a schedule; did you mean cosine?",
                f"c.yaml:5:24: {SIZE}, got '-4'; as in 8x4.5, 84mm or 84x60mm",
                "c.yaml:5:15: must be true or false, got '3'",
                "c.yaml:3:8: must be a string, got '[t]'",
            ],
        ),
        ("--lr x", "curves: [cosine, step]", ["--lr: must be a finite number above 0, got 'x'"]),
    ],
)  # fmt: skip
def test_what_is_refused(plan: Callable[..., Plan], words: str, config: str | None, problems: list[str]) -> None:
    with pytest.raises(RequestError) as error:
        plan(words, config)
    assert sorted(map(str, error.value.problems)) == sorted(problems)


@pytest.mark.parametrize(
    "words",
    [
        *("constant --min-lr 0", "constant --min-lr 0.0", "cosine:lr=0.2"),
        *(f"cosine:warmup=5 --warmup {zero}" for zero in ("0", "0.0", "0ep", "0st", "0%", "0e0")),
    ],
)
def test_nothing_is_taken_for_nothing(plan: Callable[..., Plan], words: str) -> None:
    assert len(plan(words).curves) == 1


def test_a_rate_that_every_curve_has_for_its_own(plan: Callable[..., Plan]) -> None:
    """A flag that changes nothing is a mistake; a base rate in a config is none."""
    assert plan("", "lr: 0.3\ncurves: [cosine: {lr: 0.2}]").curves[0].params["lr"] == 0.2
    with pytest.raises(RequestError, match="--lr: no curve uses it"):
        plan("cosine:lr=0.2 --lr 0.3")


def test_a_thousand_curves_and_no_more(plan: Callable[..., Plan]) -> None:
    assert len(plan("constant " * 1000).curves) == 1000
    with pytest.raises(RequestError, match="curve 'constant': curves must be at most 1,000, got 1,001"):
        plan("constant " * 1001)
