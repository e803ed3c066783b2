"""Schedulers by the path of their class or function, as Hydra and LightningCLI name them."""

from __future__ import annotations

import re

BOLTS = "LinearWarmupCosineAnnealingLR"
"""The scheduler of Lightning Bolts and Flash."""

_SCHEDULE = re.compile(
    r"torch\.optim\.(?:lr_scheduler|swa_utils)\.(?P<torch>\w++)"
    r"|(?:lightning\.pytorch|pytorch_lightning|lightning)\.(?:\w++\.)?cli\.(?P<metric>ReduceLROnPlateau)"
    r"|(?:transformers(?:\.optimization)?|diffusers\.optimization)\.(?P<transformers>get_(?>\w*?schedule)\w*+)"
    r"|timm\.scheduler\.(?:\w++\.)?(?P<timm>\w+LRScheduler)"
    rf"|(?:pl_bolts|flash|lightning_bolts)\.[\w.]*(?P<bolts>{BOLTS})"
)
_FRAMEWORKS = {"torch": "torch.", "metric": "torch.", "transformers": "transformers.", "timm": "timm.", "bolts": ""}
_OPTIMIZER = re.compile(
    r"(?:torch\.optim|torch_optimizer|timm\.optim|bitsandbytes\.optim|transformers|apex\.optimizers|deepspeed\.ops"
    r"|lion_pytorch|pl_bolts\.optimizers)\.(?:[\w.]+\.)?([A-Z]\w*)"
)

DEFAULT_RATES = {
    **dict.fromkeys(("Adam", "AdamW", "AMSGrad", "SGD", "RAdam", "SparseAdam"), 1e-3),
    **dict.fromkeys(("NAdam", "Adamax"), 2e-3),
    **dict.fromkeys(("Adagrad", "RMSprop", "ASGD", "Rprop", "Adafactor"), 1e-2),
    "Adadelta": 1.0,
}
"""The default rates of PyTorch's optimizers."""


def schedule_at(path: str) -> str | None:
    """Return the name of the schedule at a path, None if it is not known.

    >>> schedule_at("torch.optim.lr_scheduler.StepLR"), schedule_at("my.StepLR")
    ('torch.StepLR', None)
    """
    match = _SCHEDULE.fullmatch(path)
    return f"{_FRAMEWORKS[str(match.lastgroup)]}{match[str(match.lastgroup)]}" if match else None


def optimizer_at(path: str) -> str | None:
    """Return the class of an optimizer at a path, None if it is not known.

    >>> optimizer_at("torch.optim.adamw.AdamW"), optimizer_at("torch.optim.lr_scheduler.StepLR")
    ('AdamW', None)
    """
    match = None if schedule_at(path) else _OPTIMIZER.fullmatch(path)
    return match[1] if match else None
