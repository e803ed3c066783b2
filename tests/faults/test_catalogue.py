"""Every parameter of every schedule, given what its rule forbids: one line that says where, which rule, and what."""

from __future__ import annotations

import pytest
from door import ask

from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Param, params

PLAIN = [name for name in catalogue.names() if name != "sequence"]  # whose curves stand in a config


def forbidden(field: Param) -> list[str]:
    """Return texts that are no value of a parameter."""
    if field.choices:
        return ["nonsense", "1"]
    if field.type is bool:
        return ["maybe"]
    bad = ["x", "nan", "1e400", "0x10"]
    if field.above is not None:
        bad += [f"{field.above:g}", f"{field.above - 1:g}"]
    if field.at_least is not None:
        bad.append(repr(field.at_least - 1e-9 * max(abs(field.at_least), 1.0)))
    if field.at_most is not None and field.at_most < 1e15:
        bad.append(f"{field.at_most * 2:g}")
    return [f"{text}/{text}" for text in bad] if field.many else bad


CASES = [
    pytest.param(name, field, bad, id=f"{name}-{field.name}-{bad}")
    for name in PLAIN
    for field in params(catalogue.load(name))
    if "Schedule" not in str(field.type) and not field.of_members
    for bad in forbidden(field)
]


@pytest.mark.parametrize(("name", "field", "bad"), CASES)
def test_what_a_rule_forbids_is_refused_at_its_parameter(name: str, field: Param, bad: str) -> None:
    answer = ask("table", f"{name}:{field.name}={bad}")
    assert (answer.code, answer.out) == (2, b"")
    head = f"cosine-lr: error: curve '{name}:{field.name}={bad}'"
    assert answer.err.startswith(f"{head}: {field.name}: "), answer.err
    assert " must " in answer.err
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("name", PLAIN)
def test_a_parameter_that_it_does_not_have_is_answered_with_those_that_it_has(name: str) -> None:
    answer = ask("table", f"{name}:nonsense=1")
    assert answer.code == 2
    assert f"{name} has no parameter 'nonsense'" in answer.err or name in (
        "restarts",
        "retime",
        "scale",
        "staircase",
        "warmup",
    )
    assert "takes" in answer.err


BETWEEN = [
    ("piecewise_constant:milestones=30/20", "rising order"),
    ("piecewise_constant:milestones=30/60,values=0.1/0.01", "values"),
    ("piecewise_interpolated:times=0/50/100,values=0.1/0.01", "values"),
    ("multistep:milestones=30/30", "rising order"),
    ("wsd:warmup=60,decay=50", "must fit 100 epochs"),
    ("wsd:decay_shape=exponential", "must be above 0 for an exponential decay"),
    ("wsd:warmup_shape=exponential", "must be above 0 for an exponential warmup"),
    ("warmup_hold_cosine:warmup=60,hold=50", "must fit 100 epochs"),
    ("flat_cosine:hold=120", "must fit 100 epochs"),
    ("onecycle:warmup=120", "must"),
    ("onecycle:warmup=60,three_phase=true", "must"),
    ("slanted_triangular:warmup=100", "must"),
    ("onecycle:warmup=5,pct_start=0.3", "given only once"),
    ("onecycle:pct_start=5", "must be a share of the run, at most 1"),
    ("restarts:cycle=0.5", "at least one step"),
    ("sgdr:cycle=0.5", "at least one step"),
    ("tanh:lower=3,upper=-7", "must"),
    ("chebyshev:order=fractal,nodes=48", "power of two"),
    ("hyperbolic:upper_bound=50", "must"),
    ("cyclic:gamma=0.5", "exp_range"),
    ("chebyshev:min_lr=0", "above 0"),
    ("cosine:min_lr=1", "at most lr"),
]


@pytest.mark.parametrize(("curve", "rule"), BETWEEN, ids=[curve for curve, _ in BETWEEN])
def test_rules_between_parameters(curve: str, rule: str) -> None:
    answer = ask("table", curve)
    assert (answer.code, answer.out) == (2, b""), answer.out.decode()
    assert rule in answer.err
    assert answer.err.count("\n") == 1
