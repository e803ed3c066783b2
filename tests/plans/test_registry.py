"""Names of schedules: the catalogue's, frameworks' own, and frameworks' other names for them."""

from __future__ import annotations

import pytest
from door import ask

from cosine_cli.frameworks.core.discovery import framework_schedules, frameworks, load_framework
from cosine_cli.plans.registry import SYNONYMS, canonical, is_known, squashed, synonym_note
from cosine_cli.schedules.core import catalogue

SCHEDULER_TYPES = (
    *("linear", "cosine", "cosine_with_restarts", "polynomial", "constant", "constant_with_warmup", "inverse_sqrt"),
    *("cosine_with_min_lr", "cosine_warmup_with_min_lr", "warmup_stable_decay"),
)


@pytest.mark.parametrize("name", SCHEDULER_TYPES)
def test_a_value_of_scheduler_type_is_its_function(name: str) -> None:
    assert is_known(f"transformers.{name}")
    assert canonical(f"transformers.{name}").startswith("transformers.get_")


@pytest.mark.frameworks
def test_values_of_scheduler_type_are_those_of_transformers() -> None:
    optimization = pytest.importorskip("transformers.optimization")
    functions = {kind.value: made.__name__ for kind, made in optimization.TYPE_TO_SCHEDULER_FUNCTION.items()}
    known = load_framework("transformers").aliases
    assert known == {
        name: made for name, made in functions.items() if name not in load_framework("transformers").depends
    }


@pytest.mark.parametrize("framework", frameworks())
def test_other_names_are_of_schedules_that_there_are(framework: str) -> None:
    assert set(load_framework(framework).aliases.values()) <= set(framework_schedules(framework))
    assert not set(load_framework(framework).depends) & {
        *framework_schedules(framework),
        *load_framework(framework).aliases,
    }


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("torch.ReduceLROnPlateau", "the metric that the training loop passes to step()"),
        ("torch.LambdaLR", "a Python function, lr_lambda"),
        ("torch.MultiplicativeLR", "a Python function, lr_lambda"),
        ("timm.PlateauLRScheduler", "the metric that the training loop passes to step()"),
        ("transformers.get_reduce_on_plateau_schedule", "the metric that the training loop passes to step()"),
        ("transformers.reduce_lr_on_plateau", "the metric that the training loop passes to step()"),
        ("transformers.get_greedy_schedule", "the metric that the training loop passes to step()"),
        ("transformers.greedy", "the metric that the training loop passes to step()"),
        ("transformers.get_adafactor_schedule", "the step sizes that Adafactor computes"),
        ("keras.LearningRateScheduler", "a Python function, schedule"),
        ("keras.ReduceLROnPlateau", "a metric of the training"),
        ("optax.contrib.reduce_on_plateau", "the value that the training loop passes to update()"),
        ("LambdaLR", "a Python function, lr_lambda"),
        ("lambda_lr", "a Python function, lr_lambda"),
        ("PyTorch.MultiplicativeLR", "a Python function, lr_lambda"),
        ("plateau", "the metric that the training loop passes to step()"),
        ("ReduceOnPlateauLR", "a metric of the training"),
        ("learning-rate-scheduler", "a Python function, schedule"),
    ],
)
def test_a_schedule_that_depends_on_the_training_is_refused_as_such(name: str, what: str) -> None:
    rule = f"cannot be computed before training: the rate depends on {what}\n"
    answer = ask("table", name)
    assert (answer.code, answer.err) == (2, f"cosine-lr: error: curve '{name}': {rule}")
    explained = ask("explain", name)
    assert (explained.code, explained.err) == (2, f"cosine-lr: error: name '{name}': {rule}")


def test_it_is_explained_under_its_own_name() -> None:
    assert ask("explain", "transformers.cosine").out == ask("explain", canonical("transformers.cosine")).out


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("COSINE", "cosine"),
        ("Inverse-Sqrt", "inverse_sqrt"),
        ("InverseSqrt", "inverse_sqrt"),
        ("OneCycle", "onecycle"),
        ("one_cycle", "onecycle"),
        ("exp", "exponential"),
        ("Poly", "polynomial"),
        ("trapezoidal", "wsd"),
        ("StepLR", "step"),
        ("pytorch.StepLR", "torch.StepLR"),
        ("Torch.step-lr", "torch.StepLR"),
        ("torch.optim.lr_scheduler.CosineAnnealingLR", "torch.CosineAnnealingLR"),
        ("tf.keras.optimizers.schedules.CosineDecay", "keras.CosineDecay"),
        ("huggingface.cosine", "transformers.get_cosine_schedule_with_warmup"),
        ("CosineAnnealingLR", "CosineAnnealingLR"),
        ("exponential_decay", "exponential_decay"),
        ("torch.Nothing", "torch.Nothing"),
    ],
)
def test_a_name_in_any_spelling(typed: str, name: str) -> None:
    assert canonical(typed) == name


def test_a_synonym_has_one_meaning() -> None:
    named = {own for framework in frameworks() for own in framework_schedules(framework)}
    assert set(SYNONYMS.values()) <= set(catalogue.names())
    assert not {squashed(name) for name in SYNONYMS} & {squashed(name) for name in catalogue.names()}
    assert not set(SYNONYMS) & named
    aliases = {squashed(other) for name in catalogue.names() for other in catalogue.load(name).aliases.split()}
    assert not {squashed(name) for name in SYNONYMS} & aliases


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("exp", "exp is taken as exponential"),
        ("pytorch.StepLR", "pytorch.StepLR is taken as torch.StepLR"),
        ("Cosine", None),
        ("transformers.cosine", None),
        ("nothing", None),
    ],
)
def test_a_note_on_a_synonym(typed: str, note: str | None) -> None:
    assert synonym_note(typed) == note


def test_step_lr_drops_as_that_of_pytorch() -> None:
    rates = [
        ask("table", f"{name}:step_size=30,gamma=0.5", "--format", "csv").out for name in ("StepLR", "torch.StepLR")
    ]
    assert rates[0].splitlines()[1:] == rates[1].splitlines()[1:]
