"""Suggest a curve for the name of an unknown schedule: another program's name, or a mistyped one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core import discovery as frameworks
from cosine_cli.plans import registry
from cosine_cli.plans.model.curve_options import LABEL, WARMUP
from cosine_cli.plans.model.curve_style import STYLE
from cosine_cli.plans.model.options import RUN
from cosine_cli.plans.parse.file_words import file_without_suffix
from cosine_cli.plans.parse.parameter_aliases import Pair, Style, meant, style_of
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.registry import squashed
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Needed, Param, params
from cosine_cli.text import ECHO, closest, question

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule

SAME = "It is the same."
"""The difference of a framework's schedule that has none."""

_WARMUP = "5"
"""The length of the warmup suggested for the word ``warmup`` in a name."""

_WITH_WARMUP = re.compile(r"_?(?:(?:with|linear|gradual)_)?warm_?up_?")
_FILLER = re.compile(r"\blearning[ -]rate\b|\bthe\b", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9.]+")
_CALL = re.compile(r"(\w+)\((.*)\)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WRAPPING = re.compile(r"^get(?=.)|(?<=.)(?:lr|schedule|scheduler)$")


def schedule_hint(spec: CurveSpec) -> str:
    """Return the question whether a curve was meant, with its parameters, or the list of schedules.

    >>> schedule_hint(CurveSpec("linear_warmup_cosine", "curve"))
    'did you mean cosine:warmup=5?'
    """
    text = _written_otherwise(spec.name)
    if text is not None:
        return text
    curve = curve_of(spec)
    if ":" not in (curve or ":") and spec.params and framework_difference(spec.name):
        return f"see 'cosine-lr explain {framework_schedule_named(spec.name)}'"  # the parameters would be lost
    return (curve and question(curve)) or _all_of(spec.name)


def _written_otherwise(name: str) -> str | None:
    """Return what to type for a text that is not a name: a file without its suffix, a parameter, a list, a call."""
    if (path := file_without_suffix(name)) is not None:
        return question(path)
    if name.replace("-", "_") in RUN:
        return question(f"--{name.replace('_', '-')}")
    if name == "-" or _NUMBER.fullmatch(name):
        values = "write the values of an option with / between them, as in 30/60/80"
        return values if name != "-" else "pass /dev/stdin to read a config from standard input, or the file of a log"
    called = _CALL.fullmatch(name)
    if called is not None and registry.is_known(called[1]):
        return question(f"{called[1]}:{called[2]}" if called[2] else called[1])
    if "=" in name and name.isprintable() and len(name) <= ECHO:
        return f"write parameters after the curve's name, as in {catalogue.COMPARED[0]}:{name}"
    parts = [part.strip() for part in re.split("[,+;&]", name)]
    return question(" ".join(parts)) if len(parts) > 1 and all(map(registry.is_known, parts)) else None


def name_hint(name: str) -> str:
    """Return the question whether a schedule was meant, or the list of schedules.

    >>> name_hint("CosineAnnealingLR")
    'did you mean cosine?'
    """
    curve = curve_of(CurveSpec(name, name))
    return (curve and question(curve.partition(":")[0])) or _all_of(name)


def framework_difference(name: str) -> str | None:
    """Return how the framework's schedule of this name differs from ours, None if there is none or no difference.

    >>> framework_difference("CosineAnnealingLR")
    'torch.CosineAnnealingLR differs from cosine: past T_max it rises again, where cosine stays at the floor'
    """
    full = framework_schedule_named(name)
    if full is None:
        return None
    schedule = registry.load(full)
    equivalent, difference = getattr(schedule, "equivalent", ""), str(getattr(schedule, "difference", ""))
    if difference == SAME:
        return None
    for plain in ("the plain schedule", "the plain one"):
        difference = difference.replace(plain, equivalent)
    first = difference[0] if difference[1] == "_" else difference[0].lower()  # T_0 is a name
    return f"{full} differs from {equivalent}: {first}{difference[1:].rstrip('.')}"


def framework_schedule_named(name: str) -> str | None:
    """Return the first framework's schedule with exactly this name, None if there is none."""
    if name in registry.SYNONYMS:
        return None
    return next(
        (f"{one}.{name}" for one in frameworks.frameworks() if name in frameworks.framework_schedules(one)), None
    )


def schedules_named(words: str) -> tuple[str, ...]:
    """Return the schedules that a name or several words stand for: one if it is clear, else all that have the words.

    >>> schedules_named("cosine annealing"), schedules_named("StepLR"), schedules_named("hold")
    (('cosine',), ('step',), ('staircase',))
    """
    name = "_".join(_FILLER.sub(" ", words).split())
    if registry.is_known(name):
        return (registry.canonical(name),)
    if registry.is_framework_name(name):
        return ()
    exact = framework_schedule_named(name) or (_lookup(name, mistyped=False) or ("",))[0]
    return (exact,) if exact else _with_words(name)


def _with_words(name: str) -> tuple[str, ...]:
    """Return our schedules with all words of a name in their own, or in one of their aliases."""
    parts = set(_snake(name).split("_")) - {"with", "and"}
    return tuple(dict.fromkeys(ours for known, ours in _own_by_words().items() if parts <= set(known.split("_"))))


def _own_by_words() -> dict[str, str]:
    aliases = {_snake(other): name for name in catalogue.names() for other in catalogue.load(name).aliases.split()}
    return {**{name: name for name in catalogue.names()}, **registry.SYNONYMS, **aliases}


def _all_of(name: str) -> str:
    """Return the command that lists a framework's schedules, or ours."""
    return (
        f"see 'cosine-lr explain {name.partition('.')[0]}'"
        if registry.is_framework_name(name)
        else "see 'cosine-lr explain'"
    )


def curve_of(spec: CurveSpec) -> str | None:
    """Return the curve that an unknown name and its parameters stand for, as text; None if no name is similar."""
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
    pairs = [_pair(key, value, known) for key, value in spec.params.items()]
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


def _pair(name: str, value: RawValue, known: Mapping[str, Param]) -> Pair | None:
    return Pair(name, value) if name in known else meant(name, value, known)


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
    for framework in frameworks.frameworks():
        schedule = frameworks.framework_schedules(framework).get(name)
        if schedule is None:
            continue
        declared = params(schedule)
        takes = {other for param in declared for other in (param.name, *param.other_names)} | {LABEL.name, *STYLE}
        needs = {param.name for param in declared if isinstance(param.default, Needed)}
        if needs <= set(spec.params) <= takes and (spec.params or _has_defaults(schedule)):
            return f"{framework}.{name}"
    return None


def _has_defaults(schedule: type[Schedule]) -> bool:
    """Tell whether a schedule accepts its defaults: ``OneCycleLR`` needs one of two lengths."""
    try:
        schedule()
    except (ParameterError, TypeError):
        return False
    return True


def _lookup(name: str, *, mistyped: bool = True) -> tuple[str, dict[str, str]] | None:
    """Return the schedule that a name stands for, and the parameters that the name implies."""
    name = name.rpartition(".")[2]
    own = _own().get(squashed(name))
    if own is not None:
        return own, _choices(own, name)
    without, warmups = _WITH_WARMUP.subn("_", _snake(name), count=1)
    schedule = _spelled(without) if warmups else None
    schedule = schedule or _framework_names().get(squashed(name)) or _spelled(name)
    if schedule is None and mistyped:
        schedule = _own().get(_mistyped(name))
    if schedule is None:
        return None
    return schedule, {"warmup": _WARMUP} if warmups and not _has_warmup(schedule) else {}


def _mistyped(name: str) -> str:
    return closest(squashed(name), _own()) or ""


def _spelled(name: str) -> str | None:
    """Return the schedule of a name that may have affixes such as ``get`` and ``scheduler``."""
    bare = squashed(name)
    while bare not in _own() and (unwrapped := _WRAPPING.sub("", bare)) != bare:
        bare = unwrapped
    return _own().get(bare)


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


@cache
def _own() -> dict[str, str]:
    """Return our schedules by name and by alias; a name takes precedence."""
    return {squashed(known): name for known, name in reversed(_own_by_words().items())}


@cache
def _framework_names() -> dict[str, str]:
    """Return our schedules by their names in frameworks; of two with the same name, the first."""
    names = [(other, name) for name in catalogue.names() for other in catalogue.load(name).framework_names.values()]
    return {squashed(other): name for other, name in reversed(names)}
