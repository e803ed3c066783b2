"""What the configs of OpenMMLab, those of MMCV 1 and of MMEngine, have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.mapping_reader import MappingReader

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.raw import RawValue

BASE = "_base_"


def check_base(config: MappingReader, hint: str) -> None:
    """Raise RequestError for a config that is merged into others; ``hint`` is a command that writes the whole one."""
    if BASE in config:
        raise user_error(config.place(BASE), f"{BASE} must not be given: other files are not read", hint=hint)


def optimizer_rate(optimizer: MappingReader | None, config: MappingReader, flags: Flags) -> RawValue:
    """Return the learning rate of the optimizer, or that of ``--lr``."""
    if flags.lr is not None:
        return flags.lr
    scaled = config.mapping("auto_scale_lr")
    if scaled is not None and scaled.flag("enable", default=False):
        rule = "learning rate unknown: auto_scale_lr multiplies lr by the global batch size, which is not in the file"
        raise user_error(scaled.place("enable"), rule, hint="pass --lr")
    if optimizer is None or "lr" not in optimizer:
        rule = "learning rate unknown: the config does not contain the optimizer's lr"
        raise user_error((optimizer or config).where, rule, hint="pass --lr")
    return optimizer.computed(optimizer.number("lr", above=0), "lr")
