from __future__ import annotations

import pytest
from plans_of import planned

from cosine_cli.errors import RequestError
from cosine_cli.plans.model.clock import Time
from cosine_cli.plans.writer import config_text

TWO = "must be 2 finite numbers in rising order of at least 0 with , between"
TWO_TIMES, TWO_RATES = f"{TWO}, as in 0,20", f"{TWO}, as in 1e-5,0.1"


def epochs(*times: float) -> tuple[Time, ...]:
    return tuple(Time(time, "epoch") for time in times)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("--xlim 0,20", epochs(0.0, 20.0)),
        ("--xlim 10%,50%", epochs(10.0, 50.0)),
        ("--xlim 0.25%,0.5%", epochs(0.25, 0.5)),
        ("--xlim 391st,3ep --steps-per-epoch 391", epochs(1.0, 3.0)),
        ("--xlim 0.1,0.2 --steps-per-epoch 391", epochs(0.1, 0.2)),
        ("--xlim 50,150", epochs(50.0, 150.0)),
        ("--xlim 1k,2k --steps 9000", (Time(1000.0, "step"), Time(2000.0, "step"))),
    ],
)
def test_times_are_in_the_unit_of_the_plan(line: str, expected: tuple[Time, Time]) -> None:
    plan = planned(f"cosine {line}")
    assert plan.figure.xlim == expected
    assert planned("", config_text(plan)) == plan


def test_a_config_has_lists() -> None:
    figure = planned("", "steps: 5000\ncurves: [cosine]\nfigure: {xlim: [1k, 50%], ylim: [0.01, 100%]}").figure
    assert figure.xlim == (Time(1000.0, "step"), Time(2500.0, "step"))
    assert figure.ylim == (0.01, 0.1)


def test_several_runs_have_limits_on_their_common_clock() -> None:
    runs = "runs: [{epochs: 10, curves: [cosine]}, {epochs: 40, curves: [linear]}]\nfigure: {xlim: [50%, 30]}"
    plan = planned("", runs)
    assert plan.figure.xlim == epochs(20.0, 30.0)
    assert planned("", config_text(plan)) == plan


def test_percentages_are_of_the_highest_peak() -> None:
    assert planned("cosine constant:lr=0.4 --ylim 1%,50%").figure.ylim == (0.004, 0.2)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--xlim 20,0", f"--xlim: {TWO_TIMES}, got '20,0'; did you mean 0,20?"),
        ("--xlim 5,5", f"--xlim: {TWO_TIMES}, got '5,5'"),
        ("--xlim 20", f"--xlim: {TWO_TIMES}, got '20'; did you mean 0,20?"),
        ("--xlim 1,2,3", f"--xlim: {TWO_TIMES}, got '1,2,3'"),
        ("--xlim 30ep,20%", "--xlim: must be in rising order, got '30ep,20%'"),
        ("--xlim 100,200", "--xlim: must begin before the end of the run, got '100,200'; it has 100 epochs"),
        ("--xlim 5,5.0000000001", "--xlim: must be further apart, got '5,5.0000000001'"),
        ("--ylim 0.1", f"--ylim: {TWO_RATES}, got '0.1'; did you mean 0,0.1?"),
        ("--ylim 0.1,0.01", f"--ylim: {TWO_RATES}, got '0.1,0.01'; did you mean 0.01,0.1?"),
        ("--ylim -1,0.1", f"--ylim: {TWO_RATES}, got '-1,0.1'"),
        ("--ylim 0.1,5%", "--ylim: must be in rising order, got '0.1,5%'"),
        ("--ylim 0,0.1 --log", "--ylim: must be above 0 on a logarithmic axis, got '0,0.1'; did you mean 1e-05,0.1?"),
        ("--ylim 0.2,1", "--ylim: must contain a part of a curve, got '0.2,1'; the rates are from 0 to 0.1"),
        (
            "--xlim 0,10 --ylim 0,0.01",
            "--ylim: must contain a part of a curve, got '0,0.01'; the rates are from 0.0975528 to 0.1",
        ),
        ("--ylim 0.05,0.0500001", "--ylim: must be at least 0.01% apart, got '0.05,0.0500001'"),
        (
            "--ylim 0,1e100",
            "--ylim: must be at most 1,000,000,000 times the highest rate, got '0,1e100'; which is 0.1",
        ),
    ],
)
def test_limits_that_show_nothing_are_refused(line: str, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        planned(f"cosine {line}")
    assert str(caught.value) == message
