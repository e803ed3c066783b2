"""Remarks on another program's config, which the name of the file precedes: what it is read as, and ignored."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.plans.model.read_as import ReadAs
from cosine_cli.text import visible


def read_as(curve: str, length: str, *, defaults: Sequence[str] = (), warmup: float | None = None) -> ReadAs:
    """Return the remark on what a config is read as, and on the program's defaults that are used.

    - ``curve``: the name of the scheduler in the program.
    - ``length``: the length of the run, as in ``30 epochs``.
    - ``warmup``: the length of the warmup in the unit of the run, if it differs from that of the curve.
    """
    return ReadAs(scheduler=curve, length=length, warmup=warmup, defaults=tuple(defaults))


def ignored(*what: str) -> tuple[str, ...]:
    """Return one remark for each ignored value; an empty string stands for none."""
    return tuple(visible(f"ignored: {value}") for value in what if value)
