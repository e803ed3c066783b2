"""Code for curves that chance makes, whose lengths have a decimal: at every update it gives the core's rate.

HYPOTHESIS_PROFILE=long takes 20,000 curves for Python and numpy, and 500 for each framework.
"""

from __future__ import annotations

import importlib.util
import os
import warnings
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from plans_of import planned
from programs_of import NEAR, NEEDS, rates_of
from random_curves import words, words_of_epochs

from cosine_cli.code.core import targets
from cosine_cli.code.core.codegen_curves import codegen_curves
from cosine_cli.code.core.emit import WIDTH
from cosine_cli.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cosine_cli.plans.model.plan import Plan

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
A_TEST = 100
PLAIN = pytest.mark.parametrize("part", range(200 if LONG else 2))
FRAMEWORK = pytest.mark.parametrize("part", range(20 if LONG else 1))
A_FRAMEWORK_TEST = 25


def drawn(draw: Callable[[Random], str], seed: int, count: int) -> Iterator[tuple[str, Plan]]:
    """Yield curves as words and as plans; those that are refused are none."""
    rng = Random(seed)  # noqa: S311 - no secret
    while count:
        text = draw(rng)
        try:
            plan = planned(text)
        except RequestError:
            continue
        yield text, plan
        count -= 1


def check(target: str, text: str, plan: Plan, precision: float) -> None:
    source = targets.source(plan, target)
    assert max(map(len, source.splitlines())) <= WIDTH, text
    found = np.array(rates_of(source, target))
    expected = plan.curves[0].schedule(np.arange(float(len(found))))
    assert len(found) >= plan.clock.total, text
    assert found == pytest.approx(expected, abs=precision * plan.curves[0].schedule.peak, rel=0), text


@PLAIN
@pytest.mark.parametrize("target", ["python", "numpy"])
def test_code_gives_the_rate_of_every_update(target: str, part: int) -> None:
    for text, plan in drawn(words, part, A_TEST):
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # numpy's, of what is no number
            check(target, text, plan, 1e-12)


@FRAMEWORK
@pytest.mark.frameworks
@pytest.mark.filterwarnings("ignore::UserWarning")  # the frameworks' own, of parameters that they doubt
@pytest.mark.parametrize("target", sorted(NEEDS))
def test_code_for_a_framework_gives_the_rate_of_every_update(target: str, part: int) -> None:
    if importlib.util.find_spec(NEEDS[target]) is None:
        pytest.skip(f"{NEEDS[target]} is not installed")
    for text, plan in drawn(words, part, A_FRAMEWORK_TEST):
        check(target, text, plan, NEAR)


@FRAMEWORK
@pytest.mark.frameworks
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("target", ["torch", "timm", "lightning", "transformers"])
def test_code_that_is_called_once_an_epoch_gives_the_rate_of_every_update(target: str, part: int) -> None:
    if importlib.util.find_spec(NEEDS[target]) is None:
        pytest.skip(f"{NEEDS[target]} is not installed")
    for text, plan in drawn(words_of_epochs, part, A_FRAMEWORK_TEST):
        check(target, text, plan, NEAR)


@PLAIN
def test_calls_once_an_epoch_have_the_rates_of_their_updates(part: int) -> None:
    for text, plan in drawn(words_of_epochs, part, A_TEST):
        (one,) = codegen_curves(plan)
        calls = np.arange(float(one.calls))
        expected = plan.curves[0].schedule(calls * (one.batches if one.per_epoch else 1))
        peak = plan.curves[0].schedule.peak
        assert one.schedule(calls) == pytest.approx(expected, abs=1e-12 * peak, rel=0), text
