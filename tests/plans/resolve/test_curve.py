"""From what was said of a curve to its schedule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cosine_cli.errors import RequestError
from cosine_cli.plans.model.clock import Time
from cosine_cli.plans.model.options import CurveFlags, flag_of
from cosine_cli.plans.model.plan import Curve
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import params
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.model.plan import Plan


def epochs(value: float) -> Time:
    return Time(value, "epoch")


def steps(value: float) -> Time:
    return Time(value, "step")


@pytest.mark.parametrize(
    ("words", "config", "lr"),
    [
        ("cosine", None, 0.1),
        ("cosine", "lr: 0.2", 0.2),
        ("cosine --lr 0.3", "lr: 0.2", 0.3),
        ("cosine:lr=0.4 --epochs 5", "lr: 0.2", 0.4),
        ("", "lr: 0.2\ncurves: [cosine: {lr: 0.4}]", 0.4),
        ("", "lr: 0.2\ncurves: ['cosine:lr=0.4']", 0.4),
    ],
    ids=["default", "config", "flag", "curve-of-the-line", "curve-of-the-config", "curve-as-text-in-the-config"],
)
def test_precedence_of_a_rate(plan: Callable[..., Plan], words: str, config: str | None, lr: float) -> None:
    assert plan(words, config).curves[0].params["lr"] == lr


@pytest.mark.parametrize(
    ("words", "config", "step_size"),
    [
        ("step", None, 30.0),
        ("step --step-size 20", None, 20.0),
        ("step:step_size=10 multistep --gamma 0.5", None, 10.0),
        ("--step-size 20", "curves: [step, cosine]", 20.0),
        ("--gamma 0.5", "curves: [step: {step_size: 40}]", 40.0),
    ],
)
def test_precedence_of_a_step(plan: Callable[..., Plan], words: str, config: str | None, step_size: float) -> None:
    assert plan(words, config).curves[0].params["step_size"] == epochs(step_size)


def test_a_parameter_by_its_flags_name(plan: Callable[..., Plan]) -> None:
    assert plan("exponential:decay_rate=0.9").curves[0].params["gamma"] == 0.9
    assert plan("exponential --decay-rate 0.9").curves[0].params["gamma"] == 0.9


@pytest.mark.parametrize(
    ("words", "schedule"),
    [
        ("cosine", Cosine(lr=0.1, total=100)),
        ("cosine --steps-per-epoch 391", Cosine(lr=0.1, total=39_100)),
        ("cosine --steps 1000", Cosine(lr=0.1, total=1000)),
        ("cosine:total=50,min_lr=0.01", Cosine(lr=0.1, total=50, min_lr=0.01)),
        ("cosine:total=50% --steps-per-epoch 391", Cosine(lr=0.1, total=19_550)),
        ("cosine:total=50ep --steps 1000 --steps-per-epoch 10", Cosine(lr=0.1, total=500)),
        ("cosine:total=50st --steps-per-epoch 391", Cosine(lr=0.1, total=50)),
        ("cosine:total=1.5k --steps 1M", Cosine(lr=0.1, total=1500)),
        ("linear:total=0.5 --steps-per-epoch 391", Linear(lr=0.1, total=195.5)),
        ("polynomial:power=3 --min-lr 0.01", Polynomial(lr=0.1, total=100, power=3, min_lr=0.01)),
        ("step", Step(lr=0.1, step_size=30, gamma=0.1)),
        ("step --epochs 5", Step(lr=0.1, step_size=2, gamma=0.1)),
        ("step --epochs 1", Step(lr=0.1, step_size=1, gamma=0.1)),
        ("step --epochs 1 --steps-per-epoch 10", Step(lr=0.1, step_size=10, gamma=0.1)),
        ("step --steps 10", Step(lr=0.1, step_size=3, gamma=0.1)),
        ("step:step_size=10% --epochs 2 --steps-per-epoch 100", Step(lr=0.1, step_size=20, gamma=0.1)),
        ("multistep", Multistep(lr=0.1, milestones=(30.0, 60.0, 90.0), gamma=0.1)),
        ("multistep --epochs 2", Multistep(lr=0.1, milestones=(1.0, 2.0), gamma=0.1)),
        ("multistep:milestones=30/60ep --steps-per-epoch 2", Multistep(lr=0.1, milestones=(60.0, 120.0), gamma=0.1)),
        (
            "multistep:milestones=300st/2ep/90% --epochs 10 --steps-per-epoch 391",
            Multistep(lr=0.1, milestones=(300.0, 782.0, 3519.0), gamma=0.1),
        ),
        ("exponential:gamma=0.9 --steps-per-epoch 391", Exponential(lr=0.1, gamma=0.9, per=391)),
        ("exponential:gamma=0.9 --steps 1000", Exponential(lr=0.1, gamma=0.9, per=1)),
        ("exponential --epochs 2", Exponential(lr=0.1, gamma=0.1, per=1)),
        ("exponential --epochs 2 --steps-per-epoch 50", Exponential(lr=0.1, gamma=0.1, per=50)),
        ("restarts:cycle=10", Restarts(cycle=10, cycles=10, of=Cosine(lr=0.1, total=10))),
        ("restarts:cycle=30", Restarts(cycle=30, cycles=4, of=Cosine(lr=0.1, total=30))),
        (
            "restarts:cycle=10,cycle_mult=2,of=linear,lr=0.5",
            Restarts(cycle=10, cycle_mult=2, cycles=4, of=Linear(lr=0.5, total=10)),
        ),
        ("restarts --min-lr 0.01", Restarts(cycle=25, cycles=4, of=Cosine(lr=0.1, total=25, min_lr=0.01))),
        ("staircase --steps-per-epoch 5", Staircase(every=5, of=Cosine(lr=0.1, total=500))),
        ("cosine --steps-per-epoch 5 --update epoch", Staircase(every=5, of=Cosine(lr=0.1, total=500))),
        ("warmup:warmup=20,of=linear", Warmup(warmup=20, of=Linear(lr=0.1, total=80))),
    ],
)
def test_the_schedule_of_a_curve(plan: Callable[..., Plan], words: str, schedule: Any) -> None:
    assert plan(words).curves[0].schedule == schedule


@pytest.mark.parametrize(
    ("words", "schedule"),
    [
        ("cosine --warmup 5", Warmup(warmup=5, of=Cosine(lr=0.1, total=95))),
        ("cosine:warmup=5", Warmup(warmup=5, of=Cosine(lr=0.1, total=95))),
        ("cosine:warmup=5 linear --warmup 10", Warmup(warmup=5, of=Cosine(lr=0.1, total=95))),
        ("cosine:warmup=0 linear --warmup 10", Cosine(lr=0.1, total=100)),
        ("cosine --warmup 5%", Warmup(warmup=5, of=Cosine(lr=0.1, total=95))),
        ("cosine --warmup 5% --steps 333", Warmup(warmup=17, of=Cosine(lr=0.1, total=316))),
        ("cosine --warmup 2 --steps-per-epoch 391", Warmup(warmup=782, of=Cosine(lr=0.1, total=38_318))),
        ("cosine --warmup 500st --steps-per-epoch 391", Warmup(warmup=500, of=Cosine(lr=0.1, total=38_600))),
        ("cosine:warmup=10,total=50", Warmup(warmup=10, of=Cosine(lr=0.1, total=50))),
        ("cosine:warmup=10,total=50%", Warmup(warmup=10, of=Cosine(lr=0.1, total=50))),
        ("step --warmup 5", Warmup(warmup=5, of=Step(lr=0.1, step_size=30, gamma=0.1))),
        ("multistep:milestones=30/60 --warmup 40", Warmup(warmup=40, of=Multistep(lr=0.1, milestones=(30, 60), gamma=0.1))),  # noqa: E501
        ("exponential:gamma=0.9 --warmup 5", Warmup(warmup=5, of=Exponential(lr=0.1, gamma=0.9, per=1))),
        ("exponential --warmup 98", Warmup(warmup=98, of=Exponential(lr=0.1, gamma=0.1, per=1))),
        (
            "cosine:warmup=5,warmup_shape=cosine,warmup_start=1e-3",
            Warmup(warmup=5, warmup_shape="cosine", warmup_start=1e-3, of=Cosine(lr=0.1, total=95)),
        ),
        (
            "cosine:warmup_start=1e-3 --warmup 5",
            Warmup(warmup=5, warmup_start=1e-3, of=Cosine(lr=0.1, total=95)),
        ),
        (
            "restarts --warmup 20",
            Warmup(warmup=20, of=Restarts(cycle=20, cycles=4, of=Cosine(lr=0.1, total=20))),
        ),
        (
            "cosine --warmup 5 --update epoch --steps-per-epoch 10",
            Staircase(every=10, of=Warmup(warmup=50, of=Cosine(lr=0.1, total=950))),
        ),
    ],
)  # fmt: skip
def test_the_run_includes_the_warmup(plan: Callable[..., Plan], words: str, schedule: Any) -> None:
    assert plan(words).curves[0].schedule == schedule


def test_a_moment_inside_the_warmup(plan: Callable[..., Plan]) -> None:
    """The ramp climbs to the rate that holds at its end, which the milestone before it has lowered."""
    schedule = plan("multistep:milestones=30/60 --warmup 40").curves[0].schedule
    assert schedule([0, 20, 40, 59, 60]) == pytest.approx([0, 0.005, 0.01, 0.01, 0.001])


def test_drops_count_from_the_start_of_the_run(plan: Callable[..., Plan]) -> None:
    schedule = plan("step:step_size=30 --warmup 5").curves[0].schedule
    assert schedule([5, 29, 30, 59, 60]) == pytest.approx([0.1, 0.1, 0.01, 0.01, 0.001])


def test_a_folded_warmup(plan: Callable[..., Plan]) -> None:
    expected = Warmup(warmup=5, warmup_shape="cosine", warmup_start=1e-6, of=Cosine(lr=0.1, total=95))
    folded = "{for: 5, shape: cosine, start: 1e-6}"
    assert plan("", f"warmup: {folded}\ncurves: [cosine]").curves[0].schedule == expected
    assert plan("", f"curves: [cosine: {{warmup: {folded}}}]").curves[0].schedule == expected


SEQUENCE = "curves: [sequence: [linear: {{for: {}}}, cosine: {{for: {}}}, constant]]"


@pytest.mark.parametrize(
    ("words", "config", "lengths"),
    [
        ("", SEQUENCE.format("30", "50"), (30, 50, 20)),
        ("--warmup 5", SEQUENCE.format("30", "50"), (30, 50, 15)),
        ("--epochs 10 --steps-per-epoch 10", SEQUENCE.format("3", "25st"), (30, 25, 45)),
        ("", SEQUENCE.format("10%", "50"), (10, 50, 40)),
        ("--warmup 10", SEQUENCE.format("10%", "50"), (10, 50, 30)),
        ("", "curves: [sequence: [cosine: {for: 60}, linear: {for: 40}]]", (60, 40)),
        ("", "curves: [sequence: [cosine]]", (100,)),
    ],
)
def test_lengths_of_a_sequence(plan: Callable[..., Plan], words: str, config: str, lengths: tuple[float, ...]) -> None:
    schedule = plan(words, config).curves[0].schedule
    inside = schedule.of if isinstance(schedule, Warmup) else schedule
    assert isinstance(inside, Sequence)
    assert inside.lengths == lengths


def test_each_member_of_a_sequence_fills_its_own_length(plan: Callable[..., Plan]) -> None:
    config = "warmup: 5\ncurves:\n- sequence:\n    - linear: {min_lr: 0.05, for: 45}\n    - cosine: {lr: 0.05}\n"
    schedule = plan("", config).curves[0].schedule
    of = (Linear(lr=0.1, min_lr=0.05, total=45), Cosine(lr=0.05, total=50))
    assert schedule == Warmup(warmup=5, of=Sequence(of=of, lengths=(45, 50)))
    assert schedule([0, 5, 50, 75, 100]) == pytest.approx([0, 0.1, 0.05, 0.025, 0])


def test_a_member_counts_from_its_own_start(plan: Callable[..., Plan]) -> None:
    config = "curves: [sequence: [constant: {for: 40}, step: {step_size: 10, warmup: 5}]]"
    schedule = plan("", config).curves[0].schedule
    assert schedule([39, 40, 45, 49, 50, 60]) == pytest.approx([0.1, 0, 0.1, 0.1, 0.01, 0.001])


def test_curves_inside_curves(plan: Callable[..., Plan]) -> None:
    config = "curves: [restarts: {cycle: 50, of: {sequence: [constant: {for: 30}, linear]}}]"
    inside = Sequence(of=(_constant(), Linear(lr=0.1, total=20)), lengths=(30, 20))
    assert plan("", config).curves[0].schedule == Restarts(cycle=50, cycles=2, of=inside)


def _constant() -> Any:
    return catalogue.load("constant")(lr=0.1)


def test_parameters_of_the_curve_inside_by_its_own_name(plan: Callable[..., Plan]) -> None:
    inside = plan("restarts:of=polynomial,power=3,min_lr=0.01").curves[0].params["of"]
    assert isinstance(inside, Curve)
    assert inside.params == {"lr": 0.1, "total": epochs(25.0), "power": 3.0, "min_lr": 0.01}


@pytest.mark.parametrize(
    ("words", "params", "notes"),
    [
        ("cosine", {"lr": 0.1, "total": epochs(100), "min_lr": 0.0}, {"total": "default: 100% of the run"}),
        ("cosine:total=50%", {"lr": 0.1, "total": epochs(50), "min_lr": 0.0}, {"total": "50% of the run"}),
        (
            "cosine --warmup 5",
            {
                "lr": 0.1,
                "total": epochs(95),
                "min_lr": 0.0,
                "warmup": epochs(5),
                "warmup_shape": "linear",
                "warmup_start": 0.0,
            },
            {"total": "default: the run minus the warmup"},
        ),
        (
            "step:step_size=33% --epochs 5 --steps-per-epoch 7",
            {"lr": 0.1, "step_size": steps(12), "gamma": 0.1, "min_lr": 0.0},
            {"step_size": "33% of the run (11.55 steps, rounded)"},
        ),
    ],
)
def test_parameters_and_how_they_came_about(
    plan: Callable[..., Plan], words: str, params: dict[str, Any], notes: dict[str, str]
) -> None:
    curve = plan(words).curves[0]
    assert curve.params == params
    assert curve.notes == notes


FAULTS = [
    ("cosin", None, ["curve 'cosin': is not a schedule; did you mean cosine?"]),
    (
        "CosineAnnealingLR",
        None,
        [
            ("curve 'CosineAnnealingLR': is not a schedule: torch.CosineAnnealingLR differs from cosine: past T_max it "
            "rises again, where cosine stays at the floor; did you mean cosine?")
        ],
    ),
    (
        "step:gama=1",
        None,
        ["curve 'step:gama=1': step has no parameter 'gama'; did you mean gamma=1?"],
    ),
    (
        "multistep:milestones=2ep/300st --steps-per-epoch 391",
        None,
        ["curve 'multistep:milestones=2ep/300st': milestones: must be finite numbers in rising order above 0, got '2ep/300st'"],  # noqa: E501
    ),
    ("cosine:total=0", None, ["curve 'cosine:total=0': total: must be a finite number above 0, got '0'"]),
    ("cosine --warmup 100", None, ["--warmup: a warmup must be shorter than the run of 100 epochs, got 100 epochs"]),
    ("cosine --warmup 0.5", None, ["--warmup: must be at least one step, got '0.5'; did you mean 50%?"]),
    ("cosine --warmup 1e-3%", None, ["--warmup: must be at least one step, got 0.001% of 100"]),
    ("cosine:min_lr=1", None, ["curve 'cosine:min_lr=1': min_lr: must be at most lr (0.1), got '1'"]),
    ("cosine --min-lr 1", None, ["--min-lr, for curve 'cosine': must be at most lr (0.1), got '1'"]),
    (
        "cosine:warmup=5,warmup_start=1",
        None,
        ["curve 'cosine:warmup=5,warmup_start=1': warmup_start: must be at most the rate at the end of the warmup (0.1), got '1'"],  # noqa: E501
    ),
    ("cosine:warmup_start=0.01", None, ["curve 'cosine:warmup_start=0.01': warmup_start: needs a warmup; add warmup=, as in warmup=5"]),  # noqa: E501
    ("cosine:for=5", None, [
        ("curve 'cosine:for=5': cosine has no parameter 'for'; it takes lr, total, min_lr, warmup, warmup_shape, "
        "warmup_start, label, color, linestyle and linewidth")
    ]),
    (
        "cosine:total=5ep --steps 10",
        None,
        [("curve 'cosine:total=5ep': total: cannot be in epochs: the steps per epoch are not known, got '5ep'; "
         "pass --steps-per-epoch (steps_per_epoch in a config)")],
    ),
    ("warmup:warmup=100", None, ["curve 'warmup:warmup=100': must leave time for its inner curve, got none of 100 epochs"]),  # noqa: E501
    ("", "warmup: {}", ["c.yaml:1:9: a warmup needs a length; as in warmup: {for: 5}"]),
    ("", "warmup: {for: 5, shap: x}", ["c.yaml:1:24: warmup has no 'shap'; it takes for, shape and start"]),
    (
        "",
        "curves: [sequence: [cosine: {for: 50}, linear: {for: 60}]]",
        [("c.yaml:1:10: the lengths must add up to 100 epochs, got 50 + 60; a curve without for= takes the rest")],
    ),
    (
        "--warmup 5",
        "curves: [sequence: [cosine: {for: 95}, linear]]",
        [("c.yaml:1:10: the lengths must add up to 95 epochs, got 95; a curve without for= takes the rest")],
    ),
    (
        "",
        "curves: [scale: {factor: 0.5, of: {cosine: {for: 20}}}]",
        [("c.yaml:1:50: cosine has no parameter 'for'; it takes lr, total, min_lr, warmup, warmup_shape, "
          "warmup_start, label, color, linestyle and linewidth")],
    ),
    (
        "",
        "curves: [cosine: {warmup: {for: 5, start: 1e-3}, warmup_start: 1e-4}]",
        ["c.yaml:1:64: warmup_start must be given only once, got it again as start of warmup"],
    ),
    (
        "",
        "warmup: 0\ncurves: [cosine: {warmup_shape: cosine}]",
        ["c.yaml:2:33: warmup_shape needs a warmup longer than 0, got 'cosine'"],
    ),
    (
        "",
        "curves: [cosine: {warmup: {for: 0, start: 1e-3}}]",
        ["c.yaml:1:43: warmup_start needs a warmup longer than 0, got '1e-3'"],
    ),
    ("", "curves: [sequence: [cosine, linear]]", ["c.yaml:1:10: only one of its curves may omit for=, got 2"]),
    (
        "",
        "curves: [sequence: {lengths: [50, 50], of: [cosine, linear: {for: 3}]}]",
        ["c.yaml:1:30: lengths cannot be given; write for= at each curve"],
    ),
    (
        "",
        "curves: [cosine: {lrr: 1, total: 0, label: [a]}, cosin]",
        [
            "c.yaml:1:24: cosine has no parameter 'lrr'; did you mean lr: 1?",
            "c.yaml:1:34: must be a finite number above 0, got '0'",
            "c.yaml:1:44: must be a string, got '[a]'",
            "c.yaml:1:50: 'cosin' is not a schedule; did you mean cosine?",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("words", "config", "problems"), FAULTS)
def test_what_is_refused(plan: Callable[..., Plan], words: str, config: str | None, problems: list[str]) -> None:
    with pytest.raises(RequestError) as error:
        plan(words, config)
    assert sorted(str(problem) for problem in error.value.problems) == problems


def test_curves_may_not_nest_for_ever(plan: Callable[..., Plan]) -> None:
    assert plan("restarts:of=" * 15 + "cosine").curves[0].schedule.peak == 0.1
    with pytest.raises(RequestError, match="must be nested at most 16 curves deep"):
        plan("restarts:of=" * 17 + "cosine")


def test_flags_and_the_fields_that_name_them_agree() -> None:
    declared = (param for name in catalogue.names() for param in params(catalogue.load(name)))
    assert {flag for param in declared if (flag := flag_of(param))} == {param.name for param in params(CurveFlags)}


@pytest.mark.parametrize("name", [name for name in catalogue.names() if name != "sequence"])
def test_every_schedule_stands_by_itself(plan: Callable[..., Plan], name: str) -> None:
    (curve,) = plan(name).curves
    rates = curve.schedule(np.arange(101.0))
    assert np.isfinite(rates).all()
    assert rates.max() == (curve.schedule.peak if name == "noam" else 0.1)  # whose peak is the model's


@pytest.mark.parametrize(
    "config",
    [
        "curves:\n- sequence: [linear: {for: 5, label: up}, cosine]",
        "curves:\n- scale: {factor: 2, of: {cosine: {label: up}}}",
    ],
)
def test_a_part_of_a_curve_has_no_label(plan: Callable[..., Plan], config: str) -> None:
    with pytest.raises(RequestError, match=r"^c.yaml:2:\d+: only a whole curve has a label, not a part of it$"):
        plan("", config)


# --- Rates as shares of the peak -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "rates"),
    [
        pytest.param("cosine:min_lr=10%", [0.1, 0.055, 0.01], id="a floor"),
        pytest.param("cosine:lr=3e-4,min_lr=10%", [3e-4, 1.65e-4, 3e-5], id="of the curve's own peak"),
        pytest.param("cosine --min-lr 10% --lr 0.2", [0.2, 0.11, 0.02], id="a flag"),
        pytest.param("wsd:warmup=50,decay=50,warmup_start=1%,min_lr=10%", [0.001, 0.1, 0.01], id="its own warmup"),
        pytest.param("linear:warmup=50,warmup_start=20%", [0.02, 0.1, 0.0], id="the warmup before it"),
        pytest.param("warmup:warmup=50,warmup_start=20%,of=linear", [0.02, 0.1, 0.0], id="a warmup with a curve"),
        pytest.param("scale:factor=0.5,of=cosine,min_lr=20%,warmup=0", [0.05, 0.03, 0.01], id="a scaled curve"),
        pytest.param("cyclic:min_lr=20%,rise=50,fall=50", [0.02, 0.1, 0.02], id="a default that is computed"),
        pytest.param("torch.CosineAnnealingLR:T_max=100,eta_min=10%", [0.1, 0.055, 0.01], id="a framework's"),
        pytest.param(
            "optax.linear_schedule:init_value=0.4,end_value=5%,transition_steps=100", [0.4, 0.21, 0.02], id="optax"
        ),
    ],
)
def test_a_rate_as_a_share_of_the_peak(plan: Callable[..., Plan], words: str, rates: list[float]) -> None:
    (curve,) = plan(words).curves
    assert curve.schedule(np.array([0.0, 50.0, 100.0])) == pytest.approx(
        rates, rel=1e-6 if words.startswith("optax") else 1e-12
    )


def test_a_share_is_exact_and_all_of_the_peak_is_the_peak(plan: Callable[..., Plan]) -> None:
    shares = {"10%": 3e-5, "100%": 3e-4, "0%": 0.0, "33.3%": 9.99e-5}
    for share, rate in shares.items():
        (curve,) = plan(f"cosine:lr=3e-4,min_lr={share}").curves
        assert curve.params["min_lr"] == rate


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("cosine:min_lr=101%", "min_lr: must be at most lr (0.1), got '101%'"),
        ("cosine:lr=10%", "only rates below the peak can be percentages, as in min_lr=10%"),
        ("step:gamma=10%", "did you mean 0.1?"),
        ("piecewise_constant:values=0.1/10%", "values: must be finite numbers of at least 0, got '10%'"),
    ],
)
def test_a_share_that_is_refused(plan: Callable[..., Plan], words: str, message: str) -> None:
    with pytest.raises(RequestError, match=re.escape(message)):
        plan(words)
