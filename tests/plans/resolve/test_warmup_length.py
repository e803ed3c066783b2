"""The length of the warmup in the line on a config."""

from __future__ import annotations

import pytest
from plans.importers.files import planned_of

from cosine_cli.plans.resolve.warmup_length import warmup_length


@pytest.mark.parametrize(
    ("curve", "length"),
    [
        ("cosine", 0),
        ("cosine: {warmup: 10}", 10),
        ("wsd: {warmup: 20}", 20),
        ("torch.OneCycleLR: {max_lr: 1, total_steps: 100}", 0),
        ("piecewise_interpolated: {times: [0, 30, 90], values: [0, 1, 0]}", 30),
        ("piecewise_interpolated: {times: [0, 30, 60, 90], values: [0.5, 0.1, 1, 0]}", 0),
        ("piecewise_interpolated: {times: [0, 30, 60], values: [1, 0.1, 1.0000000000001]}", 0),
        ("piecewise_interpolated: {times: [0, 300], values: [0, 1]}", 0),
        ("sequence: [piecewise_interpolated: {for: 15, times: [0, 15], values: [0, 0.1]}, cosine]", 15),
        ("piecewise_constant: {milestones: [5, 50], values: [0.01, 0.1, 0.02]}", 5),
        ("retime: {ahead: 1, of: [cosine: {warmup: 10}]}", 10),
        ("retime: {ahead: 1, of: [piecewise_interpolated: {times: [0, 30, 90], values: [0, 1, 0]}]}", 30),
        ("retime: {ahead: 4, of: [cosine: {warmup: 10}]}", 6),
    ],
)
def test_the_warmup_length_of_a_curve(curve: str, length: float) -> None:
    plan = planned_of(f"steps: 100\ncurves:\n- {curve}")
    assert warmup_length(plan.curves[0], plan.clock) == length
