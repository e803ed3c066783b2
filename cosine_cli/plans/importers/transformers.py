"""Hugging Face ``TrainingArguments``, as ``to_json_string`` dumps them or a YAML names some of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.frameworks.core.catalogue import load_framework
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.mapping_reader import MappingReader, computed_value, raw_value
from cosine_cli.plans.importers.core.remarks import left_out, read_as
from cosine_cli.plans.importers.core.unsupported import check_strangers, other_rates, schedule_key
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, Request
from cosine_cli.plans.registry import depends
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

TITLE = "Hugging Face TrainingArguments"
SHARES: tuple[str, ...] = ()
TAKES = RUN
INSTEAD = {"warmup": "warmup_steps"}

FRAMEWORK = "transformers"
TYPE = "lr_scheduler_type"
SCHEDULE_KEYS = (TYPE, "lr_scheduler_kwargs")
RATE_KEYS = (*SCHEDULE_KEYS, "learning_rate", "warmup_steps", "warmup_ratio")
"""All keys of ``TrainingArguments`` that change the rate."""

WITHOUT_WARMUP = ("constant",)
WITHOUT_END = ("constant", "constant_with_warmup", "inverse_sqrt")
WITHOUT_KWARGS = ("constant", "constant_with_warmup")


def matches(top: Node) -> bool:
    """Tell the arguments by the type of the schedule, or by a rate and a length of their names."""
    if schedule_key(top, SCHEDULE_KEYS):
        return False
    length = {"max_steps", "num_train_epochs"} & top.keys
    return TYPE in top.keys or ("learning_rate" in top.keys and bool(length))


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule that a ``Trainer`` makes of the arguments, over the updates that it makes."""
    sheet = MappingReader(top)
    check_strangers(sheet, RATE_KEYS, TITLE)
    kind = _kind(sheet)
    rate = _rate(sheet, flags)
    total = _updates(sheet, flags)
    warmup = _warmup(sheet, total)
    own = {} if kind in WITHOUT_WARMUP else {"num_warmup_steps": warmup}
    own |= {} if kind in WITHOUT_END else {"num_training_steps": total}
    name = f"{FRAMEWORK}.{load_framework(FRAMEWORK).aliases[kind]}"
    curve = CurveSpec(name, sheet.place(TYPE), "step", {**own, **_extras(sheet, kind, own)})
    taken = (
        [] if kind in WITHOUT_WARMUP or {"warmup_steps", "warmup_ratio"} & sheet.values.keys() else ["warmup_steps 0"]
    )
    return Request(
        unit="step",
        run={"lr": rate, "steps": total},
        curves=(curve,),
        remarks=read_as(TITLE, name, f"{total.text} updates", defaults=taken)
        + left_out(TITLE, *_unused(sheet, kind, warmup)),
    )


def _unused(sheet: MappingReader, kind: str, warmup: RawValue) -> Iterator[str]:
    """Yield what of the file is about a rate and is not in the curve."""
    if kind in WITHOUT_WARMUP and warmup.text != "0":
        yield "warmup, which a constant rate has not"
    if kind in WITHOUT_KWARGS and "lr_scheduler_kwargs" in sheet:
        yield "lr_scheduler_kwargs, which the Trainer does not give to a constant schedule"
    if "deepspeed" in sheet:
        yield "deepspeed, whose scheduler replaces this one if it has one"
    others = other_rates(sheet, RATE_KEYS)
    if others:
        yield f"{either(others, last='and')}: a rate of other parameters"


def _kind(sheet: MappingReader) -> str:
    if TYPE not in sheet:
        rule = f"needs {TYPE}: without it TrainingArguments takes linear, other programs take another"
        raise user_error(sheet.place(TYPE), rule, hint=f"add {TYPE}: linear to the file")
    kind = sheet.word(TYPE)
    if unknown := depends(f"{FRAMEWORK}.{kind}"):
        raise sheet.refused(TYPE, f"{TYPE} {unknown}")
    types = load_framework(FRAMEWORK).aliases
    if kind not in types:
        hint = did_you_mean(kind, types) or f"it is {either(types)}"
        raise sheet.refused(TYPE, f"{TYPE} must be one of transformers", hint=hint)
    return kind


def _rate(sheet: MappingReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    if "learning_rate" not in sheet:
        rule = "needs learning_rate: without it TrainingArguments takes 5e-5, other programs take another"
        raise user_error(sheet.place("learning_rate"), rule, hint="give --lr 5e-5")
    return raw_value(sheet.values["learning_rate"])


def _updates(sheet: MappingReader, flags: Flags) -> RawValue:
    """Return how many updates are made: as the flags say, or ``max_steps``, or epochs of a length that flags say."""
    if flags.length is not None:
        return flags.length
    if sheet.count("max_steps", -1) > 0:
        return computed_value(sheet.count("max_steps"), sheet.place("max_steps"))
    if "num_train_epochs" not in sheet:
        raise user_error(sheet.where, "needs max_steps or num_train_epochs", hint="give --steps")
    epochs = sheet.number("num_train_epochs", above=0, at_most=MOST_STEPS)
    if flags.steps_per_epoch is None:
        rule = "how many updates the epochs have must be known"
        got = f"num_train_epochs {epochs:g} and no max_steps"
        hint = "give --steps-per-epoch, or --steps"
        raise user_error(sheet.place("num_train_epochs"), rule, got=got, hint=hint)
    return computed_value(math.ceil(epochs * flags.steps_per_epoch), sheet.place("num_train_epochs"))


def _warmup(sheet: MappingReader, total: RawValue) -> RawValue:
    """Return the length of the warmup: below 1 a share of the updates, rounded up; a ratio is the older way."""
    steps = sheet.number("warmup_steps", 0.0, at_least=0)
    if steps >= 1:
        return computed_value(int(steps), sheet.place("warmup_steps"))
    name = "warmup_steps" if steps else "warmup_ratio"
    share = steps or sheet.number("warmup_ratio", 0.0, at_least=0, at_most=1)
    return computed_value(math.ceil(float(total.text) * share), sheet.place(name))


def _extras(sheet: MappingReader, kind: str, own: dict[str, RawValue]) -> dict[str, RawValue]:
    """Return what is said of the schedule beyond the arguments that the ``Trainer`` gives it."""
    extras = sheet.sheet("lr_scheduler_kwargs")
    if extras is None or kind in WITHOUT_KWARGS:
        return {}
    twice = next((name for name in extras.values if name in own), None)
    if twice is not None:
        raise extras.refused(twice, f"{quote(twice)[1:-1]} must be left to the Trainer, which gives it")
    return {name: raw_value(node) for name, node in extras.values.items()}
