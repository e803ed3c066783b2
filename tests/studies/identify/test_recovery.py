"""Whole runs of random parameters: the schedule is found from the rows alone.

Of 32 runs of each shape, four are tested; LOOPS=all tests every one.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest

from cosine_cli.logs.core.log import Series
from cosine_cli.plans.registry import load
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.studies.identify.core.fit import Fit
from cosine_cli.studies.identify.core.identify import identify

DRAWS = 32
DIGITS, SPACINGS = (None, 6, 4, 3), (1, 10, 50, 100)
ALLOWED = {None: 3e-8, 6: 6e-6, 4: 1.2e-3, 3: 1.2e-2}
"""How far a fit may be from the schedule between the rows, relative to the peak: a few roundings of a row."""

LEAST_FOUND = 0.98
LEAST_ROWS = 8

ALIASES = {"step": {"step", "multistep"}, "multistep": {"step", "multistep"}, "sgdr": {"sgdr", "hard_restarts"}}


class Run(NamedTuple):
    shape: str
    schedule: Schedule
    length: int
    digits: int | None
    every: int

    @property
    def series(self) -> Series:
        return printed(self) if self.digits else full(self)


def times_of(run: Run) -> np.ndarray[Any, np.dtype[np.float64]]:
    every = run.every if run.length / run.every >= LEAST_ROWS else 10
    return np.arange(0, run.length, every, dtype=np.float64)


def full(run: Run) -> Series:
    rates = run.schedule(times_of(run))
    return Series(times=times_of(run), rates=rates, tolerances=1e-15 * rates, unit="step", column="lr")


def printed(run: Run) -> Series:
    assert run.digits is not None
    rates = [float(f"{rate:.{run.digits - 1}e}") for rate in run.schedule(times_of(run)).tolist()]
    room = [0.5 * 10.0 ** (math.floor(math.log10(rate)) + 1 - run.digits) if rate > 0 else 0.0 for rate in rates]
    return Series(times=times_of(run), rates=np.array(rates), tolerances=np.array(room), unit="step", column="lr")


class Draw(NamedTuple):
    """Numbers from which the parameters of each shape are drawn."""

    rng: np.random.Generator
    length: int
    lr: float
    warmup: int
    floor: float

    @property
    def rest(self) -> int:
        return self.length - self.warmup

    def one_of(self, *options: float) -> float:
        return float(self.rng.choice(options))

    def part(self, low: float, high: float) -> float:
        return float(int(self.rest * self.rng.uniform(low, high)))

    def after_warmup(self, name: str, **values: object) -> Schedule:
        schedule = load(name)(lr=self.lr, **values)
        return load("warmup")(warmup=float(self.warmup), of=schedule) if self.warmup else schedule


def drawn(rng: np.random.Generator) -> Draw:
    length = int(rng.integers(600, 30000))
    lr = float(f"{10 ** rng.uniform(-5, -0.5):.{rng.integers(0, 3)}e}")
    warmup = int(rng.integers(1, max(length // 10, 2))) if rng.random() < 0.5 else 0
    floor = float(f"{lr * rng.uniform(0.01, 0.3):.1e}") if rng.random() < 0.4 else 0.0
    return Draw(rng=rng, length=length, lr=lr, warmup=warmup, floor=floor)


def constant(draw: Draw) -> Schedule:
    return draw.after_warmup("constant")


def step(draw: Draw) -> Schedule:
    return draw.after_warmup("step", step_size=draw.part(0.12, 0.45), gamma=draw.one_of(0.1, 0.5, 0.2, 0.3, 0.9, 0.97))


def multistep(draw: Draw) -> Schedule:
    low = max(0.15 * draw.length, draw.warmup + 1)
    times = draw.rng.uniform(low, 0.97 * draw.length, draw.rng.integers(1, 4))
    milestones = tuple(sorted({float(int(time)) for time in times}))
    return draw.after_warmup("multistep", milestones=milestones, gamma=draw.one_of(0.1, 0.5, 0.2, 0.3))


def to_floor(name: str) -> Callable[[Draw], Schedule]:
    return lambda draw: draw.after_warmup(name, total=float(draw.rest), min_lr=draw.floor)


def polynomial(draw: Draw) -> Schedule:
    power = draw.one_of(0.5, 0.9, 2.0, 3.0, 1.5)
    return draw.after_warmup("polynomial", total=float(draw.rest), min_lr=draw.floor, power=power)


def exponential(draw: Draw) -> Schedule:
    return draw.after_warmup(
        "exponential", gamma=draw.one_of(0.1, 0.5, 0.9, 0.95, 0.96, 0.01), per=draw.part(0.05, 0.6)
    )


def inverse_sqrt(draw: Draw) -> Schedule:
    return draw.after_warmup(
        "inverse_sqrt", timescale=float(draw.warmup or int(draw.rng.integers(10, draw.length // 5)))
    )


def onecycle(draw: Draw) -> Schedule:
    return load("onecycle")(
        lr=draw.lr,
        total=float(draw.length),
        warmup=float(int(draw.length * draw.rng.uniform(0.1, 0.5))),
        div=draw.one_of(25, 10, 5, 100),
        final_div=draw.one_of(1e4, 100, 1e3, 10),
        anneal=str(draw.rng.choice(["cosine", "linear"])),
    )


def wsd(draw: Draw) -> Schedule:
    decay = draw.part(0.1, 0.5)
    shape = str(draw.rng.choice(["linear", "cosine", "1-sqrt", "sqrt", "exponential"]))
    floor = draw.floor or (float(f"{draw.lr * 0.1:.3e}") if shape == "exponential" else 0.0)
    return load("wsd")(
        lr=draw.lr,
        warmup=float(draw.warmup),
        stable=draw.rest - decay,
        decay=decay,
        decay_shape=shape,
        min_lr=floor,
    )


def sgdr(draw: Draw) -> Schedule:
    mult, count = draw.one_of(1, 1, 2), int(draw.rng.integers(2, 5))
    cycle = max(float(int(draw.rest / sum(mult**at for at in range(count)))), 20.0)
    decay = draw.one_of(1, 1, 0.5, 0.8)
    return draw.after_warmup("sgdr", cycle=cycle, cycle_mult=mult, cycle_decay=decay, min_lr=draw.floor)


SHAPES: dict[str, Callable[[Draw], Schedule]] = {
    "constant": constant,
    "step": step,
    "multistep": multistep,
    "linear": to_floor("linear"),
    "cosine": to_floor("cosine"),
    "one_minus_sqrt": to_floor("one_minus_sqrt"),
    "polynomial": polynomial,
    "exponential": exponential,
    "inverse_sqrt": inverse_sqrt,
    "onecycle": onecycle,
    "wsd": wsd,
    "sgdr": sgdr,
}


def runs(shape: str) -> Iterator[Run]:
    """Yield the runs of a shape: with each number of digits, at each spacing."""
    rng = np.random.default_rng(7)
    for at in range(DRAWS):
        draw = drawn(rng)
        run = Run(shape, SHAPES[shape](draw), draw.length, DIGITS[at % 4], SPACINGS[at // 4 % 4])
        if os.environ.get("LOOPS") == "all" or at in {0, 5, 10, 15}:
            yield run


def has_its_rates(fit: Fit, run: Run) -> bool:
    times = np.arange(run.length, dtype=np.float64)
    expected = run.schedule(times)
    difference = np.abs(fit.schedule(np.maximum(times + fit.offset, 0.0)) - expected).max()
    return bool(difference <= ALLOWED[run.digits] * expected.max())


def names_its_shape(fit: Fit, run: Run) -> bool:
    return fit.spec.partition(":")[0] in ALIASES.get(run.shape, {run.shape})


def is_right(fit: Fit, run: Run) -> bool:
    """Tell whether a fit is the schedule of a run; the rows pin a drop only to the time between two of them."""
    if run.shape in {"step", "multistep"}:
        return names_its_shape(fit, run)
    named = names_its_shape(fit, run) or run.shape == "onecycle"
    return named and has_its_rates(fit, run)  # a one-cycle of lines is linear decay, too


@cache
def answers(shape: str) -> list[str]:
    """Return what each run of a shape is recognized as: first, alias, none, off (other parameters), or wrong."""
    return [answer(run) for run in runs(shape)]


def answer(run: Run) -> str:
    found = identify(run.series)
    exact = [fit for fit in (found.best, *found.others) if fit is not None and fit.exact]
    right = [is_right(fit, run) for fit in exact]
    if not exact:
        return "none"
    if any(right):
        return "first" if right[0] else "alias"
    if names_its_shape(exact[0], run):
        return f"off: {exact[0].spec} for {run}"
    return f"wrong: {exact[0].spec} for {run}"


@pytest.mark.parametrize("shape", SHAPES)
def test_no_wrong_name_is_called_exact(shape: str) -> None:
    assert [each for each in answers(shape) if each.startswith("wrong")] == []


def test_schedules_are_found() -> None:
    results = [each for shape in SHAPES for each in answers(shape)]
    assert sum(each in {"first", "alias"} for each in results) >= LEAST_FOUND * len(results)
