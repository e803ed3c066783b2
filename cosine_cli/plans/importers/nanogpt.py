"""Import a nanoGPT config: its ``config/*.py``, read without running them, or the config of its run in W&B.

The schedule is that of ``get_lr`` in ``train.py`` of karpathy/nanoGPT at 3adf61e1, and so are the defaults. Copies from
before December 2024 begin the warmup at 0 instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import WITHOUT_EPOCHS, BudgetKeys
from cosine_cli.plans.importers.core.computed import computed_list, computed_value, interpolated_spec, labelled
from cosine_cli.plans.importers.core.defaults_reader import DefaultsReader
from cosine_cli.plans.importers.core.evidence import AtLeast, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.linear_warmup import plus_one_warmup
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import read_as
from cosine_cli.plans.importers.core.sequence import in_turn
from cosine_cli.plans.importers.core.unsupported import check_unknown_keys
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

DEFAULTS = {
    "learning_rate": 6e-4,
    "max_iters": 600_000,
    "warmup_iters": 2000,
    "lr_decay_iters": 600_000,
    "min_lr": 6e-5,
}

RATE_KEYS = (*DEFAULTS, "decay_lr")
"""All names that change the learning rate."""

OWN_KEYS = ("lr_decay_iters", "decay_lr", "always_save_checkpoint")
"""Names that only nanoGPT and its copies have."""

OTHER_KEYS = (
    *("max_iters", "learning_rate", "warmup_iters", "min_lr", "eval_iters", "eval_interval", "eval_only", "init_from"),
    *("gradient_accumulation_steps", "block_size", "n_layer", "n_head", "n_embd", "wandb_run_name"),
)

FORMAT = Format(
    "nanoGPT config",
    needs=(one_of(*OWN_KEYS), one_of("max_iters", "learning_rate"), AtLeast(3, *OTHER_KEYS)),
    excludes=(one_of("train_iters", "lr_scheduler_type"),),
    files="`config/*.py`",
    reads="`learning_rate`, `min_lr`, `warmup_iters`, `lr_decay_iters`, `decay_lr` and `max_iters`",
    options=(*RUN, "warmup"),
    budget=BudgetKeys(
        keys={
            "global_batch_size": "batch_size * gradient_accumulation_steps",
            "sequence_length": "block_size",
        },
        defaults={"batch_size": "12", "gradient_accumulation_steps": "40", "sequence_length": "1024"},
        refused=WITHOUT_EPOCHS,
    ),
    replacement_keys={"min_lr": "min_lr"},
)


@dataclass(frozen=True, kw_only=True)
class _Settings(DefaultsReader):
    """The settings of ``train.py`` that change the rate: of an option, of the config, or the default."""

    flags: Flags

    def raw(self, name: str, value: float) -> RawValue:
        """Return a value at the place of a setting."""
        return self.config.computed(value, name)

    @property
    def lr(self) -> RawValue:
        """The peak rate."""
        return self.flags.lr or self.raw("learning_rate", self.number("learning_rate", above=0))

    @property
    def steps(self) -> RawValue:
        """The length of the run; ``train.py`` makes one more update."""
        return self.flags.length or self.raw("max_iters", self.count("max_iters", at_least=1))

    def warmup(self, steps: int) -> float:
        """Return the length of the warmup in a run of ``steps``."""
        given = self.flags.warmup(steps)
        return self.number("warmup_iters", at_least=0) if given is None else given


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule that ``train.py`` follows with the config."""
    config = MappingReader(top)
    check_unknown_keys(config, RATE_KEYS, FORMAT.title)
    settings = _Settings(config=config, defaults=DEFAULTS, flags=flags)
    lr, steps = settings.lr, settings.steps
    decays = config.flag("decay_lr", default=True)
    if decays:
        curve = labelled(_curve(settings, float(lr.text), int(steps.text)), "cosine")
    else:
        flags.check_no_warmup("a run with decay_lr=False")
        curve = CurveSpec("constant", config.where, "step")
    words = "warmup and cosine decay (get_lr since December 2024)" if decays else "a constant rate (decay_lr is off)"
    return Request(
        unit="step",
        run={"lr": lr, "steps": steps},
        curves=(curve,),
        applied_flags=frozenset({"epochs", "warmup"}) & frozenset(flags.given),
        remarks=(read_as(words, f"{steps.text} steps", defaults=settings.notes),),
    )


def _curve(settings: _Settings, lr: float, steps: int) -> CurveSpec:
    warmup = settings.warmup(steps)
    decay = settings.number("lr_decay_iters", at_least=0) - warmup
    low = settings.number("min_lr", at_least=0)
    where = settings.config.place("warmup_iters")
    if decay == 0 and warmup <= steps:
        rule = "lr_decay_iters must not be warmup_iters: get_lr divides by their difference"
        raise user_error(settings.config.place("lr_decay_iters"), rule, got=f"{warmup:g}")
    if decay < 0 and warmup < steps:
        return _dropped(settings, lr, low, warmup)
    curve = _cosine(settings, decay, low) if low <= lr else _rising(settings, lr, warmup, decay, low)
    return plus_one_warmup(curve, lr, warmup, steps, where)


def _cosine(settings: _Settings, length: float, low: float) -> CurveSpec:
    where = settings.config.place("min_lr")
    total = settings.config.computed(length, "lr_decay_iters")
    return CurveSpec("cosine", where, "step", {"total": total, "min_lr": settings.raw("min_lr", low)})


def _rising(settings: _Settings, lr: float, warmup: float, length: float, high: float) -> CurveSpec:
    """Return half a cosine wave up to ``min_lr``, whose default is above small rates."""
    where = settings.config.place("min_lr")
    table = {
        "times": computed_list((warmup, warmup + length), where),
        "values": computed_list((lr, high), where),
        "between": computed_value("cosine", where),
    }
    return CurveSpec("piecewise_interpolated", where, "step", table)


def _dropped(settings: _Settings, lr: float, low: float, warmup: float) -> CurveSpec:
    """Return a warmup that lasts longer than the decay, which then has only its end."""
    where = settings.config.place("lr_decay_iters")
    updates, start = math.ceil(warmup), lr / (warmup + 1)
    rise = interpolated_spec({0: start, updates: start * (updates + 1)}, where)
    end = CurveSpec("constant", where, "step", {"lr": settings.raw("min_lr", low)})
    return in_turn([(rise, updates)], end)
