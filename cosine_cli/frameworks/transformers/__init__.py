"""Hugging Face's schedules, ``transformers.optimization``: functions that multiply ``lr`` by a factor per update.

The Trainer calls ``step()`` after every update of the optimizer. A warmup is part of ``num_training_steps``.
"""

from __future__ import annotations

from cosine_cli.frameworks.core.framework import Framework
from cosine_cli.frameworks.core.ignored import by_name, ignored_param

_ALIASES = {
    "linear": "get_linear_schedule_with_warmup",
    "cosine": "get_cosine_schedule_with_warmup",
    "cosine_with_restarts": "get_cosine_with_hard_restarts_schedule_with_warmup",
    "polynomial": "get_polynomial_decay_schedule_with_warmup",
    "constant": "get_constant_schedule",
    "constant_with_warmup": "get_constant_schedule_with_warmup",
    "inverse_sqrt": "get_inverse_sqrt_schedule",
    "cosine_with_min_lr": "get_cosine_with_min_lr_schedule_with_warmup",
    "cosine_warmup_with_min_lr": "get_cosine_with_min_lr_schedule_with_warmup_lr_rate",
    "warmup_stable_decay": "get_wsd_schedule",
}
"""The values of ``SchedulerType``, which ``get_scheduler`` takes."""

_METRIC = "the metric that the training loop passes to step()"

_ADAFACTOR = "the step sizes that Adafactor computes"

FRAMEWORK = Framework(
    title="Transformers",
    version="5.23.0",
    source="transformers/optimization.py",
    files=("decays", "cosine", "wsd"),
    calls="update",
    precision=1e-12,
    functions=True,
    aliases=_ALIASES,
    depends={
        "reduce_lr_on_plateau": _METRIC,
        "get_reduce_on_plateau_schedule": _METRIC,
        "greedy": _METRIC,
        "get_greedy_schedule": _METRIC,
        "GreedyLR": _METRIC,
        "get_adafactor_schedule": _ADAFACTOR,
        "AdafactorSchedule": _ADAFACTOR,
    },
    ignored=by_name(
        ignored_param("last_epoch", int, default=-1, fixed=True),
    ),
)
