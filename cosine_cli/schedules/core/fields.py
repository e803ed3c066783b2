"""A parameter and all that it says of itself: meaning, bounds, default, and what kind of time it is.

Free of numpy, so that flags, help and the JSON Schema come from it without loading the mathematics.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.text import either

TimeKind = Literal["length", "moment"]


@dataclass(frozen=True)
class Share:
    """A default that is a share of the run, or several; a length's is a share of what is left of it.

    It is rounded to whole units, at least one; where it ``fits``, only if it is as much as half a unit.
    """

    parts: tuple[float, ...]
    fits: bool = False

    def __str__(self) -> str:
        return "/".join(f"{part:.0%}" for part in self.parts) + " of the run"


def share(*parts: float) -> Share:
    """Return the default that is this share of the run, rounded to whole units, at least one."""
    return Share(parts)


def portion(part: float) -> Share:
    """Return the same for a phase, which must leave room for the others however short the run is."""
    return Share((part,), fits=True)


@dataclass(frozen=True)
class OneUnit:
    """A default that is one unit of the plan: an epoch, or a step."""

    def __str__(self) -> str:
        return "1 epoch or step"


@dataclass(frozen=True)
class Derived:
    """A default that follows from the other parameters and from the length of what is left of the run.

    ``rule`` is given those parameters and ``run``, all times in steps.
    """

    words: str
    rule: Callable[[Mapping[str, Any], float], Any]

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class NamedCurve:
    """A default that is a schedule, by its name in the catalogue."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Needed:
    """No default: the parameter has to be given; ``example`` is a value that shows it."""

    example: Any

    def __str__(self) -> str:
        return "none, it must be given"


class Pairs(tuple[tuple[float, float], ...]):
    """Values by time, in rising order, as a mapping says them: ``{30: 0.1, 60: 0.5}``."""

    __slots__ = ()


class Param(NamedTuple):
    """One parameter, as it was declared at its field."""

    name: str
    type: Any
    default: Any
    meaning: str
    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    no_more_than: str | None = None
    time: TimeKind | None = None
    choices: tuple[str, ...] = ()
    ascending: bool = False
    flag: str | None = None
    short: str | None = None
    many: bool = False
    example: str | None = None
    separator: str = "/"
    exactly: int | None = None
    named: Mapping[str, tuple[float, ...]] = MappingProxyType({})
    of_members: bool = False
    repeated: bool = False
    share_name: str | None = None
    inherits: str | None = None
    optional: bool = False
    mapping: bool = False
    member: str | None = None
    may_be_empty: bool = False

    @property
    def long(self) -> str:
        """The parameter as a flag; an underscore at the end keeps a name from being a word of Python."""
        negated = self.type is bool and self.default is True
        return f"--{'no-' if negated else ''}{self.name.rstrip('_').replace('_', '-')}"

    @property
    def other_names(self) -> tuple[str, ...]:
        """What else it may be called in a curve: as its flag is, as a share of the run, as what it inherits."""
        others = (self.flag, self.share_name, self.inherits)
        return tuple(name for name in others if name is not None and name != self.name)

    @property
    def rule(self) -> str:
        """The rule that a value has to follow, in words."""
        if self.kind is Kind.CHOICE:
            return f"must be {either(self.choices)}"
        if self.kind is Kind.SWITCH:
            return "must be true or false"
        if self.mapping:
            return f"must be {self._noun}s{self._bounds} by time, as in {self.example}"
        if self.exactly:
            named = f", or {either(self.named)}" if self.named else ""
            return f"must be {self.exactly} {self._noun}s{self._bounds} with {self.separator} between{named}"
        if self.many:
            return f"must be {self._noun}s" + (" in rising order" if self.ascending else "") + self._bounds
        return f"must be a {self._noun}{self._bounds}"

    @property
    def kind(self) -> Kind:
        """The kind of its value; of a list or a mapping, that of each element."""
        if self.choices:
            return Kind.CHOICE
        if self.time:
            return Kind(self.time)
        return Kind.CURVE if "Schedule" in str(self.type) else _KINDS.get(self.type, Kind.TEXT)

    @property
    def whole(self) -> bool:
        """Tell whether its value is a whole number."""
        return self.kind is Kind.COUNT

    @property
    def _noun(self) -> str:
        return "whole number" if self.whole else "finite number"

    @property
    def _bounds(self) -> str:
        low = f" above {self.above:g}" if self.above is not None else ""
        low = low or (f" of at least {self.at_least:g}" if self.at_least is not None else "")
        high = f"at most {self.at_most:.16g}" if self.at_most is not None else ""
        return f"{low} and {high}" if low and high else low + (f" of {high}" if high else "")

    def accepts(self, value: Any) -> bool:
        """Tell whether ``value`` follows the parameter's rule."""
        if value is None:
            return self.optional
        if self.mapping:
            return all(map(self._accepts_one, dict(value).values()))
        return self._accepts_all(tuple(value)) if self.many else self._accepts_one(value)

    def cast(self, value: Any) -> Any:
        """Return a value that the rule accepts in the type that was declared."""
        if value is None:
            return None
        if self.mapping:
            return Pairs((float(time), self.type(one)) for time, one in sorted(dict(value).items()))
        return tuple(map(self.type, value)) if self.many else self.type(value)

    def _accepts_all(self, values: tuple[Any, ...]) -> bool:
        rising = not self.ascending or all(a < b for a, b in itertools.pairwise(values))
        return (bool(values) or self.may_be_empty) and rising and all(map(self._accepts_one, values))

    def _accepts_one(self, value: Any) -> bool:
        if self.kind is Kind.CHOICE:
            return value in self.choices
        if self.kind is Kind.SWITCH:
            return isinstance(value, bool)
        if isinstance(value, bool) or not math.isfinite(value) or (self.whole and value != int(value)):
            return False
        return (
            (self.above is None or value > self.above)
            and (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
        )


_KINDS = {float: Kind.NUMBER, int: Kind.COUNT, str: Kind.TEXT, bool: Kind.SWITCH}


def param(default: Any, meaning: str, *, alone: Any = MISSING, **rules: Any) -> Any:
    """Declare a dataclass field: its default, its meaning, and the rules of :class:`Param`.

    A default that depends on the run (:func:`share`, :class:`Derived`, :class:`OneUnit`) needs a plan;
    ``alone`` is what stands in its place where a schedule is made in Python, and without it the
    parameter has to be given there.
    """
    needs_a_plan = isinstance(default, Share | OneUnit | Derived | NamedCurve | Needed)
    metadata = {"param": {"default": default, "meaning": meaning, **rules}}
    return dataclasses.field(default=alone if needs_a_plan else default, metadata=metadata)


declaration = dataclass(init=False, repr=False, eq=False)
"""A class that only declares parameters, of which nobody makes an instance: it costs a tenth of a dataclass."""


@cache
def params(declared: type) -> tuple[Param, ...]:
    """Return the parameters that a dataclass declares, in their order."""
    return tuple(_params(declared))


def merged(*declared: type) -> tuple[Param, ...]:
    """Return the parameters of several declarations; of two with one name, the first."""
    found: dict[str, Param] = {}
    for param in (param for one in declared for param in params(one)):
        found.setdefault(param.name, param)
    return tuple(found.values())


def _params(declared: type) -> Iterator[Param]:
    for field in dataclasses.fields(declared):
        if "param" in field.metadata:
            kind = _TYPES.get(str(field.type), field.type)
            many, pairs = "tuple" in str(field.type), "Pairs" in str(field.type)
            yield Param(name=field.name, type=kind, many=many, mapping=pairs, **field.metadata["param"])


# Annotations are text here (PEP 563), and resolving them would import what they name.
_TYPES: dict[str, type] = {
    "int": int,
    "float": float,
    "str": str,
    "bool": bool,
    "str | None": str,
    "float | None": float,
    "int | None": int,
    "Pairs": float,
    "tuple[float, ...]": float,
    "tuple[int, ...]": int,
}


def peak_rate() -> Any:
    """Declare ``lr``, which every schedule with a peak of its own has."""
    return param(0.1, "peak learning rate", above=0)


def end_rate() -> Any:
    """Declare ``min_lr`` of a decay that has an end."""
    return param(0.0, "learning rate at the end", at_least=0, no_more_than="lr")


def floor_rate() -> Any:
    """Declare ``min_lr`` of a decay without an end."""
    return param(0.0, "floor below which the rate never falls", at_least=0, no_more_than="lr")


def decay_length() -> Any:
    """Declare ``total`` of a decay that has an end."""
    return param(share(1.0), "length of the decay", above=0, time="length")
