"""Hugging Face ``TrainingArguments``, as ``to_json_string`` dumps them or a YAML names some of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cosine_cli.errors import refusal
from cosine_cli.plans.clock import MOST_STEPS
from cosine_cli.plans.found.core.remarks import left_out, read_as
from cosine_cli.plans.found.core.sheet import Sheet, made, said
from cosine_cli.plans.said import Asked, CurveSaid
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from cosine_cli.plans.found.core.flags import Flags
    from cosine_cli.plans.node import Node
    from cosine_cli.plans.said import Said

TITLE = "Hugging Face TrainingArguments"
SHARES: tuple[str, ...] = ()

TYPES = {
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
"""The functions of ``transformers.optimization`` by the values of ``lr_scheduler_type``."""

BY_RESULTS = ("reduce_lr_on_plateau", "greedy")
WITHOUT_WARMUP = ("constant",)
WITHOUT_END = ("constant", "constant_with_warmup", "inverse_sqrt")

LR, TYPE, EPOCHS = 5e-5, "linear", 3.0
"""The defaults of ``TrainingArguments``."""


def told(top: Node) -> bool:
    """Tell the arguments by the type of the schedule, or by a rate and a length of their names."""
    length = {"max_steps", "num_train_epochs"} & top.keys
    return "lr_scheduler_type" in top.keys or ("learning_rate" in top.keys and bool(length))


def asked(top: Node, flags: Flags) -> Asked:
    """Return the schedule that a ``Trainer`` makes of the arguments, over the updates that it makes."""
    sheet = Sheet(top)
    kind = _kind(sheet)
    total = _updates(sheet, flags)
    warmup = _warmup(sheet, total)
    own = {} if kind in WITHOUT_WARMUP else {"num_warmup_steps": warmup}
    own |= {} if kind in WITHOUT_END else {"num_training_steps": total}
    name = f"transformers.{TYPES[kind]}"
    curve = CurveSaid(name, sheet.place("lr_scheduler_type"), "step", {**own, **_extras(sheet, kind, own)})
    run = {"lr": said(sheet.values["learning_rate"]) if "learning_rate" in sheet else made(LR, sheet.where)}
    defaults = {"learning_rate": f"{LR:g}", "lr_scheduler_type": TYPE}
    if flags.steps is None and "max_steps" not in sheet:
        defaults["num_train_epochs"] = f"{EPOCHS:g}"
    taken = [f"{key} {value}" for key, value in defaults.items() if key not in sheet]
    unused = "warmup, which a constant rate has not" if kind in WITHOUT_WARMUP and warmup.text != "0" else ""
    return Asked(
        unit="step",
        run=run | {"steps": total},
        curves=(curve,),
        remarks=read_as(TITLE, name, f"{total.text} updates", defaults=taken) + left_out(TITLE, unused),
    )


def _kind(sheet: Sheet) -> str:
    kind = sheet.word("lr_scheduler_type", TYPE)
    if kind in BY_RESULTS:
        rule = "lr_scheduler_type must not depend on the results of the training"
        raise sheet.refused("lr_scheduler_type", rule, mend="such a rate can not be known before")
    if kind not in TYPES:
        mend = did_you_mean(kind, TYPES) or f"it is {either(TYPES)}"
        raise sheet.refused("lr_scheduler_type", "lr_scheduler_type must be one of transformers", mend=mend)
    return kind


def _updates(sheet: Sheet, flags: Flags) -> Said:
    """Return how many updates are made: as the flags say, or ``max_steps``, or epochs of a length that flags say."""
    if flags.length is not None:
        return flags.length
    if sheet.count("max_steps", -1) > 0:
        return made(sheet.count("max_steps"), sheet.place("max_steps"))
    epochs = sheet.number("num_train_epochs", EPOCHS, above=0, at_most=MOST_STEPS)
    if flags.steps_per_epoch is None:
        rule = "how many updates the epochs have must be known"
        got = f"num_train_epochs {epochs:g} and no max_steps"
        mend = "give --steps-per-epoch, or --steps"
        raise refusal(sheet.place("num_train_epochs"), rule, got=got, mend=mend)
    return made(math.ceil(epochs * flags.steps_per_epoch), sheet.place("num_train_epochs"))


def _warmup(sheet: Sheet, total: Said) -> Said:
    """Return the length of the warmup: below 1 a share of the updates, rounded up; a ratio is the older way."""
    steps = sheet.number("warmup_steps", 0.0, at_least=0)
    if steps >= 1:
        return made(int(steps), sheet.place("warmup_steps"))
    name = "warmup_steps" if steps else "warmup_ratio"
    share = steps or sheet.number("warmup_ratio", 0.0, at_least=0, at_most=1)
    return made(math.ceil(float(total.text) * share), sheet.place(name))


def _extras(sheet: Sheet, kind: str, own: dict[str, Said]) -> dict[str, Said]:
    """Return what is said of the schedule beyond the arguments that the ``Trainer`` gives it."""
    extras = sheet.sheet("lr_scheduler_kwargs")
    if extras is None or kind in ("constant", "constant_with_warmup"):
        return {}
    twice = next((name for name in extras.values if name in own), None)
    if twice is not None:
        raise extras.refused(twice, f"{quote(twice)[1:-1]} must be left to the Trainer, which gives it")
    return {name: said(node) for name, node in extras.values.items()}
