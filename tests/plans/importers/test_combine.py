"""The arguments of a Trainer and a DeepSpeed config together: the Trainer fills in what the config leaves to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from door import ask

from cosine_cli.errors import RequestError
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.parse.argv import CommandLine

if TYPE_CHECKING:
    from pathlib import Path

    from cosine_cli.plans.model.plan import Plan

ARGUMENTS = {
    "output_dir": "out",
    "per_device_train_batch_size": 8,
    "learning_rate": 4e-4,
    "num_train_epochs": 25,
    "warmup_steps": 100,
    "deepspeed": "ds.json",
}
AUTO = dict.fromkeys(("warmup_min_lr", "warmup_max_lr", "warmup_num_steps", "total_num_steps"), "auto")
RATES = {
    0: 0.0,
    1: 0.0,
    2: 6.020599913279623e-05,
    50: 3.397940008672037e-04,
    100: 4e-4,
    101: 4e-4,
    2500: 2.0416326530612247e-4,
    4999: 1.63265306122449e-07,
}
"""DeepSpeed 0.19.8 run with total_num_steps 5000, warmup_num_steps 100 and warmup_max_lr 4e-4."""


def deepspeed(params: dict[str, Any] | None, lr: Any = "auto", kind: str = "WarmupDecayLR") -> dict[str, Any]:
    scheduler = {} if params is None else {"scheduler": {"type": kind, "params": params}}
    return {"optimizer": {"type": "AdamW", "params": {"lr": lr}}, "zero_optimization": {"stage": 2}, **scheduler}


@pytest.fixture
def combine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that combines two mappings, written as args.json and ds.json."""
    monkeypatch.chdir(tmp_path)

    def plan(arguments: dict[str, Any], config: dict[str, Any], *words: str, **flags: str) -> Plan:
        (tmp_path / "args.json").write_text(json.dumps(arguments))
        (tmp_path / "ds.json").write_text(json.dumps(config))
        given = {"words": [*(words or ("args.json", "ds.json"))], "combine": True, **flags}
        return load_plan(CommandLine.of(given))

    return plan


def rates(plan: Plan, times: Any = tuple(RATES)) -> list[float]:
    return list(plan.curves[0].schedule([*times]).tolist())


@pytest.mark.parametrize("words", [("args.json", "ds.json"), ("ds.json", "args.json")])
def test_the_trainer_fills_in_auto(combine: Any, words: tuple[str, str]) -> None:
    plan = combine(ARGUMENTS, deepspeed(AUTO), *words, steps_per_epoch="200")
    assert rates(plan) == pytest.approx(list(RATES.values()), rel=1e-9)
    assert plan.remarks[0] == (
        f"{' and '.join(words)}: read as Hugging Face TrainingArguments with a DeepSpeed config: WarmupDecayLR "
        "(logarithmic warmup, then linear decay), 5000 steps, warmup 100; defaults of the program: warmup_type=log"
    )


@pytest.mark.parametrize("inner", [deepspeed(AUTO), json.dumps(deepspeed(AUTO))], ids=["mapping", "text"])
def test_the_config_may_be_in_the_arguments(combine: Any, tmp_path: Path, inner: Any) -> None:
    combine(ARGUMENTS, deepspeed(AUTO), steps_per_epoch="200")
    (tmp_path / "whole.json").write_text(json.dumps(ARGUMENTS | {"deepspeed": inner}))
    plan = load_plan(CommandLine.of({"words": ["whole.json"], "steps_per_epoch": "200"}))
    assert rates(plan) == pytest.approx(list(RATES.values()), rel=1e-9)


def test_options_replace_the_arguments(combine: Any) -> None:
    plan = combine(ARGUMENTS, deepspeed(AUTO), lr="1e-3", steps="500")
    assert plan.lr == 1e-3
    assert plan.clock.total == 500
    assert rates(plan, [101]) == pytest.approx([1e-3])


def test_values_of_deepspeed_that_equal_those_of_the_trainer(combine: Any) -> None:
    same = {"warmup_max_lr": 4e-4, "warmup_num_steps": 100, "total_num_steps": 5000}
    plan = combine(ARGUMENTS, deepspeed(same, lr=4e-4), steps_per_epoch="200")
    assert rates(plan) == pytest.approx(list(RATES.values()), rel=1e-9)


def test_a_missing_value_keeps_the_default_of_deepspeed(combine: Any) -> None:
    plan = combine(ARGUMENTS, deepspeed({"warmup_num_steps": "auto", "total_num_steps": "auto"}), steps="500")
    assert plan.lr == 1e-3
    assert plan.remarks[0].endswith("defaults of the program: warmup_max_lr=0.001, warmup_type=log")
    assert plan.remarks[1].endswith("the peak is 0.001, the default of warmup_max_lr, not the rate of the optimizer")


def test_defaults_of_the_program_are_filled_in(combine: Any) -> None:
    arguments = {name: value for name, value in ARGUMENTS.items() if name not in ("learning_rate", "num_train_epochs")}
    arguments |= {"stage": "sft", "finetuning_type": "full"}
    plan = combine(arguments, deepspeed(AUTO), steps_per_epoch="2000")
    assert plan.lr == 5e-5
    assert plan.clock.total == 6000
    assert plan.remarks[0].endswith("defaults of the program: learning_rate=5e-5, num_train_epochs=3, warmup_type=log")


def test_a_rate_as_text_is_filled_in(combine: Any) -> None:
    plan = combine(ARGUMENTS | {"learning_rate": "4e-4"}, deepspeed(AUTO), steps_per_epoch="200")
    assert rates(plan) == pytest.approx(list(RATES.values()), rel=1e-9)


def test_a_run_without_a_warmup_has_one_of_two_steps(combine: Any) -> None:
    plan = combine(ARGUMENTS | {"warmup_steps": 0}, deepspeed(AUTO), steps="500")
    assert rates(plan, [0, 1, 2]) == pytest.approx([0.0, 0.0, 4e-4])


def test_without_a_scheduler_in_deepspeed_that_of_the_trainer_is_used(combine: Any) -> None:
    arguments = ARGUMENTS | {"lr_scheduler_type": "cosine"}
    plan = combine(arguments, deepspeed(None), steps="500")
    assert plan.curves[0].name == "transformers.get_cosine_schedule_with_warmup"
    assert len(plan.remarks) == 1


def test_the_arguments_may_be_in_a_wandb_config(combine: Any) -> None:
    wrapped = {"_wandb": {"value": {}}} | {name: {"value": value} for name, value in ARGUMENTS.items()}
    plan = combine(wrapped, deepspeed(AUTO), steps_per_epoch="200")
    assert rates(plan) == pytest.approx(list(RATES.values()), rel=1e-9)
    assert " in a W&B config with a DeepSpeed config: WarmupDecayLR" in plan.remarks[0]


def test_a_figure_of_both_files_in_a_folder(combine: Any, tmp_path: Path) -> None:
    combine(ARGUMENTS, deepspeed(AUTO), steps="200")
    answer = ask("plot", "args.json", "ds.json", "--combine", "--steps", "200", "--out-dir", "figures")
    assert answer.code == 0, answer.err
    assert [path.name for path in (tmp_path / "figures").iterdir()] == ["args-ds.png"]


def test_the_replaced_scheduler_is_mentioned(combine: Any) -> None:
    arguments = ARGUMENTS | {"lr_scheduler_type": "cosine"}
    plan = combine(arguments, deepspeed(AUTO), steps="500")
    assert plan.remarks[1].endswith("ignored: lr_scheduler_type (the scheduler of DeepSpeed replaces it)")


def test_a_curve_beside_the_run(combine: Any) -> None:
    plan = combine(ARGUMENTS, deepspeed(AUTO), "args.json", "ds.json", "cosine", steps_per_epoch="200")
    assert [curve.label for curve in plan.curves] == ["args.json: WarmupDecayLR", "cosine"]


@pytest.mark.parametrize(
    ("params", "lr", "expected"),
    [
        (AUTO, 1e-4, "lr must be auto, or equal to learning_rate of the TrainingArguments (0.0004), got '0.0001'"),
        (
            AUTO | {"warmup_max_lr": 1},
            "auto",
            "warmup_max_lr must be auto, or equal to learning_rate of the TrainingArguments (0.0004), got '1'",
        ),
        (
            AUTO | {"warmup_num_steps": 7},
            "auto",
            "warmup_num_steps must be auto, or equal to warmup_steps of the TrainingArguments (100), got '7'",
        ),
        (
            AUTO | {"total_num_steps": 7},
            "auto",
            "total_num_steps must be auto, or equal to max_steps of the TrainingArguments (5000), got '7'",
        ),
    ],
)
def test_values_that_the_trainer_refuses(combine: Any, params: dict[str, Any], lr: Any, expected: str) -> None:
    with pytest.raises(RequestError) as error:
        combine(ARGUMENTS | {"max_steps": 5000}, deepspeed(params, lr))
    assert str(error.value).startswith("ds.json:1:")
    assert str(error.value).endswith(expected)


OPT = "epochs: 100\nhyp: data/hyp.scratch.yaml\ncos_lr: false\nseed: 0\n"
HYP = "lr0: 0.01\nlrf: 0.01\nwarmup_epochs: 3.0\nwarmup_bias_lr: 0.1\nanchor_t: 4.0\n"


@pytest.mark.parametrize("words", [["opt.yaml", "hyp.yaml"], ["hyp.yaml", "opt.yaml"]])
def test_the_options_of_yolov5_and_its_hyperparameters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "opt.yaml").write_text(OPT)
    (tmp_path / "hyp.yaml").write_text(HYP)
    plan = load_plan(CommandLine.of({"words": words, "combine": True, "steps_per_epoch": "100"}))
    assert rates(plan, [0, 150, 300, 5000]) == pytest.approx([0.0, 4.9505e-3, 9.703e-3, 5.149e-3])
    files, schedule = " and ".join(words), "linear decay (once per epoch), 100 epochs (10k steps), warmup 3"
    assert plan.remarks[0].startswith(f"{files}: read as YOLOv5 opt.yaml: {schedule}")


NEEDS = "--combine: needs two files of one run, such as TrainingArguments and their DeepSpeed config, got "


@pytest.mark.parametrize(
    ("words", "flags", "expected"),
    [
        (["args.json"], {}, f"{NEEDS}1 file"),
        ([], {}, f"{NEEDS}0 files"),
        (["args.json", "args.json"], {}, f"{NEEDS}{' and '.join(['Hugging Face TrainingArguments'] * 2)}"),
        (["ds.json", "ours.yaml"], {}, f"{NEEDS}DeepSpeed config and an unknown format"),
        (["args.json", "ds.json", "ds.json"], {}, f"{NEEDS}3 files"),
        (
            ["args.json", "ds.json"],
            {"read_as": "deepspeed"},
            "--read-as and --combine: cannot be combined; give one of them",
        ),
    ],
)
def test_what_cannot_be_combined(
    combine: Any, tmp_path: Path, words: list[str], flags: dict[str, str], expected: str
) -> None:
    combine(ARGUMENTS, deepspeed(AUTO), steps="9")
    (tmp_path / "ours.yaml").write_text("lr: 0.1")
    with pytest.raises(RequestError) as error:
        load_plan(CommandLine.of({"words": words, "combine": True, **flags}))
    assert str(error.value) == expected


def test_the_arguments_of_another_file_are_not_read_alone(combine: Any) -> None:
    combine(ARGUMENTS, deepspeed(AUTO), steps="9")
    with pytest.raises(RequestError) as error:
        load_plan(CommandLine.of({"words": ["args.json"], "steps": "9"}))
    assert str(error.value).endswith(
        "deepspeed names another file, whose scheduler would replace this one, got 'ds.json'; "
        "pass both, as in 'cosine-lr show args.json ds.json --combine'"
    )
