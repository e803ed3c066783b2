"""From what was asked to a plan: clock, curves, labels, figure."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cosine_cli.errors import Problem, user_error
from cosine_cli.plans.model.clock import MOST_STEPS, Clock, Unit
from cosine_cli.plans.model.figure_settings import MOST_PIXELS, MOST_PIXELS_A_SIDE, Caption, Figure
from cosine_cli.plans.model.options import CurveFlags, Run, flag_of
from cosine_cli.plans.model.plan import Curve, Group, Panel, Plan
from cosine_cli.plans.parse.raw import CurveSpec, Problems, RawValue, Request
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.registry import is_native, load
from cosine_cli.plans.resolve.context import Context
from cosine_cli.plans.resolve.curve import check_names, resolve_curve
from cosine_cli.plans.resolve.curve_labels import label_all
from cosine_cli.plans.resolve.grid import MOST_CURVES as MOST_CURVES_OF_A_PANEL
from cosine_cli.plans.resolve.grid import Varied, check_shape, panels, read_axes, with_value
from cosine_cli.plans.resolve.ignored_params import left_out
from cosine_cli.plans.resolve.warmup_params import unfolded
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Derived, Param, params
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.text import either

RUN = {param.name: param for param in params(Run)}
_FLAGS = tuple(param.name for param in params(CurveFlags))
MOST_CURVES = 1000

DEFAULT_TITLE = "Cosine against step and exponential decay"


def resolve(request: Request) -> Plan:
    """Return the plan that was asked for.

    Raises RequestError with every fault at once.
    """
    problems = Problems(*request.problems)
    run: dict[str, Any] = {}
    for name, value in request.run.items():
        with problems.collect():
            if name != "warmup":  # which a curve reads, because it may say more than a time
                run[name] = read(RUN[name], value)
    raw = request.curves or tuple(CurveSpec(name, name, request.unit or "epoch") for name in catalogue.COMPARED)
    if len(raw) > MOST_CURVES:
        raise user_error(raw[MOST_CURVES].where, f"curves must be at most {MOST_CURVES:,}", got=f"{len(raw):,}")
    update = run.get("update", RUN["update"].default)
    clock: Clock | None = None
    with problems.collect():
        clock = _clock(request)
    unread: tuple[CurveSpec, ...] = raw if clock is None else ()
    for curve in unread:
        with problems.collect():
            check_names(curve)
    with problems.collect():
        if clock is not None:
            curves = label_all([_updated(curve, update, clock) for curve in _curves(request, raw, clock)], raw, clock)
    with problems.collect():
        figure = resolve_figure(request.figure)
    axes: tuple[Varied, ...] = ()
    with problems.collect():
        axes = read_axes(request.figure["grid"], raw, request.unit or "epoch") if "grid" in request.figure else ()
    groups: tuple[Group, ...] = ()
    with problems.collect():
        groups = _groups(request)
    with problems.collect():
        title = _title(request)
    problems.raise_any()
    plan = Plan(
        title=title if title or request.curves or figure.captioned else DEFAULT_TITLE,
        clock=clock,
        lr=run.get("lr", RUN["lr"].default),
        update=update,
        curves=curves,
        figure=replace(figure, grid=tuple(varied.axis for varied in axes)),
        remarks=(*request.remarks, *left_out(raw)),
    )
    plan = replace(plan, panels=_panels(axes, request, raw, plan)) if axes else plan
    return plan if request.groups is None else _in_groups(plan, groups, request.groups)


def _groups(request: Request) -> tuple[Group, ...]:
    if request.groups is None:
        return ()
    from cosine_cli.plans.resolve.groups import read_groups  # here: few plans have groups

    return read_groups(request.groups)


def _in_groups(plan: Plan, groups: Sequence[Group], raw: RawValue) -> Plan:
    """Return the plan with a curve for each group of each curve, in its panels too."""
    from cosine_cli.plans.resolve.groups import check_grouped, grouped

    curves = grouped(plan.curves, groups)
    check_grouped(curves, raw, most=MOST_CURVES_OF_A_PANEL if plan.panels else MOST_CURVES)
    panels = tuple(replace(panel, curves=grouped(panel.curves, groups)) for panel in plan.panels)
    return replace(plan, curves=curves, panels=panels, groups=tuple(groups))


def _clock(request: Request) -> Clock:
    if "epochs" in request.run and "steps" in request.run:
        epochs, steps = request.run["epochs"].where, request.run["steps"].where
        raise user_error(f"{epochs} and {steps}", "a run has one length: give one of the two")
    unit: Unit = "step" if "steps" in request.run else "epoch"
    name = f"{unit}s"
    length = read(RUN[name], request.run[name]) if name in request.run else RUN[name].default
    each = request.run.get("steps_per_epoch")
    known = read(RUN["steps_per_epoch"], each) if each is not None else None
    clock = Clock(unit=unit, length=length, steps_per_epoch=known or (1 if unit == "epoch" else None))
    if clock.total > MOST_STEPS:
        where = next((request.run[key].where for key in (name, "steps_per_epoch") if key in request.run), name)
        raise user_error(
            where, "a run must be at most 2^53 steps, beyond which float64 skips some", got=str(clock.total)
        )
    if (
        request.run.get("update") is not None
        and clock.steps_per_epoch is None
        and request.run["update"].text == "epoch"
    ):
        hint = "give --steps-per-epoch (steps_per_epoch in a config)"
        raise user_error(request.run["update"].where, "epochs mean nothing in a run of steps", got="'epoch'", hint=hint)
    return clock


def _curves(request: Request, specs: tuple[CurveSpec, ...], clock: Clock) -> list[Curve]:
    problems = Problems()
    context = _shared(request, clock)
    curves = []
    for curve in specs:
        with problems.collect():
            curves.append(resolve_curve(curve, context))
    problems.raise_any()
    _check_taken(request, specs, context)
    return curves


def _shared(request: Request, clock: Clock) -> Context:
    """Return the setting in which all curves stand."""
    inherited = {name: request.run[name] for name in ("lr", "min_lr") if name in request.run}
    warmup = unfolded({"warmup": request.run["warmup"]}) if "warmup" in request.run else {}
    update = request.run["update"].text if "update" in request.run else RUN["update"].default
    return Context(clock, float(clock.total), inherited, warmup, request.flags, set(), update=update)


def _panels(axes: Sequence[Varied], request: Request, specs: tuple[CurveSpec, ...], plan: Plan) -> tuple[Panel, ...]:
    """Return the curves of each panel, resolved as if its values had been said of them."""
    problems = Problems()
    for curve, whole in zip(specs, plan.curves, strict=True):
        with problems.collect():
            check_shape(curve, axes, request.run, climbs="warmup" in whole.params)
    context = _shared(request, plan.clock)
    found = []
    for values in panels(axes):
        curves = []
        for curve, whole in zip(specs, plan.curves, strict=True):
            changed = curve
            for axis, value in zip(axes, values, strict=True):
                changed = with_value(changed, axis.name, value, request.run)
            with problems.collect():
                resolved = _updated(resolve_curve(changed, context), plan.update, plan.clock)
                curves.append(replace(resolved, label=whole.label))
        found.append(Panel(values=tuple(value.text for value in values), curves=tuple(curves)))
    problems.raise_any()
    return tuple(found)


def _check_taken(request: Request, specs: tuple[CurveSpec, ...], context: Context) -> None:
    """Refuse shared parameters that no curve has taken: an option is never ignored."""
    problems = Problems()
    own = [name for name in ("warmup", "lr", "min_lr") if name in request.run and name not in request.applied_flags]
    shared = {name: request.run[name] for name in own}
    for name, value in {**request.flags, **shared}.items():
        # A config may well say a rate for all and then one a curve; a flag that changes nothing is a mistake.
        base = name == "lr" and not value.where.startswith("--")
        with problems.collect():
            if name not in context.used_flags and not base and not _is_off(name, value):
                problems.add(_untaken(name, value, specs))
    problems.raise_any()


def _is_off(name: str, value: RawValue) -> bool:
    """Tell whether a value asks for no warmup, or for a floor of 0: every curve can do that."""
    if name not in ("warmup", "min_lr") or value.keys is not None:
        return False
    number = read(RUN[name], value)
    return bool(getattr(number, "value", number) == 0)


def _untaken(name: str, value: RawValue, specs: tuple[CurveSpec, ...]) -> Problem:
    names = sorted({curve.name for curve in specs})
    takers = _takers(name)
    hint = f"it is for {either(takers, last='and')}" if takers else None
    twin = next((flag for flag in _flags_of(names, meaning=name) if flag != name), None)
    if twin is not None:
        hint = f"did you mean --{twin.replace('_', '-')} {value.text}?"
    elif name == "warmup" or not set(takers).isdisjoint(names):  # any curve takes a warmup that has none of its own
        hint = "the curve gives its own"
    return Problem(value.where, f"no curve takes it ({', '.join(names)})", got=value.echo, hint=hint)


def _takers(flag: str) -> list[str]:
    return [name for name in catalogue.names() if any(_takes(p, flag) for p in params(catalogue.load(name)))]


def _takes(param: Param, name: str) -> bool:
    """Tell whether a flag, or a parameter of the run, is meant for a schedule's parameter."""
    return flag_of(param) == name if name in _FLAGS else param.name == name


def _flags_of(names: list[str], *, meaning: str) -> list[str]:
    """Return the flags of these schedules' parameters that are called as another flag is."""
    declared = (param for name in names for param in params(load(name)) if param.name == meaning)
    return [flag for flag in map(flag_of, declared) if flag]


def _updated(curve: Curve, update: str, clock: Clock) -> Curve:
    """Return the curve as a loop follows it that moves the rate once an epoch."""
    if update == "step" or is_native(curve.name):  # which a loop calls as its framework shows
        return curve
    held = Staircase(every=float(clock.steps_per_epoch or 1), of=curve.schedule)
    return replace(curve, schedule=held)


def _title(request: Request) -> str | None:
    return str(read(params(Caption)[0], request.figure["title"])) if "title" in request.figure else None


def resolve_figure(given: Mapping[str, RawValue]) -> Figure:
    """Return the settings of a figure.

    Raises RequestError for a picture too large to draw.
    """
    values: dict[str, Any] = {}
    problems = Problems()
    settings = [param for param in params(Figure) if param.name != "grid"]  # which only the curves can read
    for param in sorted(settings, key=lambda param: _follows(param, given)):
        if _follows(param, given):
            problems.raise_any()
        with problems.collect():
            values[param.name] = _setting(param, given.get(param.name), values)
    problems.raise_any()
    figure = Figure(**values)
    _check_pixels(figure, given)
    _check_output(figure, given)
    return figure


def _follows(param: Param, given: Mapping[str, RawValue]) -> bool:
    """Tell whether a setting follows from the others: it was not said, and is no number by itself."""
    return isinstance(param.default, Derived) and param.name not in given


def _setting(param: Param, raw: RawValue | None, resolved: Mapping[str, Any]) -> Any:
    if raw is not None:
        return read(param, raw)
    return param.default.rule(resolved, 0.0) if isinstance(param.default, Derived) else param.default


def _check_output(figure: Figure, given: Mapping[str, RawValue]) -> None:
    """Refuse an output that leads out of its folder, where a config says it: on the command line it may."""
    if figure.output is None or given["output"].where.startswith("--"):
        return
    if os.path.isabs(figure.output) or os.path.normpath(figure.output).split(os.sep)[0] == os.pardir:
        hint = "give -o on the command line to write elsewhere"
        rule = "output must stay in the current directory or --out-dir"
        raise user_error(given["output"].where, rule, got=given["output"].echo, hint=hint)


def _check_pixels(figure: Figure, given: Mapping[str, RawValue]) -> None:
    width, height = (side * figure.dpi for side in figure.size)
    where = next((given[name].where for name in ("dpi", "size") if name in given), "size")
    if max(width, height) > MOST_PIXELS_A_SIDE or width * height > MOST_PIXELS:
        rule = f"a picture must be at most {MOST_PIXELS_A_SIDE:,} pixels a side and {MOST_PIXELS:,} in all"
        raise user_error(where, rule, got=f"{width:.6g} x {height:.6g}")
    if min(width, height) < 1:
        raise user_error(where, "a picture must be at least one pixel a side", got=f"{width:.6g} x {height:.6g}")
