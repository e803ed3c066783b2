"""Options over the configs of other programs: they replace what the program itself would take, or are refused."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from plans.importers.files import planned_of, problems
from plans.importers.real_files import READ, RealFile, id_of

from cosine_cli.errors import RequestError
from cosine_cli.plans.importers.core.formats import importer

TRANSFORMERS = json.dumps(
    {"learning_rate": 1e-3, "lr_scheduler_type": "linear", "max_steps": 100, "warmup_steps": 10, "num_train_epochs": 3}
)
TIMM = "sched: cosine\nlr: 0.1\nepochs: 10\nwarmup_epochs: 0\nopt: sgd\nmin_lr: 0\n"
TIMM_BY_UPDATE = f"{TIMM}sched_on_updates: true\n"
LIGHTNING = """\
trainer: {max_epochs: 30, max_steps: -1}
optimizer: {class_path: torch.optim.SGD, init_args: {lr: 0.05}}
lr_scheduler: {class_path: torch.optim.lr_scheduler.StepLR, init_args: {step_size: 2, gamma: 0.5}}
"""
LIGHTNING_WITHOUT_RATE = "trainer: {max_epochs: 30}\noptimizer: {class_path: my.Optimizer}"
MMENGINE = json.dumps(
    {
        "optim_wrapper": {"optimizer": {"type": "SGD", "lr": 0.1}},
        "param_scheduler": [{"type": "MultiStepLR", "by_epoch": True, "end": 24, "milestones": [3, 22]}],
        "train_cfg": {"by_epoch": True, "max_epochs": 24},
    }
)
DEEPSPEED = json.dumps(
    {
        "optimizer": {"type": "Adam", "params": {"lr": 1e-3}},
        "scheduler": {
            "type": "WarmupDecayLR",
            "params": {"warmup_max_lr": 2e-3, "warmup_num_steps": 10, "total_num_steps": 60, "warmup_type": "linear"},
        },
        "zero_optimization": {"stage": 2},
    }
)
DEFAULT_PEAK = DEEPSPEED.replace('"warmup_max_lr": 0.002, ', "")
NANOGPT = "always_save_checkpoint: false\nlearning_rate: 1e-3\nmax_iters: 9\nn_layer: 2\nn_head: 2\ndecay_lr: false\n"
KOHYA = "network_module: networks.lora\nmax_train_steps: 9\nlr_warmup_steps: 4\nlearning_rate: 1e-3\n"
SCHEDULE_FREE = f"{KOHYA}optimizer_type: AdamWScheduleFree\n"
RULES = f"""{KOHYA}lr_scheduler: piecewise_constant\nlr_scheduler_args: ["step_rules='1:5,0.1'"]\n"""
KOHYA_CLASS = (
    KOHYA.replace("lr_warmup_steps: 4", "lr_scheduler: cosine\nlr_scheduler_type: ExponentialLR")
    + "lr_scheduler_args: ['gamma=0.9']\n"
)
ULTRALYTICS = "lr0: 0.01\nlrf: 0.5\ncos_lr: false\nwarmup_epochs: 0\noptimizer: SGD\nepochs: 10\nnbs: 64\n"
FAIRSEQ = """\
optimization: {lr: 0.1, max_update: 5000, max_epoch: 10}
lr_scheduler: {_name: polynomial_decay}
"""

EIGHT = {"steps_per_epoch": "8"}


@pytest.mark.parametrize(
    ("text", "flags", "total", "rates"),
    [
        (TRANSFORMERS, {"lr": "0.5"}, 100, {0: 0, 10: 0.5, 55: 0.25}),
        (TRANSFORMERS, {"steps": "50"}, 50, {0: 0, 10: 1e-3, 30: 5e-4}),
        (TRANSFORMERS, {"epochs": "5", **EIGHT}, 40, {0: 0, 10: 1e-3, 25: 5e-4}),
        (TIMM, {"lr": "0.5"}, 10, {0: 0.5, 5: 0.25}),
        (TIMM, {"epochs": "4"}, 4, {0: 0.1, 2: 0.05}),
        (TIMM_BY_UPDATE, {"epochs": "4", **EIGHT}, 32, {0: 0.1, 16: 0.05}),
        (FAIRSEQ, {"steps_per_epoch": "100"}, 1000, {0: 0.1, 500: 0.09}),
        (LIGHTNING, {"lr": "0.5"}, 30, {0: 0.5, 2: 0.25}),
        (LIGHTNING_WITHOUT_RATE, {"lr": "0.5"}, 30, {0: 0.5, 29: 0.5}),
        (LIGHTNING, {"epochs": "4"}, 4, {0: 0.05, 2: 0.025}),
        (LIGHTNING, {"steps": "20", **EIGHT}, 20, {0: 0.05, 15: 0.05, 16: 0.025}),
        (MMENGINE, {"lr": "0.5"}, 24, {0: 0.5, 3: 0.05}),
        (MMENGINE, {"epochs": "4"}, 4, {0: 0.1, 3: 0.01}),
        (DEEPSPEED, {"lr": "0.5"}, 60, {0: 0, 11: 0.5, 36: 0.25}),
        (DEFAULT_PEAK, {"lr": "0.5"}, 60, {0: 0, 11: 0.5, 36: 0.25}),
        (DEEPSPEED, {"steps": "110"}, 110, {0: 0, 11: 2e-3, 61: 1e-3}),
        (DEEPSPEED, {"epochs": "5", **EIGHT}, 40, {0: 0, 11: 2e-3, 26: 1e-3}),
        (DEEPSPEED, {"warmup": "20"}, 60, {0: 0, 11: 1e-3, 21: 2e-3, 41: 1e-3}),
        (DEEPSPEED, {"warmup": "50%", "steps": "40"}, 40, {0: 0, 11: 1e-3, 21: 2e-3, 31: 1e-3}),
        (ULTRALYTICS, {"lr": "0.5"}, 10, {0: 0.5, 5: 0.375}),
        (ULTRALYTICS, {"epochs": "4", **EIGHT}, 32, {0: 0.01, 15: 0.00875, 16: 0.0075}),
    ],
)
def test_what_an_option_replaces(text: str, flags: dict[str, str], total: int, rates: dict[int, float]) -> None:
    plan = planned_of(text, flags)
    assert plan.clock.total == total
    assert plan.curves[0].schedule([*rates]).tolist() == pytest.approx(list(rates.values()), rel=1e-9, abs=1e-15)


@pytest.mark.parametrize(
    ("text", "flags", "expected"),
    [
        (TRANSFORMERS, {"epochs": "5"}, "--epochs: number of steps unknown: the config counts steps, not epochs"),
        (TIMM, {"steps": "50", **EIGHT}, "--steps: timm counts epochs, not steps"),
        (TIMM, {"warmup": "3"}, "--warmup: cannot override the schedule of timm args.yaml, got '3'; set warmup_epochs"),
        (LIGHTNING, {"steps": "20"}, "--steps: number of epochs unknown"),
        (MMENGINE, {"steps": "20", **EIGHT}, "--steps: the config counts epochs, not steps"),
        (DEEPSPEED, {"epochs": "5"}, "--epochs: number of steps unknown: the config counts steps, not epochs"),
        (NANOGPT, {"warmup": "3"}, "--warmup: a run with decay_lr=False does not have a warmup, got '3'"),
        (SCHEDULE_FREE, {"warmup": "3"}, "--warmup: AdamWScheduleFree does not have a warmup, got '3'"),
        (RULES, {"warmup": "3"}, "--warmup: piecewise_constant does not have a warmup, got '3'"),
        (DEEPSPEED, {"power": "2"}, "--power: no curve uses it (WarmupDecayLR)"),
        (ULTRALYTICS, {"steps": "20", **EIGHT}, "--steps: Ultralytics counts epochs, not steps"),
    ],
)
def test_what_no_program_takes(text: str, flags: dict[str, str], expected: str) -> None:
    (problem,) = problems(text, flags)
    assert problem.startswith(expected)


def test_an_option_over_the_default_peak_of_deepspeed_leaves_no_note_on_it() -> None:
    assert len(planned_of(DEFAULT_PEAK, {"lr": "0.5"}).remarks) == len(planned_of(DEFAULT_PEAK).remarks) - 1


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (RULES, "f: ignored: lr_warmup_steps (piecewise_constant does not use it)"),
        (
            f"{SCHEDULE_FREE}optimizer_args: ['warmup_steps=3']",
            "f: ignored: warmup_steps of optimizer_args (the warmup within AdamWScheduleFree)",
        ),
        (KOHYA_CLASS, "f: ignored: lr_scheduler (lr_scheduler_type overrides it)"),
    ],
)
def test_what_sd_scripts_does_not_use_is_noted(text: str, note: str) -> None:
    remarks = planned_of(text).remarks
    assert note in remarks
    assert "defaults" not in remarks[0]


OTHERS = {"warmup": "3", "min_lr": "1e-9", "update": "epoch"}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("file", READ, ids=id_of)
def test_no_option_is_laid_over_the_schedule_of_a_file(file: RealFile, name: str) -> None:
    declared = importer(file.importer).FORMAT
    if name in declared.options:
        pytest.skip("the importer reads the option itself")
    with pytest.raises(RequestError) as error:
        _ = with_flag(file, name).plan
    option = f"--{name.replace('_', '-')}"
    assert str(error.value).startswith(f"{option}: cannot override the schedule of {declared.title}")


@pytest.mark.parametrize("file", READ, ids=id_of)
def test_the_warmup_of_an_option_is_the_programs_own(file: RealFile) -> None:
    if "warmup" not in importer(file.importer).FORMAT.options:
        pytest.skip("the importer does not read the option")
    (own,) = file.plan.curves
    try:
        (curve,) = with_flag(file, "warmup").plan.curves
    except RequestError as error:
        problem = str(error)
    else:
        assert curve.label == own.label
        return
    assert re.match("--warmup: .* must be 0 with|--warmup: .* does not have a warmup", problem)


ONLY_ITS_OWN_RATES = "piecewise-default.yaml"
"""The run ends within the rates of its ``warmup_lr_list``."""


@pytest.mark.parametrize("file", [file for file in READ if file.file != ONLY_ITS_OWN_RATES], ids=id_of)
def test_the_rate_of_an_option_changes_the_rates_or_is_mentioned_as_ignored(file: RealFile) -> None:
    try:
        plan = with_flag(file, "lr", "0.0123").plan
    except RequestError:
        return
    mentioned = re.search("ignored: (--lr|the rate of the optimizer)", " ".join(plan.remarks))
    assert mentioned or plan.curves[0].schedule != file.plan.curves[0].schedule


def with_flag(file: RealFile, name: str, value: str | None = None) -> Any:
    return file._replace(flags={**file.flags, name: OTHERS[name] if value is None else value})
