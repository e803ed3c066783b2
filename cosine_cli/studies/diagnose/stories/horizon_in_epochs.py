"""The horizon is the number of epochs, but the scheduler is stepped once per update."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.wording import count

RANK = 3.1


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan with the number of epochs as its horizon; with the planned warmup, and with one in epochs."""
    planned, each = case.planned, case.planned.steps_per_epoch
    if not each or each == 1 or not planned.has_horizon:
        return
    epochs = planned.total / each
    for shape in case.shapes:
        exact = planned.warmup / each
        for warmup in dict.fromkeys((planned.warmup, exact, float(np.floor(exact)), float(np.ceil(exact)))):
            if warmup >= epochs:
                continue
            yield Explanation(
                story="horizon-in-epochs",
                rank=RANK,
                rates=partial(_rates, shape, epochs, warmup),
                verdict=f"The horizon is {count(epochs)}, planned {count(planned.total)}: the number of epochs, but "
                "the scheduler is stepped once per update",
                clause=f"a horizon of {count(epochs)}, the number of epochs",
                advice=f"Set the scheduler's horizon (T_max, total_steps, num_training_steps) to "
                f"{count(planned.total)}, or step it once per epoch.",
                values={"horizon": epochs, "planned": planned.total},
            )


def _rates(shape: Planned, total: float, warmup: float, t: Rates) -> Rates:
    return shape.rates(t, total=total, warmup=warmup)
