"""Files are told by their content, and ours stay ours."""

from __future__ import annotations

import pytest
from plans.found.files import faults, planned_of
from plans.found.samples import SAMPLES

from cosine_cli.plans.config import KEYS, parse
from cosine_cli.plans.found.core.kinds import kind_of, kinds, load
from cosine_cli.plans.found.core.state import parse_state


def told(text: str) -> str | None:
    top = parse(text, "f")
    found = None if top is None else kind_of(top, KEYS)
    return next((name for name in kinds() if load(name) is found), None)


def test_the_kinds_are_the_listing_of_the_folder() -> None:
    assert kinds() == ("deepspeed", "lightning", "mmengine", "timm", "trainer_state", "transformers")


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.id for sample in SAMPLES])
def test_a_file_is_told_by_its_keys(sample: object) -> None:
    assert told(sample.text) == sample.kind  # type: ignore[attr-defined]


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.id for sample in SAMPLES])
def test_one_kind_alone_tells_a_file(sample: object) -> None:
    top = parse(sample.text, "f")  # type: ignore[attr-defined]
    assert [name for name in kinds() if load(name).told(top)] == [sample.kind]  # type: ignore[attr-defined, arg-type]


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
        "[]",
        "- cosine",
        "- {type: StepLR}\n- cosine",
    ],
)
def test_a_config_of_ours_stays_one(text: str) -> None:
    assert told(text) is None


def test_an_unknown_key_of_ours_is_told_as_ever() -> None:
    (fault,) = faults("lr: 0.1\nlearning_rate: 0.2\ncurves: [cosine]")
    assert fault.startswith("f:2:1: must be a key of a config, got 'learning_rate'; did you mean lr: ")


def test_the_state_of_a_trainer_is_told_before_it_is_read_as_yaml() -> None:
    top = parse_state('{"log_history": [{"loss": NaN, "step": 1, "learning_rate": 0.1}], "max_steps": 2}', "f")
    kind = kind_of(top, KEYS)
    assert kind is load("trainer_state")
    assert planned_of('{"log_history": [{"learning_rate": 0.1, "step": 1}], "max_steps": 2}').clock.total == 2
