"""What was left of the schedule is stretched to the new end, without a jump.

Source: the remaining shape on another time axis; none is published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import user_error

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Curve
    from cosine_cli.studies.extend.core.stopped import Stopped

ORDER = 4


def extended(run: Stopped) -> Curve:
    """Return the old curve, and then what was left of it, stretched.

    Raises RequestError if nothing was left.
    """
    if run.at >= run.total:
        raise user_error("stretch", "is not possible: nothing of the schedule is left at its end", hint="pass --at")
    rest = run.stretched(begin=run.at, steps=run.remaining)
    return run.then(rest)
