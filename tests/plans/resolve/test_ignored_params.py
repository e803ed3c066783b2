"""Parameters of frameworks that change no rate: taken, checked, and left out with a word where they say something."""

from __future__ import annotations

import inspect
from importlib import import_module
from importlib.util import find_spec

import pytest
from door import ask

from cosine_cli.frameworks.core.discovery import framework_schedules, frameworks
from cosine_cli.frameworks.core.framework_schedule import ignored_params
from cosine_cli.schedules.core.fields import params

MODULES = {
    "torch": ("torch.optim.lr_scheduler", "torch.optim.swa_utils"),
    "transformers": ("transformers.optimization",),
    "timm": ("timm.scheduler",),
    "optax": ("optax",),
    "keras": ("keras.optimizers.schedules",),
}
"""Where each framework has its schedules."""


@pytest.mark.parametrize(
    "curve",
    [
        "torch.StepLR:step_size=30,last_epoch=-1",
        "torch.OneCycleLR:total_steps=100,cycle_momentum=true",
        "torch.CyclicLR:base_lr=0.01,max_lr=0.1,scale_fn=null",
        "timm.CosineLRScheduler:t_initial=100,t_in_epochs=true,initialize=true,noise_range_t=null",
        "transformers.get_constant_schedule:last_epoch=-1",
    ],
)
def test_a_default_is_taken_without_a_word(curve: str) -> None:
    name, _, said = curve.partition(":")
    plain = ",".join(pair for pair in said.split(",") if pair.partition("=")[0] in _fields(name))
    answer, expected = ask("table", curve), ask("table", f"{name}:{plain}" if plain else name)
    assert (answer.code, answer.err, answer.out) == (0, "", expected.out)


def _fields(name: str) -> set[str]:
    framework, _, own = name.partition(".")
    return {param.name for param in params(framework_schedules(framework)[own])}


@pytest.mark.parametrize(
    ("curve", "left"),
    [
        ("torch.OneCycleLR:total_steps=100,cycle_momentum=false", "cycle_momentum"),
        ("torch.OneCycleLR:total_steps=100,base_momentum=0.8", "base_momentum"),
        ("torch.StepLR:step_size=30,verbose=true", "verbose"),
        ("timm.StepLRScheduler:decay_t=30,noise_pct=0.5", "noise_pct"),
        ("keras.CosineDecay:initial_learning_rate=0.1,decay_steps=100,name=mine", "name"),
    ],
)
def test_what_says_more_than_the_default_is_left_out_with_a_word(curve: str, left: str) -> None:
    answer = ask("table", curve)
    name = curve.partition(":")[0]
    assert (answer.code, answer.err) == (0, f"cosine-lr: {name}: ignored: {left} (does not change the rate)\n")


def test_it_is_said_of_a_part_of_a_schedule_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("parts") / "a.yaml"
    path.write_text("curves: [torch.ChainedScheduler: {schedulers: [StepLR: {step_size: 9, verbose: true}]}]")
    assert ask("table", str(path)).err == "cosine-lr: torch.StepLR: ignored: verbose (does not change the rate)\n"


@pytest.mark.parametrize(
    ("curve", "rule"),
    [
        ("torch.StepLR:step_size=30,last_epoch=5", "last_epoch: must be -1, or omitted, got '5'"),
        ("torch.OneCycleLR:cycle_momentum=maybe", "cycle_momentum: must be true or false, got 'maybe'"),
        ("torch.CyclicLR:base_lr=0.01,scale_fn=f", "scale_fn: must be null, or omitted, got 'f'"),
        (
            "timm.StepLRScheduler:decay_t=30,t_in_epochs=false",
            "t_in_epochs: must be true, or omitted, got 'false'; leave it out, and count updates with --steps",
        ),
        ("timm.StepLRScheduler:decay_t=30,noise_range_t=40", "noise_range_t: must be null, or omitted, got '40'"),
    ],
)
def test_what_would_change_the_rate_is_refused(curve: str, rule: str) -> None:
    answer = ask("table", curve)
    assert (answer.code, answer.out) == (2, b"")
    assert f"cosine-lr: error: curve '{curve}': {rule}\n" in answer.err


@pytest.mark.frameworks
@pytest.mark.parametrize("framework", frameworks())
def test_every_parameter_of_the_framework_is_taken(framework: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    if not all(find_spec(name.partition(".")[0]) for name in MODULES[framework]):
        pytest.skip(f"{framework} is not installed")
    modules = [import_module(name) for name in MODULES[framework]]
    for own, native in framework_schedules(framework).items():
        constructor = next(getattr(module, own) for module in modules if hasattr(module, own))
        known = {param.name for param in params(native)} | set(ignored_params(native)) | {"optimizer"}
        assert set(inspect.signature(constructor).parameters) <= known, own
