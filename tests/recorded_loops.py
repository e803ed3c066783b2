"""The recorded loops, as logs with few rows and digits."""

from __future__ import annotations

import json
import lzma
import os
from functools import cache
from typing import NamedTuple

import numpy as np

from cosine_cli.logs.core.log import Series
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.studies.diagnose.core.planned import Planned

FILE = os.path.join(os.path.dirname(__file__), "studies", "diagnose", "loops.xz")
DIGITS = (17, 6, 4, 3)
SPACINGS = (1, 10, 50, 100)


class Loop(NamedTuple):
    mistake: int
    variant: str
    plan: str
    rates: np.ndarray


@cache
def loops() -> tuple[Loop, ...]:
    header, data = _read()
    differences = np.frombuffer(data, np.uint8).reshape(8, -1).T.copy().view(np.uint64).ravel()
    stream = (differences >> np.uint64(1)).view(np.int64) ^ -(differences & np.uint64(1)).astype(np.int64)
    ends = np.cumsum([length for *_, length in header["loops"]])
    parts = np.split(stream, ends[:-1])
    rates = [np.cumsum(np.cumsum(part)).view(np.float64) for part in parts]
    return tuple(Loop(*loop[:3], each) for loop, each in zip(header["loops"], rates, strict=True))


def _read() -> tuple[dict, bytes]:
    with lzma.open(FILE) as stream:
        first, _, data = stream.read().partition(b"\n")
    return json.loads(first), data


@cache
def planned(name: str) -> Planned:
    header, _ = _read()
    run = {key: str(value) for key, value in header["run"].items()}
    plan = load_plan(CommandLine.of({"words": [header["plans"][name]], **run}))
    return Planned.of(plan.curves[0], plan.clock)


def logged(rates: np.ndarray, *, digits: int = 17, every: int = 1) -> Series:
    """Return rates as a log that prints each with so many digits, every so many updates.

    Update t, from 0, has the time t.
    """
    chosen = rates[every - 1 :: every]
    if digits == 17:
        tolerances = np.spacing(chosen)
    else:
        texts = [f"{rate:.{digits - 1}e}" for rate in chosen]
        chosen = np.array([float(text) for text in texts])
        exponents = np.array([int(text.split("e")[1]) for text in texts])
        tolerances = np.where(chosen > 0, 0.5 * 10.0 ** (exponents - digits + 1), 0.0)
    times = np.arange(float(every - 1), rates.size, every)
    return Series(times=times, rates=chosen, tolerances=tolerances, unit="step", column="lr", time_column="step")
