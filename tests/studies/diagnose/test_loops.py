"""Real PyTorch loops, recorded by record_loops.py: each mistake is named, and a correct run matches.

A quarter of the 1792 logs is tested; LOOPS=all tests every one.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from itertools import product

import numpy as np
import pytest
from recorded_loops import DIGITS, SPACINGS, Loop, logged, loops, planned

from cosine_cli.studies.diagnose.core.search import Diagnosis, diagnose

STORIES = {
    0: {"as-planned"},
    1: {"one-early"},
    2: {"one-early"},
    3: {"horizon-in-epochs"},
    4: {"per-epoch"},
    5: {"too-fast"},
    6: {"too-fast"},
    7: {"too-slow", "horizon"},  # the same curve without a warmup
    8: {"too-fast"},
    9: {"resumed-fresh"},
    10: {"resumed-shifted"},
    11: {"resumed-base"},
    12: {"resumed-horizon"},
    13: {"warmup-multiplied"},
    14: {"warmup-not-subtracted"},
    15: {"warmup-overlaps"},
    16: {"as-planned"},
    17: {"rate-factor"},
    19: {"other-floor"},
    22: {"missed-updates"},
    23: {"rounded-epoch"},
    24: {"never-stepped"},
    25: {"drops-missing"},
    26: {"drops-elsewhere"},
    27: {"joined-elsewhere"},
    29: {"warmup-start"},
}
"""The stories of each mistake, numbered as in record_loops.py."""

VALUES = {5: ("factor", 4), 6: ("factor", 8), 7: ("factor", 4), 8: ("factor", 2), 19: ("floor", None)}
"""The number that an answer has to find."""

LEAST_NAMED, LEAST_NAMED_OR_ALIAS = 0.9, 0.97

COMBINATIONS = list(product(DIGITS, SPACINGS))
QUARTER = list(zip(DIGITS, SPACINGS, strict=True))


def chosen() -> list[tuple[int, int]]:
    return COMBINATIONS if os.environ.get("LOOPS") == "all" else QUARTER


def has_mistake(loop: Loop, *, digits: int, every: int) -> bool:
    """Tell whether the log differs at all from that of the loop without the mistake."""
    correct = next((each for each in loops() if each.mistake == 0 and each.plan == loop.plan), None)
    if correct is None:
        return True
    own, other = (logged(each.rates, digits=digits, every=every).rates for each in (loop, correct))
    return own.size != other.size or bool(np.any(own != other))


def outcome(loop: Loop, found: Diagnosis, *, digits: int, every: int) -> str:
    """Return whether the mistake is named first, named as an alias, or missed."""
    stories = [each.explanation.story for each in found.candidates]
    expected = STORIES[loop.mistake] if has_mistake(loop, digits=digits, every=every) else {"as-planned"}
    if not found.explained:
        return "none"
    if stories[0] in expected:
        return "named"
    return "alias" if found.best.exact and expected.intersection(stories) else "wrong"


@cache
def outcomes() -> list[tuple[Loop, int, int, str, Diagnosis]]:
    found = []
    for loop, (digits, every) in product(loops(), chosen()):
        answer = diagnose(logged(loop.rates, digits=digits, every=every), planned(loop.plan))
        found.append((loop, digits, every, outcome(loop, answer, digits=digits, every=every), answer))
    return found


def test_all_mistakes_are_recorded() -> None:
    assert len(loops()) == 112
    assert {loop.mistake for loop in loops()} == set(STORIES)


def test_mistakes_are_named() -> None:
    counts = Counter(result for *_, result, _ in outcomes())
    total = sum(counts.values())
    wrong = [(loop[:3], digits, every) for loop, digits, every, result, _ in outcomes() if result in ("wrong", "none")]
    assert counts["named"] >= LEAST_NAMED * total, counts
    assert counts["named"] + counts["alias"] >= LEAST_NAMED_OR_ALIAS * total, wrong


def test_each_mistake_is_named_or_an_alias_more_often_than_not() -> None:
    for mistake in STORIES:
        results = [result for loop, *_, result, _ in outcomes() if loop.mistake == mistake]
        assert sum(result in ("named", "alias") for result in results) > len(results) / 2, (mistake, results)


def test_no_correct_run_deviates() -> None:
    correct = [(loop, digits, every) for loop in loops() if loop.mistake in (0, 16) for digits, every in COMBINATIONS]
    assert len(correct) == 160
    for loop, digits, every in correct:
        answer = diagnose(logged(loop.rates, digits=digits, every=every), planned(loop.plan))
        assert answer.best.exact
        assert not answer.deviates


@pytest.mark.parametrize("mistake", [5, 6, 7, 8])
def test_the_factor_is_found(mistake: int) -> None:
    name, factor = VALUES[mistake]
    for loop, *_, result, answer in outcomes():
        if loop.mistake == mistake and result == "named":
            assert answer.best.explanation.values[name] == factor


def test_the_factor_of_the_rate_is_found() -> None:
    for loop, digits, _, result, answer in outcomes():
        if loop.mistake == 17 and result == "named":
            assert answer.best.explanation.values["factor"] == pytest.approx(
                float(loop.variant), rel=1e-9 if digits == 17 else 1e-2
            )


@pytest.mark.parametrize(("variant", "count"), [("5", 5), ("9", 9)])
def test_missed_updates_are_counted_and_harmless(variant: str, count: int) -> None:
    for loop in loops():
        if loop.mistake != 22 or loop.variant != variant or loop.plan == "multistep":
            continue
        answer = diagnose(logged(loop.rates), planned(loop.plan))
        last = np.flatnonzero(loop.rates > 0)[-1]  # at the end of a linear decay nothing else is missed
        assert not answer.deviates
        assert last > 0
        assert answer.best.explanation.values["missed"] == count


def test_a_run_that_stops_is_not_a_deviation() -> None:
    loop = next(each for each in loops() if each.mistake == 16 and each.plan == "hf-cosine")
    assert loop.rates.size == 500
    assert not diagnose(logged(loop.rates), planned(loop.plan)).deviates
