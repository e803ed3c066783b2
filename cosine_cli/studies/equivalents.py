"""The equivalents of a plan's curves in frameworks, and how they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

from cosine_cli.errors import ParameterError, user_error
from cosine_cli.frameworks.core import discovery
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule, qualified_name
from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.plans.registry import is_framework_name
from cosine_cli.plans.resolve.curve_labels import numbered
from cosine_cli.plans.resolve.finite import check_finite, computable
from cosine_cli.plans.resolve.groups import grouped
from cosine_cli.plans.resolve.match import matched
from cosine_cli.plans.resolve.stepping import in_calls, on_run_clock
from cosine_cli.schedules.core.fields import params
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.studies.differ import Difference, compare
from cosine_cli.text import did_you_mean, either, quote

_DOUBLE = 1e-12
"""The precision of frameworks that compute in 64 bits."""


class Equivalent(NamedTuple):
    """The equivalent of one curve in one framework.

    - ``curve``: the label of the plan's curve.
    - ``framework``: the title of the framework.
    - ``name``: the label of the framework's curve, None if the framework has no schedule of this shape.
    - ``difference``: from the plan's curve, by update.
    - ``clock``: the clock of the curve's run.
    - ``past_the_end``: what the framework does past the end.
    """

    curve: str
    framework: str
    name: str | None
    difference: Difference
    clock: Clock
    past_the_end: str = ""


class Equivalents(NamedTuple):
    """A plan with the frameworks' curves added, and how each of them differs."""

    plan: Plan
    found: tuple[Equivalent, ...]


def with_equivalents(plan: Plan, frameworks: str | None) -> Equivalents:
    """Return the plan with the curves of comma-separated frameworks added; without a text, the plan alone."""
    if frameworks is None:
        return Equivalents(plan, ())
    names = [discovery.framework_named(name.strip()) or name.strip() for name in frameworks.split(",")]
    duplicate = next((name for at, name in enumerate(names) if name in names[:at]), None)
    if duplicate is not None:
        raise user_error("--as", "frameworks must differ", got=f"{quote(duplicate)} twice")
    return equivalents(plan, names)


def equivalents(plan: Plan, frameworks: Sequence[str]) -> Equivalents:
    """Return the plan with the equivalents of its core curves in some frameworks.

    Raises RequestError for an unknown framework, and if no curve has a core schedule.
    """
    for framework in frameworks:
        _check(framework)
    if plan.panels:
        raise user_error("--as and --grid", "a grid shows the plan's curves alone: give one of the two")
    core_curves = [curve for curve in plan.bases if not is_framework_name(curve.name)]
    if not core_curves:
        raise user_error(
            "--as", "needs a plain curve", got="curves of frameworks alone", hint="as in --as torch cosine"
        )
    if plan.runs:
        return _of_runs(plan, frameworks)
    curves: list[Curve] = list(plan.bases)
    comparisons = []
    for curve in core_curves:
        for framework in frameworks:
            equivalent = _equivalent_schedule(framework, curve, plan)
            title = discovery.load_framework(framework).title
            if equivalent is None:
                comparisons.append(Equivalent(curve.label, title, None, Difference(None, 0.0, 0.0, 0), plan.clock))
                continue
            added = _curve(equivalent, plan, {known.label for known in curves})
            _check_run(added, plan, framework)
            precision = discovery.load_framework(framework).precision
            difference = compare(curve.schedule, added.schedule, plan.clock.total, precision=precision)
            comparisons.append(Equivalent(curve.label, title, added.label, difference, plan.clock, _past(equivalent)))
            curves.append(added)
    return Equivalents(_rematched(replace(plan, curves=grouped(curves, plan.groups))), tuple(comparisons))


def _rematched(plan: Plan) -> Plan:
    """Return a plan with a match whose curves are those before it."""
    return plan if plan.match is None else matched(plan, plan.match, where=f"match {plan.match}")


def _of_runs(plan: Plan, frameworks: Sequence[str]) -> Equivalents:
    """Return a plan of several runs with the equivalents of the core curves of each run."""
    from cosine_cli.plans.resolve.side_by_side import with_runs  # here: few plans have several runs

    runs: list[Plan] = []
    comparisons: list[Equivalent] = []
    for run in plan.runs:
        has_core = any(not is_framework_name(curve.name) for curve in run.bases)
        added, found = equivalents(run, frameworks) if has_core else Equivalents(run, ())
        runs.append(added)
        name = f"{run.name}: " if run.name else ""
        comparisons += [one._replace(curve=f"{name}{one.curve}") for one in found]
    return Equivalents(_rematched(with_runs(plan, runs)), tuple(comparisons))


def _check(framework: str) -> None:
    known = discovery.frameworks()
    if framework not in known:
        rule = f"must be a comma-separated list of {either(known, last='and')}"
        raise user_error("--as", rule, got=quote(framework), hint=did_you_mean(framework, known))


def _equivalent_schedule(framework: str, curve: Curve, plan: Plan) -> FrameworkSchedule | None:
    """Return the equivalent of a curve in a framework, None if it has none of this shape.

    Raises RequestError if the schedule does not accept the values.
    """
    where = f"--as {framework}: {curve.label}"
    with _error_location(where), computable(where):
        return discovery.nearest(framework, *in_calls(curve, plan, framework))


def _check_run(curve: Curve, plan: Plan, framework: str) -> None:
    """Raise RequestError if a framework's schedule does not have finite rates for the whole run."""
    where = f"--as {framework}: {curve.name}"
    in_32_bits = discovery.load_framework(framework).precision > _DOUBLE
    why = {"hint": "it computes in 32 bits, which end at 3.4e38"} if in_32_bits else {}
    with _error_location(where):
        check_finite(curve.schedule, plan.clock.total, where=where, **why)


@contextmanager
def _error_location(where: str) -> Iterator[None]:
    """Prefix a ParameterError with the place of the schedule."""
    try:
        yield
    except ParameterError as error:
        raise error.at(f"{where}: {error.name}") from None


def _curve(schedule: FrameworkSchedule, plan: Plan, taken: set[str]) -> Curve:
    """Return a framework's schedule as a curve of the plan, held for each epoch if it is called once per epoch."""
    made = as_curve(schedule)
    return replace(made, label=numbered(made.name, taken), schedule=on_run_clock(schedule, plan.clock, plan.update))


def as_curve(schedule: Schedule) -> Curve:
    """Return a framework's schedule as a curve, its members too."""
    values = {field.name: _value(getattr(schedule, field.name)) for field in params(type(schedule))}
    return Curve(label="", name=qualified_name(type(schedule)), params=values, schedule=schedule)


def _value(value: Any) -> Any:
    if isinstance(value, tuple) and value and isinstance(value[0], Schedule):
        return tuple(map(as_curve, value))
    return value


def _past(schedule: FrameworkSchedule) -> str:
    """Return the first part of what a schedule does past its end."""
    return schedule.boundary_behavior.get("past the end", "").partition(";")[0]
