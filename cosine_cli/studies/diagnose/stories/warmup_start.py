"""The warmup starts at another rate than planned."""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.warmup_start import fitted_start
from cosine_cli.studies.diagnose.core.wording import percent, rate, rate_pair

RANK = 7.2
_FROM_ONE_ROW = 9.5


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan with the start of the warmup that fits best."""
    planned = case.planned
    start = fitted_start(planned, case.rows)
    if start is None:
        return
    shown = int(((case.times >= 0) & (case.times < planned.warmup)).sum())
    third = abs(start - planned.peak / 3) <= 1e-6 * planned.peak
    share = "1/3" if third else percent(start / planned.peak)
    texts = rate_pair(start, planned.first)
    yield Explanation(
        story="warmup-start",
        rank=RANK if shown > 1 else _FROM_ONE_ROW,
        rates=lambda t: planned.rates(t, start=start),
        verdict=f"The warmup starts at {texts[0]} ({share} of the peak), planned {texts[1]}",
        clause=f"a warmup from {rate(start)}",
        advice="1/3 is the default start_factor of LinearLR: pass start_factor."
        if third
        else "Check the start of the warmup (start_factor, warmup_lr_init, WARMUP_FACTOR).",
        values={"start": start, "planned": planned.first},
    )
