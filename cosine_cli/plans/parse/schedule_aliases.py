"""Suggest a curve for the name of an unknown schedule: another program's name, or a mistyped one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from cosine_cli.frameworks.core import discovery as frameworks
from cosine_cli.plans import registry
from cosine_cli.plans.model.curve_options import LABEL, WARMUP
from cosine_cli.plans.model.curve_style import STYLE
from cosine_cli.plans.parse.parameter_aliases import Pair, Style, meant, style_of
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Needed, Param, params
from cosine_cli.text import closest, question

_WARMUP = "5"
"""The length of the warmup suggested for the word ``warmup`` in a name."""

_WITH_WARMUP = re.compile(r"_?(?:(?:with|linear|gradual)_)?warm_?up_?")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WRAPPING = re.compile(r"^get(?=.)|(?<=.)(?:lr|schedule|scheduler)$")


def schedule_hint(spec: CurveSpec, *, lr: float | None = None) -> str:
    """Return the question whether a curve was meant, with its parameters, or the list of schedules.

    >>> schedule_hint(CurveSpec("linear_warmup_cosine", "curve"))
    'did you mean cosine:warmup=5?'
    """
    curve = curve_of(spec, lr=lr)
    return (curve and question(curve)) or _all_of(spec.name)


def name_hint(name: str) -> str:
    """Return the question whether a schedule was meant, or the list of schedules.

    >>> name_hint("CosineAnnealingLR")
    'did you mean cosine?'
    """
    curve = curve_of(CurveSpec(name, name))
    return (curve and question(curve.partition(":")[0])) or _all_of(name)


def _all_of(name: str) -> str:
    """Return the command that lists a framework's schedules, or ours."""
    return (
        f"see 'cosine-lr explain {name.partition('.')[0]}'"
        if registry.is_framework_name(name)
        else "see 'cosine-lr explain'"
    )


def curve_of(spec: CurveSpec, *, lr: float | None = None) -> str | None:
    """Return the curve that an unknown name and its parameters stand for, as text; None if no name is similar.

    - ``lr``: the peak rate, of which some values of other programs are a share; None if unknown.
    """
    style: Style = next((style_of(name, value) for name, value in spec.params.items()), "text")
    if registry.is_framework_name(spec.name):
        own = _framework_schedule_of(spec.name)
        return None if own is None else _written(own, _pairs(spec.params), style)
    own = _framework_schedule_with(spec)
    if own is not None:
        return _written(own, _pairs(spec.params), style)
    stands_for = _lookup(spec.name)
    if stands_for is None:
        return None
    name, implied = stands_for
    known = known_parameters(name)
    pairs = [_pair(key, value, known, lr) for key, value in spec.params.items()]
    if None in pairs:  # some parameter has no counterpart
        return name
    given = {pair.name for pair in pairs if pair is not None}
    extra = [Pair(key, RawValue(text, "")) for key, text in implied.items() if key not in given]
    return _written(name, [*extra, *(pair for pair in pairs if pair is not None)], style)


def _written(name: str, pairs: Iterable[Pair], style: Style) -> str:
    texts = [pair.written(style) for pair in pairs]
    if not texts:
        return name
    return f"{name}:{','.join(texts)}" if style == "text" else f"{name}: {{{', '.join(texts)}}}"


def _pairs(given: Mapping[str, RawValue]) -> list[Pair]:
    return [Pair(name, value) for name, value in given.items()]


def _pair(name: str, value: RawValue, known: Mapping[str, Param], lr: float | None) -> Pair | None:
    return Pair(name, value) if name in known else meant(name, value, known, lr=lr)


def known_parameters(name: str) -> dict[str, Param]:
    """Return the parameters of a curve by each of their names."""
    own = [param for param in params(registry.load(name)) if not param.of_members]
    known = {param.name: param for param in own} | {LABEL.name: LABEL} | STYLE
    known |= {} if "warmup" in known or registry.is_framework_name(name) else WARMUP
    return known | {other: param for param in own for other in param.other_names}


def _framework_schedule_of(name: str) -> str | None:
    """Return the framework's schedule that a name such as ``torch.optim.lr_scheduler.StepLR`` stands for."""
    framework = name.partition(".")[0]
    own = closest(name.rpartition(".")[2], frameworks.framework_schedules(framework))
    return None if own is None else f"{framework}.{own}"


def _framework_schedule_with(spec: CurveSpec) -> str | None:
    """Return a framework's schedule with exactly this name that takes these parameters, None if there is none."""
    name = spec.name.rpartition(".")[2]
    for framework in frameworks.frameworks() if spec.params else ():
        schedule = frameworks.framework_schedules(framework).get(name)
        if schedule is None:
            continue
        declared = params(schedule)
        takes = {other for param in declared for other in (param.name, *param.other_names)} | {LABEL.name, *STYLE}
        needs = {param.name for param in declared if isinstance(param.default, Needed)}
        if needs <= set(spec.params) <= takes:
            return f"{framework}.{name}"
    return None


def _lookup(name: str) -> tuple[str, dict[str, str]] | None:
    """Return the schedule that a name stands for, and the parameters that the name implies."""
    name = name.rpartition(".")[2]
    own = _own().get(_squashed(name))
    if own is not None:
        return own, _choices(own, name)
    without, warmups = _WITH_WARMUP.subn("_", _snake(name), count=1)
    schedule = _spelled(without) if warmups else None
    schedule = schedule or _framework_names().get(_squashed(name)) or _spelled(name) or _own().get(_mistyped(name))
    if schedule is None:
        return None
    return schedule, {"warmup": _WARMUP} if warmups and not _has_warmup(schedule) else {}


def _mistyped(name: str) -> str:
    return closest(_squashed(name), _own()) or ""


def _spelled(name: str) -> str | None:
    """Return the schedule of a name that may have affixes such as ``get`` and ``scheduler``."""
    squashed = _squashed(name)
    while squashed not in _own() and (unwrapped := _WRAPPING.sub("", squashed)) != squashed:
        squashed = unwrapped
    return _own().get(squashed)


def _has_warmup(name: str) -> bool:
    return any(param.name == "warmup" for param in params(catalogue.load(name)))


def _choices(schedule: str, name: str) -> dict[str, str]:
    """Return the parameters whose value is in the name: ``triangular2`` is a mode of ``cyclic``."""
    words = {name, *_snake(name).split("_")}
    declared = [param for param in params(catalogue.load(schedule)) if param.choices]
    named_values = {param.name: words & {*param.choices} - {param.default} for param in declared}
    return {key: values.pop() for key, values in named_values.items() if values}


def _snake(name: str) -> str:
    return _HUMP.sub("_", name).lower().replace("-", "_")


def _squashed(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


@cache
def _own() -> dict[str, str]:
    """Return our schedules by name and by alias; a name takes precedence."""
    aliases = {_squashed(other): name for name in catalogue.names() for other in catalogue.load(name).aliases.split()}
    return aliases | {_squashed(name): name for name in catalogue.names()}


@cache
def _framework_names() -> dict[str, str]:
    """Return our schedules by their names in frameworks; of two with the same name, the first."""
    names = [(other, name) for name in catalogue.names() for other in catalogue.load(name).framework_names.values()]
    return {_squashed(other): name for other, name in reversed(names)}
