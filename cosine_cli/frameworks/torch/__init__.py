"""PyTorch's schedulers, ``torch.optim.lr_scheduler``: the learning rate of each update of a training loop.

The loop calls ``step()`` once after every epoch, as in PyTorch's documentation. The rates are those of the recursions
that ``step()`` follows, in closed form where one exists.
"""

from __future__ import annotations

from cosine_cli.frameworks.core.framework import Framework
from cosine_cli.frameworks.core.ignored import by_name, ignored_param

_FUNCTION = "a Python function"

FRAMEWORK = Framework(
    title="PyTorch",
    version="2.13.0",
    source="torch/optim/lr_scheduler.py",
    files=("decays", "cosine", "cycles", "averaging", "composed"),
    calls="epoch",
    precision=1e-12,
    depends={
        "ReduceLROnPlateau": "the metric that the training loop passes to step()",
        "LambdaLR": f"{_FUNCTION}, lr_lambda",
        "MultiplicativeLR": f"{_FUNCTION}, lr_lambda",
    },
    ignored=by_name(
        ignored_param("last_epoch", int, default=-1, fixed=True),
        ignored_param("verbose", str, default="deprecated"),
    ),
)
