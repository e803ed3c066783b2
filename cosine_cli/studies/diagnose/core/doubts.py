"""What a plan lacks, although the log follows it: a decay that ends in the run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.wording import count, rate_pair

_RUNS = 100
"""A decay is searched in so many times the length of the run."""

_MOST_PIECES = 200
_POINTS = 200
_FAR = 0.005
"""The distance from the end of the decay, as a share of the peak, that is reported."""


def doubts(planned: Planned) -> Iterator[str]:
    """Yield a sentence if the plan has no decay in the run, or one that ends after it."""
    with np.errstate(all="ignore"):
        yield from _doubts(planned)


def _doubts(planned: Planned) -> Iterator[str]:
    rates = planned(np.linspace(0.0, planned.total, _POINTS))
    if rates[0] < rates[-1] and np.all(np.diff(rates) > 0):
        yield "The planned rate rises up to the end of the run: all of it is warmup, unless that is meant."
        return
    pieces = planned.schedule.pieces_to_end(_RUNS * planned.total, _MOST_PIECES)
    if [piece.kind for piece in pieces[-2:]] != ["smooth", "flat"] or pieces[-1].t0 <= planned.total:
        return
    end = pieces[-1].t0
    left, floor = planned(np.array([planned.total, end])).tolist()
    if left - floor > _FAR * planned.peak:
        texts = rate_pair(left, floor)
        unit = "epoch" if planned.unit == "epoch" and planned.steps_per_epoch is None else "update"
        yield (
            f"The decay of the plan ends at {unit} {count(end)}, but the run at {count(planned.total)}: the rate "
            f"ends at {texts[0]} instead of {texts[1]}."
        )
