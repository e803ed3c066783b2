"""Several runs side by side: one plan with all their curves on a common time axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cosine_cli.errors import Problem, user_error
from cosine_cli.plans.model.clock import Clock, Time, shared_conversions, whole
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.plans.model.read_as import of_file
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.parse.raw import RawValue, Request
from cosine_cli.plans.registry import is_framework_name
from cosine_cli.plans.resolve.curve_labels import numbered
from cosine_cli.plans.resolve.figure_options import resolve_figure
from cosine_cli.plans.resolve.request import MOST_CURVES, curve_specs, resolve_run, resolve_title, with_shared
from cosine_cli.plans.resolve.run_budget import gives_steps_per_epoch
from cosine_cli.plans.resolve.unused_flags import unused_problem
from cosine_cli.text import either, visible


def resolve_runs(request: Request) -> Plan:
    """Return the plan of a request with several runs.

    Raises RequestError with all problems at once, and if the runs cannot share a time axis.
    """
    problems = Problems(*request.problems)
    plans: list[Plan] = []
    spare: list[dict[str, RawValue]] = [{} for _ in request.runs]
    for run, idle in zip(request.runs, spare, strict=True):
        with problems.collect():
            plans.append(resolve_run(run._replace(match=None, axis=None), idle))  # these are of all runs
    for problem in _unused(request.runs, spare):
        problems.add(problem)
    with problems.collect():
        _check_no_grid(request)
    with problems.collect():
        figure = resolve_figure(request.figure)
    with problems.collect():
        title = resolve_title(request)
    problems.raise_any()
    remarks = (remark for run, plan in zip(request.runs, plans, strict=True) for remark in _remarks(run, plan))
    runs = [replace(plan, title=None, figure=resolve_figure({}), remarks=()) for plan in plans]
    clock = _common_clock(runs, [gives_steps_per_epoch(run.run) for run in request.runs])
    plan = Plan(
        title=title,
        clock=clock,
        lr=runs[0].lr,
        update=runs[0].update,
        curves=_curves(runs, clock),
        figure=figure,
        remarks=(*(remark for remark in request.remarks if isinstance(remark, str)), *remarks),
        runs=tuple(runs),
    )
    return with_shared(plan, request, request.runs)


def with_runs(plan: Plan, runs: Sequence[Plan]) -> Plan:
    """Return a plan of several runs with other curves in its runs."""
    return replace(plan, curves=_curves(runs, plan.clock), runs=tuple(runs))


def _unused(runs: Sequence[Request], spare: Sequence[Mapping[str, RawValue]]) -> Iterator[Problem]:
    """Yield the problems of options that no curve uses: a flag is for all runs, a key of a config for its own."""
    for name in spare[0]:
        if all(name in idle and idle[name].where.startswith("--") for idle in spare):
            yield unused_problem(name, spare[0][name], [spec for run in runs for spec in curve_specs(run)])
    for run, idle in zip(runs, spare, strict=True):
        for name, value in idle.items():
            if not value.where.startswith("--") and not run.run_of:
                yield unused_problem(name, value, curve_specs(run))


def _check_no_grid(request: Request) -> None:
    """Raise for a grid, whose panels would have the axes of several runs."""
    if "grid" in request.figure:
        adds_curves = any(run.run_of for run in request.runs)
        hint = "pass the file without curves" if adds_curves else "give --each for one figure per file"
        raise user_error(request.figure["grid"].where, "runs side by side cannot have a grid", hint=hint)


def _remarks(request: Request, plan: Plan) -> Iterator[str]:
    """Yield the remarks on a run, with the name of its file or its own, and what curves took over from another run."""
    on_file, others = plan.remarks[: len(request.remarks)], plan.remarks[len(request.remarks) :]
    yield from on_file
    yield from (of_file(visible(plan.name), remark) for remark in others)
    if request.run_of:
        labels = either([visible(curve.label) for curve in plan.bases], last="and")
        length, warmup = plan.clock.length, max(curve.warmup for curve in plan.curves)
        shared = [str(Time(float(length), plan.clock.unit))]
        if not all("lr" in spec.params for spec in curve_specs(request)):
            shared.insert(0, f"lr {whole(plan.lr)}")
        if "warmup" in request.run and warmup:
            shared.append(f"warmup {plan.clock.time(warmup)}")
        yield f"{labels}: the run of {visible(request.run_of)} ({', '.join(shared)})"


def _common_clock(runs: Sequence[Plan], counted: Sequence[bool]) -> Clock:
    """Return the time axis: in epochs if all runs are, else in steps.

    It has the conversions that all runs share. ``counted``: whether each run gives its steps per epoch.
    """
    clocks = [run.clock for run in runs]
    shared = shared_conversions(clocks)
    if {clock.unit for clock in clocks} == {"epoch"}:
        return Clock(unit="epoch", length=max(clock.length for clock in clocks), of_runs=True, **shared)
    _check_counted(runs, counted)
    return Clock(unit="step", length=max(clock.total for clock in clocks), of_runs=True, **shared)


def _check_counted(runs: Sequence[Plan], counted: Sequence[bool]) -> None:
    """Raise if the epochs of a run cannot be converted to the steps of another."""
    in_steps = next(_name(run) for run in runs if run.clock.unit == "step")
    for run, gives in zip(runs, counted, strict=True):
        if run.clock.unit == "epoch" and run.clock.steps_per_epoch == 1 and not gives:
            raise user_error(
                _name(run),
                f"its {Time(float(run.clock.length), 'epoch')} cannot be shown beside the steps of {in_steps}: "
                "the steps per epoch are not known",
                hint=f"pass --steps-per-epoch N, or add steps_per_epoch to {visible(run.name) or 'its run'}",
            )


def _name(run: Plan) -> str:
    """Return the name of a run in messages: its own, or that of its first curve."""
    return visible(run.name or run.curves[0].label)


def _curves(runs: Sequence[Plan], clock: Clock) -> tuple[Curve, ...]:
    """Return the curves of all runs, with the names of their runs, each on the clock of its own run.

    Raises RequestError for more curves than a plan may have.
    """
    curves: list[Curve] = []
    labels: set[str] = set()
    for run in runs:
        in_unit = _in_unit(run.clock, clock)
        own = None if in_unit == clock else in_unit
        for curve in run.curves:
            label = numbered(_label(curve, run), labels)
            labels.add(label)
            base = None if curve.base is None else replace(curve.base, label=_label(curve.base, run), clock=own)
            curves.append(replace(curve, label=label, base=base, clock=own))
    if len(curves) > MOST_CURVES:
        raise user_error("runs", f"curves must be at most {MOST_CURVES:,}", got=f"{len(curves):,}")
    return tuple(curves)


def _in_unit(own: Clock, clock: Clock) -> Clock:
    """Return the clock of a run in the unit of the axis."""
    if own.unit == clock.unit:
        return own
    return replace(own, unit=clock.unit, length=own.total)


def _label(curve: Curve, run: Plan) -> str:
    """Return a label with the name of its run; a framework's scheduler has its own name after it."""
    if not run.name:
        return curve.label
    default = is_framework_name(curve.name) and curve.label.startswith(curve.name)
    return f"{run.name}: {curve.label.partition('.')[2] if default else curve.label}"
