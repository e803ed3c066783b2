"""Rates as functions: formulas where these give them, tables where not, and no rate behind an end."""

from __future__ import annotations

import math

import pytest
from plans_of import planned

from cosine_cli.code import optax as for_optax
from cosine_cli.code.core import plain
from cosine_cli.code.core.curves import coded
from cosine_cli.code.core.emit import Function, Language
from cosine_cli.code.core.rates import rates
from cosine_cli.errors import RequestError

CHAINED = """\
steps: {steps}
curves:
  - torch.ChainedScheduler:
      schedulers: [ExponentialLR: {{gamma: 0.5}}, CosineAnnealingLR: {{T_max: 40, eta_min: 0.001}}]
"""


def written(words: str, language: Language = plain.LANGUAGE, config: str | None = None) -> Function:
    (curve,) = coded(planned(words, config), by_epoch=False)
    return rates(curve, language)


def test_what_has_a_formula_is_one() -> None:
    found = written("cosine")
    assert not found.tables
    assert not found.remarks


def test_what_is_stepped_is_a_table() -> None:
    found = written("", config=CHAINED.format(steps=3))
    (table,) = found.tables.values()
    # Halved, then on the way to eta_min, (1 + cos(pi k / 40)) / (1 + cos(pi (k - 1) / 40)) of what is above it.
    rate, expected = 0.1, [0.1]
    for k in range(1, 4):
        left = (1 + math.cos(math.pi * k / 40)) / (1 + math.cos(math.pi * (k - 1) / 40))
        rate = left * (rate / 2 - 0.001) + 0.001
        expected.append(rate)
    assert table == pytest.approx(expected, rel=1e-12)
    assert found.remarks[0].startswith("Each rate is made from the one before, so there is no formula.")


def test_a_long_run_has_no_table() -> None:
    with pytest.raises(RequestError, match="has no formula, each rate is made from the one before, and a table has"):
        written("", config=CHAINED.format(steps=10_001))


def test_there_is_no_rate_behind_an_end() -> None:
    found = written("torch.OneCycleLR:max_lr=0.1,total_steps=10 --steps 60")
    assert found.lines[:2] == ("if t > 10:", '    return float("nan")')
    assert found.remarks == ("It ends at update 10: behind it there is no rate.",)


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        # 12 / 2.4 is 5, but the 32-bit float nearest to 2.4 is a little more than that.
        ("timm.StepLRScheduler:decay_t=2.4,decay_rate=0.97", "In 32-bit floats the formula is off by up to 0.02"),
        ("keras.CosineDecayRestarts:first_decay_steps=5,t_mul=1.2", ""),
    ],
    ids=["steps of 2.4", "cycles of a power"],
)
def test_what_32_bits_do_not_give_is_a_table(curve: str, words: str) -> None:
    found = written(f"{curve} --steps 60", for_optax.LANGUAGE)
    assert found.tables
    assert words in found.remarks[0] or "".join(found.remarks)


ROOT = "optax.polynomial_schedule:init_value=0.1,end_value=0.01,power=0.5,transition_steps=10"
WHY = "XLA computes 1 - count / 10 as 1 - count * (1 / 10), which is below 0, and a power of 0.5 of that is NaN."


def test_what_is_nan_says_so() -> None:
    found = written(f"{ROOT} --steps 20")
    assert found.lines[:2] == ("if t > 9:", '    return float("nan")')
    assert found.remarks[-1] == f"It is NaN from update 10 on: {WHY}"


def test_a_gap_is_a_part_of_the_table() -> None:
    config = """\
steps: 30
curves:
  - optax.join_schedules:
      schedules:
        - polynomial_schedule: {init_value: 0.1, end_value: 0.01, power: 0.5, transition_steps: 10}
        - constant_schedule: {value: 0.02}
      boundaries: [20]
"""
    found = written("", config=config)
    (table,) = found.tables.values()
    assert [math.isnan(rate) for rate in table] == [10 <= t < 20 for t in range(31)]
    assert "is NaN at other updates" in found.remarks[0]
    assert found.remarks[-1] == f"It is NaN from update 10 to 19: {WHY}"


def test_64_bits_say_that_they_do_not_round() -> None:
    found = written("keras.CosineDecay:decay_steps=60 --steps 60")
    assert found.remarks == ("The framework rounds these rates to 32-bit floats; here they have 64.",)
