"""The warmup is longer than in the config: the program has a minimum number of warmup batches."""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.wording import count, rate_pair

RANK = -0.5


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan, whose warmup the program lengthens."""
    planned = case.planned
    if planned.named_warmup is None or planned.steps_per_epoch is None:
        return
    each = planned.steps_per_epoch
    took, named = planned.warmup / each, planned.named_warmup / each
    peaks = rate_pair(float(case.rows.rates.max()), planned.lr)
    remedy = "a smaller batch does" + ("" if planned.always_warms_up else ", or warmup_epochs=0")
    yield Explanation(
        story="warmup-lengthened",
        rank=RANK,
        rates=planned,
        verdict=f"Deviates: the warmup took {took:.0f} epochs, planned {named:g}; the highest rate was {peaks[0]}, "
        f"planned {peaks[1]}",
        clause=f"a warmup of {took:.0f} epochs",
        advice=f"Ultralytics warms up over at least {count(round(planned.warmup))} iterations; this data set has "
        f"{count(each)} an epoch. A lower warmup_epochs does not help; {remedy}.",
        evidence=(_rest(case),),
        compares=False,
        counts_rows=False,
        values={"warmup_epochs": took, "planned_warmup_epochs": named, "steps_per_epoch": each, "lr": planned.lr},
    )


def _rest(case: Case) -> str:
    planned, each = case.planned, case.planned.steps_per_epoch or 1
    decay = planned.label.replace(" of lr0", " x the peak")
    rest = f"After the warmup: {decay} over {count(planned.total / each)} epochs, as planned."
    begin, last = ((time - case.offset) / each for time in (case.rows.times[0], case.last))
    ended = last + (begin == 0)  # the first epoch is 0 or 1
    return f"{rest} The run stopped at epoch {count(last)}." if ended < planned.total / each else rest
