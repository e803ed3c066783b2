"""From what was said of a curve to its schedule: the one resolver of fields, clock and warmup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cosine_cli.errors import ParameterError, RequestError, user_error
from cosine_cli.plans import registry
from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.curve_options import DURATION, LABEL
from cosine_cli.plans.model.options import LR
from cosine_cli.plans.model.plan import Curve
from cosine_cli.plans.parse.parameter_aliases import meant
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.parse.schedule_aliases import known_parameters, schedule_hint
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.resolve.context import Context, Resolved
from cosine_cli.plans.resolve.defaults import TimeBudget, default
from cosine_cli.plans.resolve.finite import check_finite, computable
from cosine_cli.plans.resolve.sequence_lengths import as_curve, lengths
from cosine_cli.plans.resolve.split_params import Parts, split_params, taken_by, unknown
from cosine_cli.plans.resolve.stepping import on_run_clock
from cosine_cli.plans.resolve.times import AT_LEAST_ONE, in_steps, lasting
from cosine_cli.plans.resolve.warmup_params import resolve_ramp, unfolded
from cosine_cli.schedules.core.fields import Derived, Needed, Param, params
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.text import either, quote

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule

MOST_DEPTH = 16

_ROUNDING = 1e-12
"""How much, relative, the sum of lengths may exceed what it fills."""


class _Task(NamedTuple):
    """One curve to resolve: what was said of it and its parts, where it stands, and the time that it has."""

    spec: CurveSpec
    schedule: type[Schedule]
    parts: Parts
    context: Context
    budget: TimeBudget

    @property
    def declared(self) -> tuple[Param, ...]:
        return params(self.schedule)

    @property
    def takes(self) -> dict[str, Param]:
        return taken_by(self.spec, self.declared, depth=self.context.depth)

    @property
    def clock(self) -> Clock:
        return self.context.clock


def resolve_curve(spec: CurveSpec, context: Context) -> Curve:
    """Return the curve that was said, its defaults taken, its times in steps.

    Raises RequestError with all its faults, each at its place.
    """
    lr = _peak(spec, context)
    schedule = _named(spec, context.depth, lr=lr)
    problems = Problems()
    parts = split_params(spec, params(schedule), problems, depth=context.depth, lr=lr)
    label, ramp = "", dict[str, Resolved]()
    with problems.collect():
        label = read(LABEL, spec.params["label"]) if "label" in spec.params else ""
    with problems.collect():
        native = registry.is_native(spec.name)
        ramp = resolve_ramp(_ramp_said(params(schedule), parts, context, native=native), context.clock, context.run)
    left = context.run - (in_steps(ramp["warmup"].value, context.clock) if ramp else 0.0)
    task = _Task(spec, schedule, parts, context, TimeBudget(context.clock, context.run, left, spec.unit))
    resolved = _resolved(task, problems)
    _check_phases(task, resolved)
    _check_rest(task, resolved)
    shown = {param.name: resolved[param.name] for param in task.declared if not param.of_members} | ramp
    return Curve(
        label=label,
        name=spec.name,
        params={name: one.value for name, one in shown.items()},
        schedule=_built(task, resolved, ramp),
        notes={name: one.note for name, one in shown.items() if one.note},
        specified=frozenset(name for name, one in shown.items() if not one.follows),
    )


def check_names(spec: CurveSpec) -> None:
    """Refuse a curve for its names alone, where no clock is known that its values could be read by."""
    problems = Problems()
    split_params(spec, params(_named(spec, 0)), problems, depth=0)
    problems.raise_any()


def _peak(spec: CurveSpec, context: Context) -> float | None:
    """Return the peak that was given for a curve, or the default; None where it is not a number."""
    given = spec.params.get(LR.name) or context.inherited.get(LR.name)
    try:
        return read(LR, given) if given is not None else LR.default  # type: ignore[no-any-return]
    except RequestError:
        return None


def _named(spec: CurveSpec, depth: int, *, lr: float | None = None) -> type[Schedule]:
    if depth > MOST_DEPTH:
        raise user_error(spec.where, f"must be at most {MOST_DEPTH} curves deep", got="more")
    if not registry.is_known(spec.name):
        got = None if quote(spec.name) in spec.where else quote(spec.name)
        if rule := registry.depends(spec.name):
            raise user_error(spec.where, rule, got=got)
        if registry.is_native(spec.name):
            known = f"must be the name of a schedule of {spec.name.partition('.')[0]}"
            raise user_error(spec.where, known, got=quote(spec.name), hint=schedule_hint(spec, lr=lr))
        raise user_error(spec.where, "must be the name of a schedule", got=got, hint=schedule_hint(spec, lr=lr))
    return registry.load(spec.name)


def _ramp_said(declared: tuple[Param, ...], parts: Parts, context: Context, *, native: bool) -> Mapping[str, RawValue]:
    """Return what was said of the warmup: of this curve's own, or of the run's."""
    has_its_own = "warmup" in parts.ramp or any(param.name == "warmup" for param in declared)
    if has_its_own or native or not context.warmup:
        return parts.ramp
    context.used_flags.add("warmup")
    return {**context.warmup, **parts.ramp}


def _resolved(task: _Task, problems: Problems) -> dict[str, Resolved]:
    """Return every parameter's value: first those that stand alone, then those that follow from them."""
    resolved: dict[str, Resolved] = {}
    for param in (param for param in task.declared if not _follows(param)):
        with problems.collect():
            resolved[param.name] = _value(param, task)
    problems.raise_any()
    for param in filter(_follows, task.declared):
        if isinstance(param.default, Derived) and param.name not in task.parts.own:
            problems.raise_any()  # its rule counts on the others
        with problems.collect():
            others = {name: in_steps(one.value, task.clock) for name, one in resolved.items()}
            resolved |= _following(param, task, others)
    problems.raise_any()
    return resolved


def _check_phases(task: _Task, resolved: Mapping[str, Resolved]) -> None:
    """Refuse phases that do not fit the time that the curve has, with the arithmetic."""
    clock, names = task.clock, task.schedule.phases
    steps = {name: in_steps(resolved[name].value, clock) for name in names}
    if sum(steps.values()) <= task.budget.left * (1 + _ROUNDING):
        return
    raw = {**task.context.warmup, **task.parts.own}
    where = next((raw[name].where for name in reversed(names) if name in raw), task.spec.where)
    arithmetic = " + ".join(f"{name} {clock.time(length)}" for name, length in steps.items())
    raise user_error(where, f"{either(names, last='and')} must fit {clock.time(task.budget.left)}", got=arithmetic)


def _check_rest(task: _Task, resolved: Mapping[str, Resolved]) -> None:
    """Refuse a length that takes what others leave, where that is less than an update."""
    lengths = (param for param in task.declared if param.time == "length" and param.above == 0 and not param.many)
    for param in lengths:
        length = resolved[param.name]
        if in_steps(length.value, task.clock) < 1:
            where = f"{task.spec.where}: {param.name}"
            raise user_error(where, AT_LEAST_ONE, got=f"{length.value} ({length.note})")


def _follows(param: Param) -> bool:
    """Tell whether a parameter can only be settled when the others are."""
    return isinstance(param.default, Derived) or param.of_members or "Schedule" in str(param.type)


def _value(param: Param, task: _Task) -> Resolved:
    """Return what was said of a parameter, a flag's or the run's, or its default."""
    raw = task.parts.own.get(param.name) or task.context.shared(param)
    if raw is None and isinstance(param.default, Needed):
        hint = f"as in {param.name}={param.default.example}"
        raise user_error(task.spec.where, f"{task.spec.name} needs {param.name}", hint=hint)
    if raw is None:
        return default(param, task.budget, {})
    found = lasting(param, raw, task.clock)
    if param.many and not param.accepts(in_steps(found.value, task.clock)):
        raise user_error(raw.where, param.rule, got=raw.echo)
    return found


def _following(param: Param, task: _Task, others: Mapping[str, Any]) -> dict[str, Resolved]:
    """Return the value of a parameter that follows from the others; of a sequence's curves, their lengths too."""
    given = task.parts.own.get(param.name)
    if param.of_members:
        if given is not None:
            raise user_error(given.where, f"{param.name} is given by for= at each curve of it")
        return {}
    if param.type == "Schedule":
        return {param.name: Resolved(_inner(param, task, others))}
    if "Schedule" in str(param.type):
        return _parts_of_native(param, task) if registry.is_native(task.spec.name) else _members(param, task)
    if given is not None or task.context.shared(param) is not None:
        return {param.name: _value(param, task)}
    return {param.name: default(param, task.budget, others)}


def _inner(param: Param, task: _Task, others: Mapping[str, Any]) -> Curve:
    """Return the curve that a schedule is made of; what was said of neither is said of it."""
    raw, given, inside = task.spec, task.parts.own.get(param.name), task.parts.inside
    inner = as_curve(given) if given is not None else CurveSpec(param.default.name, raw.where, raw.unit)
    if given is not None and given.parts is not None and inner.params and inside:
        name, value = next(iter(inside.items()))
        raise unknown(name, value, raw, task.takes)
    _check_strangers(inner, task)
    run = task.schedule.inner_run(others, task.budget.left)
    if run <= 0:
        left = task.clock.time(task.budget.left)
        raise user_error(raw.where, f"must leave some of its {left} to the curve in it", got="none left")
    return resolve_curve(inner._replace(params={**inner.params, **inside}), task.context.within(run))


def _check_strangers(inner: CurveSpec, task: _Task) -> None:
    """Refuse a parameter that the curve inside does not have and that elsewhere is a name of the schedule's own."""
    own = {param.name: param for param in task.declared if "Schedule" not in str(param.type)}
    theirs = known_parameters(inner.name) if registry.is_known(inner.name) else {}
    for name, value in task.parts.inside.items():
        if theirs and name not in theirs and meant(name, value, own, lr=None, mistyped=False) is not None:
            raise unknown(name, value, task.spec, task.takes)


def _members(param: Param, task: _Task) -> dict[str, Resolved]:
    """Return the curves of a sequence, each resolved on its own length, and the lengths."""
    raw, given = task.spec, task.parts.own.get(param.name)
    if given is None or not given.parts:
        hint = "list them in a config, as '- sequence: [linear: {for: 5}, cosine]'"
        raise user_error(raw.where, f"{raw.name} needs the curves it is made of", hint=hint)
    members = [as_curve(part) for part in given.parts]
    lasting = lengths(members, where=raw.where, clock=task.clock, run=task.budget.left)
    problems = Problems()
    curves: list[Curve] = []
    for member, length in zip(members, lasting, strict=True):
        with problems.collect():
            curve = resolve_curve(member, task.context.within(task.clock.steps(length)))
            lasts = {DURATION.name} & set(member.params)
            curves.append(
                replace(curve, params={DURATION.name: length, **curve.params}, specified=curve.specified | lasts)
            )
    problems.raise_any()
    name = next(one.name for one in task.declared if one.of_members)
    return {param.name: Resolved(tuple(curves)), name: Resolved(lasting)}


def _parts_of_native(param: Param, task: _Task) -> dict[str, Resolved]:
    """Return the schedules that a framework's schedule is made of, each by the framework's own name."""
    raw, given = task.spec, task.parts.own.get(param.name)
    if given is None or not given.parts:
        hint = f"list them in a config, as '- {raw.name}: {{{param.name}: [{param.example}]}}'"
        raise user_error(raw.where, f"{raw.name} needs {param.name}", hint=hint)
    context = task.context.part_of_native(task.parts.own.get("lr"))
    problems = Problems()
    curves: list[Curve] = []
    for part in given.parts:
        with problems.collect():
            curves.append(resolve_curve(_part(param, part, raw.name), context))
    problems.raise_any()
    return {param.name: Resolved(tuple(curves))}


def _part(param: Param, raw: RawValue | CurveSpec, parent: str) -> CurveSpec:
    """Return one of them: a name with its parameters, or parameters alone where there is one kind of part."""
    if param.member is not None and isinstance(raw, RawValue):
        if raw.keys is None:
            raise user_error(raw.where, "must be a mapping of parameters", got=raw.echo)
        return CurveSpec(registry.among(parent, param.member), raw.where, raw.unit, raw.keys)
    curve = as_curve(raw)
    return curve._replace(name=registry.among(parent, curve.name))


def _built(task: _Task, resolved: Mapping[str, Resolved], ramp: Mapping[str, Resolved]) -> Schedule:
    """Return the schedule in steps, behind its warmup; a rule that it breaks is told where it was said."""
    in_core = {name: in_steps(one.value, task.clock) for name, one in resolved.items()}
    climb = {name: in_steps(one.value, task.clock) for name, one in ramp.items()}
    try:
        with computable(task.spec.where):
            schedule = task.schedule(**in_core)
            if not task.context.called:
                schedule = on_run_clock(schedule, task.clock, task.context.update)
        if registry.is_native(task.spec.name) and not task.context.called:
            check_finite(schedule, task.clock.total, where=task.spec.where)
        return Warmup(**climb, of=schedule) if climb else schedule
    except ParameterError as error:
        raise _placed(error, task) from None


def _placed(error: ParameterError, task: _Task) -> RequestError:
    """Return the error of a parameter at the place where it was said: of the curve, or of the run for all curves."""
    name, own = error.name, {**unfolded(task.parts.ramp), **task.parts.own}
    shared = {**task.context.inherited, **unfolded(task.context.warmup)}
    if name in own:
        return error.at(own[name].where, got=own[name].echo)
    if name in shared:
        return error.at(f"{shared[name].where}, for {task.spec.where}", got=shared[name].echo)
    return error.at(f"{task.spec.where}: {name}")
