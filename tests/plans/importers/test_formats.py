"""The content of a config determines its importer; our own configs match none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from plans.importers.files import document, planned_of, problems
from plans.importers.other_files import OTHER_FILES
from plans.importers.real_files import READ
from plans.importers.samples import SAMPLES, Sample
from ruamel.yaml import YAML

from cosine_cli.errors import RequestError
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.importers import timm
from cosine_cli.plans.importers.core import formats
from cosine_cli.plans.importers.core.format_names import importers
from cosine_cli.plans.importers.core.formats import importer, matching
from cosine_cli.plans.parse.config import is_config
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.yaml import parse

DEFAULTS = "learning_rate: 0.1\nmax_steps: 3\noutput_dir: out\nbf16: true\n"
"""Arguments of a Trainer with the schedule left to the default."""


def matches(text: str) -> str | None:
    top = parse(text, "f")
    names = [] if top is None or is_config(top) else matching(top)
    assert len(names) < 2
    return names[0] if names else None


def test_the_importers_are_the_modules_of_the_folder() -> None:
    folder = Path(formats.__file__).parents[1]
    assert importers() == tuple(sorted(path.stem for path in folder.glob("[a-z]*.py")))
    assert {"transformers", "ultralytics"} <= {*importers()}


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.id for sample in SAMPLES])
def test_the_keys_determine_the_importer(sample: object) -> None:
    assert matches(sample.text) == sample.kind  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        "lr: 0.1",
        "lr: 0.1\nepochs: 3\nmin_lr: 0",
        "curves: [cosine]\nsched: cosine",
        "lr: 0.1\nlearning_rate: 0.2\nmax_steps: 3",
        "warmup: 3\nlr_scheduler_type: cosine",
        "learning_rate: 0.1",
        "max_steps: 100",
        "trainer: {max_epochs: 3}",
        "scheduler: cosine",
        "lr_scheduler: cosine",
        "scheduler: {type: CosineAnnealingLR, params: {T_max: 50}}\noptimizer: {type: Adam}",
        "trainer: {max_epochs: 3}\nmodel: {scheduler: {_target_: my.StepLR}, optimizer: {_target_: torch.optim.Adam}}",
        "learning_rate: 0.1\nmax_steps: 100\nlr_scheduler: cosine",
        "learning_rate: 0.1\nmax_steps: 100\nlr_scheduler_type: cosine\nlr_scheduler: cosine",
        "learning_rate: 0.1\nmax_steps: 100\nlr_scheduler_config: {name: cosine}",
        "steps_per_print: 10\ntrain_iters: 100\nlr_decay_style: cosine",
        "[]",
        "- cosine",
        "- {type: StepLR}\n- cosine",
    ],
)
def test_our_own_configs_match_no_importer(text: str) -> None:
    assert matches(text) is None


def test_an_unknown_key_of_our_own_config() -> None:
    (problem,) = problems("lr: 0.1\nlearning_rate: 0.2\ncurves: [cosine]")
    assert problem.startswith("f:2:1: unknown key 'learning_rate'; did you mean lr: ")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("zero_optimization: {stage: 2}", "deepspeed"),
        ("scheduler: {type: LRRangeTest, params: {}}", "deepspeed"),
        ("seed_everything: 0\ntrainer: {max_epochs: 3}\nmodel: {hidden: 64}", "lightning"),
        ("trainer: {max_epochs: 3}\noptimizer: {class_path: torch.optim.SGD}", "lightning"),
        ("lr_scheduler: {class_path: torch.optim.lr_scheduler.StepLR}", "lightning"),
        ("trainer: {max_epochs: 3}\nmodel: {scheduler: {_target_: torch.optim.lr_scheduler.StepLR}}", "hydra"),
        ("trainer: {max_epochs: 3}\nmodel: {scheduler: null, optimizer: {_target_: torch.optim.Adam}}", "hydra"),
        ("trainer: {max_steps: 100}\nmodel: {optim: {lr: 0.1, sched: {name: CosineAnnealing}}}", "nemo"),
        ("model: {init_args: {lr_scheduler: {class_path: torch.optim.lr_scheduler.StepLR}}}", "lightning"),
        ("lr: 0.1\nvoxel_size: 3\nparam_scheduler: []", "mmengine"),
        (f"{DEFAULTS}noise_scheduler: ddpm", "transformers"),
    ],
)
def test_keys_that_only_one_program_has(text: str, kind: str) -> None:
    assert matches(text) == kind


def test_a_null_schedule_is_ignored() -> None:
    assert matches(f"{DEFAULTS}lr_scheduler: null") == "transformers"


@pytest.mark.parametrize(
    "key", ["base_model: m", "peft_config: {name: lora}", "tuner_backend: x", "scheduler: {name: cosine}"]
)
@pytest.mark.parametrize("text", [DEFAULTS, f"{DEFAULTS}lr_scheduler_type: cosine\n"])
def test_a_file_with_keys_of_another_program_is_not_taken_for_hugging_face(text: str, key: str) -> None:
    assert matches(text) == "transformers"
    assert matches(text + key) is None


def test_the_adapters_of_a_model_do_not_change_the_program() -> None:
    assert matches(f"{DEFAULTS}peft_config: {{default: {{peft_type: LORA, r: 8}}}}") == "transformers"


def test_a_file_of_no_format_gets_one_line() -> None:
    text = "lr: 0.1\nepochs: 10\nscheduler: cosine\nbogus: 1"
    (problem,) = problems(text)
    assert problem == (
        f"f: no config of cosine-lr, and not recognized as one of {len(importers())} formats; "
        "name it with --read-as NAME, see 'cosine-lr explain formats'"
    )


@pytest.mark.parametrize("text", OTHER_FILES.values(), ids=OTHER_FILES)
def test_files_of_other_programs_match_no_importer(text: str) -> None:
    assert matching(document(text)) == []
    assert len(problems(text)) == 1


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.id for sample in SAMPLES])
def test_a_file_in_a_wandb_config_is_read_alike(sample: Sample) -> None:
    top = parse(sample.text, "f")
    assert top is not None
    if top.pairs is None:
        pytest.skip("W&B keeps mappings")
    wrapped = {"_wandb": {"value": {}}} | {
        key: {"desc": None, "value": value} for key, value in YAML(typ="safe", pure=True).load(sample.text).items()
    }
    plain, within = (planned_of(text, sample.flags) for text in (sample.text, json.dumps(wrapped)))
    assert within.curves[0].schedule == plain.curves[0].schedule
    title = importer(sample.kind).FORMAT.title
    assert within.remarks[0] == plain.remarks[0].replace(title, f"{title} in a W&B config", 1)


def test_a_wandb_config_is_not_taken_for_our_own() -> None:
    (problem,) = problems("_wandb: {value: {}}\nlr: {value: 0.1}\nepochs: {value: 3}")
    assert problem.startswith("f: no config of cosine-lr, and not recognized as one of ")


def test_two_formats_are_both_named() -> None:
    (problem,) = problems("sched: cosine\nepochs: 3\nparam_scheduler: []")
    assert problem == (
        "f: must have the keys of only one format, got MMEngine config and timm args.yaml; "
        "pass --read-as mmengine or --read-as timm"
    )


def test_a_format_precedes_one_whose_evidence_it_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timm, "FORMAT", replace(timm.FORMAT, precedes=("mmengine",)))
    assert matches("sched: cosine\nepochs: 3\nparam_scheduler: []") == "timm"


def test_the_named_importer_reads_the_file() -> None:
    text = "learning_rate: 0.1\nmax_steps: 3\nbase_model: x\nlr_scheduler_type: cosine"
    assert matches(text) is None
    request = parse_config_text(text, "f", read_as=named("transformers"))
    assert [curve.name for curve in request.curves] == ["transformers.get_cosine_schedule_with_warmup"]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("lr: 0.1", "timm", "f:1:1: epochs must be given; pass --epochs"),
        ("lr: 0.1", "tim", "--read-as: must be the name of a format, got 'tim'; did you mean timm?"),
        ("lr: 0.1", "x", "--read-as: must be the name of a format, got 'x'; see 'cosine-lr explain formats'"),
        ("lr: 0.1", "deepspeed", "f:1:1: scheduler must be given"),
        ("- a", "lightning", "f:1:1: lr_scheduler must be given: schedulers created in code cannot be read"),
    ],
)
def test_errors_of_the_named_importer(text: str, name: str, expected: str) -> None:
    with pytest.raises(RequestError) as error:
        parse_config_text(text, "f", read_as=named(name))
    assert str(error.value).startswith(expected)


def test_our_own_format_can_be_named() -> None:
    request = parse_config_text("lr: 0.1\nscheduler: x", "f", read_as=named("cosine-lr"))
    assert request.problems[0].rule == "unknown key 'scheduler'"


def named(name: str) -> RawValue:
    return RawValue(name, "--read-as")


@pytest.mark.parametrize("name", [name for name in importers() if importer(name).FORMAT.counts_epochs])
def test_programs_that_count_epochs_refuse_steps(name: str) -> None:
    file = next(file for file in READ if file.importer == name)
    flags = {key: value for key, value in file.flags.items() if key != "epochs"}
    with pytest.raises(RequestError, match=r"--steps: .* counts? epochs, not steps, got '1000'; pass --epochs"):
        _ = file._replace(flags={**flags, "steps": "1000"}).plan
