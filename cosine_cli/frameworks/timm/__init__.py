"""timm's schedulers, ``timm.scheduler``: the learning rate of each epoch in timm's own training script.

The script calls ``step(epoch + 1)`` after each epoch and nothing before the first, so epoch 0 uses the rate that the
constructor sets. Each rate depends on its epoch only.
"""

from __future__ import annotations

from cosine_cli.frameworks.core.framework import Framework
from cosine_cli.frameworks.core.ignored import by_name, ignored_param

_METRIC = "the metric that the training loop passes to step()"

FRAMEWORK = Framework(
    title="timm",
    version="1.0.31",
    source="timm/scheduler",
    files=("cycles", "steps", "wsd"),
    calls="epoch",
    precision=1e-12,
    depends={"PlateauLRScheduler": _METRIC, "plateau": _METRIC},
    ignored=by_name(
        ignored_param(
            "t_in_epochs", bool, default=True, fixed=True, hint="leave it out, and count updates with --steps"
        ),
        ignored_param("initialize", bool, default=True, fixed=True),
        ignored_param("noise_range_t", float, default=None, fixed=True, many=True, optional=True),
        ignored_param("noise_pct", float, default=0.67),
        ignored_param("noise_std", float, default=1.0),
        ignored_param("noise_seed", int, default=42),
    ),
)
