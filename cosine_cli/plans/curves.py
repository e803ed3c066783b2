"""From what was said of a curve to its schedule: the one resolver of fields, clock and warmup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cosine_cli.errors import ParameterError, refusal
from cosine_cli.plans.brought import mend_parameter, mend_schedule
from cosine_cli.plans.clock import Clock, Time, whole
from cosine_cli.plans.numbers import Percent
from cosine_cli.plans.plan import Curve
from cosine_cli.plans.reading import read
from cosine_cli.plans.said import CurveSaid, Faults, Said
from cosine_cli.plans.specs import read_curve
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Derived, NamedCurve, OneUnit, Param, Share, params
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.text import quote

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule

WARMUP = {param.name: param for param in params(Warmup) if param.name != "of"}
WARMUP["warmup"] = WARMUP["warmup"]._replace(default=0, above=None, at_least=0)
"""What any curve takes, besides what its schedule does; without it, and with 0, there is no warmup."""

LABEL = Param(name="label", type=str, default=None, meaning="name of the curve")
LASTS = Param(name="for", type=float, default=None, meaning="how long it lasts in a sequence", above=0, time="length")
MOST_DEPTH = 16


class Setting(NamedTuple):
    """Where a curve stands: the run's clock, how much of the run is its own (steps), and what all curves share.

    - ``inherited``: parameters of the run, for whichever curve has them: ``lr``, ``min_lr``.
    - ``warmup``: the run's warmup, for curves that stand by themselves.
    - ``flags``: parameters of single schedules, for curves that stand by themselves.
    - ``taken``: collects the names of the shared parameters that some curve has taken.
    """

    clock: Clock
    run: float
    inherited: Mapping[str, Said]
    warmup: Mapping[str, Said]
    flags: Mapping[str, Said]
    taken: set[str]
    depth: int = 0

    def within(self, run: float) -> Setting:
        """Return the setting of a curve inside another, with a part of the run for its own."""
        return self._replace(run=run, warmup={}, flags={}, depth=self.depth + 1)


def resolve_curve(said: CurveSaid, setting: Setting) -> Curve:
    """Return the curve that was said, its defaults taken, its times in steps.

    Raises RequestError at the place of what can not be.
    """
    if setting.depth > MOST_DEPTH:
        raise refusal(said.where, f"must be at most {MOST_DEPTH} curves deep", got="more")
    return _Resolver(said, setting).curve()


class _Resolver:
    """The state of resolving one curve: which of its parameters have which values, and how they came about."""

    def __init__(self, said: CurveSaid, setting: Setting) -> None:
        if said.name not in catalogue.names():
            mend = mend_schedule(said.name)
            got = None if quote(said.name) in said.where else quote(said.name)
            raise refusal(said.where, "must be the name of a schedule", got=got, mend=mend)
        self.said, self.setting, self.clock = said, setting, setting.clock
        self.schedule = catalogue.load(said.name)
        self.own = params(self.schedule)
        self.values: dict[str, Any] = {}
        self.notes: dict[str, str] = {}
        self.label = ""
        self.run = setting.run
        self.faults = Faults()
        self._sort_out()

    def _sort_out(self) -> None:
        """Tell the parameters apart: the schedule's own, the warmup's, and those of the curve inside it."""
        own = {param.name: param.name for param in self.own}
        own |= {param.flag: param.name for param in self.own if param.flag}
        self.given: dict[str, Said] = {}
        self.ramp: dict[str, Said] = {}
        self.inner: dict[str, Said] = {}
        for name, value in self.said.params.items():
            with self.faults.gather():
                self._sort(name, value, own)

    def _sort(self, name: str, value: Said, own: Mapping[str, str]) -> None:
        if name in own:
            if own[name] in self.given:
                raise refusal(value.where, f"{own[name]} must be given once", got=f"it as {name} too")
            self.given[own[name]] = value
        elif name in WARMUP:
            self.ramp[name] = value
        elif self._inside is not None and name not in (LABEL.name, LASTS.name):
            self.inner[name] = value
        elif name != LABEL.name and not (name == LASTS.name and self.setting.depth):
            raise self._unknown(name, value)

    @property
    def _inside(self) -> Param | None:
        return next((param for param in self.own if param.type == "Schedule"), None)

    def _unknown(self, name: str, value: Said) -> Exception:
        takes = [param.name for param in self.own if not param.of_members]
        takes += [*WARMUP, LABEL.name, *([LASTS.name] if self.setting.depth else [])]
        where = value.where.removesuffix(f": {name}")
        return refusal(where, f"{self.said.name} has no parameter {quote(name)}", mend=mend_parameter(name, takes))

    def curve(self) -> Curve:
        """Return the curve."""
        warmup = self._settle_all()
        schedule = self._built(self.schedule, {param.name: self._in_steps(param) for param in self.own}, self.given)
        if warmup:
            of = {name: self._steps(value) for name, value in warmup.items()}
            schedule = self._built(Warmup, {**of, "of": schedule}, {**self._ramp_said, **self.given})
        shown = {param.name: self.values[param.name] for param in self.own if not param.of_members}
        return Curve(
            label=self.label, name=self.said.name, params={**shown, **warmup}, schedule=schedule, notes=self.notes
        )

    def _settle_all(self) -> dict[str, Any]:
        """Give every parameter its value, and return the warmup's; all faults of the curve come at once."""
        warmup: dict[str, Any] = {}
        with self.faults.gather():
            self.label = read(LABEL, self.said.params["label"]) if "label" in self.said.params else ""
        with self.faults.gather():
            warmup = self._warmup()
        for param in (param for param in self.own if not _follows(param)):
            with self.faults.gather():
                self._settle(param)
        self.faults.raise_any()
        for param in filter(_follows, self.own):
            with self.faults.gather():
                self._settle(param)
        self.faults.raise_any()
        return warmup

    # The warmup before the curve

    @property
    def _ramp_said(self) -> Mapping[str, Said]:
        """What was said of the warmup: of this curve's own, or of the run's."""
        own_time = any(param.name == "warmup" for param in self.own)
        shared = {} if own_time or "warmup" in self.ramp else self.setting.warmup
        return {**shared, **self.ramp}

    def _warmup(self) -> dict[str, Any]:
        """Return the warmup's parameters, none where there is no warmup, and shorten the run by it."""
        said = dict(self._ramp_said)
        if "warmup" in said and said["warmup"] is self.setting.warmup.get("warmup"):
            self.setting.taken.add("warmup")
        ramp = _unfolded(said)
        if "warmup" not in ramp:
            for value in ramp.values():
                raise refusal(value.where, "needs a warmup", mend="give warmup= too")
            return {}
        length = read(WARMUP["warmup"], ramp["warmup"])
        if length.value == 0:
            return {}
        found = {"warmup": self._time(length, ramp["warmup"], "warmup")}
        self._check_warmup(found["warmup"], ramp["warmup"])
        for name, param in WARMUP.items():
            if name != "warmup":
                found[name] = read(param, ramp[name]) if name in ramp else param.default
        return found

    def _check_warmup(self, length: Time, said: Said) -> None:
        steps = self.clock.steps(length)
        if steps < 1:
            mend = f"did you mean {whole(length.value * 100)}%?" if "%" not in said.text else None
            raise refusal(said.where, "a warmup must last at least one update", got=quote(said.text), mend=mend)
        if steps >= self.run:
            left = self.clock.time(self.run)
            raise refusal(said.where, f"a warmup must be shorter than the run of {left}", got=str(length))
        self.run -= steps

    # Its parameters

    def _settle(self, param: Param) -> None:
        """Give one parameter its value: what was said, a flag, the run's, or its default."""
        said = self._said_of(param)
        if param.type == "Schedule":
            self.values[param.name] = self._inner_curve(param, said)
        elif "Schedule" in str(param.type):
            self._settle_members(param, said)
        elif param.of_members:
            if said is not None:
                raise refusal(said.where, f"{param.name} is given by for= at each curve of it")
        elif said is not None:
            self._settle_said(param, said)
        else:
            self.values[param.name] = self._default(param)

    def _said_of(self, param: Param) -> Said | None:
        if param.name in self.given:
            return self.given[param.name]
        flag = param.flag or param.name
        for shared in (self.setting.flags, self.setting.inherited):
            if flag in shared:
                self.setting.taken.add(flag)
                return shared[flag]
        return None

    def _settle_said(self, param: Param, said: Said) -> None:
        value = read(param, said)
        if param.many:
            self.values[param.name] = tuple(self._time(part, said, param.name) for part in value)
            if not param.accepts(self._in_steps(param)):
                raise refusal(said.where, param.rule, got=said.echo)
        else:
            self.values[param.name] = self._time(value, said, param.name)

    def _time(self, value: Any, said: Said, name: str) -> Any:
        """Return a time on the plan's clock, and say how it came about; any other value as it is."""
        if isinstance(value, Percent):
            steps = float(round(self.clock.total * value.value / 100))
            if steps < 1:
                raise refusal(said.where, "a share must be at least one update", got=f"{value} of {self.clock.total}")
            self.notes[name] = f"{value} of the run"
            return self.clock.time(steps)
        if isinstance(value, Time):
            if value.unit == "epoch" and self.clock.steps_per_epoch is None:
                raise refusal(said.where, "epochs mean nothing here", got=quote(said.text), mend=_GIVE_STEPS)
            return self.clock.time(self.clock.steps(value)) if value.unit != self.clock.unit else value
        return value

    # Their defaults

    def _default(self, param: Param) -> Any:
        default = param.default
        if isinstance(default, Share):
            self.notes[param.name] = self._note(default, param)
            times = tuple(dict.fromkeys(self._share(part, param) for part in default.parts))
            return times if param.many else times[0]
        if isinstance(default, Derived):
            self.notes[param.name] = f"default: {default}"
            in_steps = {name: self._steps(value) for name, value in self.values.items()}
            return default.rule(in_steps, self.run)
        if isinstance(default, OneUnit):
            return Time(1.0, self.clock.unit if self.clock.steps_per_epoch is None else self.said.unit)
        return default

    def _note(self, default: Share, param: Param) -> str:
        if default.parts == (1.0,) and self.run < self.setting.run:
            return "default: what the warmup leaves"
        whole_run = self._base(param) == self.clock.total
        return f"default: {default}" if whole_run else f"default: {str(default).removesuffix('the run')}its own run"

    def _base(self, param: Param) -> float:
        """Return what a share is of: a length fills what is left, a moment is one of the curve's whole run."""
        return self.run if param.time == "length" else self.setting.run

    def _share(self, part: float, param: Param) -> Time:
        """Return a share of the run in whole units, at least one; all of it is all of it."""
        base = self._base(param)
        if part == 1.0:
            return self.clock.time(base)
        units = max(round(self.clock.units(base) * part), 1)
        return Time(float(min(units, max(int(self.clock.units(base)), 1))), self.clock.unit)

    # The curves inside it

    def _inner_curve(self, param: Param, said: Said | None) -> Curve:
        default = param.default
        inner = _as_curve(said) if said is not None else CurveSaid(_name(default), self.said.where, self.said.unit)
        if said is not None and self.inner and said.parts is not None and inner.params:
            name, value = next(iter(self.inner.items()))
            raise self._unknown(name, value)
        inner = inner._replace(params={**inner.params, **self.inner})
        in_steps = {name: self._steps(value) for name, value in self.values.items()}
        run = self.schedule.inner_run(in_steps, self.run)
        if run <= 0:
            left = self.clock.time(self.run)
            raise refusal(self.said.where, f"must leave some of its {left} to the curve in it", got="none left")
        return resolve_curve(inner, self.setting.within(run))

    def _settle_members(self, param: Param, said: Said | None) -> None:
        """Resolve the curves of a sequence, each on its own length; one without takes what is left."""
        if said is None or not said.parts:
            mend = "list them in a config, as '- sequence: [linear: {for: 5}, cosine]'"
            raise refusal(self.said.where, f"{self.said.name} needs the curves it is made of", mend=mend)
        members = [_as_curve(part) if isinstance(part, Said) else part for part in said.parts]
        lengths = self._lengths(members)
        curves = []
        for member, length in zip(members, lengths, strict=True):
            with self.faults.gather():
                curve = resolve_curve(member, self.setting.within(self.clock.steps(length)))
                curves.append(replace(curve, params={LASTS.name: length, **curve.params}))
        self.values[param.name] = tuple(curves)
        name = next(param.name for param in self.own if param.of_members)
        self.values[name] = lengths

    def _lengths(self, members: list[CurveSaid]) -> tuple[Time, ...]:
        said = [member.params.get(LASTS.name) for member in members]
        known = [None if text is None else self._time(read(LASTS, text), text, LASTS.name) for text in said]
        left = self.run - sum(self.clock.steps(length) for length in known if length is not None)
        arithmetic = " + ".join(whole(self.clock.units(self.clock.steps(time))) for time in known if time is not None)
        run = f"{whole(self.clock.units(self.run))} {self.clock.unit}s"
        if known.count(None) > 1:
            raise refusal(self.said.where, "only one curve of it may go without for=", got=f"{known.count(None)}")
        if (None not in known and left != 0) or (None in known and left <= 0):
            mend = "lengths add up to the run less the warmup; a curve without for= takes what is left"
            raise refusal(self.said.where, f"its lengths must fill {run}", got=arithmetic, mend=mend)
        return tuple(self.clock.time(left) if length is None else length for length in known)

    # Into the core

    def _in_steps(self, param: Param) -> Any:
        return self._steps(self.values[param.name])

    def _steps(self, value: Any) -> Any:
        if isinstance(value, Time):
            return self.clock.steps(value)
        if isinstance(value, Curve):
            return value.schedule
        return tuple(map(self._steps, value)) if isinstance(value, tuple) else value

    def _built(self, schedule: type[Schedule], values: Mapping[str, Any], said: Mapping[str, Said]) -> Schedule:
        try:
            return schedule(**values)
        except ParameterError as error:
            places = {**self.setting.inherited, **said}
            if error.name in places:
                raise error.at(places[error.name].where) from None
            raise error.at(f"{self.said.where}: {error.name}") from None


_GIVE_STEPS = "give --steps-per-epoch (steps_per_epoch in a config)"


def _follows(param: Param) -> bool:
    """Tell whether a parameter can only be settled when the others are."""
    return isinstance(param.default, Derived) or "Schedule" in str(param.type)


def _unfolded(said: Mapping[str, Said]) -> dict[str, Said]:
    """Return ``warmup: {for: 5, shape: cosine, start: 1e-6}`` as the parameters that it stands for."""
    folded = said.get("warmup")
    if folded is None or folded.keys is None:
        return dict(said)
    names = {LASTS.name: "warmup", "shape": "warmup_shape", "start": "warmup_start"}
    if LASTS.name not in folded.keys:
        raise refusal(folded.where, "a warmup must say how long it lasts", mend="as in warmup: {for: 5}")
    found = {name: value for name, value in said.items() if name != "warmup"}
    for key, value in folded.keys.items():
        if key not in names:
            raise refusal(value.where, f"warmup has no {quote(key)}", mend=mend_parameter(key, names))
        found[names[key]] = value
    return found


def _as_curve(said: Said) -> CurveSaid:
    if said.parts is not None and len(said.parts) == 1 and isinstance(said.parts[0], CurveSaid):
        return said.parts[0]
    if said.parts is not None or said.keys is not None:
        raise refusal(said.where, "must be a curve", got=said.echo)
    return read_curve(said.text, unit=said.unit, where=said.where)


def _name(default: NamedCurve) -> str:
    return default.name


def inner_curves(curve: Curve) -> Iterator[Curve]:
    """Yield the curves that a curve is made of."""
    for value in curve.params.values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Curve):
                yield part
