"""Split a curve's raw parameters into its own, its warmup's and its inner curve's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.curve_options import DURATION, LABEL, WARMUP
from cosine_cli.plans.model.curve_style import STYLE
from cosine_cli.plans.parse.parameter_aliases import parameter_hint
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.parse.warmup_spec import unfold_warmup
from cosine_cli.plans.registry import idle, is_framework_name
from cosine_cli.plans.resolve.ignored_params import check_idle
from cosine_cli.schedules.core.fields import Param
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.text import quote


class Parts(NamedTuple):
    """Raw parameters by name.

    - ``own_params``: of the schedule.
    - ``warmup_params``: of the warmup before it.
    - ``inner_params``: of the inner curve.
    """

    own_params: Mapping[str, RawValue]
    warmup_params: Mapping[str, RawValue]
    inner_params: Mapping[str, RawValue]


def split_params(spec: CurveSpec, declared: tuple[Param, ...], problems: Problems, *, in_sequence: bool) -> Parts:
    """Return the raw parameters of a curve by part; unknown names are added to ``problems``."""
    names = {param.name: param.name for param in declared}
    names |= {other: param.name for param in declared for other in param.other_names}
    made_of_another = any(param.kind is Kind.CURVE and not param.many for param in declared)
    elsewhere = {LABEL.name, *STYLE, *((DURATION.name,) if in_sequence else ())}
    own_params: dict[str, RawValue] = {}
    warmup_params: dict[str, RawValue] = {}
    inner_params: dict[str, RawValue] = {}
    given: Mapping[str, RawValue] = spec.params
    with problems.collect():
        given = unfold_warmup(spec.params) if "warmup" in names else spec.params
    shares = {param.share_name for param in declared}
    unused = idle(spec.name)
    for name, value in given.items():
        with problems.collect():
            if name in names:
                _check_once(names[name], own_params, name, value)
                own_params[names[name]] = value._replace(share=name in shares)
            elif name in unused:
                check_idle(unused[name], value)
            elif name in WARMUP and "warmup" not in names and not is_framework_name(spec.name):
                warmup_params[name] = value
            elif made_of_another and name not in (LABEL.name, *STYLE, DURATION.name):
                inner_params[name] = value
            elif name not in elsewhere:
                raise unknown_parameter(name, value, spec, accepted_params(spec, declared, in_sequence=in_sequence))
    return Parts(own_params, warmup_params, inner_params)


def _check_once(name: str, own_params: Mapping[str, RawValue], written: str, value: RawValue) -> None:
    if name in own_params:
        raise user_error(value.where, f"{name} must be given only once", got=f"it again as {written}")


def accepted_params(spec: CurveSpec, declared: tuple[Param, ...], *, in_sequence: bool) -> dict[str, Param]:
    """Return the parameters that a curve accepts, by name: its schedule's, its warmup's, and those of every curve."""
    own_params = {param.name: param for param in declared if not param.of_members}
    climbs = {} if "warmup" in own_params or is_framework_name(spec.name) else WARMUP
    lasts = {DURATION.name: DURATION} if in_sequence and not is_framework_name(spec.name) else {}
    return {**own_params, **climbs, LABEL.name: LABEL, **STYLE, **lasts}


def unknown_parameter(name: str, value: RawValue, spec: CurveSpec, takes: Mapping[str, Param]) -> RequestError:
    """Return the error for a parameter that a curve does not have; the hint is a replacement or the accepted names."""
    where = value.where.removesuffix(f": {name}")
    return user_error(where, f"{spec.name} has no parameter {quote(name)}", hint=parameter_hint(name, value, takes))
