"""What a curve asks of whoever sets it up."""

from __future__ import annotations

import pytest
from plans_of import planned

from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import params
from cosine_cli.studies.declared import needs_length, settable


@pytest.mark.parametrize(
    ("words", "needs"),
    [
        ("cosine", True),
        ("cosine:total=50", True),  # the decay then ends at 50, which is a choice of length all the same
        ("linear", True),
        ("polynomial", True),
        ("wsd", True),
        ("wsd:warmup=5,stable=75,decay=20", True),
        ("constant", False),
        ("constant:warmup=5", False),
        ("constant:warmup=5%", True),
        ("step", True),
        ("step:step_size=30", False),
        ("step:step_size=30%", True),
        ("step --step-size 30", False),
        ("multistep:milestones=30/60", False),
        ("exponential", True),
        ("exponential:gamma=0.95", False),
        ("exponential:gamma=0.95,per=10%", True),
        ("inverse_sqrt", True),
        ("inverse_sqrt:timescale=10", False),
        ("restarts:cycle=10", False),  # though the cosine in it fills a cycle
        ("restarts:cycle=10,cycle_mult=2", False),
        ("restarts", True),
        ("scale:factor=2,of=cosine", True),
        ("scale:factor=2,of=step,step_size=30", False),
        ("staircase:of=cosine", True),
        ("warmup:warmup=5,of=cosine", True),
        ("warmup:warmup=5,of=constant", False),
    ],
)
def test_the_length_of_the_run_has_to_be_known(words: str, needs: bool) -> None:  # noqa: FBT001
    assert needs_length(planned(words).curves[0]) is needs
    assert needs_length(planned(f"{words} --steps-per-epoch 391 --update epoch").curves[0]) is needs


@pytest.mark.parametrize(
    ("members", "needs"),
    [
        ("[constant: {for: 5}, cosine]", True),
        ("[cosine: {for: 5}, constant]", False),
        ("[constant, step: {step_size: 3, for: 5}]", True),  # the first one takes what the second leaves
    ],
)
def test_of_a_sequence_the_last_one_decides(members: str, needs: bool) -> None:  # noqa: FBT001
    assert needs_length(planned("", f"curves: [sequence: {members}]").curves[0]) is needs


@pytest.mark.parametrize("name", [name for name in catalogue.names() if name != "sequence"])
def test_each_schedule_can_be_asked(name: str) -> None:
    curve = planned(name).curves[0]
    assert needs_length(curve) in (True, False)
    if not any("Schedule" in str(param.type) for param in params(catalogue.load(name))):
        assert settable(curve) == len(params(catalogue.load(name)))


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("cosine", 3),
        ("cosine:warmup=5", 7),
        ("multistep", 4),  # milestones are one
        ("restarts", 4 + 3),
        ("restarts:of=step", 4 + 4),
    ],
)
def test_parameters_are_counted_with_those_of_the_curves_inside(words: str, count: int) -> None:
    assert settable(planned(words).curves[0]) == count


@pytest.mark.parametrize(
    ("words", "config"),
    [
        ("optax.piecewise_constant_schedule", None),
        ("", "curves: [optax.join_schedules: {schedules: ['constant_schedule:value=0.1'], boundaries: []}]"),
    ],
)
def test_a_schedule_without_parts_needs_no_length(words: str, config: str | None) -> None:
    curve = planned(words, config).curves[0]
    assert needs_length(curve) is False
    assert settable(curve) == 2


def test_the_lengths_of_a_sequence_are_parameters() -> None:
    config = "curves: [sequence: [constant: {for: 5}, cosine]]"
    assert settable(planned("", config).curves[0]) == (1 + 1) + (3 + 1)
