"""Rates as functions: the first formula that gives them in the language's arithmetic, or a table; none after an end."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from nan_curves import GAP, ROOT, WHY
from plans_of import planned

from cosine_cli.code import numpy as for_numpy
from cosine_cli.code import optax as for_optax
from cosine_cli.code.core import python_functions
from cosine_cli.code.core.codegen_curves import codegen_curves
from cosine_cli.code.core.formatting import indented, tables
from cosine_cli.code.core.function_body import rate_function
from cosine_cli.errors import RequestError

if TYPE_CHECKING:
    from cosine_cli.code.core.emit import Function, Language

CHAINED = """\
steps: {steps}
curves:
  - torch.ChainedScheduler:
      schedulers: [ExponentialLR: {{gamma: 0.5}}, CosineAnnealingLR: {{T_max: 40, eta_min: 0.001}}]
"""


def written(
    words: str,
    language: Language = python_functions.LANGUAGE,
    config: str | None = None,
    *,
    by: float = 1.0,
    within: float = 0.0,
) -> Function:
    (curve,) = codegen_curves(planned(words, config), by_epoch=False)
    return rate_function(curve, language, by=by, within=within)


def run(body: Function, times: Any) -> Any:
    text = "\n".join([*tables([body]), "def lr(t):", *indented(body.lines)])
    names: dict[str, Any] = {"math": math, "bisect_right": bisect_right}
    exec(text, names)  # noqa: S102 - running it is the test
    return [names["lr"](t) for t in times]


def test_what_has_a_formula_is_one() -> None:
    found = written("cosine")
    assert found.lines == ("progress = min(t / 100, 1)", "return 0.1 * 0.5 * (1 + math.cos(math.pi * progress))")
    assert not found.tables
    assert not found.remarks


@pytest.mark.parametrize(
    ("curve", "at", "rate"),
    [
        ("hard_restarts:cycles=9 --epochs 30", 10, 0.1),
        ("restarts:cycle=1.1 --epochs 40", 11, 0.1),
        ("restarts:cycle=1.1 --epochs 40", 22, 0.1),
        ("restarts:cycle=1.1 --epochs 40", 33, 0.1),
        ("sgdr:cycle=4.2,cycle_mult=1 --epochs 70", 21, 0.1),
        ("sgdr:cycle=4.2,cycle_mult=1 --epochs 70", 42, 0.1),
        ("sgdr:cycle=4.2,cycle_mult=1 --epochs 70", 63, 0.1),
        ("step:step_size=2.2 --epochs 30", 11, 1e-6),
        ("staircase:every=1.1,of=linear --epochs 100", 11, 0.089),
        ("hard_restarts:cycles=10 --epochs 238", 119, 0.1),
        ("chebyshev:total=33.6,order=fractal,nodes=64 --epochs 150", 21, None),
        ("step:step_size=2.2,gamma=0.5,warmup=3 --epochs 80", 66, 0.1 * 0.5**30),
    ],
    ids=lambda value: value.replace(":", " ").partition(" --")[0] if isinstance(value, str) else str(value),
)
def test_a_cycle_begins_where_the_schedule_has_it(curve: str, at: int, rate: float | None) -> None:
    schedule = planned(curve).curves[0].schedule
    expected = float(schedule(at)) if rate is None else rate
    assert run(written(curve), [at]) == pytest.approx([expected], rel=1e-12)
    (found,) = run(written(curve, by=0.1), [at])
    assert found * 0.1 == pytest.approx(expected, rel=1e-12)
    names: dict[str, Any] = {"np": np}
    body = written(curve, for_numpy.LANGUAGE)
    exec("\n".join([*tables([body], array="np.array"), "def lr(t):", *indented(body.lines)]), names)  # noqa: S102
    assert names["lr"](np.array([0.0, at]))[1] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("curve", "line"),
    [
        ("restarts:cycle=22 --epochs 110", "math.pi * (t % 22) / 22"),
        ("restarts:cycle=2.5 --epochs 30", "math.pi * (t % 2.5) / 2.5"),
        ("sgdr:cycle=4.2,cycle_mult=1 --epochs 70", "t / 4.2 % 1"),
        ("hard_restarts:cycles=7 --epochs 90", "7 * t % 90 / 90"),
        ("step:step_size=2.2 --epochs 30", "math.floor(t / 2.2)"),
        ("step:step_size=30", "0.1 ** (t // 30)"),
        ("restarts:cycle=1.1 --epochs 60", "t - cycle * 1.1"),
    ],
    ids=["whole", "binary", "tenths", "share of the run", "floor", "steps", "core's rounding"],
)
def test_the_simplest_count_of_cycles_that_is_right_is_taken(curve: str, line: str) -> None:
    found = "\n".join(written(curve).lines)
    assert line in found.replace("(7 * t % 90)", "7 * t % 90")


def test_a_run_that_is_too_long_to_be_tried_counts_as_the_core_does() -> None:
    found = written("step:step_size=2.2,gamma=0.5 --epochs 1000000")
    assert found.lines[:2] == ("whole = math.floor(t / 2.2)", "cycle = whole + ((whole + 1) * 2.2 <= t)")
    schedule = planned("step:step_size=2.2,gamma=0.5 --epochs 1000000").curves[0].schedule
    times = [*range(400), 999_988, 999_999]
    assert run(found, times) == pytest.approx(schedule([float(t) for t in times]).tolist(), rel=1e-12)


def test_what_is_stepped_is_a_table() -> None:
    found = written("", config=CHAINED.format(steps=3))
    # Halved, then on the way to eta_min, (1 + cos(pi k / 40)) / (1 + cos(pi (k - 1) / 40)) of what is above it.
    rate, expected = 0.1, [0.1]
    for k in range(1, 4):
        left = (1 + math.cos(math.pi * k / 40)) / (1 + math.cos(math.pi * (k - 1) / 40))
        rate = left * (rate / 2 - 0.001) + 0.001
        expected.append(rate)
    assert run(found, [0, 1, 2, 3, 4, 100]) == pytest.approx([*expected, rate, rate], rel=1e-12)
    assert found.remarks[0].startswith("Each rate depends on the one before, so there is no formula:")


def test_a_long_run_has_no_table() -> None:
    with pytest.raises(RequestError, match="each rate depends on the one before, so there is no formula, and a table"):
        written("", config=CHAINED.format(steps=10_001))


def test_there_is_no_rate_after_an_end() -> None:
    found = written("torch.OneCycleLR:max_lr=0.1,total_steps=10 --steps 60")
    assert found.lines[-1] == 'return float("nan")'
    assert found.lines[-3].strip() != found.lines[-1]
    assert [math.isnan(rate) for rate in run(found, [9, 10, 11])] == [False, False, True]
    assert found.remarks == ("It ends at update 10: there is no rate after it.",)


def test_whole_numbers_count_cycles_that_32_bits_would_miss() -> None:
    # 12 / 2.4 is 5, but the 32-bit float nearest to 2.4 is a little more than that.
    found = written("timm.StepLRScheduler:decay_t=2.4,decay_rate=0.5 --steps 60", for_optax.LANGUAGE)
    assert found.lines == ("return 0.1 * 0.5 ** (5 * t // 12)",)


def test_what_no_formula_gives_in_32_bits_is_a_table() -> None:
    found = written("keras.CosineDecayRestarts:first_decay_steps=5,t_mul=1.2 --steps 60", for_optax.LANGUAGE)
    assert "RATES" in "".join(found.tables)
    assert found.remarks[0].startswith("In 32-bit floats the formula is off by up to ")


def test_a_formula_that_32_bits_give_nearly_says_so_where_that_is_asked_for() -> None:
    exactly = written("k_decay_polynomial:k=3,power=0.5 --epochs 100", for_optax.LANGUAGE)
    nearly = written("k_decay_polynomial:k=3,power=0.5 --epochs 100", for_optax.LANGUAGE, within=1e-6)
    assert "RATES" in "".join(exactly.tables)
    assert nearly.lines == ("progress = jnp.minimum(t / 100, 1)", "return 0.1 * (1 - progress**3) ** 0.5")
    assert nearly.remarks == ("In 32-bit floats it is off by up to 4e-07 of the peak.",)


def test_a_power_keeps_its_digits_in_32_bits_as_an_exponential() -> None:
    (line,) = written("exponential --steps 10M", for_optax.LANGUAGE).lines
    assert line.startswith(
        "return 0.1 * jnp.exp(-t / 2171472."
    )  # 10 million / ln(100), as it falls by 100 over the run


def test_a_growing_exponential_that_is_clipped_does_not_overflow() -> None:
    curve = "optax.exponential_decay:init_value=1e-3,transition_steps=1,decay_rate=2,end_value=0.1 --steps 5000"
    found = written(curve)
    assert "inf" not in " ".join(found.remarks)
    assert run(found, [0, 1, 4, 5000]) == pytest.approx([1e-3, 2e-3, 1.6e-2, 0.1], rel=1e-6)


def test_what_is_nan_says_so() -> None:
    found = written(f"{ROOT} --steps 20")
    assert found.lines[0] == "if t < 10:"
    assert found.lines[-1] == 'return float("nan")'
    assert found.remarks[-1] == f"It is NaN from update 10 on: {WHY}."


def test_a_gap_is_a_part_of_the_table() -> None:
    found = written("", config=GAP)
    (table,) = found.tables.values()
    assert [math.isnan(rate) for rate in table] == [10 <= t < 20 for t in range(31)]
    assert "is NaN at other updates" in found.remarks[0]
    assert found.remarks[-1] == f"It is NaN from update 10 to 19: {WHY}."


def test_64_bits_say_that_they_do_not_round() -> None:
    found = written("keras.CosineDecay:decay_steps=60 --steps 60")
    assert found.remarks == ("The framework rounds these rates to 32-bit floats; here they have 64.",)


def test_factors_are_shares_of_the_optimizers_rate() -> None:
    assert written("cosine:min_lr=1e-5", by=0.1).lines == (
        "progress = min(t / 100, 1)",
        "return 0.0001 + (1 - 0.0001) * 0.5 * (1 + math.cos(math.pi * progress))",
    )
    assert written("piecewise_constant:milestones=30,values=0.3/0.03", by=0.3).lines == (
        "if t < 30:",
        "    return 1",
        "return 0.1",
    )


def test_a_count_can_be_compared_with_other_numbers() -> None:
    cycles = "timm.CosineLRScheduler:t_initial=10,cycle_mul=2,cycle_decay=0.5,cycle_limit=4 --steps 200"
    assert "values[cycle]" in "\n".join(written(cycles, for_optax.LANGUAGE).lines)
    config = """\
steps: 100
curves:
  - torch.SequentialLR:
      schedulers:
        - OneCycleLR: {max_lr: 0.5, total_steps: 40}
        - CosineAnnealingLR: {T_max: 40, eta_min: 0.001}
      milestones: [41]
"""
    expected = planned("", config).curves[0].schedule(np.arange(81.0))
    assert run(written("", config=config), range(81)) == pytest.approx(expected.tolist(), rel=1e-12)
