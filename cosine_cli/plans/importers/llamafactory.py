"""Import configs of LLaMA-Factory: arguments of the ``Trainer`` beside its own, and the other layout of its version 1.

Source: LLaMA-Factory 0.9.6 (2026-08), ``train/trainer_utils.py`` for the lengths of ``warmup_stable_decay`` and
``v1/core/base_trainer.py`` for version 1, which runs a constant rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.plans.importers.core.computed import computed_value, labelled
from cosine_cli.plans.importers.core.evidence import All, AtLeast, Check, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import read_as
from cosine_cli.plans.importers.core.training_arguments import (
    BUDGET_KEYS,
    INCLUDES,
    RATE_KEYS,
    REPLACEMENT_KEYS,
    TYPE,
    UNKNOWN_CONFIG,
    UNKNOWN_STEPS,
    TrainerProgram,
    load_arguments,
    run_rate,
    run_steps,
    trainer_budget,
)
from cosine_cli.plans.importers.core.unquoted import unquoted
from cosine_cli.plans.importers.core.unsupported import check_unknown_keys
from cosine_cli.plans.parse.raw import CurveSpec, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

WSD = "warmup_stable_decay"
STAGES = ("pt", "sft", "rm", "ppo", "dpo", "kto", "orpo")
TUNING = ("lora", "freeze", "full", "oft")

MEGATRON = ("use_mca", "tensor_model_parallel_size", "pipeline_model_parallel_size", "expert_model_parallel_size")
"""Keys of trainings with Megatron."""

PLUGINS = (
    *("peft_config.name", "dist_config.name", "kernel_config.name", "quant_config.name", "optim_config.name"),
    *("lr_scheduler_config.name", "model_class", "sample_backend", "batching_strategy"),
)
"""Keys of version 1."""

WEB_UI = "train."
"""How the keys of the ``Trainer`` begin in the settings that the web interface saves."""

WEB_UI_STAGE = f"{WEB_UI}training_stage"
WEB_UI_KEYS = (TYPE, "learning_rate", "num_train_epochs", "warmup_steps")

V1 = AtLeast(2, Key("train_dataset", "text"), All("micro_batch_size", "cutoff_len"), *PLUGINS)
V1_RATE_KEYS = ("learning_rate", "lr_scheduler_config")


def _is_of_web_ui(top: Node) -> bool:
    return {WEB_UI_STAGE, f"{WEB_UI}{TYPE}", "top.finetuning_type"} <= top.keys


def _leaves_lengths(top: Node) -> bool:
    args = MappingReader(top)
    kwargs = args.values.get("lr_scheduler_kwargs")
    filled = kwargs is not None and ("num_decay_steps" in kwargs.keys or "num_decay_steps" in kwargs.text)
    return TYPE in args and args.values[TYPE].text == WSD and not filled


FORMAT = Format(
    "LLaMA-Factory",
    needs=(
        one_of(
            All(Key("stage", among=STAGES), Key("finetuning_type", among=TUNING)),
            All(
                Key("finetuning_type", among=TUNING),
                AtLeast(2, "template", "cutoff_len", "dataset_dir", "lora_target", "plot_loss", TYPE),
            ),
            Check(f"{TYPE} ({WSD}) without num_decay_steps", _leaves_lengths, keys=TYPE),
            Check(f"settings of its web interface, as {WEB_UI_STAGE}", _is_of_web_ui, keys=WEB_UI_STAGE),
            V1,
        ),
    ),
    files="YAML config of version 0 or 1",
    reads=f"the keys of TrainingArguments, and the lengths of `{WSD}`; version 1 has a constant rate",
    options=RUN,
    budget=trainer_budget(
        {
            **BUDGET_KEYS,
            "batch_size": f"{BUDGET_KEYS['batch_size']}|{WEB_UI}batch_size",
            "accumulate": f"{BUDGET_KEYS['accumulate']}|{WEB_UI}gradient_accumulation_steps",
            "global_batch_size": "global_batch_size",
        },
        uncounted={
            f"{WEB_UI}packing|{WEB_UI}neat_packing": "samples are packed",
            **dict.fromkeys(("stage=pt", f"{WEB_UI_STAGE}=Pre-Training"), "texts are packed unless packing is false"),
            **dict.fromkeys(("stage=ppo", f"{WEB_UI_STAGE}=PPO"), "a step has several updates"),
            "micro_batch_size|global_batch_size": "version 1 fills batches differently",
        },
    ),
    replacement_keys=REPLACEMENT_KEYS,
    unknown=UNKNOWN_STEPS | UNKNOWN_CONFIG,
    precedes=("transformers",),
    includes=INCLUDES,
)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of a training, over its optimizer steps."""
    args = MappingReader(top)
    if _is_of_web_ui(top):
        return load_arguments(_web_ui(args), flags, PROGRAM)
    if V1.holds(top):
        return _version_1(args, flags)
    _check_trains(args)
    return load_arguments(args, flags, PROGRAM)


def _fill(kind: str, warmup: RawValue, total: RawValue) -> Mapping[str, RawValue]:
    """Return the lengths of the plateau and of the decay: a third and the rest of the steps after the warmup."""
    if kind != WSD:
        return {}
    rest = max(0, int(float(total.text)) - int(float(warmup.text)))
    stable = rest // 3
    return {
        "num_stable_steps": computed_value(stable, total.where),
        "num_decay_steps": computed_value(rest - stable, total.where),
    }


PROGRAM = TrainerProgram(FORMAT.title, kind="linear", rate="5e-5", epochs=3.0, fill=_fill)
VERSION_1 = TrainerProgram(f"{FORMAT.title} version 1", rate="1e-4", epochs=3.0)


def _check_trains(args: MappingReader) -> None:
    """Raise RequestError for a config that does not train, or that trains with Megatron's scheduler."""
    predicts = args.flag("do_predict", default=False) or args.flag("do_eval", default=False)
    if not args.flag("do_train", default=not predicts):
        raise args.invalid("do_train", "do_train must be true: the config does not train", hint="add do_train: true")
    name = next(filter(MEGATRON.__contains__, args.values), None)
    if name is not None and args.word(name) != "false":
        raise args.invalid(name, f"{name} must not be given: Megatron's scheduler replaces that of the Trainer")


def _web_ui(settings: MappingReader) -> MappingReader:
    """Return the arguments of the ``Trainer`` that the web interface sets."""
    extra = f"{WEB_UI}extra_args"
    name = next((name for name in (*RATE_KEYS, "max_steps") if name in settings.word(extra, "")), None)
    if name is not None:
        raise settings.invalid(extra, f"{extra} must not set {name}", hint=f"set {name} outside of it")
    pairs = [(key, key.text.removeprefix(WEB_UI), value) for key, value in settings.node.pairs or ()]
    kept = tuple((key._replace(text=name), value) for key, name, value in pairs if name in WEB_UI_KEYS)
    return unquoted(MappingReader(settings.node._replace(pairs=kept)))


def _version_1(args: MappingReader, flags: Flags) -> Request:
    if "lr_scheduler_config" in args:
        rule = "lr_scheduler_config must not be given: version 1 does not have schedulers, only plugins of its users"
        raise args.invalid("lr_scheduler_config", rule, hint="remove it for a constant rate")
    check_unknown_keys(args, V1_RATE_KEYS, VERSION_1.title)
    run = {"lr": run_rate(args, flags, VERSION_1), "steps": run_steps(args, flags, VERSION_1)}
    curve = labelled(CurveSpec("constant", args.where, "step", {}), "constant")
    return Request(
        unit="step",
        run=run,
        curves=(curve,),
        remarks=(read_as("constant", f"{run['steps'].text} steps", defaults=[*VERSION_1.run_defaults(run)]),),
    )
