"""Import a Hugging Face ``trainer_state.json``: the learning rates that a ``Trainer`` logged."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, labelled
from cosine_cli.plans.importers.core.evidence import Key
from cosine_cli.plans.importers.core.flags import LENGTH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import read_as
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request, raw_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

FORMAT = Format(
    "Hugging Face trainer_state.json",
    needs=(Key("log_history"),),
    files="`trainer_state.json`",
    reads="the logged rates of `log_history`",
    options=LENGTH,
    unknown={"--steps": "the length of the run, if `max_steps` is missing"},
)

MOST_POINTS = 8_000
"""The most points of a table in a config."""

_DIGITS = 16
"""Numbers of fewer digits are below 2^53."""


def load(top: Node, flags: Flags) -> Request:
    """Return the logged rates, with straight lines between them."""
    state = MappingReader(top)
    logged = _logged(state)
    every = math.ceil(len(logged) / MOST_POINTS)
    last = max(logged)
    points = {**dict(list(logged.items())[::every]), last: logged[last]}
    total = _steps(state, flags, last=last)
    where = state.place("log_history")
    times = RawValue("", where, "step", parts=tuple(computed_value(step, state.where) for step in points))
    values = RawValue("", where, "step", parts=tuple(map(raw_value, points.values())))
    curve = CurveSpec("piecewise_interpolated", where, "step", {"times": times, "values": values})
    return Request(
        unit="step",
        run={"steps": total},
        curves=(labelled(curve, "logged rates"),),
        remarks=(
            read_as(f"{len(points):,} logged rates with straight lines between them", f"{total.text} steps"),
            *_constant(min(logged), last, int(total.text)),
            "the file does not contain the schedule; pass the TrainingArguments to see it",
            "a rate is logged after its step since March 2025, and before its step in older versions",
            *([f"1 in {every} of {len(logged):,} logged rates is used"] if every > 1 else []),
        ),
    )


def _logged(state: MappingReader) -> dict[int, Node]:
    """Return the logged rates by the number of steps made; of two at one step the later."""
    items = state.values["log_history"].items if "log_history" in state else None
    if items is None:
        raise state.invalid("log_history", "log_history must be a list")
    entries = (MappingReader.of(item) for item in items)
    rates = {_step(entry): entry.values["learning_rate"] for entry in entries if "learning_rate" in entry}
    if not rates:
        rule = "log_history must contain entries with a learning_rate"
        raise user_error(state.place("log_history"), rule, got="none")
    return dict(sorted(rates.items()))


def _step(entry: MappingReader) -> int:
    """Return the step of an entry; only what is not plain digits is read by the slower grammar of numbers."""
    node = entry.values.get("step")
    plain = node is not None and not node.quoted and len(node.text) < _DIGITS and node.text.isascii()
    return int(node.text) if node is not None and plain and node.text.isdigit() else entry.count("step", at_least=0)


def _constant(first: int, last: int, total: int) -> Iterator[str]:
    """Yield where the curve is constant because no rate is logged."""
    if first > 1:
        yield f"no rate is logged before step {first:,}: the curve is constant up to it"
    if last < total:
        yield f"no rate is logged after step {last:,}: the curve is constant from it to step {total:,}"


def _steps(state: MappingReader, flags: Flags, *, last: int) -> RawValue:
    if flags.length is not None:
        return flags.length
    steps = state.count("max_steps", 0)
    return state.computed(steps if steps > 0 else max(last, 1), "max_steps")
