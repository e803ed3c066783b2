"""The run is resumed with another horizon."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.tail import joined, tail
from cosine_cli.studies.diagnose.core.wording import count, rate_pair
from cosine_cli.studies.diagnose.stories.horizon import horizons, rates_to, relation

RANK = 8.6
_FITTED = 8.7


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan with the horizon that fits best from a row on."""
    planned, rest = case.planned, tail(case)
    if rest is None or not planned.has_horizon:
        return
    for shape in case.shapes:
        for total in horizons(shape, rest.rows):
            name, is_whole = relation(total / planned.total)
            last = np.array([rest.by])
            texts = rate_pair(float(shape.rates(last, total=total)[0]), float(planned(last)[0]))
            yield Explanation(
                story="resumed-horizon",
                rank=RANK if is_whole else _FITTED,
                rates=joined(planned, rest.by, partial(rates_to, shape, total)),
                verdict=f"Resumed with another horizon before {case.place(rest.by)}: {count(total)}, planned "
                f"{count(planned.total)}{name}",
                clause=f"resumed with a horizon of {count(total)}",
                consequence=f"The rate there is {texts[0]}, planned {texts[1]}.",
                advice="The horizon of a resumed run is that of the first one: pass the same number of epochs, "
                "batch size and processes.",
                values={"horizon": total, "planned": planned.total, "from": rest.by - case.offset},
            )
