"""The answer of ``diagnose`` as text and as JSON: the verdict, what to do, the evidence, and what fits as well."""

from __future__ import annotations

import json
import math
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cosine_cli.logs.core.counted_rows import CALLS, COUNTED
from cosine_cli.render.ansi import BOLD, Cell, styled
from cosine_cli.studies.diagnose.core.doubts import doubts
from cosine_cli.studies.diagnose.core.wording import count, factor, plural, rate, rate_pair
from cosine_cli.text import either, visible

if TYPE_CHECKING:
    from cosine_cli.logs.core.log import Series
    from cosine_cli.render.terminal import Terminal
    from cosine_cli.studies.diagnose.core.search import Candidate, Diagnosis

MOST_OTHERS = 3
"""How many other stories that fit as well the text has; JSON has all."""

MOST_EVIDENCE = 6

_INDENT = "  "
_UPDATE = re.compile(r"\bupdate(?=s?\b)")

_TYPED = f"{_INDENT}Curve: ", f"{_INDENT}Curve from ", f"{_INDENT}The curve cannot be typed"
"""The start of lines that are to be copied."""

_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")

_BIASES = "/pg0"
"""The end of the name of the group of biases in the logs of Ultralytics."""

_VISIBLE = 1e-5
"""Rates that differ by less, relative to them, are not written side by side."""

_ENDED = 0.99
"""A run that has made this share of its updates is complete."""


def answer(diagnosis: Diagnosis, instead: Sequence[str] = ()) -> list[str]:
    """Return the lines of an answer.

    - ``instead``: the answer without a plan, for a log that no story explains; empty if no schedule fits it.
    """
    best = diagnosis.best
    if not diagnosis.explained:
        return [_unexplained(diagnosis), *_indented([*_instead(instead), *_closest(diagnosis)])]
    said = best.explanation
    lines = [s for s in (said.advice, said.same) if s]
    found = [_verdict(diagnosis), *_indented([*lines, *_evidence(diagnosis)])]
    planned = diagnosis.planned
    if planned.unit == "epoch" and planned.steps_per_epoch is None:  # the clock of the plan counts epochs
        return [_UPDATE.sub("epoch", line) for line in found]
    return found


def _indented(lines: Sequence[str]) -> list[str]:
    return [_INDENT + line for line in lines[: MOST_EVIDENCE + 2]]


def _verdict(diagnosis: Diagnosis) -> str:
    """Return the first line: what happened, or each story that fits exactly."""
    best, *others = diagnosis.candidates
    said = best.explanation
    if said.story == "as-planned":
        where = f" in {diagnosis.planned.where}" if diagnosis.planned.where else ""
        return f"Matches the plan{where}{_within(best)}."
    sentence = said.verdict
    if others:
        different = list(dict.fromkeys(other.explanation.clause for other in others))
        clauses = different[:MOST_OTHERS]
        more = [f"{len(different) - MOST_OTHERS} more (--format json)"] if len(different) > MOST_OTHERS else []
        sentence += "; or, as exactly, " + "; or ".join([*clauses, *more])
    return " ".join(filter(None, [f"{sentence}.", said.consequence]))


def _within(best: Candidate) -> str:
    return "" if best.exact else f" within {_percent(best.error)} of the peak, not to all digits"


def _percent(share: float) -> str:
    """Return a share with one digit as a percentage.

    >>> _percent(0.000856), _percent(0.123)
    ('0.09%', '12%')
    """
    text = f"{share * 100:.1g}" if share < 0.1 else f"{share * 100:.0f}"  # noqa: PLR2004 - below 10%
    return f"{float(text):g}%"


def _evidence(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield the numbers that support the verdict."""
    best = diagnosis.best
    said = best.explanation
    rows = plural(len(diagnosis.rows), "row")
    digits = "exact" if said.deviates else "exact to all digits"
    fit = (
        f"{rows}, {digits}."
        if best.exact
        else f"Largest difference of this explanation {_percent(best.error)} of the peak."
    )
    if said.story == "as-planned":
        fit = f"{rows}, {digits}." if best.exact else _largest(diagnosis)
    first = compared_difference(diagnosis)
    whole = [sentence for sentence in said.evidence if sentence.endswith(".")]
    open_ones = [sentence for sentence in said.evidence if not sentence.endswith(".")]
    if open_ones:
        yield f"{open_ones[0]}; {fit}"
    else:
        sentences = [*whole[:1], *([_difference(*first)] if first else []), *([fit] if said.counts_rows else [])]
        yield " ".join(sentences)
        whole = whole[1:]
    yield from whole
    yield from said.besides
    if said.story == "as-planned":
        yield from _late_rows(diagnosis)
    yield from _stopped(diagnosis)
    if said.story == "as-planned":
        yield from doubts(diagnosis.planned)
    yield from columns_read(diagnosis.series)


def _late_rows(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield that the rows are late: by an update, or by an epoch in a log whose epochs count from 0."""
    series, offset = diagnosis.series, diagnosis.best.offset
    if series.unit == "step" and offset == -1:
        yield row_sentence("step", offset)
    if series.unit != "step" and offset == -(diagnosis.planned.steps_per_epoch or 1) and series.times[0] < 1:
        yield row_sentence(series.unit, -1.0)


def row_sentence(unit: str, offset: float) -> str:
    """Return the sentence on rows that have the rates of other times."""
    return f"T{row_clause(unit, offset)[1:]}."


def row_clause(unit: str, offset: float) -> str:
    """Return the time whose rate a row has: ``the row of step s has the rate of update s - 1``."""
    time = "update" if unit == "step" else unit
    shift = f" {'+' if offset > 0 else '-'} {count(abs(offset))}" if offset else ""
    return f"the row of {unit} s has the rate of {time} s{shift}"


def columns_read(series: Series) -> Iterator[str]:
    """Yield which column was read, if others hold the same, and which time."""
    if series.time_column == COUNTED:
        yield f"Rows are counted: {CALLS} of W&B also counts what is logged without a rate."
    names = (series.column, *series.also)
    read = next((name for name in names if not name.endswith(_BIASES)), series.column)
    if series.also:
        bias = [f"{name} (biases)" if name.endswith(_BIASES) else name for name in names if name != read]
        yield f"Read {read}; {either(bias, last='and')} hold{'s' * (len(bias) == 1)} the same."


def _largest(diagnosis: Diagnosis) -> str:
    """Return the largest difference from the plan."""
    differences = np.abs(diagnosis.predicted(diagnosis.as_planned) - diagnosis.rows.rates)
    at = int(np.nanargmax(differences))
    texts = rate_pair(float(diagnosis.predicted(diagnosis.as_planned)[at]), float(diagnosis.rows.rates[at]))
    place = f"{diagnosis.series.unit} {count(float(diagnosis.series.times[at]))}"
    return f"The largest difference is at {place}: planned {texts[0]}, logged {texts[1]}."


def compared_difference(diagnosis: Diagnosis) -> tuple[str, float, float, float] | None:
    """Return the first difference from the plan, None where it is not evidence."""
    said = diagnosis.best.explanation
    compares = not diagnosis.explained or (said.deviates and said.compares)
    return first_difference(diagnosis) if compares else None


def first_difference(diagnosis: Diagnosis) -> tuple[str, float, float, float] | None:
    """Return the unit and the time of the first row that is not as planned, the planned rate and the logged one."""
    best = diagnosis.best
    planned = diagnosis.planned(diagnosis.rows.times + diagnosis.offset)
    excess = np.where(diagnosis.rows.times > best.explanation.first_after, diagnosis.rows.excess(planned), 0.0)
    differs = excess > (best.error if diagnosis.explained else 0.0)
    if not differs.any():
        return None
    at = int(np.argmax(differs))
    time = float(diagnosis.series.times[at])
    return diagnosis.series.unit, time, float(planned[at]), float(diagnosis.rows.rates[at])


def _difference(name: str, time: float, planned: float, logged: float) -> str:
    numbers = compared(planned, logged)
    return f"First differs at {name} {count(time)}{',' if numbers.startswith('by') else ':'} {numbers}."


def compared(planned: float, logged: float) -> str:
    """Return a planned and a logged rate, or their difference if it is much smaller.

    >>> compared(0.1, 0.05), compared(0.1, 0.1 + 1e-9)
    ('planned 0.10, logged 0.05', 'by 1e-09 from 0.1')
    """
    if 0 < abs(planned - logged) < _VISIBLE * abs(planned):
        return f"by {rate(logged - planned)} from {rate(planned)}"
    texts = rate_pair(planned, logged) if math.isfinite(planned) else ("none", rate(logged))
    return f"planned {texts[0]}, logged {texts[1]}"


def _stopped(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield how far a run got that stopped before its end."""
    times = diagnosis.rows.times
    last = float(times[-1]) + diagnosis.best.offset + 1
    share = last / diagnosis.planned.total
    if (
        share < _ENDED
        and last + float(times[-1] - times[-2]) < diagnosis.planned.total
        and diagnosis.best.explanation.deviates is False
    ):
        time = count(float(diagnosis.series.times[-1]))
        yield f"The log stops at {diagnosis.series.unit} {time}, {factor(share * 100)}% of the planned horizon."


def _unexplained(diagnosis: Diagnosis) -> str:
    planned = diagnosis.as_planned
    if not math.isfinite(planned.error):
        at = int(np.argmin(np.isfinite(diagnosis.predicted(planned))))
        place = f"{diagnosis.series.unit} {count(float(diagnosis.series.times[at]))}"
        return f"Deviates from the plan, which has no rate at {place}, and no known cause explains it."
    return f"Deviates from the plan by up to {_percent(planned.error)} of the peak, and no known cause explains it."


def _closest(diagnosis: Diagnosis) -> list[str]:
    best = diagnosis.best
    excess = diagnosis.rows.excess(diagnosis.predicted(best))
    at = int(np.argmax(excess))
    place = f"{diagnosis.series.unit} {count(float(diagnosis.series.times[at]))}"
    first = first_difference(diagnosis)
    sentences = [_difference(*first)] if first else []
    if best.explanation.story != "as-planned" and math.isfinite(best.error):
        sentences.append(f"The closest explanation is off by {_percent(best.error)} of the peak at {place}.")
    return [" ".join(sentences)] if sentences else []


def _instead(lines: Sequence[str]) -> list[str]:
    """Return the schedule that the log has, in place of the plan."""
    if not lines:
        return ["No schedule of this program fits the log better: compare it with another plan."]
    first, *rest = lines
    sentence = first if first[0].isupper() else f"It is {first}."  # "Two runs in one log", "Closest to"
    return [f"The log is not this plan. {sentence}", *(line.removeprefix(_INDENT) for line in rest)]


def as_json(diagnosis: Diagnosis, lines: Sequence[str], own: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return an answer as a JSON object.

    - ``own``: the schedule that the log has instead of its plan, if no explanation is known.
    """
    best = diagnosis.best
    first = first_difference(diagnosis) if best.explanation.deviates or not best.exact else None
    return {
        "verdict": verdict_word(diagnosis),
        "story": best.explanation.story if diagnosis.explained else None,
        "values": _plain(best.explanation.values) if diagnosis.explained else {},
        "exact": best.exact,
        "error": _finite(best.error),
        "offset": best.offset,
        "as_planned_error": _finite(diagnosis.as_planned.error),
        "others": [
            {
                "story": each.explanation.story,
                "clause": each.explanation.clause,
                "values": _plain(each.explanation.values),
            }
            for each in diagnosis.candidates[1:]
        ],
        "first_difference": None
        if first is None
        else dict(zip(("unit", "time", "planned", "logged"), map(_finite, first), strict=True)),
        "plan": diagnosis.planned.where or None,
        "planned_updates": diagnosis.planned.total,
        "schedule": None if own is None else dict(own),
        **series_json(diagnosis.series),
        "text": list(lines),
    }


def series_json(series: Series) -> dict[str, Any]:
    """Return which rows were read as the last keys of a JSON object."""
    return {
        "unit": series.unit,
        "first": float(series.times[0]),
        "last": float(series.times[-1]),
        "rows": len(series.rates),
        "column": series.column,
        "same_columns": list(series.also),
    }


def _finite(value: Any) -> Any:
    """Return a value, None instead of a number that JSON does not have."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(values: Any) -> Any:
    """Return numbers of NumPy as those of Python."""
    if isinstance(values, dict) or hasattr(values, "items"):
        return {key: _plain(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [_plain(value) for value in values]
    return values.item() if isinstance(values, np.generic) else values


def verdict_word(diagnosis: Diagnosis) -> str:
    """Return the verdict for programs: matches, deviates or unexplained."""
    if not diagnosis.explained:
        return "unexplained"
    return "deviates" if diagnosis.deviates else "matches"


def document(content: Any) -> bytes:
    """Return a JSON document."""
    return json.dumps(content, indent=2, allow_nan=False).encode() + b"\n"


def text(lines: Sequence[str], terminal: Terminal) -> str:
    """Return lines as text: on a screen broken between words, and those without indentation bold."""
    shown = ((part, line.startswith(_INDENT)) for line in lines for part in _broken(visible(line), terminal))
    return "".join(f"{part if indented else _bold(part, terminal)}\n" for part, indented in shown)


def _broken(line: str, terminal: Terminal) -> list[str]:
    """Return the lines of a sentence on a screen; a curve to type stays one line."""
    if terminal.screen is None or len(line) <= terminal.width or line.startswith(_TYPED):
        return [line]
    whole = _THOUSANDS.sub("\u00a0", line)
    indent = 2 * _INDENT if line.startswith(_INDENT) else ""
    lines = textwrap.wrap(
        whole, terminal.width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return [part.replace("\u00a0", " ") for part in lines]


def _bold(line: str, terminal: Terminal) -> str:
    return styled([Cell(sign, BOLD) for sign in line], terminal.colors)
