"""The rate of the stop is constant from there on.

Source: the runs without re-warming of Ibrahim et al. 2024 (arXiv 2403.08763), "Simple and scalable strategies to
continually pre-train large language models".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.studies.extend.core.composed import composed

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Curve
    from cosine_cli.studies.extend.core.stopped import Stopped

ORDER = 3


def extended(run: Stopped) -> Curve:
    """Return the old curve, and then its rate at the stop.

    Raises RequestError if that is 0.
    """
    return run.then(composed("constant", run.clock, lr=run.rate_above_0("hold")))
