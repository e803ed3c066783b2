"""Parameters of frameworks' schedules without effect on the rate: checked, then left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cosine_cli.errors import user_error
from cosine_cli.frameworks.core.ignored import IgnoredParam
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.registry import idle
from cosine_cli.text import visible


def check_idle(one: IgnoredParam, raw: RawValue) -> None:
    """Raise for a value of the wrong type, and for one that would change the rate."""
    value = read(one.param, raw)
    if one.fixed and value != one.param.default:
        rule = f"must be {_written(one.param.default)}, or omitted"
        raise user_error(raw.where, rule, got=raw.echo, hint=one.hint)


def left_out(curves: Sequence[CurveSpec]) -> tuple[str, ...]:
    """Return a remark for each left-out parameter that differs from its default, in curves and inner curves."""
    return tuple(dict.fromkeys(remark for curve in curves for remark in _remarks(curve)))


def _remarks(curve: CurveSpec) -> Iterator[str]:
    known = idle(curve.name)
    for name, raw in curve.params.items():
        if name in known and read(known[name].param, raw) != known[name].param.default:
            yield visible(f"{curve.name}: ignored: {name} (does not change the rate)")
        for part in raw.parts or ():
            if isinstance(part, CurveSpec):
                yield from _remarks(part)


def _written(default: object) -> str:
    return "null" if default is None else str(default).lower()
