"""Any log against any plan has an answer, and a log of the plan itself matches."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from plans_of import planned as plan_of

from cosine_cli.errors import RequestError
from cosine_cli.logs.core.log import Series
from cosine_cli.render.diagnosis import answer, as_json
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.search import diagnose

CURVES = (
    *("constant", "step", "multistep", "exponential", "cosine", "linear", "polynomial", "onecycle", "cyclic", "sgdr"),
    *("wsd", "restarts", "hard_restarts", "inverse_sqrt", "noam", "rex", "tanh", "warmup_hold_cosine", "inverse_time"),
    *("torch.CosineAnnealingLR:T_max=100", "torch.OneCycleLR:max_lr=0.1,total_steps=100", "timm.CosineLRScheduler"),
    *("transformers.get_cosine_schedule_with_warmup", "keras.CosineDecay:decay_steps=100", "torch.StepLR:step_size=30"),
)
RUNS = ("--steps 100", "--epochs 10 --steps-per-epoch 10", "--epochs 2 --steps-per-epoch 50 --update epoch")
WARMUPS = ("", " --warmup 10%")


def logs(planned: Planned, rng: np.random.Generator) -> list[np.ndarray]:
    times = np.arange(0.0, planned.total, rng.integers(1, 10))
    shifted = np.sort(rng.choice(planned.total * 2, 7, replace=False)).astype(float)
    with np.errstate(all="ignore"):
        rates = np.nan_to_num(planned(times))
        return [
            np.array([times, rates * rng.choice([0.1, 3.0])]),
            np.array([times, np.abs(rates * (1 + 0.1 * rng.standard_normal(times.size)))]),
            np.array([times, np.full_like(times, 0.1)]),
            np.array([times, np.nan_to_num(planned(times * 3))]),
            np.array([shifted, rng.uniform(0, 1, 7)]),
            np.array([shifted, np.zeros(7)]),
        ]


def plan(words: str) -> Planned | None:
    try:
        resolved = plan_of(words)
    except RequestError:  # a schedule of a framework has no --warmup
        return None
    return Planned.of(resolved.curves[0], resolved.clock)


def series(rows: np.ndarray) -> Series:
    return Series(times=rows[0], rates=rows[1], tolerances=np.spacing(rows[1]), unit="step", column="lr")


@pytest.mark.parametrize("curve", CURVES)
def test_an_answer(curve: str) -> None:
    rng = np.random.default_rng(len(curve))
    for run in RUNS:
        for warmup in WARMUPS:
            planned = plan(f"{curve} {run}{warmup}")
            if planned is None:
                continue
            for rows in logs(planned, rng):
                try:
                    with warnings.catch_warnings(action="error"):
                        found = diagnose(series(rows), planned)
                except RequestError as error:
                    assert "must be above 0" in str(error)  # noqa: PT017 - the only one expected
                    continue
                lines = answer(found)
                assert lines[0].endswith(".")
                json.dumps(as_json(found, lines), allow_nan=False)


@pytest.mark.parametrize("curve", CURVES)
def test_the_plan_itself_matches(curve: str) -> None:
    for run in RUNS:
        for warmup in WARMUPS:
            planned = plan(f"{curve} {run}{warmup}")
            if planned is None or planned.peak == 0:
                continue
            times = np.arange(float(planned.total))
            rates = planned(times)
            ended = ~np.isfinite(rates)
            if ended.any():
                times, rates = times[~ended], rates[~ended]
            found = diagnose(series(np.array([times, rates])), planned)
            assert found.best.exact
            if planned.warmup < planned.total:
                assert not found.deviates, (curve, run, warmup, answer(found))
