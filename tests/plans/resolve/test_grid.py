"""Panels: the whole plan, with each value of one parameter or of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from plans.importers.files import planned_of
from plans_of import planned

from cosine_cli.errors import RequestError
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.model.clock import Clock, Time
from cosine_cli.plans.model.figure_settings import Axis
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.plans.writer import config_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.model.plan import Plan


def values(plan: Plan) -> list[tuple[str, ...]]:
    return [panel.values for panel in plan.panels]


def test_the_first_parameter_goes_across_and_the_second_down(plan: Callable[..., Plan]) -> None:
    made = plan("cosine --grid min_lr=0,1e-5,1e-4 --grid warmup=0,5")
    assert made.figure.grid == (Axis("min_lr", ("0", "1e-5", "1e-4")), Axis("warmup", ("0", "5")))
    assert values(made) == [
        ("0", "0"), ("1e-5", "0"), ("1e-4", "0"),
        ("0", "5"), ("1e-5", "5"), ("1e-4", "5"),
    ]  # fmt: skip
    assert [panel.curves[0].params["min_lr"] for panel in made.panels] == [0.0, 1e-5, 1e-4] * 2
    assert [panel.curves[0].warmup for panel in made.panels] == [0.0] * 3 + [5.0] * 3


def test_a_panel_is_the_plan_with_its_values_said(plan: Callable[..., Plan]) -> None:
    """The defaults follow: a warmup of 20 leaves 80 to the decay, and an exponential falls faster over them."""
    made = plan("--grid warmup=0,20 --lr 0.4")
    for panel in made.panels:
        assert panel.curves == plan(f"--lr 0.4 --warmup {panel.values[0]}").curves
    assert [panel.curves[0].params["total"] for panel in made.panels] == [Time(100.0, "epoch"), Time(80.0, "epoch")]


def test_without_panels_the_plan_is_what_it_is_without_a_grid(plan: Callable[..., Plan]) -> None:
    assert plan("cosine step --warmup 5 --grid warmup=0,20").curves == plan("cosine step --warmup 5").curves


@pytest.mark.parametrize(
    ("words", "name", "curve", "expected"),
    [
        ("cosine:min_lr=1e-3 --grid min_lr=0,0.01", "min_lr", 0, [0.0, 0.01]),
        ("cosine --min-lr 1e-3 --grid min_lr=0,0.01", "min_lr", 0, [0.0, 0.01]),
        ("cosine constant:lr=0.3 --grid min_lr=0,0.01", "lr", 1, [0.3, 0.3]),
        ("cosine:lr=0.3 --grid lr=0.1,0.05", "lr", 0, [0.1, 0.05]),
        ("step exponential --grid gamma=0.5,0.2", "gamma", 0, [0.5, 0.2]),
        ("step --step-size 9 --grid step_size=10,20", "step_size", 0, [Time(10.0, "epoch"), Time(20.0, "epoch")]),
        ("step --grid step-size=10%,3ep", "step_size", 0, [Time(10.0, "epoch"), Time(3.0, "epoch")]),
        ("exponential:gamma=0.9 --grid decay_rate=0.8,0.7", "gamma", 0, [0.8, 0.7]),
        ("cosine --warmup 5 --grid warmup_shape=linear,cosine", "warmup_shape", 0, ["linear", "cosine"]),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_a_value_replaces_whatever_was_said_of_it(
    plan: Callable[..., Plan], words: str, name: str, curve: int, expected: list[object]
) -> None:
    assert [panel.curves[curve].params[name] for panel in plan(words).panels] == expected


def test_a_flags_parameter_is_that_of_the_flag(plan: Callable[..., Plan]) -> None:
    """``--gamma`` is a drop's, not the exponential's, and so is a panel's."""
    made = plan("step exponential --grid gamma=0.5,0.2")
    assert {panel.curves[1].params["gamma"] for panel in made.panels} == {made.curves[1].params["gamma"]}


def test_lists_are_values_too(plan: Callable[..., Plan]) -> None:
    made = plan("multistep --grid milestones=30/60,50/75")
    expected = [(Time(30.0, "epoch"), Time(60.0, "epoch")), (Time(50.0, "epoch"), Time(75.0, "epoch"))]
    assert [panel.curves[0].params["milestones"] for panel in made.panels] == expected
    config = "curves: [multistep]\nfigure: {grid: {milestones: [[30, 60], 50/75]}}"
    assert plan("", config).panels == made.panels


@pytest.mark.parametrize(
    "curve",
    [
        "restarts: {cycle: 50}",
        "restarts: {cycle: 50, of: polynomial}",
        "restarts: {cycle: 50, of: {cosine: {lr: 0.2}}}",
    ],
)
def test_a_curve_inside_another_takes_what_is_its_own(plan: Callable[..., Plan], curve: str) -> None:
    made = plan("", f"curves: [{curve}]\nfigure: {{grid: {{min_lr: [0, 0.01]}}}}")
    assert [panel.curves[0].params["of"].params["min_lr"] for panel in made.panels] == [0.0, 0.01]


def test_a_warmup_keeps_its_shape(plan: Callable[..., Plan]) -> None:
    made = plan("", "warmup: {for: 9, shape: cosine, start: 1e-3}\ncurves: [cosine]\nfigure: {grid: {warmup: [0, 5]}}")
    none, some = (panel.curves[0].params for panel in made.panels)
    assert "warmup" not in none
    assert (some["warmup"], some["warmup_shape"], some["warmup_start"]) == (Time(5.0, "epoch"), "cosine", 1e-3)


def test_bare_times_of_a_config_stay_in_its_own_unit(plan: Callable[..., Plan]) -> None:
    config = "epochs: 9\ncurves: [cosine]\nfigure: {grid: {warmup: [1, 10%]}}"
    made = plan("--steps 1000 --steps-per-epoch 100", config)
    assert values(made) == [("1ep",), ("10%",)]
    assert [panel.curves[0].warmup for panel in made.panels] == [100.0, 100.0]
    assert values(plan("--steps 1000 --steps-per-epoch 100 --grid warmup=1,10")) == [("1",), ("10",)]


@pytest.mark.parametrize("shares", ["[0.1, 0.4]", "[.5, 1e-1]"])
def test_a_share_has_no_unit(plan: Callable[..., Plan], shares: str) -> None:
    config = f"epochs: 9\ncurves: [onecycle]\nfigure: {{grid: {{pct_start: {shares}}}}}"
    made = plan("--steps 1000 --steps-per-epoch 100", config)
    assert values(made) == [(share.strip(),) for share in shares[1:-1].split(",")]
    assert [panel.curves[0].params["warmup"].value for panel in made.panels] == [
        float(share) * 1000 for share in shares[1:-1].split(",")
    ]


def test_bare_times_of_the_line_say_their_unit_beside_a_file_of_another_program_in_steps() -> None:
    """A file that counts steps stays in steps where ``--epochs`` only says how long it runs."""
    text = "param_scheduler: [{type: CosineAnnealingLR, T_max: 300, by_epoch: false, end: 600}]"
    flags = {"lr": "0.1", "epochs": "3", "steps_per_epoch": "100", "grid": ["total=1,2"]}
    made = planned_of(text, flags)
    assert made.clock == Clock(unit="step", length=300, steps_per_epoch=100)
    assert values(made) == [("1ep",), ("2ep",)]
    assert [panel.curves[0].schedule(100.0) for panel in made.panels] == pytest.approx([0.0, 0.05], abs=1e-15)
    again = planned("", config_text(made))
    assert [panel.curves for panel in again.panels] == [panel.curves for panel in made.panels]


def test_labels_are_those_of_the_plan(plan: Callable[..., Plan]) -> None:
    made = plan("cosine cosine:min_lr=1e-3 --grid min_lr=0,0.01")
    assert {tuple(curve.label for curve in panel.curves) for panel in made.panels} == {
        tuple(curve.label for curve in made.curves)
    }


# --- What is refused -------------------------------------------------------------------------------------------------

TAKES = "the curves take lr, total, min_lr, warmup, warmup_shape, warmup_start and warmup_from"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("cosine --grid min_lr", "--grid: must be a parameter and its values, got 'min_lr'; as in min_lr=0,1e-5"),
        ("cosine --grid min_lr=", "--grid: must be a parameter and its values, got 'min_lr='; as in min_lr=0,1e-5"),
        ("cosine --grid lr=1 --grid lr=2", "--grid: duplicate parameter 'lr'"),
        (
            "cosine --grid lr=1 --grid min_lr=0 --grid warmup=0",
            "--grid: a grid must have one or two parameters, each with its values, got 3",
        ),
        ("cosine --grid minlr=0", "--grid minlr: no curve has a parameter 'minlr'; did you mean --grid min_lr=0?"),
        (
            "cosine --grid eta_min=0",
            "--grid eta_min: no curve has a parameter 'eta_min'; did you mean --grid min_lr=0?",
        ),
        ("cosine --grid power=2", f"--grid power: no curve has a parameter 'power'; {TAKES}"),
        (
            "exponential --grid gamma=0.9",
            "--grid gamma: no curve has a parameter 'gamma'; did you mean --grid decay_rate=0.9?",
        ),
        (
            "cosine --grid epochs=3,9",
            f"--grid epochs: must be a parameter of a curve, got 'epochs'; panels share the run; {TAKES}",
        ),
        ("cosine --grid lr=0.1,0.1", "--grid lr: the values of lr must differ, got '0.1' twice"),
        ("cosine --grid lr=0.1,x", "--grid lr: must be a finite number above 0, got 'x'"),
        ("cosine --grid lr=0.1,,1", "--grid lr: must be a finite number above 0, got an empty string"),
        ("cosine --grid min_lr=0,0.5", "--grid min_lr: must be at most lr (0.1), got '0.5'"),
        (
            "cosine --grid warmup=5,100",
            "--grid warmup: a warmup must be shorter than the run of 100 epochs, got 100 epochs",
        ),
        ("cosine --grid warmup_start=0.01", "--grid warmup_start: needs a warmup; add warmup=, as in warmup=5"),
    ],
    ids=lambda value: value if "--grid" in value and ": " not in value else "",
)
def test_what_is_refused(plan: Callable[..., Plan], words: str, message: str) -> None:
    with pytest.raises(RequestError) as error:
        plan(words)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("figure: {grid: 3}", "c.yaml:1:16: a grid must have one or two parameters, each with its values, got '3'"),
        ("figure: {grid: {}}", "c.yaml:1:16: a grid must have one or two parameters, each with its values, got 0"),
        ("figure: {grid: {lr: []}}", "c.yaml:1:21: lr must have at least one value, got none"),
        ("figure: {grid: {lr: [{a: 1}]}}", "c.yaml:1:22: must be a single value, got a mapping"),
        ("figure: {grid: {lr: [[1]]}}", "c.yaml:1:22: must be a single value, got a list"),
        (
            "figure: {grid: {lr: ['1']}}",
            "c.yaml:1:22: must be a finite number above 0, got a quoted string; write the number without quotes",
        ),
        (
            "warmup: {for: 0, shape: cosine}\nfigure: {grid: {warmup: [0, 5]}}",
            "c.yaml:1:25: warmup_shape needs a warmup longer than 0; set warmup to one of the panels' values",
        ),
    ],
)  # fmt: skip
def test_what_is_refused_in_a_config(plan: Callable[..., Plan], config: str, message: str) -> None:
    with pytest.raises(RequestError) as error:
        plan("", config)
    assert str(error.value) == message


def test_there_are_as_many_panels_as_a_page_can_show(plan: Callable[..., Plan]) -> None:
    eight = ",".join(f"0.{i}" for i in range(1, 9))
    assert len(plan(f"cosine --grid lr={eight} --grid warmup=1,2,3,4,5,6,7,8").panels) == 64
    with pytest.raises(RequestError, match=r"--grid: panels must be at most 64, got 72"):
        plan(f"cosine --grid lr={eight} --grid warmup=1,2,3,4,5,6,7,8,9")
    nine = " ".join(f"polynomial:power={i}" for i in range(1, 10))
    with pytest.raises(RequestError, match=r"--grid: curves in a panel must be at most 8, got 9"):
        plan(f"{nine} --grid lr=0.1")


# --- Written and read back -------------------------------------------------------------------------------------------

WRITTEN = """\
lr: 0.1
epochs: 100
warmup: 5
curves:
  - cosine
  - step:
      step_size: 10            # 10% of the run
      gamma: 0.1
figure:
  preset: icml
  grid:
    warmup: [0, 20]
"""


def test_defaults_that_differ_from_panel_to_panel_are_not_written(plan: Callable[..., Plan]) -> None:
    made = plan("cosine step:step_size=10% --warmup 5 --grid warmup=0,20", "figure: {preset: icml}")
    assert config_text(made) == WRITTEN
    again = resolve(parse_config_text(WRITTEN, "w.yaml"))
    assert again == made
    assert again.panels[1].curves[0].params["total"] == Time(80.0, "epoch")


def test_a_sequence_leaves_to_the_panels_what_it_left_to_the_run(plan: Callable[..., Plan]) -> None:
    config = "curves: [sequence: [linear: {for: 20}, cosine]]\nfigure: {grid: {warmup: [0, 10]}}"
    made = plan("", config)
    again = resolve(parse_config_text(config_text(made), "w.yaml"))
    assert again == made
    assert [panel.curves[0].params["of"][1].params["for"].value for panel in again.panels] == [80.0, 70.0]


def test_a_varied_warmup_keeps_the_shape_of_its_curve() -> None:
    curve = "curves: [cosine: {warmup_shape: linear}]"
    plan = planned_of(f"warmup: {{for: 5, shape: cosine}}\n{curve}\nfigure: {{grid: {{warmup: [4, 8]}}}}")
    rates = [[curve.schedule([2.0]).item() for curve in panel.curves] for panel in plan.panels]
    assert rates == [[0.05], [0.025]]  # 2 of 4 and 2 of 8 epochs along a line to 0.1


def test_a_value_that_the_grid_replaces_is_noted() -> None:
    plan = planned_of("curves: [cosine: {min_lr: 0.01}, linear]\nfigure: {grid: {min_lr: [0, 0.05]}}")
    assert plan.remarks == ("f:1:27: the values of the grid replace min_lr 0.01",)
