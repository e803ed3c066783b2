"""Import configs of Megatron-SWIFT, the Megatron trainings of ms-swift: Megatron's scheduler with other defaults.

Source: ms-swift 4.6.0, ``megatron/arguments/megatron_args.py`` for defaults, ``megatron/utils/megatron_lm_utils.py``
for the lengths; Megatron Core 0.16.1, ``optimizer_param_scheduler.py``, for the formula.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, labelled
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.unsupported import check_kind, check_unknown_keys, other_rates
from cosine_cli.plans.importers.core.update_count import update_count
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, Request
from cosine_cli.text import either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

STYLE = "lr_decay_style"
STYLES = ("cosine", "linear", "constant")
EPOCHS = ("num_train_epochs", "max_epochs")
"""The epochs that replace ``train_iters``, in versions 4 and 3."""

RATE_KEYS = (
    *("lr", STYLE, "lr_decay_iters", "lr_warmup_iters", "lr_warmup_fraction", "lr_warmup_init", "min_lr"),
    *("lr_wsd_decay_style", "lr_wsd_decay_iters", "multi_turn_scheduler"),
)

FORMAT = Format(
    "Megatron-SWIFT",
    needs=(
        Key("tuner_type|train_type", "text"),
        one_of("lr_warmup_fraction", "lr_warmup_iters", STYLE, "global_batch_size", "train_iters", "micro_batch_size"),
        one_of("lr", "min_lr", "lr_warmup_fraction", "train_iters"),
    ),
    excludes=(one_of("learning_rate", "lr_scheduler_type", "lr_scheduler", "train_mode", "iters"),),
    reads=f"{STYLE} ({', '.join(STYLES)}), lr, min_lr, warmup and length",
    options=RUN,
    replacement_keys={"warmup": "lr_warmup_iters"},
    unknown={"--steps": "the number of iterations, unless train_iters is set"},
    precedes=("megatron",),
)


class _Run(NamedTuple):
    """The values of a run; lengths are in iterations, which are optimizer steps."""

    lr: RawValue
    steps: RawValue
    decay: float
    warmup: RawValue


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of a training, over its iterations."""
    args = MappingReader(top)
    check_unknown_keys(args, RATE_KEYS, FORMAT.title)
    style = check_kind(args, STYLE, STYLES) if STYLE in args else "cosine"
    steps = _steps(args, flags)
    decay = args.count("lr_decay_iters", int(float(steps.text)), at_least=1, at_most=MOST_STEPS)
    run = _Run(_rate(args, flags), steps, decay, _warmup(args, decay))
    return Request(
        unit="step",
        run={"lr": run.lr, "steps": steps},
        curves=(_curve(args, style, run),),
        remarks=(
            read_as(style, f"{steps.text} steps", defaults=[*_defaults(args, flags)]),
            *ignored(*_unused(args, style)),
        ),
    )


def _steps(args: MappingReader, flags: Flags) -> RawValue:
    """Return the number of iterations; epochs override them, if there are any."""
    epochs = next(filter(args.values.__contains__, EPOCHS), None)
    if epochs is None:
        return update_count(args, flags, limit="train_iters", epochs=EPOCHS[0])
    return update_count(args.without("train_iters"), flags, limit="train_iters", epochs=epochs)


def _is_full(args: MappingReader) -> bool:
    return "full" in (args.word("tuner_type", ""), args.word("train_type", ""))


def _rate(args: MappingReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    return args.computed(args.number("lr", 1e-5 if _is_full(args) else 1e-4, at_least=0), "lr")


def _warmup(args: MappingReader, decay: float) -> RawValue:
    if "lr_warmup_fraction" in args:
        share = args.number("lr_warmup_fraction", at_least=0, at_most=1)
        return args.computed(share * decay, "lr_warmup_fraction")
    return args.computed(args.count("lr_warmup_iters", 0, at_least=0, at_most=MOST_STEPS), "lr_warmup_iters")


def _curve(args: MappingReader, style: str, run: _Run) -> CurveSpec:
    warmup = float(run.warmup.text)
    if warmup >= run.decay:
        rule = f"the warmup must be below {run.decay:g}, the iterations of the decay"
        raise user_error(run.warmup.where, rule, got=run.warmup.text)
    start = {"warmup": run.warmup, "warmup_start": args.computed(args.number("lr_warmup_init", 0.0), "lr_warmup_init")}
    end = {
        "total": computed_value(run.decay - warmup, run.steps.where),
        "min_lr": args.computed(args.number("min_lr", 0.0, at_least=0), "min_lr"),
    }
    given = (start if warmup else {}) | ({} if style == "constant" else end)
    return labelled(CurveSpec(style, args.place(STYLE), "step", given), style)


def _unused(args: MappingReader, style: str) -> Iterator[str]:
    """Yield what concerns a learning rate and is not in the curve."""
    if "min_lr" in args and style == "constant":
        yield "min_lr (the constant style does not have a minimum)"
    if "lr_warmup_iters" in args and "lr_warmup_fraction" in args:
        yield "lr_warmup_iters (lr_warmup_fraction replaces it)"
    others = other_rates(args, RATE_KEYS)
    if others:
        yield f"{either(others, last='and')} (for other parameters)"


def _defaults(args: MappingReader, flags: Flags) -> Iterator[str]:
    """Yield the defaults that are used."""
    if STYLE not in args:
        yield f"{STYLE}=cosine"
    if "lr" not in args and flags.lr is None:
        yield f"lr={'1e-5' if _is_full(args) else '1e-4'}"
    if "min_lr" not in args and args.word(STYLE, "cosine") != "constant":
        yield "min_lr=0"
