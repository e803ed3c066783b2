"""Refuse options that no curve uses: an option is never ignored."""

from __future__ import annotations

from collections.abc import Iterable

from cosine_cli.errors import Problem
from cosine_cli.plans.model.curve_options import LABEL
from cosine_cli.plans.model.options import RUN, CurveFlags, flag_of
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.registry import load
from cosine_cli.plans.resolve.context import Context
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.text import either, visible

_FLAGS = tuple(param.name for param in params(CurveFlags))


def unused(request: Request, context: Context) -> dict[str, RawValue]:
    """Return the flags and the parameters of the run that no curve uses, by name.

    A config may give a rate for all curves and then one per curve; a flag without effect is a mistake.
    """
    problems = Problems()
    found: dict[str, RawValue] = {}
    own = [name for name in ("warmup", "lr", "min_lr") if name in request.run and name not in request.applied_flags]
    shared = {name: request.run[name] for name in own}
    for name, value in {**request.flags, **shared}.items():
        base = name == "lr" and not value.where.startswith("--")
        with problems.collect():
            if name not in context.used_flags and not base and not _is_off(name, value):
                found[name] = value
    problems.raise_any()
    return found


def _is_off(name: str, value: RawValue) -> bool:
    """Tell whether a value asks for no warmup, or for a floor of 0, which holds for every curve."""
    if name not in ("warmup", "min_lr") or value.keys is not None:
        return False
    number = read(RUN[name], value)
    return bool(getattr(number, "value", number) == 0)


def unused_problem(name: str, value: RawValue, specs: Iterable[CurveSpec]) -> Problem:
    """Return the problem of an option that none of some curves uses."""
    curves = tuple(specs)
    names = sorted({curve.name for curve in curves})
    shown = sorted({curve.params[LABEL.name].text if LABEL.name in curve.params else curve.name for curve in curves})
    takers = _takers(name)
    hint = f"it is for {either(takers, last='and')}" if takers else None
    twin = next((flag for flag in _flags_of(names, meaning=name) if flag != name), None)
    if twin is not None:
        hint = f"did you mean --{twin.replace('_', '-')} {value.text}?"
    elif name == "warmup" or not set(takers).isdisjoint(names):  # any curve takes a warmup that has none of its own
        hint = "the curve has its own"
    return Problem(value.where, f"no curve uses it ({visible(', '.join(shown))})", got=value.echo, hint=hint)


def _takers(flag: str) -> list[str]:
    return [name for name in catalogue.names() if any(_takes(p, flag) for p in params(catalogue.load(name)))]


def _takes(param: Param, name: str) -> bool:
    """Tell whether a flag, or a parameter of the run, sets a schedule's parameter."""
    return flag_of(param) == name if name in _FLAGS else param.name == name


def _flags_of(names: list[str], *, meaning: str) -> list[str]:
    """Return the flags of these schedules' parameters that share the name of another flag."""
    declared = [param for name in names for param in params(load(name)) if param.name == meaning]
    return [flag for flag in map(flag_of, declared) if flag]
