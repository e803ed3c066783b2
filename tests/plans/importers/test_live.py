"""The same against the installed programs."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from plans.importers.files import planned_of
from plans.importers.record import PROGRAMS, loaded
from plans.importers.samples import SAMPLES, Sample

NEEDS = {
    "transformers": ("transformers", "torch"),
    "timm": ("timm", "torch"),
    "mmengine": ("mmengine", "torch"),
    "deepspeed": ("lr_schedules", "torch"),
    "lightning": ("torch",),
}


@pytest.mark.frameworks
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.id for sample in SAMPLES])
def test_rates_are_those_of_the_program_itself(sample: Sample) -> None:
    if not all(map(find_spec, NEEDS[sample.kind])):
        pytest.skip(f"{sample.kind} is not installed")
    flags = {name: float(value) for name, value in sample.flags.items()}
    expected = PROGRAMS[sample.kind](loaded(sample), flags, sample.count)
    expected = expected[1:] if sample.kind == "timm" else expected
    (curve,) = planned_of(sample.text, sample.flags).curves
    found = curve.schedule(list(range(sample.count))).tolist()
    assert found == pytest.approx(expected, rel=0, abs=1e-12 * max(expected))
