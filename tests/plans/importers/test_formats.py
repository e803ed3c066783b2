"""The content of a config determines its importer; our own configs match none."""

from __future__ import annotations

import pytest
from plans.importers.files import planned_of, problems
from plans.importers.samples import SAMPLES

from cosine_cli.plans.importers.core.formats import importer, importer_for, importers
from cosine_cli.plans.importers.core.trainer_json import parse_state
from cosine_cli.plans.parse.config import KEYS
from cosine_cli.plans.parse.yaml import parse


def matches(text: str) -> str | None:
    top = parse(text, "f")
    found = None if top is None else importer_for(top, KEYS)
    return next((name for name in importers() if importer(name) is found), None)


def test_the_importers_are_the_modules_of_the_folder() -> None:
    assert importers() == ("deepspeed", "lightning", "mmengine", "timm", "trainer_state", "transformers")


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.id for sample in SAMPLES])
def test_the_keys_determine_the_importer(sample: object) -> None:
    assert matches(sample.text) == sample.kind  # type: ignore[attr-defined]


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.id for sample in SAMPLES])
def test_only_one_importer_matches_a_file(sample: object) -> None:
    top = parse(sample.text, "f")  # type: ignore[attr-defined]
    assert [name for name in importers() if importer(name).matches(top)] == [sample.kind]  # type: ignore[attr-defined, arg-type]


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
        "trainer: {max_steps: 100}\nmodel: {optim: {lr: 0.1, sched: {name: CosineAnnealing}}}",
        "trainer: {max_epochs: 3}\nmodel: {scheduler: {_target_: torch.optim.lr_scheduler.StepLR}}",
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


def test_a_trainer_state_is_detected_before_yaml_is_parsed() -> None:
    top = parse_state('{"log_history": [{"loss": NaN, "step": 1, "learning_rate": 0.1}], "max_steps": 2}', "f")
    kind = importer_for(top, KEYS)
    assert kind is importer("trainer_state")
    assert planned_of('{"log_history": [{"learning_rate": 0.1, "step": 1}], "max_steps": 2}').clock.total == 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("zero_optimization: {stage: 2}", "deepspeed"),
        ("scheduler: {type: LRRangeTest, params: {}}", "deepspeed"),
        ("seed_everything: 0\ntrainer: {max_epochs: 3}\nmodel: {hidden: 64}", "lightning"),
        ("trainer: {max_epochs: 3}\noptimizer: {class_path: torch.optim.SGD}", "lightning"),
        ("lr_scheduler: {class_path: torch.optim.lr_scheduler.StepLR}", "lightning"),
        ("lr: 0.1\nvoxel_size: 3\nparam_scheduler: []", "mmengine"),
        ("learning_rate: 0.1\nmax_steps: 3\nnoise_scheduler: ddpm", "transformers"),
    ],
)
def test_keys_that_only_one_program_has(text: str, kind: str) -> None:
    assert matches(text) == kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "learning_rate: 0.0002\nlr_scheduler: cosine\nmax_steps: 1000",
            "f:2:1: 'lr_scheduler' belongs to a config format that is not supported; pass a curve instead of "
            "the file, as in transformers.cosine:num_warmup_steps=10,num_training_steps=100",
            id="by-its-name",
        ),
        pytest.param(
            "scheduler: {type: CosineAnnealingLR, params: {T_max: 50, eta_min: 1e-6}}",
            "f:1:1: 'scheduler' belongs to a config format that is not supported; pass a curve instead of "
            "the file, as in torch.CosineAnnealingLR:T_max=50,eta_min=1e-6",
            id="with-its-parameters",
        ),
        pytest.param(
            "model: {optim: {sched: {name: MySchedule}}}",
            "f:1:17: 'sched' belongs to a config format that is not supported; pass a curve instead of the "
            "file, as in cosine:warmup=5,min_lr=1e-5",
            id="deep-and-unknown",
        ),
    ],
)
def test_a_schedule_of_an_unsupported_format_gets_a_curve(text: str, expected: str) -> None:
    assert problems(text) == [expected]


def test_a_null_schedule_is_ignored() -> None:
    assert matches("learning_rate: 0.1\nmax_steps: 3\nlr_scheduler: null") == "transformers"


def test_a_schedule_key_in_our_own_config_is_unknown() -> None:
    (problem,) = problems("lr: 0.1\nepochs: 10\nscheduler: cosine")
    assert problem.startswith("f:3:1: unknown key 'scheduler'; ")


@pytest.mark.parametrize("key", ["base_model: m", "peft_config: {}", "tuner_type: lora"])
def test_a_program_with_another_default_schedule_is_not_taken_for_hugging_face(key: str) -> None:
    shared = "learning_rate: 1e-4\nmax_steps: 10\n"
    assert matches(shared) == "transformers"
    assert matches(shared + key) is None
