"""The schedule is created again for the new length, and resumed at the stop: the rate jumps.

Source: a run of Transformers that is resumed with another ``num_train_epochs``
(https://github.com/huggingface/transformers/issues/4383, 2020).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import Problem, RequestError, user_error
from cosine_cli.studies.extend.core.composed import composed

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Curve
    from cosine_cli.studies.extend.core.stopped import Stopped

ORDER = 2


def extended(run: Stopped) -> Curve:
    """Return the old curve, and from the stop on the curve of the longer run.

    Raises RequestError if these are the same.
    """
    longer = run.rebuilt
    if isinstance(longer, Problem):
        raise RequestError(longer._replace(where="rebuilt"))
    if longer.params == run.curve.params:
        raise user_error("rebuilt", "is the same as unchanged: the schedule has a length of its own")
    return run.then(composed("retime", run.clock, ahead=run.stop, of=longer))
