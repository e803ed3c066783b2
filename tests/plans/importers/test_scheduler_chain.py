"""Schedulers in windows combined into one curve, compared with numbers computed by hand."""

from __future__ import annotations

import json
import math

import pytest
from plans.importers.files import planned_of


def rates(rows: list[dict[str, object]], times: list[int], **flags: str) -> list[float]:
    (curve,) = planned_of(json.dumps(rows), {"lr": "1", **flags}).curves
    return curve.schedule(times).tolist()


def test_a_line_reaches_its_end_one_call_before_the_window_does() -> None:
    rows: list[dict[str, object]] = [{"type": "LinearLR", "start_factor": 0.2, "begin": 0, "end": 5}]
    assert rates(rows, [0, 1, 2, 3, 4, 5, 9], epochs="9") == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0, 1.0, 1.0])


def test_a_window_changes_the_current_rate() -> None:
    rows: list[dict[str, object]] = [
        {"type": "MultiStepLR", "milestones": [2], "gamma": 0.5, "end": 4},
        {"type": "CosineAnnealingLR", "begin": 4, "end": 8},
    ]
    # Half of 1 from epoch 2; a half wave of 4 epochs from there, held one epoch short of its end.
    expected = [1, 1, 0.5, 0.5, 0.5, 0.25 + 0.25 * 2**-0.5, 0.25, 0.25 - 0.25 * 2**-0.5, 0.25 - 0.25 * 2**-0.5]
    assert rates(rows, list(range(9)), epochs="9") == pytest.approx(expected)


def test_drops_fall_into_a_line() -> None:
    rows: list[dict[str, object]] = [
        {"type": "LinearLR", "start_factor": 0.5, "begin": 0, "end": 5},
        {"type": "StepLR", "step_size": 2, "gamma": 0.1},
    ]
    expected = [0.5, 0.625, 0.075, 0.0875, 0.01, 0.01, 0.001]
    assert rates(rows, list(range(7)), epochs="7") == pytest.approx(expected)


def test_a_milestone_between_two_calls_has_no_effect() -> None:
    rows: list[dict[str, object]] = [{"type": "MultiStepLR", "milestones": [1.5, 3], "end": 5}]
    assert rates(rows, list(range(5))) == pytest.approx([1, 1, 1, 0.1, 0.1])


def test_schedulers_of_epochs_are_called_once_per_epoch() -> None:
    rows: list[dict[str, object]] = [
        {"type": "ConstantLR", "factor": 0.5, "by_epoch": False, "end": 3},
        {"type": "ExponentialLR", "gamma": 0.5, "end": 4},
    ]
    expected = [0.5, 0.5, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25]
    assert rates(rows, list(range(9)), steps_per_epoch="4", epochs="4") == pytest.approx(expected)


@pytest.mark.parametrize("end", ["", ", end: 12"], ids=["without an end", "with an end"])
def test_what_the_last_period_leaves_stays(end: str) -> None:
    """The third call of the last period sets 0.01 + 0.04 (1 + cos(2 pi / 3)) / 2, not the minimum."""
    scheduler = f"{{type: CosineRestartLR, periods: [4, 3], restart_weights: [1, 0.5], eta_min: 0.01{end}}}"
    made = planned_of(f"param_scheduler: [{scheduler}]", {"lr": "0.1", "epochs": "12"})
    found = made.curves[0].schedule(list(range(4, 12)))
    assert found.tolist() == pytest.approx([0.05, 0.04, *[0.02] * 6], rel=1e-12)


def test_two_schedulers_change_the_rate_together() -> None:
    """The line multiplies the rate, the cosine what is above its minimum, in the order of the list."""
    rows: list[dict[str, object]] = [
        {"type": "LinearLR", "start_factor": 0.5, "end": 3},
        {"type": "CosineAnnealingLR", "T_max": 4, "eta_min": 0.2, "end": 4},
    ]
    share = [(1 + math.cos(math.pi * call / 4)) / 2 for call in range(5)]
    expected = [0.5]
    for call, factor in ((1, 0.75 / 0.5), (2, 1 / 0.75), (3, 1.0)):
        expected.append(0.2 + (factor * expected[-1] - 0.2) * share[call] / share[call - 1])
    assert rates(rows, list(range(4)), epochs="4") == pytest.approx(expected, rel=1e-12)


def test_a_wave_rises_again_after_its_minimum() -> None:
    rows: list[dict[str, object]] = [{"type": "CosineAnnealingLR", "T_max": 2, "eta_min": 0.2, "end": 9}]
    expected = [1, 0.6, 0.2, 0.6, 1, 0.6, 0.2, 0.6, 1]
    assert rates(rows, list(range(9)), epochs="9") == pytest.approx(expected, rel=1e-12)


def test_a_drop_within_a_decay_to_a_minimum() -> None:
    """After the drop the rate is below the minimum, to which the cosine now rises."""
    rows: list[dict[str, object]] = [
        {"type": "MultiStepLR", "milestones": [2], "end": 4},
        {"type": "CosineAnnealingLR", "T_max": 4, "eta_min": 0.2, "end": 4},
    ]
    share = [(1 + math.cos(math.pi * call / 4)) / 2 for call in range(5)]
    before = 0.2 + 0.8 * share[1]
    dropped = 0.2 + (0.1 * before - 0.2) * share[2] / share[1]
    expected = [1, before, dropped, 0.2 + (dropped - 0.2) * share[3] / share[2]]
    assert rates(rows, list(range(4)), epochs="4") == pytest.approx(expected, rel=1e-12)
