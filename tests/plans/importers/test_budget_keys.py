"""Budgets with the configs of other programs: their keys complete the options, and each program counts as it does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from plans.importers.files import planned_of, problems
from plans.importers.real_files import FOLDER

from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.importers.core.format_names import importers
from cosine_cli.plans.importers.core.formats import importer
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.raw import Request
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.plans.writer import config_text

TRAINER: dict[str, Any] = {
    "learning_rate": 2e-5,
    "lr_scheduler_type": "cosine",
    "num_train_epochs": 3,
    "per_device_train_batch_size": 8,
    "gradient_accumulation_steps": 4,
}
AXOLOTL: dict[str, Any] = {
    "base_model": "a/b",
    "datasets": [{"path": "x"}],
    "micro_batch_size": 2,
    "gradient_accumulation_steps": 4,
    "num_epochs": 3,
    "learning_rate": 2e-4,
    "warmup_steps": 0,
}
TRL = {**TRAINER, "dataset_name": "a/b", "dataset_train_split": "train", "model_name_or_path": "a/b"}
LLAMA_FACTORY = {**TRAINER, "stage": "sft", "finetuning_type": "lora", "val_size": 0.1}
WEB_UI = {
    "top.finetuning_type": "lora",
    "train.training_stage": "Supervised Fine-Tuning",
    "train.lr_scheduler_type": "cosine",
    "train.learning_rate": "5e-5",
    "train.num_train_epochs": "3.0",
    "train.batch_size": 2,
    "train.gradient_accumulation_steps": 8,
}
SWIFT = {**TRAINER, "tuner_type": "lora"}
DEEPSPEED: dict[str, Any] = {
    "zero_optimization": {"stage": 2},
    "train_micro_batch_size_per_gpu": 4,
    "gradient_accumulation_steps": 8,
    "optimizer": {"type": "Adam", "params": {"lr": 1e-3}},
    "scheduler": {"type": "WarmupLR", "params": {"warmup_max_lr": 1e-3, "warmup_num_steps": 10}},
}
DEEPSPEED_GLOBAL = {name: value for name, value in DEEPSPEED.items() if name != "train_micro_batch_size_per_gpu"} | {
    "train_batch_size": 64
}
DIFFUSERS = {
    "pretrained_model_name_or_path": "a/b",
    "train_batch_size": 1,
    "gradient_accumulation_steps": 4,
    "num_train_epochs": 10,
    "learning_rate": 1e-4,
    "lr_scheduler": "cosine",
    "lr_warmup_steps": 0,
    "scale_lr": False,
    "checkpointing_steps": 500,
}
TIMM: dict[str, Any] = {
    "sched": "cosine",
    "lr": 0.1,
    "epochs": 10,
    "warmup_epochs": 0,
    "opt": "sgd",
    "min_lr": 0,
    "sched_on_updates": True,
    "batch_size": 128,
    "grad_accum_steps": 2,
}
MMENGINE: dict[str, Any] = {
    "optim_wrapper": {"optimizer": {"type": "SGD", "lr": 0.02}, "accumulative_counts": 4},
    "param_scheduler": [{"type": "LinearLR", "start_factor": 0.001, "by_epoch": False, "begin": 0, "end": 500}],
    "train_cfg": {"by_epoch": True, "max_epochs": 12},
    "train_dataloader": {"batch_size": 2, "sampler": {"type": "DefaultSampler", "shuffle": True}},
}
ULTRALYTICS: dict[str, Any] = {
    "lr0": 0.01,
    "lrf": 0.5,
    "cos_lr": False,
    "warmup_epochs": 0,
    "optimizer": "SGD",
    "epochs": 100,
    "nbs": 64,
    "batch": 16,
}
SWIN = {
    "DATA": {"BATCH_SIZE": 128},
    "TRAIN": {"BASE_LR": 1e-3, "WARMUP_LR": 1e-6, "MIN_LR": 1e-5, "EPOCHS": 300, "ACCUMULATION_STEPS": 2},
}
TORCHTUNE = {
    "lr_scheduler": {"_component_": "torchtune.training.lr_schedulers.get_cosine_schedule_with_warmup",
                     "num_warmup_steps": 10},
    "optimizer": {"_component_": "torch.optim.AdamW", "lr": 3e-4},
    "epochs": 1,
    "batch_size": 2,
    "gradient_accumulation_steps": 8,
}  # fmt: skip
NEMO = {
    "trainer": {"devices": 4, "num_nodes": 2, "max_epochs": 10, "max_steps": -1, "accumulate_grad_batches": 2},
    "model": {
        "train_ds": {"batch_size": 32},
        "optim": {"name": "adamw", "lr": 1e-3, "sched": {"name": "CosineAnnealing", "warmup_steps": 10}},
    },
}
LIGHTNING = {
    "trainer": {"max_epochs": 30, "devices": 4, "accumulate_grad_batches": 3},
    "optimizer": {"class_path": "torch.optim.SGD", "init_args": {"lr": 0.05}},
    "lr_scheduler": {"class_path": "torch.optim.lr_scheduler.StepLR", "init_args": {"step_size": 2, "gamma": 0.5}},
}
DEEP_ULTRA_OPT = {"hyp": {"lr0": 0.01, "lrf": 0.1, "warmup_epochs": 3.0, "warmup_bias_lr": 0.1},
                  "epochs": 10, "cos_lr": False, "batch_size": 64, "seed": 0}  # fmt: skip


@pytest.mark.parametrize(
    ("config", "flags", "each", "total"),
    [
        # ceil(10000 / 8) = 1250 batches, ceil(1250 / 4) = 313 steps
        pytest.param(TRAINER, "dataset_size=10000", 313, 939, id="transformers"),
        # ceil(10000 / 64) = 157 batches on each of 8 devices, ceil(157 / 4) = 40 steps
        pytest.param(TRAINER, "dataset_size=10000 devices=8", 40, 120, id="transformers-devices"),
        pytest.param(TRAINER, "dataset_size=10000 batch_size=16", 157, 471, id="transformers-batch"),
        pytest.param(TRAINER, "dataset_size=10000 accumulate=1", 1250, 3750, id="transformers-accumulate"),
        pytest.param(TRAINER, "dataset_size=10000 global_batch_size=64", 157, 471, id="transformers-global"),
        pytest.param(TRAINER, "dataset_size=10000 epochs=5", 313, 1565, id="transformers-epochs"),
        pytest.param(TRAINER | {"num_train_epochs": 0.5}, "dataset_size=10000", 313, 157, id="transformers-half"),
        pytest.param(TRAINER | {"max_steps": 100}, "dataset_size=10000", 313, 100, id="transformers-max-steps"),
        pytest.param(
            {name: TRAINER[name] for name in TRAINER if name != "gradient_accumulation_steps"},
            "dataset_size=10000",
            1250,
            3750,
            id="transformers-default",
        ),
        # 1023 // (16 * 8) = 7 batches, although each device has 128 samples
        pytest.param(
            TRAINER
            | {"per_device_train_batch_size": 16, "gradient_accumulation_steps": 1, "dataloader_drop_last": True},
            "dataset_size=1023 devices=8",
            7,
            21,
            id="transformers-drop-last",
        ),
        # ceil(3 * 10001 / (2 * 4)) = 3751 steps, fewer than 3 * 1251
        pytest.param(AXOLOTL, "dataset_size=10001", 1251, 3751, id="axolotl"),
        pytest.param(AXOLOTL, "dataset_size=10001 devices=2", 626, 1876, id="axolotl-devices"),
        pytest.param(AXOLOTL, "dataset_size=10001 epochs=2", 1251, 2501, id="axolotl-epochs"),
        pytest.param(AXOLOTL | {"max_steps": 7}, "dataset_size=10001", 1251, 7, id="axolotl-max-steps"),
        pytest.param(TRL, "dataset_size=1000 devices=4", 8, 24, id="trl"),
        pytest.param(LLAMA_FACTORY, "dataset_size=1000 devices=4", 8, 24, id="llamafactory"),
        pytest.param(WEB_UI, "dataset_size=1000", 63, 189, id="llamafactory-web-ui"),
        pytest.param(SWIFT, "dataset_size=1000 devices=4", 8, 24, id="ms-swift"),
        # 4 * 8 * 2 = 64 samples per step
        pytest.param(DEEPSPEED, "dataset_size=1024 devices=2 epochs=3", 16, 48, id="deepspeed"),
        pytest.param(
            DEEPSPEED | {"train_batch_size": 64}, "dataset_size=128 devices=2 epochs=3", 2, 6, id="deepspeed-all"
        ),
        pytest.param(DEEPSPEED_GLOBAL, "dataset_size=1024 epochs=3", 16, 48, id="deepspeed-global"),
        pytest.param(DIFFUSERS, "dataset_size=833", 209, 2090, id="diffusers"),
        # floor(25000 / 128) = 195 batches, ceil(195 / 2) = 98 steps
        pytest.param(TIMM, "dataset_size=50000 devices=2", 98, 980, id="timm"),
        # ceil(14659 / 2) = 7330 batches, which the schedulers count
        pytest.param(MMENGINE, "dataset_size=117266 devices=8", 7330, 87_960, id="mmengine"),
        pytest.param(
            MMENGINE | {"train_dataloader": {"batch_size": 2, "drop_last": True}},
            "dataset_size=117266 devices=8",
            7329,
            87_948,
            id="mmengine-drop-last",
        ),
        # ceil(118287 / 16) = 7393 batches
        pytest.param(ULTRALYTICS, "dataset_size=118287", 7393, 739_300, id="ultralytics"),
        pytest.param(ULTRALYTICS, "dataset_size=118287 devices=8", 7393, 739_300, id="ultralytics-devices"),
        pytest.param(DEEP_ULTRA_OPT, "dataset_size=118287", 1849, 18_490, id="yolov5"),
        # floor(160146 / 128) = 1251 batches, floor(1251 / 2) = 625 steps
        pytest.param(SWIN, "dataset_size=1281167 devices=8", 625, 187_500, id="swin"),
        # 26001 batches, floor(26001 / 8) = 3250 steps
        pytest.param(TORCHTUNE, "dataset_size=52002", 3250, 3250, id="torchtune"),
        pytest.param(TORCHTUNE, "dataset_size=52002 epochs=2", 3250, 6500, id="torchtune-epochs"),
        # ceil(28539 / 8) = 3568 samples, ceil(3568 / 32) = 112 batches, 56 steps
        pytest.param(NEMO, "dataset_size=28539", 56, 560, id="nemo"),
        # ceil(12500 / 32) = 391 batches, ceil(391 / 3) = 131 steps
        pytest.param(LIGHTNING, "dataset_size=50000 batch_size=32", 131, 3930, id="lightning"),
        pytest.param({"fit": LIGHTNING}, "dataset_size=50000 batch_size=32", 131, 3930, id="lightning-fit"),
    ],
)
def test_steps_of_a_dataset(config: dict[str, Any], flags: str, each: int, total: int) -> None:
    plan = planned_of(json.dumps(config), given(flags))
    assert (plan.clock.steps_per_epoch, plan.clock.total) == (each, total)
    assert resolve(parse_config_text(config_text(plan), "again.yaml")).bare == plan.bare


@pytest.mark.parametrize(
    ("file", "flags", "total"),
    [
        ("megatron/bigscience-samples.txt", "", 19_073),  # 1e10 / (256 * 2048)
        ("gpt_neox/tokenformer-150M.yml", "", 38_146),  # 1e10 / (32 * 4 * 2048)
        ("gpt_neox/tokenformer-150M.yml", "devices=8", 4768),
        ("nanotron/smollm-135M.yaml", "", 9536),  # 1e10 / (8 * 64 * 2048)
        ("levanter/gpt2-small.yaml", "", 19_073),  # 1e10 / (512 * 1024)
        ("nanogpt/gpt2-defaults.py", "", 20_345),  # 1e10 / (12 * 40 * 1024)
        ("torchtitan/llama3.toml", "", 38_146),  # 1e10 / (256 * 1024)
        ("torchtitan/deepseek.toml", "devices=64", 2384),  # 1e10 / (16 * 64 * 4096)
        ("llm_foundry/125m.yaml", "", 19_073),  # 1e10 / (256 * 2048), by references
        ("olmo/1b.yaml", "", 2384),  # 1e10 / (2048 * 2048)
    ],
)
def test_steps_of_tokens(file: str, flags: str, total: int) -> None:
    line = CommandLine.of(given(f"tokens=10B {flags}"))
    read = parse_config_text((FOLDER / file).read_text(), file, line.request(Request()).run)
    plan = resolve(line.request(read))
    assert plan.clock.total == total
    assert resolve(parse_config_text(config_text(plan), "again.yaml")).bare == plan.bare


def test_every_format_with_keys_is_here() -> None:
    cases = {
        *("axolotl", "deepspeed", "diffusers", "gpt_neox", "levanter", "lightning", "llamafactory", "llm_foundry"),
        *("megatron", "mmengine", "ms_swift", "nanogpt", "nanotron", "nemo", "olmo", "swin", "timm", "torchtitan"),
        *("torchtune", "transformers", "trl", "ultralytics", "yolov5"),
    }
    assert {name for name in importers() if importer(name).FORMAT.budget is not None} == cases


def test_the_plan_names_the_key_of_each_value() -> None:
    config = TRAINER | {"dataloader_drop_last": True}
    written = config_text(planned_of(json.dumps(config), given("dataset_size=10000 batch_size=16")))
    lines = [" ".join(line.split()) for line in written.splitlines()]
    assert "batch_size: 16 # --batch-size" in lines
    assert "devices: 1 # default of --devices" in lines
    assert "drop_last: true # dataloader_drop_last" in lines
    assert "accumulate: 4 # gradient_accumulation_steps; 157 steps per epoch, of at most 64 samples" in lines


@pytest.mark.parametrize(
    ("config", "flags", "remark"),
    [
        (TRAINER, "dataset_size=10000", "1,250 batches are not a multiple of 4: transformers before 4.52 counts 312"),
        (TRAINER, "dataset_size=10000", "the steps are those of 1 device; pass --devices"),
        (TORCHTUNE, "dataset_size=52002", "3,250 steps per epoch, not 3,251: the program rounds down"),
        (
            TRAINER | {"per_device_train_batch_size": 16, "dataloader_drop_last": True},
            "dataset_size=1023 devices=8 accumulate=1",
            "7 steps per epoch, not 8: with dataloader_drop_last, transformers drops samples before it distributes",
        ),
        (LLAMA_FACTORY, "dataset_size=1000", "with val_size: 0.1, --dataset-size counts the samples that are not"),
        (
            ULTRALYTICS | {"fraction": 0.5},
            "dataset_size=1000",
            "with fraction: 0.5, --dataset-size counts the samples that",
        ),
    ],
)
def test_remarks(config: dict[str, Any], flags: str, remark: str) -> None:
    remarks = planned_of(json.dumps(config), given(flags)).remarks
    assert any(each.startswith(f"f: {remark}") for each in remarks)


@pytest.mark.parametrize("flags", ["dataset_size=10000 devices=1", "batch_size=8 steps=10"])
def test_the_number_of_devices_is_not_mentioned_if_it_is_given_or_has_no_effect(flags: str) -> None:
    assert not any("device" in str(remark) for remark in planned_of(json.dumps(TRAINER), given(flags)).remarks)


def test_without_a_dataset_the_default_of_drop_last_has_no_effect() -> None:
    plan = planned_of(json.dumps(TIMM | {"sched_on_updates": False}), given("devices=8 steps_per_epoch=10"))
    assert plan.budget is not None
    assert (plan.budget.samples_per_step, plan.budget.drop_last) == (2048, False)


def test_without_an_option_of_a_budget_its_keys_are_not_read() -> None:
    plan = planned_of(json.dumps(TRAINER | {"per_device_train_batch_size": "auto"}), {"steps_per_epoch": "313"})
    assert (plan.budget, plan.clock.total) == (None, 939)


@pytest.mark.parametrize(
    ("value", "got"),
    [("auto", "'auto'"), (0, "'0'"), (-1, "'-1'"), (2.5, "'2.5'"), ("some text", "'some text'"), ([8], "'[8]'")],
)
def test_a_value_that_is_not_a_count(value: object, got: str) -> None:
    (problem,) = problems(json.dumps(TRAINER | {"per_device_train_batch_size": value}), given("dataset_size=100"))
    assert "per_device_train_batch_size must be" in problem
    assert problem.endswith(f"got {got}; pass --batch-size")
    flags = given("dataset_size=100 batch_size=8")
    assert planned_of(json.dumps(TRAINER | {"per_device_train_batch_size": value}), flags).clock.total == 12


NULL_BATCH = TRAINER | {"per_device_train_batch_size": None}
AUTO = DEEPSPEED | {"train_micro_batch_size_per_gpu": "auto", "train_batch_size": "auto"}


@pytest.mark.parametrize(
    ("config", "flags", "expected"),
    [
        (
            TRAINER | {"packing": False, "neat_packing": True},
            "dataset_size=100",
            "with neat_packing: true, the number of steps per epoch is unknown: samples are packed",
        ),
        (
            DEEPSPEED | {"train_batch_size": 64},
            "dataset_size=128 devices=4 epochs=1",
            "--devices: must be the samples per step over those of a device, 64 / 32, got '4'; or pass --global-batch",
        ),
        (NULL_BATCH, "dataset_size=100", "--dataset-size: needs --batch-size, the samples per device and forward"),
        (
            {name: SWIFT[name] for name in SWIFT if name != "gradient_accumulation_steps"},
            "dataset_size=100",
            "f:1:1: gradient_accumulation_steps must be given; pass --accumulate",
        ),
        (
            SWIFT | {"rlhf_type": "grpo"},
            "dataset_size=100",
            "with rlhf_type: grpo, the number of steps per epoch is unknown: samples are generated",
        ),
        (
            TRAINER | {"packing": True},
            "dataset_size=100",
            "with packing: true, the number of steps per epoch is unknown: samples are packed",
        ),
        (
            TRL | {"num_generations": 8},
            "dataset_size=100",
            "with num_generations: 8, the number of steps per epoch is unk",
        ),
        (
            TRAINER | {"auto_find_batch_size": True},
            "dataset_size=100",
            "with auto_find_batch_size: true, the number of steps per epoch is unknown: the batch size is found during",
        ),
        (AXOLOTL | {"sample_packing": True}, "dataset_size=100", "with sample_packing: true, the number of steps per"),
        (AXOLOTL, "dataset_size=100 drop_last=true", "--drop-last: cannot be used with axolotl: the samples of all"),
        (AXOLOTL, "tokens=1B", "--tokens: needs --sequence-length, the tokens of a sample, got '1B'; pass --sequence-"),
        (AUTO, "dataset_size=128 epochs=1", "--dataset-size: needs --batch-size, the samples per device"),
        (
            AUTO | {"gradient_accumulation_steps": "auto"},
            "dataset_size=128 epochs=1 batch_size=4",
            "gradient_accumulation_steps must be a whole number of at least 1, got 'auto'; pass --accumulate",
        ),
        (DEEPSPEED, "dataset_size=100 epochs=1", "--dataset-size: must be a multiple of the samples of a step, 32: De"),
        (
            DEEPSPEED_GLOBAL,
            "dataset_size=128 batch_size=4 epochs=1",
            "--batch-size: cannot replace the samples per ste",
        ),
        (MMENGINE, "dataset_size=100 accumulate=4", "--accumulate: cannot be used with MMEngine config: its schedule"),
        (
            MMENGINE | {"train_dataloader": {"batch_size": 2, "sampler": {"type": "InfiniteSampler"}}},
            "dataset_size=100",
            "with train_dataloader.sampler.type: InfiniteSampler, the number of steps per epoch is unknown: the",
        ),
        (ULTRALYTICS | {"batch": -1}, "dataset_size=100", "batch must be a whole number of at least 1, got '-1'; pass"),
        (
            TIMM | {"aug_repeats": 3},
            "dataset_size=100",
            "with aug_repeats: 3, the number of steps per epoch is unknown",
        ),
        (
            LIGHTNING | {"trainer": {"max_epochs": 3, "devices": "auto"}},
            "dataset_size=100 batch_size=8",
            "devices must be a whole number of at least 1, got 'auto'; pass --devices",
        ),
        (
            TIMM,
            "dataset_size=200 devices=2",
            "f:1:1: an epoch has no full batch: 200 samples on 2 devices are 100 each, and a batch has 128",
        ),
    ],
)
def test_what_is_refused(config: dict[str, Any], flags: str, expected: str) -> None:
    (problem,) = problems(json.dumps(config), given(flags))
    assert expected in problem


FAIRSEQ = "optimization: {lr: 0.1, max_update: 5000, max_epoch: 10}\nlr_scheduler: {_name: polynomial_decay}\n"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (
            "dataset_size=100 batch_size=8",
            "--dataset-size: the batches of fairseq config are not read, got '100'; pass --st",
        ),
        (
            "batch_size=8",
            "--batch-size: the batches of fairseq config are not read, got '8'; pass --global-batch-size i",
        ),
        ("tokens=1B sequence_length=8", "--tokens: needs --global-batch-size: the batches of fairseq config are not"),
    ],
)
def test_a_program_whose_batches_are_not_read(flags: str, expected: str) -> None:
    (problem,) = problems(FAIRSEQ, given(flags))
    assert problem.startswith(expected)


def test_a_budget_without_keys_of_such_a_program() -> None:
    plan = planned_of(FAIRSEQ, given("global_batch_size=64 sequence_length=512"))
    assert (plan.clock.total, plan.clock.tokens_per_step) == (5000, 32_768)


def given(flags: str) -> dict[str, str]:
    return dict(flag.split("=") for flag in flags.split())
