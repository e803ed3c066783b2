"""Hugging Face ``trainer_state.json``: the rates that a ``Trainer`` logged; what made them is not in it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.flags import LENGTH
from cosine_cli.plans.importers.core.mapping_reader import MappingReader, computed_value, raw_value
from cosine_cli.plans.importers.core.remarks import left_out, read_as
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

TITLE = "Hugging Face trainer_state.json"
SHARES: tuple[str, ...] = ()
TAKES = LENGTH
INSTEAD: dict[str, str] = {}

MOST_POINTS = 8_000
"""As many as a config of ours can hold."""

_DIGITS = 16
"""Numbers of fewer digits are below 2^53."""


def matches(top: Node) -> bool:
    """Tell the state by its log."""
    return "log_history" in top.keys


def load(top: Node, flags: Flags) -> Request:
    """Return the logged rates, with straight lines from each to the next."""
    sheet = MappingReader(top)
    logged = _logged(sheet)
    every = math.ceil(len(logged) / MOST_POINTS)
    kept = {**dict(list(logged.items())[::every]), max(logged): logged[max(logged)]}
    total = _updates(sheet, flags, last=max(logged))
    points = {
        "times": RawValue(
            "", sheet.place("log_history"), "step", parts=tuple(computed_value(step, sheet.where) for step in kept)
        ),
        "values": RawValue("", sheet.place("log_history"), "step", parts=tuple(map(raw_value, kept.values()))),
    }
    return Request(
        unit="step",
        run={"steps": total},
        curves=(CurveSpec("piecewise_interpolated", sheet.place("log_history"), "step", points),),
        remarks=read_as(TITLE, f"{len(kept):,} logged rates with straight lines between them", f"{total.text} updates")
        + left_out(
            TITLE,
            "which schedule it was, which the file does not say: give the TrainingArguments for it",
            "whether a rate logged at a step was used for the update just made, as since March 2025, or for the next",
            f"of {len(logged):,} logged rates all but one in {every}" if every > 1 else "",
        ),
    )


def _logged(sheet: MappingReader) -> dict[int, Node]:
    """Return the logged rates by the number of updates that had been made; of two at one step the later."""
    items = sheet.values["log_history"].items if "log_history" in sheet else None
    if items is None:
        raise sheet.refused("log_history", "log_history must be a list")
    found: dict[int, Node] = {}
    for item in items:
        entry = MappingReader.of(item)
        if "learning_rate" in entry:
            found[_step(entry)] = entry.values["learning_rate"]
    if not found:
        raise user_error(sheet.place("log_history"), "log_history must hold entries with a learning_rate", got="none")
    return dict(sorted(found.items()))


def _step(entry: MappingReader) -> int:
    """Return the step of an entry; the grammar of numbers, which takes its time, reads what is not plain digits."""
    node = entry.values.get("step")
    plain = node is not None and not node.quoted and len(node.text) < _DIGITS and node.text.isascii()
    return int(node.text) if node is not None and plain and node.text.isdigit() else entry.count("step", at_least=0)


def _updates(sheet: MappingReader, flags: Flags, *, last: int) -> RawValue:
    if flags.length is not None:
        return flags.length
    steps = sheet.count("max_steps", 0)
    return computed_value(steps if steps > 0 else max(last, 1), sheet.place("max_steps"))
