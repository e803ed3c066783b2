"""What a config is read as in one line, the label of its curve, and where the written values come from."""

from __future__ import annotations

import pytest
from plans.importers.files import planned_of
from plans.importers.real_files import READ, RealFile, id_of
from plans.importers.samples import SAMPLES, Sample

from cosine_cli.plans.importers.core.key_paths import keys_by_place
from cosine_cli.plans.importers.core.labels import with_labels
from cosine_cli.plans.parse.raw import CurveSpec, Request
from cosine_cli.plans.parse.yaml import parse
from cosine_cli.plans.registry import is_generic
from cosine_cli.plans.writer import config_text
from cosine_cli.schedules.core import catalogue

GENERIC = tuple(filter(is_generic, catalogue.names()))

DEEPSPEED = """\
optimizer: {{type: Adam, params: {{lr: 0.002}}}}
zero_optimization: {{stage: 2}}
scheduler:
  type: {type}
  params: {params}
"""

CASES = [
    (
        "learning_rate: 1e-3\nmax_steps: 100\nlr_scheduler_type: cosine\nwarmup_ratio: 0.055",
        {},
        "Hugging Face TrainingArguments: transformers.get_cosine_schedule_with_warmup, 100 steps, warmup 6",
        {
            "lr: 0.001": "learning_rate",
            "steps: 100": "max_steps",
            "- transformers.get_cosine_schedule_with_warmup:": "lr_scheduler_type",
            "num_warmup_steps: 6": "computed from warmup_ratio",
            "num_cycles: 0.5": "",
        },
    ),
    (
        "learning_rate: 1e-3\nnum_train_epochs: 2\nlr_scheduler_type: linear",
        {"steps_per_epoch": "15", "lr": "0.5"},
        (
            "Hugging Face TrainingArguments: transformers.get_linear_schedule_with_warmup, 30 steps"
            "; defaults of the program: warmup_steps=0"
        ),
        {
            "lr: 0.5": "--lr",
            "steps: 30": "computed from num_train_epochs",
            "steps_per_epoch: 15": "--steps-per-epoch",
            "num_warmup_steps: 0": "default of warmup_ratio",
        },
    ),
    (
        "sched: cosine\nlr: 0.1\nepochs: 10\nwarmup_epochs: 3\nwarmup_lr: null\nmin_lr: 0.01",
        {"steps_per_epoch": "4"},
        (
            "timm args.yaml: timm.CosineLRScheduler, 10 epochs (40 steps), warmup 3"
            "; defaults of the program: warmup_lr=1e-05"
        ),
        {
            "epochs: 10": "epochs; 40 steps",
            "- timm.CosineLRScheduler:": "sched",
            "warmup_lr_init: 1e-05": "default of warmup_lr",
            "lr_min: 0.01": "min_lr",
        },
    ),
    (
        DEEPSPEED.format(
            type="WarmupDecayLR",
            params="{total_num_steps: 5k, warmup_num_steps: 2, warmup_type: linear, warmup_max_lr: 1e-3}",
        ),
        {},
        "DeepSpeed config: WarmupDecayLR (linear warmup, then linear decay), 5000 steps, warmup 2",
        {
            "lr: 0.001": "scheduler.params.warmup_max_lr",
            "steps: 5000": "scheduler.params.total_num_steps",
            "label: WarmupDecayLR": "scheduler.type",
            "times: [0, 1, 3]": "computed from scheduler.params.warmup_num_steps",
            "between: linear": "",
        },
    ),
    (
        "learning_rate: 1e-4\nlr_scheduler_type: cosine\nnum_train_epochs: 3\nwarmup_ratio: 0.1",
        {"epochs": "2", "steps_per_epoch": "50"},
        "Hugging Face TrainingArguments: transformers.get_cosine_schedule_with_warmup, 100 steps, warmup 10",
        {"lr: 0.0001": "learning_rate"},
    ),
    (
        (
            "param_scheduler:\n- {type: LinearLR, end: 3, start_factor: 0.1}\n"
            "- {type: CosineAnnealingLR, begin: 3, end: 9}\n"
        ),
        {"lr": "0.1"},
        "MMEngine config: LinearLR and CosineAnnealingLR, 9 epochs, warmup 3",
        {
            "epochs: 9": "param_scheduler[1].end",
            "- cosine:": "param_scheduler[1].type",
            "- piecewise_interpolated:": "param_scheduler[0].type",
        },
    ),
    (
        (
            "lr_config: {policy: CosineAnnealing, min_lr: 0, by_epoch: false, warmup: exp, warmup_iters: 5}\n"
            "optimizer: {lr: 0.1}\ntotal_iters: 40"
        ),
        {},
        "MMCV 1 config: CosineAnnealing with exp warmup, 40 steps, warmup 5; defaults of the program: warmup_ratio=0.1",
        {"lr: 0.1": "optimizer.lr", "steps: 40": "total_iters"},
    ),
    (
        (
            "model: {arch: mini_gpt4}\nrun: {lr_sched: linear_warmup_step_lr, lr_decay_rate: 0.9, init_lr: 1e-4, "
            "min_lr: 1e-5, warmup_lr: 1e-6, warmup_steps: 25, iters_per_epoch: 10, max_epoch: 5}"
        ),
        {},
        "LAVIS config: linear_warmup_step_lr of MiniGPT-4, 50 steps, warmup 10",
        {"lr: 0.0001": "run.init_lr", "gamma: 0.9": "run.lr_decay_rate"},
    ),
]


@pytest.mark.parametrize(("text", "flags", "line", "comments"), CASES)
def test_one_line_and_the_comments_of_the_plan(
    text: str, flags: dict[str, str], line: str, comments: dict[str, str]
) -> None:
    plan = planned_of(text, flags)
    assert plan.remarks == (f"f: read as {line}",)
    written = dict(split.strip().split(" # ", 1) for split in config_text(plan).splitlines() if " # " in split)
    written = {value.strip(): comment for value, comment in written.items()}
    assert {value: written.get(value, "") for value in comments} == comments


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.id for sample in SAMPLES])
def test_comments_are_in_one_column_and_only_in_the_written_plan(sample: Sample) -> None:
    plan = planned_of(sample.text, sample.flags)
    lines = [line for line in config_text(plan).splitlines() if " # " in line]
    aligned = [line for line in lines if len(line.partition(" # ")[0].rstrip()) <= 52]
    assert {line.index(" # ") for line in aligned} == {lines[0].index(" # ")}
    assert config_text(plan.bare) == config_text(planned_of(config_text(plan)).bare)


def test_a_key_cannot_end_the_comment() -> None:
    top = parse(r'{"a\nb": {"c\u001b": 1}}', "f")
    assert top is not None
    assert [key.path for key in keys_by_place(top).values()] == ["", r"a\nb", r"a\nb.c\x1b"]


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.id for sample in SAMPLES])
def test_no_sample_is_labeled_by_a_composite_schedule(sample: Sample) -> None:
    (curve,) = planned_of(sample.text, sample.flags).curves
    assert curve.label not in GENERIC


@pytest.mark.parametrize("file", READ, ids=id_of)
def test_no_file_is_labeled_by_a_composite_schedule_that_it_does_not_name(file: RealFile) -> None:
    assert all(curve.label not in GENERIC or curve.label in file.text for curve in file.plan.curves)


@pytest.mark.parametrize(
    ("name", "where", "label"),
    [
        ("sequence", "f:1:8", "WarmupCosine"),
        ("piecewise_interpolated", "f:1:8", "WarmupCosine"),
        ("sequence", "f:2:4", "Some program"),
        ("sequence", "f:9:9", "Some program"),
        ("cosine", "f:1:8", None),
        ("torch.StepLR", "f:1:8", None),
    ],
)
def test_a_curve_without_a_label(name: str, where: str, label: str | None) -> None:
    top = parse("sched: optim.WarmupCosine\nn: 3", "f")
    assert top is not None
    (curve,) = with_labels(Request(curves=(CurveSpec(name, where),)), keys_by_place(top), "Some program").curves
    assert ("label" in curve.params) == (label is not None)
    assert label is None or curve.params["label"].text == label


def test_tables_computed_from_a_file_have_no_idle_milestones() -> None:
    from cosine_cli.studies.idle_milestones import idle_milestones

    plan = planned_of(
        DEEPSPEED.format(type="OneCycle", params="{cycle_min_lr: 1e-4, cycle_max_lr: 0.01, cycle_first_step_size: 20}"),
        {"steps": "30"},
    )
    assert idle_milestones(plan) == []
    assert idle_milestones(planned_of(config_text(plan))) != []
