"""The scheduler of the run goes on, also after its end.

Source: ``load_state_dict`` of PyTorch's schedulers, which restores the old horizon, but not the functions of
``LambdaLR`` (https://github.com/pytorch/pytorch/pull/6342, 2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.studies.extend.core.composed import lengthened

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Curve
    from cosine_cli.studies.extend.core.stopped import Stopped

ORDER = 1


def extended(run: Stopped) -> Curve:
    """Return the curve of the old run, which goes on after its end."""
    if run.clock.total < run.total:
        return run.past
    return lengthened(run.curve, run.clock.total - run.total, run.clock)
