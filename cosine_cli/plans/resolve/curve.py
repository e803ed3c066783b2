"""Resolve a curve spec into a curve: its parameters, its warmup, its schedule in steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cosine_cli.errors import ParameterError, RequestError, user_error
from cosine_cli.plans import registry
from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.curve_options import DURATION, LABEL
from cosine_cli.plans.model.curve_style import STYLE, CurveStyle
from cosine_cli.plans.model.plan import Curve
from cosine_cli.plans.parse.parameter_aliases import meant
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.parse.schedule_aliases import framework_difference, known_parameters, schedule_hint
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.parse.warmup_spec import unfold_warmup
from cosine_cli.plans.resolve.context import Context, Resolved
from cosine_cli.plans.resolve.defaults import TimeBudget, default
from cosine_cli.plans.resolve.finite import check_finite, computable
from cosine_cli.plans.resolve.parameter_names import with_own_names
from cosine_cli.plans.resolve.sequence_lengths import as_spec, lengths
from cosine_cli.plans.resolve.split_params import Parts, accepted_params, split_params, unknown_parameter
from cosine_cli.plans.resolve.stepping import on_run_clock
from cosine_cli.plans.resolve.times import AT_LEAST_ONE, in_steps, read_on_clock
from cosine_cli.plans.resolve.warmup_params import check_unshaped, resolve_warmup
from cosine_cli.schedules.core.fields import Derived, Needed, Param, params
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.text import either, quote

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule

MOST_DEPTH = 16

_ROUNDING = 1e-12
"""Relative amount by which a sum of lengths may exceed the available time."""


class _Task(NamedTuple):
    """One curve to resolve: its spec, the spec's parts, its context and its time."""

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
        return accepted_params(self.spec, self.declared, in_sequence=self.context.in_sequence)

    @property
    def clock(self) -> Clock:
        return self.context.clock


def resolve_curve(spec: CurveSpec, context: Context) -> Curve:
    """Return the curve of a spec, with defaults filled in and times in steps.

    Raises RequestError with all its problems, each at its place.
    """
    spec = with_own_names(spec)
    schedule = _load(spec, context.depth)
    problems = Problems()
    parts = split_params(spec, params(schedule), problems, in_sequence=context.in_sequence)
    label, warmup = "", dict[str, Resolved]()
    with problems.collect():
        label = _label(spec, context)
    style = _style(spec, context, problems)
    with problems.collect():
        of_framework = registry.is_framework_name(spec.name)
        warmup = resolve_warmup(
            _raw_warmup(params(schedule), parts, context, of_framework=of_framework), context.clock, context.run
        )
        if not warmup and not context.in_panel:
            check_unshaped(parts.warmup_params)
    left = context.run - (in_steps(warmup["warmup"].value, context.clock) if warmup else 0.0)
    task = _Task(spec, schedule, parts, context, TimeBudget(context.clock, context.run, left, spec.unit))
    resolved = _resolved(task, problems)
    _check_phases(task, resolved)
    _check_rest(task, resolved)
    main = _built(task, resolved)
    warmup = {name: one.of_peak(main.peak) if one.is_share else one for name, one in warmup.items()}
    shown = {param.name: resolved[param.name] for param in task.declared if not param.of_members} | warmup
    return Curve(
        label=label,
        name=spec.name,
        params={name: one.value for name, one in shown.items()},
        schedule=_warmed_up(task, main, warmup) if warmup else main,
        notes={name: one.note for name, one in shown.items() if one.note},
        origins=_origins(spec, parts),
        shares={name: one.share for name, one in shown.items() if one.share},
        specified=frozenset(name for name, one in shown.items() if not one.follows),
        style=style,
    )


def _origins(spec: CurveSpec, parts: Parts) -> dict[str, str]:
    """Return where the parameters, and as ``label`` the schedule, come from in another program's config."""
    raw = {**unfold_warmup(parts.warmup_params), **parts.own_params}
    lasts = spec.params.get(DURATION.name)
    raw |= {DURATION.name: lasts} if lasts is not None else {}
    origins = {LABEL.name: spec.origin, **{name: value.origin for name, value in raw.items()}}
    return {name: origin for name, origin in origins.items() if origin}


def _style(spec: CurveSpec, context: Context, problems: Problems) -> CurveStyle:
    """Return how a curve is drawn; a curve inside another one is not drawn."""
    values: dict[str, Any] = {}
    for name in STYLE.keys() & spec.params.keys():
        with problems.collect():
            raw = spec.params[name]
            if context.depth:
                raise user_error(raw.where, f"{name} must be given for the whole curve, not for a part of it")
            values[name] = read(STYLE[name], raw)
    return CurveStyle(**values)


def _label(spec: CurveSpec, context: Context) -> str:
    if "label" not in spec.params:
        return ""
    if context.depth:
        raise user_error(spec.params["label"].where, "only a whole curve has a label, not a part of it")
    return str(read(LABEL, spec.params["label"]))


def check_names(spec: CurveSpec) -> None:
    """Raise for unknown names; values are not read, since no clock is known."""
    problems = Problems()
    split_params(spec, params(_load(spec, 0)), problems, in_sequence=False)
    problems.raise_any()


def _load(spec: CurveSpec, depth: int) -> type[Schedule]:
    if depth > MOST_DEPTH:
        raise user_error(spec.where, f"must be nested at most {MOST_DEPTH} curves deep", got="more")
    if not registry.is_known(spec.name):
        is_shown = registry.squashed(spec.name.rpartition(".")[2] + "'") in registry.squashed(spec.where)
        got = None if is_shown else quote(spec.name)
        if rule := registry.depends(spec.name):
            raise user_error(spec.where, rule, got=None if spec.where.startswith("curve ") else got)
        subject = "" if got is None else f"{got} "
        framework = f" of {spec.name.partition('.')[0]}" if registry.is_framework_name(spec.name) else ""
        difference = framework_difference(spec.name)
        rule = f"{subject}is not a schedule{framework}" + (f": {difference}" if difference else "")
        raise user_error(spec.where, rule, hint=schedule_hint(spec))
    return registry.load(spec.name)


def _raw_warmup(
    declared: tuple[Param, ...], parts: Parts, context: Context, *, of_framework: bool
) -> Mapping[str, RawValue]:
    """Return the raw parameters of the warmup: the curve's own, over those of the run."""
    has_its_own = "warmup" in parts.warmup_params or any(param.name == "warmup" for param in declared)
    if has_its_own or of_framework or not context.warmup:
        return parts.warmup_params
    context.used_flags.add("warmup")
    return {**context.warmup, **parts.warmup_params}


def _resolved(task: _Task, problems: Problems) -> dict[str, Resolved]:
    """Return the value of each parameter: first the independent ones, then those that follow from them."""
    resolved: dict[str, Resolved] = {}
    for param in (param for param in task.declared if not _depends_on_others(param)):
        with problems.collect():
            resolved[param.name] = _value(param, task)
    problems.raise_any()
    resolved |= _peak_shares(task.declared, resolved)
    for param in filter(_depends_on_others, task.declared):
        if isinstance(param.default, Derived) and param.name not in task.parts.own_params:
            problems.raise_any()  # the rule needs the others
        with problems.collect():
            others = {name: in_steps(one.value, task.clock) for name, one in resolved.items()}
            resolved |= _dependent_value(param, task, others)
    problems.raise_any()
    return resolved | _peak_shares(task.declared, resolved)


def _peak_shares(declared: Iterable[Param], resolved: Mapping[str, Resolved]) -> dict[str, Resolved]:
    """Return the rates that are given as a share of the peak; those of a peak that is not resolved yet are left out."""
    peaks = {param.name: param.share_of for param in declared if param.share_of and param.share_of in resolved}
    return {
        name: one.of_peak(_peak_of(resolved[peaks[name]].value))
        for name, one in resolved.items()
        if one.is_share and name in peaks
    }


def _peak_of(value: Any) -> float:
    """Return the peak that a parameter gives: of a curve, its highest rate."""
    return value.schedule.peak if isinstance(value, Curve) else float(value)


def _check_phases(task: _Task, resolved: Mapping[str, Resolved]) -> None:
    """Raise, with the arithmetic, if the phases do not fit the available time."""
    clock, names = task.clock, task.schedule.phases
    steps = {name: in_steps(resolved[name].value, clock) for name in names}
    if sum(steps.values()) <= task.budget.left * (1 + _ROUNDING):
        return
    raw = {**task.context.warmup, **task.parts.own_params}
    where = next((raw[name].where for name in reversed(names) if name in raw), task.spec.where)
    arithmetic = " + ".join(f"{name} {clock.time(length)}" for name, length in steps.items())
    raise user_error(where, f"{either(names, last='and')} must fit {clock.time(task.budget.left)}", got=arithmetic)


def _check_rest(task: _Task, resolved: Mapping[str, Resolved]) -> None:
    """Raise if a length that takes the remaining time is less than one update."""
    lengths = (param for param in task.declared if param.kind is Kind.LENGTH and param.above == 0 and not param.many)
    for param in lengths:
        length = resolved[param.name]
        if in_steps(length.value, task.clock) < 1:
            where = f"{task.spec.where}: {param.name}"
            raise user_error(where, AT_LEAST_ONE, got=f"{length.value} ({length.note})")


def _depends_on_others(param: Param) -> bool:
    """Tell whether a parameter can be resolved only after the others."""
    return isinstance(param.default, Derived) or param.of_members or param.kind is Kind.CURVE


def _value(param: Param, task: _Task) -> Resolved:
    """Return the value of a parameter: given, of a flag, of the run, or its default."""
    raw = task.parts.own_params.get(param.name) or task.context.shared(param)
    if raw is None and isinstance(param.default, Needed):
        hint = f"as in {param.name}={param.default.example}"
        raise user_error(task.spec.where, f"{task.spec.name} needs {param.name}", hint=hint)
    if raw is None:
        return default(param, task.budget, {})
    found = read_on_clock(param, raw, task.clock)
    if param.many and not param.accepts(in_steps(found.value, task.clock)):
        raise user_error(raw.where, param.rule, got=raw.echo)
    return found


def _dependent_value(param: Param, task: _Task, others: Mapping[str, Any]) -> dict[str, Resolved]:
    """Return the value of a parameter that follows from the others; for the curves of a sequence, their lengths too."""
    given = task.parts.own_params.get(param.name)
    if param.of_members:
        if given is not None:
            raise user_error(given.where, f"{param.name} cannot be given; write for= at each curve")
        return {}
    if param.kind is Kind.CURVE and not param.many:
        return {param.name: Resolved(_inner(param, task, others))}
    if param.kind is Kind.CURVE:
        return _framework_parts(param, task) if registry.is_framework_name(task.spec.name) else _members(param, task)
    if given is not None or task.context.shared(param) is not None:
        return {param.name: _value(param, task)}
    return {param.name: default(param, task.budget, others)}


def _inner(param: Param, task: _Task, others: Mapping[str, Any]) -> Curve:
    """Return the inner curve of a schedule; parameters that the outer one does not have are passed to it."""
    raw, given, inside = task.spec, task.parts.own_params.get(param.name), task.parts.inner_params
    inner = as_spec(given) if given is not None else CurveSpec(param.default.name, raw.where, raw.unit)
    if given is not None and given.parts is not None and inner.params and inside:
        name, value = next(iter(inside.items()))
        raise unknown_parameter(name, value, raw, task.takes)
    _check_other_names(inner, task)
    run = task.schedule.inner_run(others, task.budget.left)
    if run <= 0:
        left = task.clock.time(task.budget.left)
        raise user_error(raw.where, "must leave time for its inner curve", got=f"none of {left}")
    return resolve_curve(inner._replace(params={**inner.params, **inside}), task.context.within(run))


def _check_other_names(inner: CurveSpec, task: _Task) -> None:
    """Raise for a parameter that the inner curve does not have and that is another name of an outer one."""
    own = {param.name: param for param in task.declared if param.kind is not Kind.CURVE}
    theirs = known_parameters(inner.name) if registry.is_known(inner.name) else {}
    for name, value in task.parts.inner_params.items():
        if theirs and name not in theirs and meant(name, value, own, mistyped=False) is not None:
            raise unknown_parameter(name, value, task.spec, task.takes)


def _members(param: Param, task: _Task) -> dict[str, Resolved]:
    """Return the curves of a sequence, each resolved over its own length, and the lengths."""
    raw, given = task.spec, task.parts.own_params.get(param.name)
    if given is None or not given.parts:
        hint = "list them in a config, as '- sequence: [linear: {for: 5}, cosine]'"
        raise user_error(raw.where, f"{raw.name} needs a list of curves", hint=hint)
    members = [as_spec(part) for part in given.parts]
    durations = lengths(members, where=raw.where, clock=task.clock, run=task.budget.left)
    problems = Problems()
    curves: list[Curve] = []
    for member, length in zip(members, durations, strict=True):
        with problems.collect():
            curve = resolve_curve(member, task.context.in_sequence_for(task.clock.steps(length)))
            lasts = {DURATION.name} & set(member.params)
            curves.append(
                replace(curve, params={DURATION.name: length, **curve.params}, specified=curve.specified | lasts)
            )
    problems.raise_any()
    name = next(one.name for one in task.declared if one.of_members)
    return {param.name: Resolved(tuple(curves)), name: Resolved(durations)}


def _framework_parts(param: Param, task: _Task) -> dict[str, Resolved]:
    """Return the parts of a framework's composite schedule, named as the framework names them."""
    raw, given = task.spec, task.parts.own_params.get(param.name)
    if given is None or not given.parts:
        hint = f"list them in a config, as '- {raw.name}: {{{param.name}: [{param.example}]}}'"
        raise user_error(raw.where, f"{raw.name} needs {param.name}", hint=hint)
    context = task.context.within_framework_schedule(task.parts.own_params.get("lr"))
    problems = Problems()
    curves: list[Curve] = []
    for part in given.parts:
        with problems.collect():
            curves.append(resolve_curve(_part(param, part, raw.name), context))
    problems.raise_any()
    return {param.name: Resolved(tuple(curves))}


def _part(param: Param, raw: RawValue | CurveSpec, parent: str) -> CurveSpec:
    """Return the spec of one part: a name with its parameters, or only parameters if there is one kind of part."""
    if param.member is not None and isinstance(raw, RawValue):
        if raw.keys is None:
            raise user_error(raw.where, "must be a mapping of parameters", got=raw.echo)
        return CurveSpec(registry.among(parent, param.member), raw.where, raw.unit, raw.keys)
    return as_spec(raw, parent)


def _built(task: _Task, resolved: Mapping[str, Resolved]) -> Schedule:
    """Return the schedule in steps, without its warmup; a violated rule is reported at the parameter's place."""
    values = {name: in_steps(one.value, task.clock) for name, one in resolved.items()}
    try:
        _check_warmup_from(values, task)
        with computable(task.spec.where):
            schedule = task.schedule(**values)
            if not task.context.called:
                schedule = on_run_clock(schedule, task.clock, task.context.update)
        if registry.is_framework_name(task.spec.name) and not task.context.called:
            check_finite(schedule, task.clock.total, where=task.spec.where)
    except ParameterError as error:
        raise _located(error, task) from None
    return schedule


def _warmed_up(task: _Task, schedule: Schedule, warmup: Mapping[str, Resolved]) -> Schedule:
    """Return a schedule after its warmup; a violated rule is reported at the parameter's place."""
    values = {name: in_steps(one.value, task.clock) for name, one in warmup.items()}
    try:
        _check_warmup_from(values, task)
        return Warmup(**values, of=schedule)
    except ParameterError as error:
        raise _located(error, task) from None


def _check_warmup_from(values: Mapping[str, Any], task: _Task) -> None:
    """Raise if a warmup counts the first step in a run that updates the rate once per epoch of several steps."""
    if values.get("warmup_from") == "first" and task.context.update == "epoch" and task.clock.counts_both:
        rule, hint = "must be start with update epoch", "first is the first step, not the first epoch"
        raise ParameterError("warmup_from", rule, got="first", hint=hint)


def _located(error: ParameterError, task: _Task) -> RequestError:
    """Return the error of a parameter at the place where it was given: for the curve, or for the whole run."""
    name, own = error.name, {**unfold_warmup(task.parts.warmup_params), **task.parts.own_params}
    shared = {**task.context.inherited, **unfold_warmup(task.context.warmup)}
    if name in own:
        return error.at(own[name].where, got=own[name].echo)
    if name in shared:
        return error.at(f"{shared[name].where}, for {task.spec.where}", got=shared[name].echo)
    return error.at(f"{task.spec.where}: {name}")
