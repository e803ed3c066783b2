"""Resolve a request into a plan: clock, curves, labels, figure, panels, groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.figure_settings import Caption
from cosine_cli.plans.model.options import RUN, Match
from cosine_cli.plans.model.plan import Curve, Group, Plan
from cosine_cli.plans.model.read_as import ReadAs
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.resolve.axis_limits import with_limits
from cosine_cli.plans.resolve.axis_units import with_axis
from cosine_cli.plans.resolve.context import Context
from cosine_cli.plans.resolve.curve import check_names, resolve_curve
from cosine_cli.plans.resolve.curve_labels import label_all
from cosine_cli.plans.resolve.figure_options import resolve_figure
from cosine_cli.plans.resolve.grid import MOST_CURVES as MOST_CURVES_PER_PANEL
from cosine_cli.plans.resolve.grid import VaryingParam, replaced_values, resolve_axes
from cosine_cli.plans.resolve.ignored_params import left_out
from cosine_cli.plans.resolve.panel_curves import resolve_panels
from cosine_cli.plans.resolve.parameter_names import with_own_names
from cosine_cli.plans.resolve.run_budget import read_budget
from cosine_cli.plans.resolve.run_clock import resolve_clock
from cosine_cli.plans.resolve.stepping import updated
from cosine_cli.plans.resolve.unused_flags import unused, unused_problem
from cosine_cli.plans.resolve.warmup_length import warmup_length
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import params

MOST_CURVES = 1000

DEFAULT_TITLE = "Cosine against step and exponential decay"


def resolve(request: Request) -> Plan:
    """Return the plan of a request.

    Raises RequestError with all problems of the request at once.
    """
    if request.runs:
        from cosine_cli.plans.resolve.side_by_side import resolve_runs  # here: few plans have several runs

        return resolve_runs(request)
    return resolve_run(request)


def curve_specs(request: Request) -> tuple[CurveSpec, ...]:
    """Return the requested curves, by default those that are compared."""
    default = (CurveSpec(name, name, request.unit or "epoch") for name in catalogue.COMPARED)
    return tuple(map(with_own_names, request.curves)) or tuple(default)


def resolve_run(request: Request, spare: dict[str, RawValue] | None = None) -> Plan:
    """Return the plan of a request with one run.

    - ``spare``: collects the options that no curve uses; without it they are problems.

    Raises RequestError with all problems of the request at once.
    """
    problems = Problems(*request.problems)
    specs = curve_specs(request)
    if len(specs) > MOST_CURVES:
        raise user_error(specs[MOST_CURVES].where, f"curves must be at most {MOST_CURVES:,}", got=f"{len(specs):,}")
    run = _run(request, problems)
    clock: Clock | None = None
    with problems.collect():
        clock = resolve_clock(request)
    curves: tuple[Curve, ...] = ()
    with problems.collect():
        curves = _check_all_names(specs) if clock is None else _curves(request, specs, clock, spare)
    with problems.collect():
        figure = resolve_figure(request.figure)
    axes: tuple[VaryingParam, ...] = ()
    with problems.collect():
        axes = resolve_axes(request.figure["grid"], specs, request.unit or "epoch") if "grid" in request.figure else ()
    groups: tuple[Group, ...] = ()
    with problems.collect():
        groups = _groups(request)
    with problems.collect():
        read_match(request.match)
    with problems.collect():
        title = resolve_title(request)
    problems.raise_any()
    assert clock is not None  # noqa: S101 - a clock that cannot be resolved is a problem
    plan = Plan(
        title=title if title or request.curves or figure.captioned else DEFAULT_TITLE,
        clock=clock,
        lr=run["lr"],
        update=run["update"],
        curves=curves,
        figure=replace(figure, grid=tuple(varied.axis for varied in axes)),
        remarks=(*_remarks(request, curves, clock), *left_out(specs), *replaced_values(axes, specs)),
        origins=_origins(request),
        name=request.name,
        budget=read_budget(request.run),
    )
    if axes:
        plan = replace(plan, panels=resolve_panels(axes, request, specs, plan, Context.of_run(request, clock)))
    if request.groups is not None:
        plan = _in_groups(plan, groups, request.groups)
    return with_shared(plan, request, (request,))


def with_shared(plan: Plan, request: Request, runs: Sequence[Request]) -> Plan:
    """Return the plan with what all its curves share: the match, the units of the time axis, and the limits."""
    return with_limits(with_axis(with_match(plan, request.match), request.axis, runs), request.figure)


def _run(request: Request, problems: Problems) -> dict[str, Any]:
    """Return the values of the run's options, but the warmup, which each curve reads."""
    run = {name: param.default for name, param in RUN.items()}
    for name, value in request.run.items():
        with problems.collect():
            if name in RUN and name != "warmup":
                run[name] = read(RUN[name], value)
    return run


def _check_all_names(specs: Sequence[CurveSpec]) -> tuple[Curve, ...]:
    """Raise the problems that show without a clock: names of schedules and of parameters."""
    problems = Problems()
    for spec in specs:
        with problems.collect():
            check_names(spec)
    problems.raise_any()
    return ()


def _curves(
    request: Request, specs: tuple[CurveSpec, ...], clock: Clock, spare: dict[str, RawValue] | None
) -> tuple[Curve, ...]:
    problems = Problems()
    context = Context.of_run(request, clock)
    curves: list[Curve] = []
    for spec in specs:
        with problems.collect():
            curves.append(resolve_curve(spec, context))
    problems.raise_any()
    idle = unused(request, context)
    if spare is not None:
        spare.update(idle)
    elif idle:
        raise RequestError(*(unused_problem(name, value, specs) for name, value in idle.items()))
    return label_all([updated(curve, context.update, clock) for curve in curves], specs, clock)


def resolve_title(request: Request) -> str | None:
    """Return the title of a figure, None without one."""
    return str(read(params(Caption)[0], request.figure["title"])) if "title" in request.figure else None


def read_match(raw: RawValue | None) -> str | None:
    """Return the measure of a match, None without one."""
    return None if raw is None else str(read(params(Match)[0], raw))


def with_match(plan: Plan, raw: RawValue | None) -> Plan:
    """Return the plan with its curves rescaled; the plan itself without a match."""
    measure = read_match(raw)
    if measure is None or raw is None:
        return plan
    from cosine_cli.plans.resolve.match import matched  # here: few plans have it

    return matched(plan, measure, where=f"{raw.where} {raw.text}" if raw.where.startswith("--") else raw.where)


def _origins(request: Request) -> dict[str, str]:
    """Return where the options of a run come from in another program's config, or that a flag gives them."""
    if not any(isinstance(remark, ReadAs) for remark in request.remarks):
        return {}
    origins = {name: raw.where if raw.where.startswith("--") else raw.origin for name, raw in request.run.items()}
    return {name: origin for name, origin in origins.items() if origin}


def _remarks(request: Request, curves: Sequence[Curve], clock: Clock) -> Iterator[str]:
    """Yield the remarks of a request, and what another program's config is read as with the warmup of its curve."""
    for remark in request.remarks:
        yield remark.line(clock, warmup_length(curves[0], clock)) if isinstance(remark, ReadAs) else remark


def _groups(request: Request) -> tuple[Group, ...]:
    if request.groups is None:
        return ()
    from cosine_cli.plans.resolve.groups import read_groups  # here: few plans have groups

    return read_groups(request.groups)


def _in_groups(plan: Plan, groups: Sequence[Group], raw: RawValue) -> Plan:
    """Return the plan with one curve per group and curve, in its panels too."""
    from cosine_cli.plans.resolve.groups import check_grouped, grouped

    curves = grouped(plan.curves, groups)
    check_grouped(curves, raw, most=MOST_CURVES_PER_PANEL if plan.panels else MOST_CURVES)
    panels = tuple(replace(panel, curves=grouped(panel.curves, groups)) for panel in plan.panels)
    return replace(plan, curves=curves, panels=panels, groups=tuple(groups))
