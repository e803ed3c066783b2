"""A curve with the parameters of a spec, which a fit changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.logs.core.log import Floats
from cosine_cli.plans.registry import load
from cosine_cli.schedules.core.fields import params
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.retime import Retime
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.schedules.warmup import Warmup

_WARMUP = tuple(param.name for param in params(Warmup) if param.name != "of")

_LARGEST_WHOLE = 1e16
"""Larger whole numbers are shorter with an exponent."""

OFFSET = "offset"
"""The name of the offset among the parameters that a fit changes."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A schedule by its name and parameters, as a spec has them.

    - ``values``: its parameters; those of a warmup before it are among them.
    - ``offset``: the row at time t has the rate of the schedule at ``t + offset``, and the first rate before time 0.
    - ``every``: the length of the stairs that sample it, 0 for none.
    - ``ahead``: how much of the schedule has elapsed at the end of the warmup; if negative, it begins late.
    """

    name: str
    values: Mapping[str, Any]
    offset: float = 0.0
    every: float = 0.0
    ahead: float = 0.0

    def get(self, name: str) -> float:
        """Return a parameter or the offset; 0 if it is not among the values."""
        return self.offset if name == OFFSET else float(self.values.get(name, 0.0))

    def having(self, changes: Mapping[str, Any]) -> Curve:
        """Return the curve with other parameters."""
        values = {**self.values, **{name: value for name, value in changes.items() if name != OFFSET}}
        return replace(self, values=values, offset=changes.get(OFFSET, self.offset))

    def without(self, name: str) -> Curve:
        """Return the curve with the default of a parameter."""
        return replace(self, values={other: value for other, value in self.values.items() if other != name})

    def schedule(self) -> Schedule:
        """Return the schedule. Raises ParameterError if a parameter is out of its bounds."""
        cls, own = _declared(self.name)
        schedule = cls(**{name: value for name, value in self.values.items() if name in own})
        before = self._warmup(own)
        if self.ahead:
            schedule = Retime(ahead=self.ahead, of=schedule)
        if before:
            schedule = Warmup(of=schedule, **before)
        return Staircase(every=self.every, of=schedule) if self.every else schedule

    def _warmup(self, own: Collection[str]) -> dict[str, Any]:
        """Return the parameters of the warmup before a schedule that has no warmup among its own parameters."""
        before = {name: value for name, value in self.values.items() if name in _WARMUP and name not in own}
        return before if before.get("warmup") else {}

    def rates(self, times: Floats) -> Floats | None:
        """Return the rates of rows at these times; None if a parameter is out of its bounds."""
        try:
            return self.schedule().rate(np.maximum(times + self.offset, 0.0))
        except (ParameterError, OverflowError, ZeroDivisionError):
            return None

    @property
    def spec(self) -> str:
        """The curve as it is typed on a command line."""
        before = self._warmup(()) if self.ahead else {}
        spec = _joined(self.name, {name: value for name, value in self.values.items() if name not in before})
        if self.ahead:
            quoted = '"' if before or self.every else "'"
            spec = f"retime:ahead={_text(self.ahead)},of={quoted}{spec}{quoted}"
            spec = f"{_joined('warmup', before)},of='{spec}'" if before else spec
        return f"staircase:every={_text(self.every)},of='{spec}'" if self.every else spec


@cache
def _declared(name: str) -> tuple[type[Schedule], frozenset[str]]:
    """Return a schedule, and the names of its parameters."""
    cls = load(name)
    return cls, frozenset(param.name for param in params(cls))


def _joined(name: str, values: Mapping[str, Any]) -> str:
    own = {param.name: param.default for param in params(load(name))}
    pairs = (f"{key}={_text(value)}" for key, value in values.items() if not _is_idle(key, value, own))
    return f"{name}:{','.join(pairs)}"


_IDLE = {"warmup": 0.0, "warmup_start": 0.0, "min_lr": 0.0, "cycle_mult": 1.0, "cycle_decay": 1.0}
"""Parameters that change nothing at these values."""


def _is_idle(name: str, value: Any, own: Mapping[str, Any]) -> bool:
    """Return whether a parameter may be left out: a schedule has it by default, or there is no warmup before."""
    return name in _IDLE and value == _IDLE[name] == own.get(name, _IDLE[name])


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "/".join(map(_text, value))
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < _LARGEST_WHOLE else repr(value)
    return str(value)
