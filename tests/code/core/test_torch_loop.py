"""The loop around a PyTorch scheduler stops before the call at which the scheduler raises; torch is a stand-in here."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from plans_of import planned
from programs_of import printed

from cosine_cli.code.core import targets

if TYPE_CHECKING:
    from collections.abc import Mapping


class OneCycleLR:
    """Counts its steps, and raises where PyTorch's does."""

    def __init__(self, optimizer: SimpleNamespace, *, total_steps: int, max_lr: float) -> None:
        del max_lr
        self.total_steps, self.made = total_steps, 0
        optimizer.schedulers.append(self)

    def step(self) -> None:
        self.made += 1
        if self.made > self.total_steps:
            raise ValueError(
                f"Tried to step {self.made} times. The specified number of total steps is {self.total_steps}"
            )


@pytest.fixture
def optimizers(monkeypatch: pytest.MonkeyPatch) -> list[SimpleNamespace]:
    """Stand in for torch; return the optimizers that programs make, each with its schedulers and its steps."""
    made: list[SimpleNamespace] = []

    def sgd(params: object, lr: float) -> SimpleNamespace:
        del params
        one = SimpleNamespace(param_groups=[{"lr": lr}], schedulers=[], steps=0)
        one.step = lambda: setattr(one, "steps", one.steps + 1)
        made.append(one)
        return one

    modules: Mapping[str, Mapping[str, object]] = {
        "torch": {
            "nn": SimpleNamespace(Parameter=list),
            "zeros": lambda count: [0.0] * count,
            "optim": SimpleNamespace(SGD=sgd, Optimizer=object),
        },
        "torch.optim": {},
        "torch.optim.lr_scheduler": {"OneCycleLR": OneCycleLR, "LRScheduler": object},
    }
    for name, held in modules.items():
        module = ModuleType(name)
        vars(module).update(held)
        monkeypatch.setitem(sys.modules, name, module)
    return made


CURVE = "torch.OneCycleLR:max_lr=0.1,total_steps=10"


@pytest.mark.parametrize(
    ("run", "updates", "calls"),
    [
        ("--epochs 60", 11, 10),
        ("--epochs 11", 11, 10),
        ("--steps 60", 11, 10),
        ("--epochs 60 --steps-per-epoch 4 --update epoch", 44, 10),
        ("--steps 42 --steps-per-epoch 4 --update epoch", 42, 10),
        ("--epochs 10", 10, 10),
        ("--epochs 5", 5, 5),
    ],
)
def test_no_call_raises_and_every_rate_is_used(
    optimizers: list[SimpleNamespace], run: str, updates: int, calls: int
) -> None:
    """A scheduler of 10 steps has 11 rates: the one that it is made with, and one after each call."""
    rates = printed(targets.source(planned(f"{CURVE} {run}"), "torch"))
    (optimizer,) = optimizers
    (scheduler,) = optimizer.schedulers
    assert (len(rates), optimizer.steps, scheduler.made) == (updates, updates, calls)
