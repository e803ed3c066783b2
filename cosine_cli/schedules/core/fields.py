"""Declarations of parameters: meaning, kind, bounds and default.

This module does not import NumPy: flags, help and the JSON Schema are generated from it without loading the formulas.
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
    """A default that is one or several shares of the run; for a length, of the run that is available to it.

    A share is rounded to whole units, at least one. If it ``fits``, a share below half a unit is not rounded up, and
    is at least so many steps.
    """

    parts: tuple[float, ...]
    fits: bool = False
    at_least: float = 0.0

    def __str__(self) -> str:
        return "/".join(f"{part:.0%}" for part in self.parts) + " of the run"


def share(*parts: float) -> Share:
    """Return a default that is a share of the run, rounded to whole units, at least one."""
    return Share(parts)


def portion(part: float, *, at_least: float = 0.0) -> Share:
    """Return the same for one of several phases of ``at_least`` so many steps, which must fit the shortest run."""
    return Share((part,), fits=True, at_least=at_least)


@dataclass(frozen=True)
class OneUnit:
    """A default of one unit of the plan: an epoch or a step."""

    def __str__(self) -> str:
        return "1 epoch or step"


@dataclass(frozen=True)
class Derived:
    """A default that is computed from the other parameters and the available length of the run.

    ``rule`` takes the parameters by name and that length; all times are in steps.
    """

    words: str
    rule: Callable[[Mapping[str, Any], float], Any]

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class NamedCurve:
    """A default that is a schedule, given by its name in the catalogue."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Needed:
    """No default: the parameter is required; ``example`` is a sample value."""

    example: Any

    def __str__(self) -> str:
        return "required"


class Pairs(tuple[tuple[float, float], ...]):
    """Values by time, in ascending order, from a mapping such as ``{30: 0.1, 60: 0.5}``."""

    __slots__ = ()


class Param(NamedTuple):
    """One declared parameter.

    - ``above``, ``at_least``, ``at_most``: bounds of a number; ``no_more_than`` names a parameter that is a bound too.
    - ``share_of``: the parameter with the peak of which a rate may be a share, as in ``min_lr=10%``; a schedule there
      counts by its own peak.
    - ``no_share``: why a rate cannot be one.
    - ``is_count``: it is a number of calls, even if its type is float.
    - ``time``: whether a time has its own clock ("length") or the run's ("moment").
    - ``choices``: the words that it accepts.
    - ``synonyms``: other words for some of them.
    - ``many``: it takes several values; ``ascending``, ``exactly`` so many, ``may_be_empty``, with ``separator``
      between them in text.
    - ``mapping``: it takes values by time.
    - ``optional``: it may be None.
    - ``alias``, ``share_name``, ``inherits``: other names; a ``share_name`` takes a share of the run, and ``inherits``
      names the parameter of the run that is the default.
    - ``of_members``: its values are given at the members of a sequence.
    - ``member``: the one schedule that its members are of.
    - ``short``, ``repeated``: as a command-line option, its letter, and whether it may be given several times.
    - ``owner``: the module that declares it.
    """

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
    synonyms: Mapping[str, str] = MappingProxyType({})
    ascending: bool = False
    alias: str | None = None
    short: str | None = None
    many: bool = False
    example: str | None = None
    separator: str = "/"
    exactly: int | None = None
    of_members: bool = False
    repeated: bool = False
    share_name: str | None = None
    inherits: str | None = None
    optional: bool = False
    mapping: bool = False
    member: str | None = None
    may_be_empty: bool = False
    is_count: bool = False
    share_of: str | None = None
    no_share: str | None = None
    owner: str = ""

    @property
    def long(self) -> str:
        """The parameter as a command-line option; a trailing underscore avoids a keyword of Python."""
        negated = self.type is bool and self.default is True
        return f"--{'no-' if negated else ''}{self.name.rstrip('_').replace('_', '-')}"

    @property
    def other_names(self) -> tuple[str, ...]:
        """Other names that a curve accepts: an alias, that of a share of the run, and that of what it inherits."""
        others = (self.alias, self.share_name, self.inherits)
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
            order = " in rising order" if self.ascending else ""
            return f"must be {self.exactly} {self._noun}s{order}{self._bounds} with {self.separator} between" + (
                f", as in {self.example}" if self.example else ""
            )
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
        if self.share_of:
            return Kind.RATE
        return Kind.CURVE if "Schedule" in str(self.type) else _KINDS.get(self.type, Kind.TEXT)

    @property
    def whole(self) -> bool:
        """Tell whether its value is a whole number."""
        return self.kind is Kind.COUNT

    @property
    def is_offset(self) -> bool:
        """Tell whether its value is a time of any sign and size."""
        return self.time is not None and self.above is None and self.at_least is None

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
        """Return an accepted value in the declared type."""
        if value is None:
            return None
        if self.mapping:
            return Pairs((float(time), self.type(number)) for time, number in sorted(dict(value).items()))
        return tuple(map(self.type, value)) if self.many else self.type(value)

    def _accepts_all(self, values: tuple[Any, ...]) -> bool:
        rising = not self.ascending or all(a < b for a, b in itertools.pairwise(values))
        return (bool(values) or self.may_be_empty) and rising and all(map(self._accepts_one, values))

    def _accepts_one(self, value: Any) -> bool:
        kind = self.kind
        if kind is Kind.CHOICE:
            return value in self.choices
        if kind is Kind.SWITCH:
            return isinstance(value, bool)
        if isinstance(value, bool) or not math.isfinite(value) or (kind is Kind.COUNT and value != int(value)):
            return False
        return (
            (self.above is None or value > self.above)
            and (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
        )


_KINDS = {float: Kind.NUMBER, int: Kind.COUNT, str: Kind.TEXT, bool: Kind.SWITCH, "Size": Kind.SIZE}


def param(default: Any, meaning: str, *, standalone: Any = MISSING, **rules: Any) -> Any:
    """Declare a dataclass field with a default, a meaning, and any attributes of :class:`Param`.

    Some defaults depend on the run (:func:`share`, :class:`Derived`, :class:`OneUnit`). ``standalone`` replaces them
    when a schedule is constructed in Python; without it the parameter is required there.
    """
    depends_on_run = isinstance(default, Share | OneUnit | Derived | NamedCurve | Needed)
    metadata = {"param": {"default": default, "meaning": meaning, **rules}}
    return dataclasses.field(default=standalone if depends_on_run else default, metadata=metadata)


declaration = dataclass(init=False, repr=False, eq=False)
"""A decorator for classes that declare parameters and have no instances; it costs a tenth of a dataclass."""


@cache
def params(declared: type) -> tuple[Param, ...]:
    """Return the parameters that a dataclass declares, in order."""
    return tuple(_params(declared))


def merged(*declared: type) -> tuple[Param, ...]:
    """Return the parameters of several declarations; the first of those with the same name."""
    by_name: dict[str, Param] = {}
    for param in (param for declaration in declared for param in params(declaration)):
        by_name.setdefault(param.name, param)
    return tuple(by_name.values())


def _params(declared: type) -> Iterator[Param]:
    for field in dataclasses.fields(declared):
        if "param" in field.metadata:
            annotation = field.type.__name__ if isinstance(field.type, type) else str(field.type)
            declared_type = _TYPES.get(annotation, annotation)
            many, pairs = "tuple" in annotation, "Pairs" in annotation
            yield Param(
                name=field.name,
                type=declared_type,
                many=many,
                mapping=pairs,
                owner=declared.__module__,
                **field.metadata["param"],
            )


# Most annotations are text (PEP 563), and resolving them would import what they name.
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
    "tuple[float, ...] | None": float,
    "tuple[int, ...]": int,
    "tuple[str, ...]": str,
    "tuple[str, ...] | None": str,
}


def peak_rate() -> Any:
    """Declare ``lr``, the peak learning rate."""
    return param(
        0.1, "peak learning rate", above=0, no_share="only rates below the peak can be percentages, as in min_lr=10%"
    )


def end_rate() -> Any:
    """Declare ``min_lr`` of a decay that ends."""
    return param(0.0, "learning rate at the end", at_least=0, no_more_than="lr", share_of="lr")


def floor_rate() -> Any:
    """Declare ``min_lr`` of a decay that never ends."""
    return param(0.0, "lower bound of the rate", at_least=0, no_more_than="lr", share_of="lr")


def decay_length() -> Any:
    """Declare ``total`` of a decay that ends."""
    return param(share(1.0), "length of the decay", above=0, time="length")
