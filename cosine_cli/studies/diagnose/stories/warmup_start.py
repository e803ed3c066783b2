"""The warmup starts at another rate than planned."""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.rows import Rows
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


def fitted_start(planned: Planned, rows: Rows) -> float | None:
    """Return the first rate of the warmup that fits best, as short as it fits; None if no row shows it."""
    inside = (rows.times < planned.warmup) & (rows.times >= 0)
    if not planned.warmup or not inside.any():
        return None
    part = rows[inside]
    zero, one = planned.rates(part.times, start=0.0), planned.rates(part.times, start=planned.peak)
    weight = (one - zero) / planned.peak
    if not weight @ weight > 0:
        return None
    start = float(weight @ (part.rates - zero) / (weight @ weight))
    if start < -1e-9 * planned.peak:
        return None
    best = part.error(planned.rates(part.times, start=start))
    shares = (0.0, 1 / 3, *(float(f"{start / planned.peak:.{digits}g}") for digits in range(1, 8)))
    for share in shares:
        if part.error(planned.rates(part.times, start=share * planned.peak)) <= best * 1.02:
            return share * planned.peak
    return max(start, 0.0)
