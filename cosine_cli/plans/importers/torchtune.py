"""Import configs of torchtune's recipes: a scheduler function over the steps of all epochs, or a constant rate.

Source: torchtune 0.7.0, ``training/lr_schedulers.py`` for the cosine, which is that of Transformers, and
``recipes/full_finetune_distributed.py`` for its length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import ROUNDS_DOWN, BudgetKeys, rounded_down
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.hugging_face import WITHOUT_END, schedule_of, scheduler_curve, scheduler_kinds
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import read_as
from cosine_cli.plans.importers.core.update_count import unknown_steps
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, Request
from cosine_cli.text import either

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

COMPONENT = "_component_"
SCHEDULER = "lr_scheduler"
MAX_STEPS = "max_steps_per_epoch"

COSINE = "get_cosine_schedule_with_warmup"
"""The only scheduler of torchtune; Transformers' has the same name."""

FORMAT = Format(
    "torchtune recipe",
    needs=(
        Key(f"optimizer.{COMPONENT}", "text"),
        one_of("epochs", MAX_STEPS, "num_steps", f"{SCHEDULER}.{COMPONENT}"),
    ),
    files="YAML config of a recipe",
    reads=f"`{SCHEDULER}`, the `lr` of `optimizer`, `epochs` and `{MAX_STEPS}`",
    options=RUN,
    budget=BudgetKeys(
        keys={"batch_size": "batch_size", "accumulate": "gradient_accumulation_steps"},
        defaults={"accumulate": "1", "drop_last": "true"},
        uncounted={"dataset.packed": "samples are packed"},
        steps_per_epoch=rounded_down,
        reason=ROUNDS_DOWN,
    ),
    replacement_keys={"warmup": f"{SCHEDULER}.num_warmup_steps"},
    unknown=unknown_steps(MAX_STEPS)
    | {
        "--epochs": "the length of the run, if `epochs` is missing",
        "--lr": "the rate, if the `lr` of `optimizer` is missing",
    },
)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of a recipe, over its optimizer steps."""
    config = MappingReader(top)
    rate, total = _rate(config, flags), _steps(config, flags)
    scheduler = config.mapping(SCHEDULER)
    curve = CurveSpec("constant", config.where, "step", {}) if scheduler is None else _curve(scheduler, total)
    is_known = flags.steps_per_epoch is not None or "steps" in flags.given
    note = "" if is_known else f", if an epoch has {MAX_STEPS} or more"
    return Request(
        unit="step",
        run={"lr": rate, "steps": total},
        curves=(curve,),
        applied_flags=frozenset({"epochs"} & flags.given.keys()),
        remarks=(read_as(curve.name, f"{total.text} steps{note}"),),
    )


def _rate(config: MappingReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    optimizer = config.mapping("optimizer")
    if optimizer is None:
        raise config.missing("optimizer", hint="pass --lr")
    if "lr" not in optimizer:
        raise optimizer.missing("lr", hint="pass --lr")
    return optimizer.computed(optimizer.number("lr", at_least=0), "lr")


def _steps(config: MappingReader, flags: Flags) -> RawValue:
    """Return the number of optimizer steps of all epochs."""
    if "steps" in flags.given and flags.length is not None:
        return flags.length
    if "num_steps" in config:
        rule = "number of steps unknown: num_steps counts those of PPO or GRPO"
        raise config.invalid("num_steps", rule, hint="pass --steps")
    each = _steps_per_epoch(config, flags)
    if flags.epochs is not None:
        return config.computed(flags.epochs * each, "epochs")
    if "epochs" not in config:
        raise config.missing("epochs", hint="pass --epochs")
    return config.computed(config.count("epochs", at_least=1, at_most=MOST_STEPS) * each, "epochs")


def _steps_per_epoch(config: MappingReader, flags: Flags) -> int:
    most = config.count(MAX_STEPS, at_least=1, at_most=MOST_STEPS) if MAX_STEPS in config else None
    if flags.steps_per_epoch is not None:
        return min(flags.steps_per_epoch, most or flags.steps_per_epoch)
    if most is None:
        rule = f"number of steps unknown: {MAX_STEPS} is not set"
        raise user_error(config.place(MAX_STEPS), rule, hint="pass --steps-per-epoch or --steps")
    return most


def _curve(scheduler: MappingReader, total: RawValue) -> CurveSpec:
    """Return the curve of a scheduler, to which the recipe passes the number of steps."""
    kinds = {schedule_of(kind).partition(".")[2]: kind for kind in scheduler_kinds() if kind not in WITHOUT_END}
    package, _, path = scheduler.word(COMPONENT).partition(".")
    name = path.rpartition(".")[2]
    if name not in {"transformers": kinds, "torchtune": (COSINE,)}.get(package, ()):
        hint = f"the supported ones are {either(kinds, last='and')}"
        raise scheduler.invalid(COMPONENT, f"{COMPONENT} must be a supported scheduler", hint=hint)
    if "num_warmup_steps" not in scheduler:
        raise scheduler.missing("num_warmup_steps")
    if "num_training_steps" in scheduler:
        raise scheduler.invalid("num_training_steps", "num_training_steps must not be given: the recipe sets it")
    given = {name: scheduler.raw(name) for name in scheduler.values if name != COMPONENT}
    return scheduler_curve(kinds[name], scheduler.place(COMPONENT), given | {"num_training_steps": total})
