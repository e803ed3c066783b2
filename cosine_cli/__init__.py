"""cosine-lr: explore, compare and plot learning-rate schedules.

>>> import cosine_cli as clr
>>> plan = clr.plan("cosine:warmup=5", "step", lr=0.1, epochs=100)
>>> plan["cosine"]([0, 5, 52.5, 100])
array([0.  , 0.1 , 0.05, 0.  ])
"""

from __future__ import annotations

TYPE_CHECKING = False  # not from typing, whose import takes longer than --version
if TYPE_CHECKING:
    from cosine_cli.api import LearningRates, PlanWarning, RateFunction, RequestError, plan

__version__ = "0.2.0"
__all__ = ["LearningRates", "PlanWarning", "RateFunction", "RequestError", "__version__", "plan"]


def __getattr__(name: str) -> object:
    """Import the Python interface when one of its names is used: the command line does not need it."""
    if name in __all__:
        from cosine_cli import api

        return getattr(api, name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message, name=name)


def __dir__() -> list[str]:
    """Return the names of the Python interface too, for completion in a notebook."""
    return sorted({*globals(), *__all__})
