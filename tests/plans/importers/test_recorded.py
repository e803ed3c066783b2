"""Imported configs have the rates recorded from their programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from plans.importers.files import planned_of
from plans.importers.samples import SAMPLES, Sample

from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.plans.writer import config_text

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Plan

RECORDED = json.loads((Path(__file__).parent / "recorded.json").read_text())


def recorded(sample: Sample) -> list[float]:
    """Return the rates; timm's follow the number of epochs."""
    found: list[float] = RECORDED[sample.id]
    return found[1:] if sample.kind == "timm" else found


def rates(plan: Plan, count: int) -> list[float]:
    (curve,) = plan.curves
    return curve.schedule(np.arange(count)).tolist()


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.id for sample in SAMPLES])
def test_rates_are_the_programs_own(sample: Sample) -> None:
    expected = recorded(sample)
    found = rates(planned_of(sample.text, sample.flags), sample.count)
    assert found == pytest.approx(expected, rel=0, abs=1e-12 * max(expected))


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.id for sample in SAMPLES])
def test_written_as_a_plan_it_is_the_same(sample: Sample) -> None:
    plan = planned_of(sample.text, sample.flags)
    again = resolve(parse_config_text(config_text(plan), "again.yaml"))
    assert again.bare == plan.bare
    assert rates(again, sample.count) == rates(plan, sample.count)


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.kind == "timm"], ids=lambda sample: sample.id)
def test_the_run_is_as_long_as_timm_trains(sample: Sample) -> None:
    epochs = RECORDED[sample.id][0]
    clock = planned_of(sample.text, sample.flags).clock
    assert clock.total == epochs * (clock.steps_per_epoch or 1)
