"""Configs of other programs as people write them, with the options to read them with."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Sample(NamedTuple):
    """A config, options of the run, and the number of steps to compare."""

    id: str
    kind: str
    text: str
    flags: Mapping[str, str] = MappingProxyType({})
    count: int = 120


def hugging_face(name: str, flags: dict[str, str] | None = None, **arguments: Any) -> Sample:
    """Return TrainingArguments as JSON, including arguments that do not concern the learning rate."""
    whole = {
        "output_dir": "out",
        "learning_rate": 0.001,
        "max_steps": 100,
        "num_train_epochs": 3.0,
        "seed": 42,
        "bf16": True,
        "fp16": False,
    }
    text = json.dumps({**whole, **arguments, "gradient_accumulation_steps": 4, "report_to": []}, indent=2)
    return Sample(name, "transformers", text, flags or {})


TIMM = """\
aa: rand-m9-mstd0.5-inc1
amp: true
batch_size: 128
cooldown_epochs: {cooldown}
decay_epochs: {decay}
decay_milestones: [4, 9, 14]
decay_rate: 0.3
epochs: {epochs}
epoch_repeats: 0.0
eval_metric: top1
layer_decay: null
lr: 0.05
lr_base: 0.1
lr_base_size: 256
lr_cycle_decay: 0.5
lr_cycle_limit: {limit}
lr_cycle_mul: {mul}
lr_k_decay: {k}
lr_noise: null
lr_noise_pct: 0.67
lr_noise_std: 1.0
min_lr: 1.0e-05
opt: sgd
patience_epochs: 10
sched: {sched}
sched_on_updates: {updates}
warmup_epochs: {warmup}
warmup_lr: 1.0e-04
warmup_prefix: {prefix}
"""


def timm(name: str, sched: str, flags: dict[str, str] | None = None, **other: Any) -> Sample:
    """Return timm's args.yaml."""
    plain = {"cooldown": 0, "decay": 5, "epochs": 20, "limit": 1, "mul": 1.0, "k": 1.0, "warmup": 3}
    words = {"updates": "false", "prefix": "false"}
    return Sample(name, "timm", TIMM.format(sched=sched, **plain | words | other), flags or {}, 40)


def without(sample: Sample, key: str) -> Sample:
    """Return a sample without the line of a key."""
    lines = sample.text.splitlines(keepends=True)
    return sample._replace(text="".join(line for line in lines if not line.startswith(f"{key}:")))


def mmengine_config(
    name: str, loop: dict[str, Any], *rows: dict[str, Any], flags: dict[str, str] | None = None, count: int = 60
) -> Sample:
    """Return a config as MMEngine dumps it, as JSON."""
    whole = {
        "optim_wrapper": {"optimizer": {"type": "SGD", "lr": 0.1}},
        "param_scheduler": list(rows),
        "train_cfg": loop,
    }
    return Sample(name, "mmengine", json.dumps(whole, indent=1), flags or {}, count)


def mmengine(name: str, *rows: dict[str, Any], flags: dict[str, str] | None = None, count: int = 60) -> Sample:
    """Return a param_scheduler list as JSON."""
    return Sample(name, "mmengine", json.dumps(list(rows), indent=1), {"lr": "0.1", **(flags or {})}, count)


def deepspeed(name: str, kind: str, flags: dict[str, str] | None = None, **params: Any) -> Sample:
    """Return a DeepSpeed config."""
    optimizer = {"type": "AdamW", "params": {"lr": 0.002, "betas": [0.9, 0.95]}}
    scheduler = {"type": kind, "params": params}
    whole = {"train_batch_size": 64, "optimizer": optimizer, "scheduler": scheduler, "zero_optimization": {"stage": 2}}
    return Sample(name, "deepspeed", json.dumps(whole, indent=2), flags or {}, 60)


LIGHTNING = """\
# lightning.pytorch==2.6.6
seed_everything: 0
trainer:
  accelerator: auto
  max_epochs: {epochs}
  max_steps: -1
model:
  class_path: my.Model
  init_args: {{hidden: 64}}
optimizer:
  class_path: torch.optim.SGD
  init_args: {{lr: 0.05, momentum: 0.9}}
lr_scheduler:
  class_path: torch.optim.lr_scheduler.{name}
  init_args: {{{arguments}}}
ckpt_path: null
"""


def lightning(name: str, scheduler: str, arguments: str, flags: dict[str, str] | None = None) -> Sample:
    """Return a LightningCLI config."""
    text = LIGHTNING.format(epochs=30, name=scheduler, arguments=arguments)
    return Sample(name, "lightning", text, flags or {}, 30)


LINE = {"type": "LinearLR", "start_factor": 0.1, "begin": 0, "end": 5}
COSINE = {"type": "CosineAnnealingLR", "T_max": 25, "eta_min": 0.001, "begin": 5, "end": 30}
BY_STEP = {"by_epoch": False}
BY_STEP_OF_EPOCHS = {"by_epoch": True, "convert_to_iter_based": True}
TEN = {"steps_per_epoch": "10"}

TRANSFORMERS_SAMPLES = (
    hugging_face("hf-linear", lr_scheduler_type="linear", warmup_steps=10),
    hugging_face("hf-cosine-share", lr_scheduler_type="cosine", warmup_steps=0.055),
    hugging_face("hf-cosine-ratio", lr_scheduler_type="cosine", warmup_ratio=0.055, warmup_steps=0),
    hugging_face("hf-restarts", lr_scheduler_type="cosine_with_restarts", lr_scheduler_kwargs={"num_cycles": 3}),
    hugging_face("hf-polynomial", lr_scheduler_type="polynomial", lr_scheduler_kwargs={"power": 2.0, "lr_end": 1e-5}),
    hugging_face("hf-constant", lr_scheduler_type="constant", warmup_steps=10),
    hugging_face(
        "hf-constant-kwargs", lr_scheduler_type="constant", warmup_steps=0, lr_scheduler_kwargs={"num_cycles": 2}
    ),
    hugging_face("hf-constant-warmup", lr_scheduler_type="constant_with_warmup", warmup_steps=10),
    hugging_face("hf-inverse-sqrt", lr_scheduler_type="inverse_sqrt", warmup_steps=10),
    hugging_face("hf-min-lr", lr_scheduler_type="cosine_with_min_lr", lr_scheduler_kwargs={"min_lr": 1e-4}),
    hugging_face(
        "hf-warmup-min-lr",
        lr_scheduler_type="cosine_warmup_with_min_lr",
        warmup_steps=8,
        lr_scheduler_kwargs={"min_lr_rate": 0.1},
    ),
    hugging_face(
        "hf-wsd",
        lr_scheduler_type="warmup_stable_decay",
        warmup_steps=10,
        lr_scheduler_kwargs={"num_decay_steps": 20, "decay_type": "1-sqrt"},
    ),
    hugging_face("hf-epochs", {"steps_per_epoch": "15"}, lr_scheduler_type="cosine", max_steps=-1, warmup_steps=0.1),
    hugging_face("hf-flags", {"steps": "60", "lr": "0.01"}, lr_scheduler_type="linear", warmup_steps=0.1),
)

TIMM_SAMPLES = (
    timm("timm-cosine", "cosine"),
    timm("timm-cosine-prefix", "cosine", prefix="true", cooldown=5),
    timm("timm-cosine-cycles", "cosine", limit=3, mul=1.5, k=1.5),
    timm("timm-cosine-updates", "cosine", TEN, updates="true", epochs=4, warmup=1),
    timm("timm-cosine-epochs", "cosine", TEN, epochs=4, warmup=1),
    timm("timm-cosine-flags", "cosine", {"epochs": "10", "lr": "0.2"}),
    timm("timm-tanh", "tanh", cooldown=2),
    timm("timm-step", "step"),
    timm("timm-step-null", "step", decay="null"),
    timm("timm-multistep", "multistep"),
    timm("timm-multistep-updates", "multistep", {"steps_per_epoch": "2"}, updates="true"),
    timm("timm-poly", "poly", limit=2),
    timm("timm-wsd", "wsd"),
    timm("timm-wsd-null", "wsd", decay="null", prefix="true", cooldown=1),
    timm("timm-wsd-share", "wsd", {"steps_per_epoch": "2"}, decay=0.3, updates="true"),
    timm("timm-rsqrt", "rsqrt"),
    timm("timm-constant", "constant"),
    timm("timm-none-prefix", "none", prefix="true"),
    without(timm("timm-wsd-missing", "wsd", epochs=40), "decay_epochs"),
    without(timm("timm-rsqrt-missing", "rsqrt", epochs=40, prefix="true"), "decay_epochs"),
    timm("timm-cosine-below-no-cycle", "cosine", limit=-1),
    timm("timm-poly-part-of-an-epoch", "poly", {"steps_per_epoch": "3"}, updates="true", epochs=3, limit=2, mul=1.5),
)

MMENGINE_SAMPLES = (
    mmengine("mm-line-cosine", LINE, COSINE),
    mmengine("mm-line-cosine-epochs", LINE, COSINE, flags=TEN),
    mmengine("mm-line-cosine-steps", LINE | BY_STEP, COSINE | BY_STEP),
    mmengine(
        "mm-converted", LINE | BY_STEP_OF_EPOCHS, COSINE | BY_STEP_OF_EPOCHS, flags={"steps_per_epoch": "3"}, count=100
    ),
    mmengine(
        "mm-detector",
        {"type": "LinearLR", "start_factor": 0.001, "by_epoch": False, "begin": 0, "end": 15},
        {"type": "MultiStepLR", "by_epoch": True, "begin": 0, "end": 12, "milestones": [8, 11], "gamma": 0.1},
        flags=TEN,
        count=130,
    ),
    mmengine(
        "mm-drops-within",
        {"type": "LinearLR", "start_factor": 0.2, "end": 20, "by_epoch": False},
        {"type": "StepLR", "step_size": 1, "gamma": 0.5, "end": 6},
        flags=TEN,
    ),
    mmengine(
        "mm-drops-within-epochs",
        {"type": "LinearLR", "end": 8},
        {"type": "StepLR", "step_size": 3, "end": 12},
        flags=TEN,
        count=130,
    ),
    mmengine(
        "mm-poly",
        LINE | BY_STEP,
        {"type": "PolyLR", "power": 0.9, "eta_min": 1e-4, "begin": 5, "end": 40, "by_epoch": False},
    ),
    mmengine("mm-exponential", {"type": "ExponentialLR", "gamma": 0.9, "begin": 3, "end": 20}),
    mmengine(
        "mm-exponential-held",
        {"type": "ExponentialLR", "gamma": 0.9, "end": 4},
        LINE | BY_STEP | {"begin": 45, "end": 50},
        flags=TEN,
    ),
    mmengine(
        "mm-constant",
        {"type": "ConstantLR", "factor": 0.3, "begin": 2, "end": 9},
        {"type": "StepLR", "step_size": 4, "begin": 5, "end": 30},
    ),
    mmengine("mm-ratio", {"type": "CosineAnnealingLR", "eta_min_ratio": 0.05, "end": 30}),
    mmengine("mm-stairs", LINE | BY_STEP, COSINE | {"begin": 1, "end": 5, "T_max": 4}, flags=TEN),
    mmengine(
        "mm-restarts",
        {
            "type": "CosineRestartLR",
            "periods": [5, 10, 12],
            "restart_weights": [1, 0.5, 0.25],
            "eta_min": 0.001,
            "end": 30,
        },
    ),
    mmengine(
        "mm-one-cycle",
        {"type": "OneCycleLR", "eta_max": 0.4, "total_steps": 50, "by_epoch": False, "end": 50},
        count=50,
    ),
    mmengine(
        "mm-one-call",
        {"type": "LinearLR", "start_factor": 0.5, "end": 1},
        {"type": "MultiStepLR", "milestones": [3, 5.0], "end": 9},
    ),
)

BY_EPOCH_LOOP = {"by_epoch": True, "max_epochs": 30}
BY_UPDATE_LOOP = {"type": "mmengine.IterBasedTrainLoop", "max_iters": 60, "val_interval": 10}

MMENGINE_SAMPLES += (
    mmengine_config(
        "mm-no-end",
        BY_EPOCH_LOOP,
        {"type": "LinearLR", "start_factor": 0.001, "end": 4} | BY_STEP_OF_EPOCHS,
        {"type": "CosineAnnealingLR", "eta_min": 0.001, "begin": 4},
        flags=TEN,
        count=300,
    ),
    mmengine_config("mm-no-end-epochs", BY_EPOCH_LOOP, {"type": "PolyLR", "power": 0.9}, count=30),
    mmengine_config("mm-no-end-line", BY_EPOCH_LOOP | {"max_epochs": 12}, {"type": "LinearLR"}, count=12),
    mmengine_config(
        "mm-no-end-updates", BY_UPDATE_LOOP, LINE | BY_STEP, {"type": "CosineAnnealingLR", "begin": 5} | BY_STEP
    ),
    mmengine_config("mm-one-epoch-of-updates", BY_UPDATE_LOOP, {"type": "LinearLR"} | BY_STEP_OF_EPOCHS, flags=TEN),
    mmengine_config(
        "mm-part-of-an-epoch",
        BY_EPOCH_LOOP | {"max_epochs": 3},
        {"type": "LinearLR", "start_factor": 1e-5, "begin": 0, "end": 0.39} | BY_STEP_OF_EPOCHS,
        {"type": "CosineAnnealingLR", "begin": 0.39, "end": 3} | BY_STEP_OF_EPOCHS,
        flags=TEN,
        count=30,
    ),
    mmengine("mm-poly-to-0", {"type": "PolyLR", "begin": 0, "end": 10}),
    mmengine(
        "mm-line-to-0",
        {"type": "LinearLR", "start_factor": 0.5, "end_factor": 0, "end": 8},
        {"type": "CosineAnnealingLR", "begin": 8, "end": 20},
        flags=TEN,
        count=130,
    ),
    mmengine(
        "mm-first-of-one-call",
        {"type": "PolyLR", "begin": 0, "end": 1},
        {"type": "CosineAnnealingLR", "begin": 1, "end": 12},
    ),
    mmengine(
        "mm-restarts-of-one-call",
        {
            "type": "CosineRestartLR",
            "periods": [1, 1, 1, 5, 1],
            "restart_weights": [1, 0.5, 0.25, 1, 0.75],
            "eta_min": 0.001,
            "end": 9,
        },
    ),
    mmengine(
        "mm-restarts-held", {"type": "CosineRestartLR", "periods": [4], "eta_min_ratio": 0.01, "begin": 2, "end": 20}
    ),
    mmengine(
        "mm-one-cycle-held",
        {"type": "OneCycleLR", "eta_max": 0.4, "by_epoch": False, "end": 50},
        flags={"steps": "60"},
    ),
    mmengine("mm-one-cycle-of-one-call", {"type": "OneCycleLR", "eta_max": 0.4, "end": 1}),
)

LOG = {"warmup_min_lr": 1e-4, "warmup_max_lr": 0.01, "warmup_num_steps": 12}
LINEAR = LOG | {"warmup_type": "linear"}
FORTY = {"steps": "40"}

DEEPSPEED_SAMPLES = (
    deepspeed("ds-warmup", "WarmupLR", FORTY, **LOG),
    deepspeed("ds-warmup-linear", "WarmupLR", FORTY, **LINEAR),
    deepspeed("ds-warmup-of-optimizer", "WarmupLR", FORTY, warmup_num_steps=1),
    deepspeed("ds-decay", "WarmupDecayLR", **LOG, total_num_steps=50),
    deepspeed("ds-decay-linear", "WarmupDecayLR", **LINEAR, total_num_steps=50),
    deepspeed("ds-decay-default-peak", "WarmupDecayLR", warmup_num_steps=5, total_num_steps=50),
    deepspeed("ds-cosine", "WarmupCosineLR", warmup_num_steps=12, total_num_steps=50),
    deepspeed(
        "ds-cosine-linear",
        "WarmupCosineLR",
        warmup_num_steps=12,
        total_num_steps=50,
        warmup_min_ratio=0.1,
        cos_min_ratio=0.05,
        warmup_type="linear",
    ),
    deepspeed("ds-cycle", "OneCycle", FORTY, cycle_min_lr=1e-4, cycle_max_lr=0.01, cycle_first_step_size=15),
    deepspeed(
        "ds-cycle-decay",
        "OneCycle",
        {"steps": "60"},
        cycle_min_lr=1e-4,
        cycle_max_lr=0.01,
        cycle_first_step_size=15,
        cycle_second_step_size=10,
        decay_lr_rate=0.5,
        decay_step_size=4,
    ),
)

AUTO = {"warmup_min_lr": "auto", "warmup_max_lr": "auto", "warmup_num_steps": "auto"}
FILLED = {"lr": "0.01", "steps": "40", "warmup": "12"}


def late(name: str, kind: str, warmup: int, **params: Any) -> Sample:
    """Return a config whose warmup is about as long as the run or longer, to compare up to the end.

    Only if the warmup ends before the last update does the run have a decay, to compare past the end.
    """
    sample = deepspeed(name, kind, total_num_steps=20, warmup_num_steps=warmup, **params)
    return sample if warmup < 19 else sample._replace(count=20)


DEEPSPEED_SAMPLES += (
    late("ds-decay-of-two", "WarmupDecayLR", 18),
    late("ds-decay-of-one", "WarmupDecayLR", 19, warmup_type="linear"),
    late("ds-decay-of-none", "WarmupDecayLR", 20, warmup_min_lr=1e-4),
    late("ds-decay-of-none-linear", "WarmupDecayLR", 20, warmup_type="linear"),
    late("ds-warmup-beyond-the-run", "WarmupDecayLR", 30, warmup_type="linear", warmup_min_lr=1e-4),
    late("ds-decay-rate-of-optimizer", "WarmupDecayLR", 5, warmup_max_lr=None),
    late("ds-cosine-of-two", "WarmupCosineLR", 18),
    late("ds-cosine-of-one", "WarmupCosineLR", 19, cos_min_ratio=0.1),
    late("ds-cosine-of-none", "WarmupCosineLR", 20, warmup_type="linear", warmup_min_ratio=0.1),
    late("ds-cosine-beyond-the-run", "WarmupCosineLR", 30),
    deepspeed("ds-warmup-flag", "WarmupLR", FORTY | {"warmup": "20"}, **LOG),
    deepspeed("ds-auto", "WarmupDecayLR", FILLED, total_num_steps="auto", **AUTO),
)

LIGHTNING_SAMPLES = (
    lightning("pl-cosine", "CosineAnnealingLR", "T_max: 20, eta_min: 0.001, last_epoch: -1"),
    lightning("pl-step", "StepLR", "step_size: 7, gamma: 0.5, verbose: deprecated"),
    lightning("pl-one-cycle", "OneCycleLR", "max_lr: 0.4, total_steps: 30, epochs: null, cycle_momentum: true"),
    lightning("pl-exponential", "ExponentialLR", "gamma: 0.9"),
)

SAMPLES = (*TRANSFORMERS_SAMPLES, *TIMM_SAMPLES, *MMENGINE_SAMPLES, *DEEPSPEED_SAMPLES, *LIGHTNING_SAMPLES)
