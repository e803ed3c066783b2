"""The learning rates that real frameworks use, update by update, in the loops that people write with them.

The frameworks are imported when they are asked for, so this file can be imported where none is installed. Parameters
have the shape of a config: members are ``{"LinearLR": {...}}``, a mapping from steps may have its steps as text.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from importlib.util import find_spec
from itertools import count as whole_numbers
from traceback import format_exception_only
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

os.environ.setdefault("JAX_TRACEBACK_FILTERING", "off")  # else JAX adds a note about that to every error

Params = dict[str, Any]

NEEDS = {
    "torch": ("torch",),
    "transformers": ("transformers", "torch"),
    "timm": ("timm", "torch", "torchvision"),
    "optax": ("optax", "jax"),
    "keras": ("keras", "jax"),
}


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What a framework did: the rates used for updates 0, 1, ..., and why there are no more of them."""

    values: tuple[float, ...] = ()
    raises_at: int | None = None  # the first update that has no rate: the framework raised on the way to it
    error: str | None = None  # what it raised there
    refused: str | None = None  # what it raised when the schedule was made


def installed(framework: str) -> bool:
    """Whether a framework, with what it runs on, can be imported here."""
    return all(find_spec(module) is not None for module in NEEDS[framework])


def version(framework: str) -> str:
    """Return a framework's version without the mark of its build: 2.13.0, not 2.13.0+cpu."""
    return installed_version(framework).partition("+")[0]


def values(framework: str, name: str, params: Params, lr: float | None, count: int) -> Recorded:
    """Return the rates a framework's schedule gives to updates 0 to count - 1; optax and Keras have no use for lr."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            rates = RATES[framework](name, params, lr)
        except ImportError:
            raise
        except Exception as error:  # noqa: BLE001, whatever a framework raises is what is recorded
            return Recorded(refused=_said(error))
        return _taken(rates, count)


def _taken(rates: Iterator[float], count: int) -> Recorded:
    """Return the first rates, as many as there are."""
    seen: list[float] = []
    try:
        while len(seen) < count:
            seen.append(next(rates))
    except Exception as error:  # noqa: BLE001, as above
        return Recorded(values=tuple(seen), raises_at=len(seen), error=_said(error))
    return Recorded(values=tuple(seen))


def _said(error: Exception) -> str:
    """Return an error as the last line of its traceback has it, on one line."""
    return " ".join("".join(format_exception_only(error)).split())


def _member(said: str | dict[str, Params]) -> tuple[str, Params]:
    """Return the name and the parameters of a schedule inside another: a bare name takes its defaults."""
    if isinstance(said, str):
        return said, {}
    ((name, params),) = said.items()
    return name, params


def torch_scheduler(name: str, params: Params, optimizer: Any) -> Any:
    """Return a PyTorch scheduler, its members made first and in order, on the one optimizer."""
    from torch.optim import lr_scheduler, swa_utils

    given = dict(params)
    if "schedulers" in given:
        given["schedulers"] = [torch_scheduler(*_member(inner), optimizer) for inner in given["schedulers"]]
    if name == "ChainedScheduler":
        return lr_scheduler.ChainedScheduler(**given, optimizer=optimizer)
    home = lr_scheduler if hasattr(lr_scheduler, name) else swa_utils
    return getattr(home, name)(optimizer, **given)


def _optimizer(lr: float | None) -> Any:
    """Return plain SGD over one number that never moves."""
    import torch

    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)


def _stepped(optimizer: Any, step: Callable[[int], object]) -> Iterator[float]:
    """Give the rate of each update; between two of them the optimizer steps, then the scheduler."""
    for done in whole_numbers(1):
        yield float(optimizer.param_groups[0]["lr"])
        optimizer.step()
        step(done)


def _torch(name: str, params: Params, lr: float | None) -> Iterator[float]:
    optimizer = _optimizer(lr)
    scheduler = torch_scheduler(name, params, optimizer)
    return _stepped(optimizer, lambda _: scheduler.step())


def _transformers(name: str, params: Params, lr: float | None) -> Iterator[float]:
    from transformers import optimization

    optimizer = _optimizer(lr)
    scheduler = getattr(optimization, name)(optimizer, **params)
    return _stepped(optimizer, lambda _: scheduler.step())


def _timm(name: str, params: Params, lr: float | None) -> Iterator[float]:
    """An update is an epoch here: timm's own script calls step(epoch + 1) when one ends, and nothing before the first.

    So the first epoch runs at the rate that the constructor left, which is not always what step(0) would set.
    """
    from timm import scheduler as schedulers

    optimizer = _optimizer(lr)
    scheduler = getattr(schedulers, name)(optimizer, **params)
    return _stepped(optimizer, scheduler.step)


_POWERS = ("power", "exponent")


def optax_schedule(name: str, params: Params) -> Callable[[Any], Any]:
    """Return an optax schedule; a whole power is an integer, which JAX raises to by products."""
    from optax import schedules

    given = {
        key: int(value) if key in _POWERS and float(value).is_integer() else value for key, value in params.items()
    }
    if "schedules" in given:
        given["schedules"] = [optax_schedule(*_member(inner)) for inner in given["schedules"]]
    if given.get("boundaries_and_scales"):
        given["boundaries_and_scales"] = {int(at): scale for at, scale in given["boundaries_and_scales"].items()}
    return getattr(schedules, name)(**given)


def _scanned(update: Callable[[Any, Any], Any], state: Any) -> Iterator[float]:
    """Give the rates of a training loop that is compiled whole, so many updates at a time.

    ``update`` makes one, with a gradient of 1, and returns the optimizer's state and what was taken from the weight.
    """
    import jax

    train = jax.jit(lambda state: jax.lax.scan(update, state, None, length=_AT_ONCE))
    while True:
        state, rates = train(state)
        yield from map(float, rates)


_AT_ONCE = 64


def optax_rates(schedule: Callable[[Any], Any]) -> Iterator[float]:
    """Give the rates that an optimizer of optax uses, which calls the schedule with an int32, compiled."""
    import optax
    from jax import numpy

    weight = numpy.zeros(())
    optimizer = optax.sgd(schedule)

    def update(state: Any, _: Any) -> tuple[Any, Any]:
        change, state = optimizer.update(numpy.ones(()), state, weight)
        return state, -change

    return _scanned(update, optimizer.init(weight))


def _optax(name: str, params: Params, _: float | None) -> Iterator[float]:
    return optax_rates(optax_schedule(name, params))


def keras_schedule(name: str, params: Params) -> Any:
    """Return a schedule of Keras on JAX."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import keras

    return getattr(keras.optimizers.schedules, name)(**params)


def keras_rates(schedule: Any) -> Iterator[float]:
    """Give the rates that an optimizer of Keras uses, compiled as ``fit`` compiles its update."""
    import keras
    from jax import numpy

    weight = keras.Variable(0.0)
    optimizer = keras.optimizers.SGD(schedule)
    optimizer.build([weight])

    def update(state: Any, _: Any) -> tuple[Any, Any]:
        (trained,), state = optimizer.stateless_apply(state, [numpy.ones(())], [numpy.zeros(())])
        return state, -trained

    return _scanned(update, [variable.value for variable in optimizer.variables])


def _keras(name: str, params: Params, _: float | None) -> Iterator[float]:
    return keras_rates(keras_schedule(name, params))


RATES: dict[str, Callable[[str, Params, float | None], Iterator[float]]] = {
    "torch": _torch,
    "transformers": _transformers,
    "timm": _timm,
    "optax": _optax,
    "keras": _keras,
}
