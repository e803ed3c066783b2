"""Parameter groups, each with a factor on all learning rates of the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.plan import Curve, Group
from cosine_cli.plans.parse.numbers import MOST
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.schedules.scale import Scale
from cosine_cli.text import quote

MOST_GROUPS = 100
LONGEST_NAME = 100
"""A YAML key may have 1,024 characters; written, one character may become an escape of ten."""

MEANING = "parameter groups, each with its factor on all learning rates"
FACTOR: Param = next(param for param in params(Scale) if param.name == "factor")


def read_groups(raw: RawValue) -> tuple[Group, ...]:
    """Return the groups of a config.

    Raises RequestError with all problems at once.
    """
    if not raw.keys or len(raw.keys) > MOST_GROUPS:
        got = raw.echo if raw.keys is None else f"{len(raw.keys):,}"
        hint = "as in 'groups: {backbone: 0.1, head: 1.0}'"
        rule = f"groups must be names with factors, at most {MOST_GROUPS}"
        raise user_error(raw.where, rule, got=got, hint=hint)
    problems = Problems()
    found: list[Group] = []
    for name, value in raw.keys.items():
        with problems.collect():
            if not 1 <= len(name) <= LONGEST_NAME:
                rule = f"a group's name must have 1 to {LONGEST_NAME} characters"
                raise user_error(value.where, rule, got=f"{len(name):,}")
            found.append(Group(name, float(read(FACTOR, value))))
    problems.raise_any()
    return tuple(found)


def grouped(curves: Sequence[Curve], groups: Sequence[Group]) -> tuple[Curve, ...]:
    """Return one curve per curve and group; the curves themselves without groups."""
    return tuple(_scaled(curve, group) for curve, group in product(curves, groups)) if groups else tuple(curves)


def _scaled(curve: Curve, group: Group) -> Curve:
    scaled = curve.schedule if group.factor == 1.0 else Scale(factor=group.factor, of=curve.schedule)
    return replace(
        curve, label=f"{curve.label}, {group.name}", schedule=scaled, group=group, base=curve, factor=group.factor
    )


def check_grouped(curves: Sequence[Curve], raw: RawValue, *, most: int) -> None:
    """Raise if groups give too many curves, equal labels, or a rate that is too large."""
    if len(curves) > most:
        raise user_error(raw.where, f"curves times groups must be at most {most:,}", got=f"{len(curves):,}")
    for curve in curves:
        if curve.schedule.peak > MOST:
            raise _factor_refused(curve, raw)
    label, count = Counter(curve.label for curve in curves).most_common(1)[0]
    if count > 1:
        raise user_error(raw.where, "labels of curves with their groups must differ", got=f"{quote(label)} twice")


def _factor_refused(curve: Curve, raw: RawValue) -> RequestError:
    where = next(value.where for name, value in (raw.keys or {}).items() if curve.group and name == curve.group.name)
    rule = f"a rate times its factor must be at most {MOST:g}, so that sums over a run stay finite"
    return user_error(where, rule, got=f"a larger one for {quote(curve.label)}")
