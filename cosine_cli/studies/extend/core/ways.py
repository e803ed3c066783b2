"""The ways to go on with a run: list them, and apply them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import NamedTuple, Protocol, cast

from cosine_cli.errors import Problem, RequestError, user_error
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.studies.extend.core.stopped import Stopped
from cosine_cli.studies.extend.core.written import as_written, check_past, check_rates, in_one_cycle

_PACKAGE = __name__.partition(".core.")[0]


class _Module(Protocol):
    ORDER: int

    def extended(self, run: Stopped) -> Curve: ...


class Way(NamedTuple):
    """A way: its name and one sentence on it."""

    name: str
    meaning: str


@cache
def ways() -> tuple[Way, ...]:
    """Return the ways in the order of the output."""
    listed = os.listdir(os.path.dirname(os.path.dirname(__file__)))
    names = [name.removesuffix(".py") for name in listed if name.endswith(".py") and name[0] != "_"]
    ordered = sorted(names, key=lambda name: _module(name).ORDER)
    return tuple(Way(name, (_module(name).__doc__ or "").splitlines()[0]) for name in ordered)


def _module(name: str) -> _Module:
    return cast("_Module", import_module(f"{_PACKAGE}.{name}"))


def extended(run: Stopped, plan: Plan, names: Sequence[str]) -> Iterator[tuple[str, Curve | Problem]]:
    """Yield each way with the curve of the longer run as a config of ``plan`` has it, or with why there is none."""
    for name in names:
        try:
            yield name, replace(_as_written(name, run, plan), label=name)
        except RequestError as error:
            yield name, error.problems[0]


def _as_written(name: str, run: Stopped, plan: Plan) -> Curve:
    curve = replace(_module(name).extended(run), label=name)
    check_rates(curve, run)
    try:
        written = as_written(curve, plan)
    except RequestError:  # a part of the schedule has no room for its warmup or its phases
        curve = replace(_module(name).extended(in_one_cycle(run)), label=name)
        try:
            written = as_written(curve, plan)
        except RequestError as error:
            reason = error.problems[0]
            raise user_error(name, f"cannot be written as a config: {reason.rule}", got=reason.got) from error
    check_past(written, run)
    return written
