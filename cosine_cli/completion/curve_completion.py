"""Complete the spec of a curve: the name of its schedule, its parameters and their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cosine_cli.completion.candidates import Candidate, matches
from cosine_cli.completion.parameter_index import Values, parameters
from cosine_cli.frameworks.core.discovery import frameworks

_QUOTES = "\"'"


def curve_candidates(typed: str) -> list[Candidate]:
    """Return what a curve can continue with.

    >>> [candidate.text for candidate in curve_candidates("cosine:min_lr=0,warmup_s")]
    ['cosine:min_lr=0,warmup_shape=', 'cosine:min_lr=0,warmup_start=']
    """
    if ":" in typed:
        return [Candidate(text) for text in _in_spec(*typed.split(":", 1))]
    return [Candidate(name) for name in matches(schedule_names(typed), typed)]


def schedule_names(typed: str) -> list[str]:
    """Return the names of all schedules; for a framework with a dot only its schedules, else it is one name."""
    if "." in typed:
        return [name for name in parameters() if "." in name]
    return [*(name for name in parameters() if "." not in name), *(f"{name}." for name in frameworks())]


def _in_spec(schedule: str, typed: str) -> Iterator[str]:
    """Yield the specs that continue the parameters of a schedule."""
    *complete, last = _pieces(typed)
    given = dict(_pair(piece) for piece in complete)
    known = known_parameters(schedule, given)
    start = f"{schedule}:{typed[: len(typed) - len(last)]}"
    name, equals, value = last.partition("=")
    if equals:
        values = known.get(name.strip(), Values())
        choices = schedule_names(value) if values.curve else values.choices
        yield from (f"{start}{name}={choice}" for choice in choices if choice.startswith(value))
    else:
        yield from (f"{start}{name}=" for name in matches([name for name in known if name not in given], last))


def known_parameters(schedule: str, given: Mapping[str, str]) -> dict[str, Values]:
    """Return the parameters of a schedule, and those of the schedule that it is composed of."""
    index = parameters()
    own = index.get(schedule if "." in schedule else schedule.replace("-", "_"), {})
    inner = next((given.get(name, values.curve) for name, values in own.items() if values.curve), "")
    return {**own, **index.get(inner, {})}


def _pair(piece: str) -> tuple[str, str]:
    name, _, value = piece.partition("=")
    return name.strip(), value.strip()


def _pieces(text: str) -> list[str]:
    """Split at the commas outside quotes; a quote that is not closed reaches to the end."""
    pieces, opened = [""], ""
    for char in text:
        if char == "," and not opened:
            pieces.append("")
            continue
        if char in _QUOTES:
            opened = "" if char == opened else opened or char
        pieces[-1] += char
    return pieces
