"""A trainer state: its logged rates are the curve, and it has a size limit of its own."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest
from plans.importers.files import planned_of, problems

from cosine_cli.errors import RequestError
from cosine_cli.plans.config_file import MOST_BYTES, read_config
from cosine_cli.plans.importers.core.trainer_json import MOST_LOGGED
from cosine_cli.plans.importers.trainer_state import MOST_POINTS

if TYPE_CHECKING:
    from pathlib import Path


def state(*logged: tuple[int, float], max_steps: int = 100) -> str:
    """Return a state as a Trainer writes it, including entries without a rate."""
    log = [{"epoch": 0.1, "grad_norm": float("nan"), "learning_rate": lr, "loss": 2.5, "step": at} for at, lr in logged]
    log += [{"epoch": 0.1, "eval_loss": 2.0, "step": at} for at, _ in logged]
    whole = {"best_metric": None, "global_step": 40, "log_history": log, "max_steps": max_steps, "train_batch_size": 8}
    return json.dumps(whole, indent=2)


def test_logged_rates_and_straight_lines_between_them() -> None:
    plan = planned_of(state((10, 0.001), (20, 0.002), (60, 0.0)))
    assert (plan.clock.unit, plan.clock.total) == ("step", 100)
    (curve,) = plan.curves
    assert curve.schedule([0, 10, 15, 20, 40, 60, 100]).tolist() == pytest.approx(
        [0.001, 0.001, 0.0015, 0.002, 0.001, 0.0, 0.0], rel=1e-15
    )


BEFORE = "f: no rate is logged before step {}: the curve is constant up to it"
AFTER = "f: no rate is logged after step {}: the curve is constant from it to step {}"


@pytest.mark.parametrize(
    ("first", "last", "total", "notes"),
    [
        (0, 100, 100, []),
        (1, 100, 100, []),
        (2, 100, 100, [BEFORE.format(2)]),
        (1, 99, 100, [AFTER.format(99, 100)]),
        (500, 1_500, 2_000, [BEFORE.format(500), AFTER.format("1,500", "2,000")]),
        (1, 100, 50, []),
    ],
)
def test_remarks_on_steps_without_a_logged_rate(first: int, last: int, total: int, notes: list[str]) -> None:
    plan = planned_of(state((first, 0.001), (last, 0.002), max_steps=total))
    assert [remark for remark in plan.remarks if "constant" in remark] == notes
    (curve,) = plan.curves
    rates = curve.schedule(range(total + 1)).tolist()
    assert len(set(rates[: first + 1])) == 1
    assert len(set(rates[last:])) == (1 if last <= total else 0)


def test_of_two_rates_at_one_step_the_later_counts() -> None:
    (curve,) = planned_of(state((10, 0.001), (10, 0.004), (20, 0.002))).curves
    assert curve.schedule([10])[0] == 0.004


def test_a_run_is_as_long_as_flags_say() -> None:
    assert planned_of(state((1, 0.1)), {"steps": "7"}).clock.total == 7


def test_without_a_length_it_ends_with_its_log() -> None:
    assert planned_of(state((1, 0.1), (30, 0.2), max_steps=0)).clock.total == 30


def test_more_entries_than_a_config_may_be_long(tmp_path: Path) -> None:
    path = tmp_path / "trainer_state.json"
    path.write_text(state(*((at, 1 / at) for at in range(1, 20_001)), max_steps=20_000))
    assert path.stat().st_size > 4 * MOST_BYTES
    request = read_config(str(path))
    times = request.curves[0].params["times"].parts or ()
    assert len(times) <= MOST_POINTS + 1
    assert [time.text for time in (times[0], times[-1])] == ["1", "20000"]
    assert request.remarks[-1].endswith("1 in 3 of 20,000 logged rates is used")


def test_too_many_rates() -> None:
    text = '{"log_history": [' + '{"learning_rate":1},' * MOST_LOGGED + '{"learning_rate":1}]}'
    assert problems(text) == ["f: log_history: must have at most 250,000 logged rates, got more"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"log_history": [1]}', "f: log_history[0]: must be a mapping, got '1'"),
        ('{"log_history": [{"learning_rate": 1, "step": 1}, []]}', "f: log_history[1]: must be a mapping, got a list"),
        ('{"log_history": [],\n "a": {"b": 1, "b": 2}}', "f:2:7: duplicate key 'b'"),
        ('{"log_history": [], "a": 1, "a": 2}', "f: duplicate key 'a'"),
        ('{"log_history": [,]}', "f:1:18: invalid JSON: expecting value"),
        ('{"log_history": [{}\n {}]}', "f:2:2: invalid JSON: expecting ']'"),
        ('{"log_history": [{}],}', "f:1:22: invalid JSON: expecting property name enclosed in double quotes"),
        ('{"log_history" : [] "a"}', "f:1:21: invalid JSON: expecting '}'"),
        ('{"log_history": []}\n{}', "f:2:1: invalid JSON: extra data"),
        ('{"log_history": [{"a": tru}]}', "f:1:24: invalid JSON: expecting value"),
        ('{"log_history": ["a\\q"]}', r"f:1:20: invalid JSON: invalid \escape"),
        ('{"log_history": [{"a": "x', "f:1:24: invalid JSON: unterminated string starting at"),
        ('{"log_history": [{"a": 1}', "f:1:26: invalid JSON: expecting ']'"),
        ('{"log_history": [{"a":\n"' + "x" * (1 << 18) + '"}]}', "f:1:18: a value must be at most 262,144 characters"),
        (
            '{"log_history": [{"a": [' + "1, " * (1 << 18) + "1]}]}",
            "f:1:18: a value must be at most 262,144 characters",
        ),
        ('{"log_history": [{"a": "' + "x" * (1 << 21) + '"}]}', "f:1:18: a value must be at most 262,144 characters"),
        ('{"log_history": [' + "9" * (1 << 21) + "]}", "f:1:18: a value must be at most 262,144 characters"),
        (
            '{"log_history": [], ' + ", ".join(f'"k{number}": 1' for number in range(1001)) + "}",
            "f: must have at most 1,000 keys, got more",
        ),
    ],
    ids=lambda text: text[:40],
)
def test_what_is_no_state(text: str, problem: str) -> None:
    (found,) = problems(text)
    assert found.removesuffix(", got more") == problem.removesuffix(", got more")


@pytest.mark.parametrize("size", [1 << 16, (1 << 20) - 300, (1 << 20) + 300, 1 << 21])
def test_a_log_of_any_length_is_read_whole(size: int) -> None:
    """Entries cross every boundary of the decoding windows."""
    entries, at = [], 0
    while sum(map(len, entries[-1:])) * at < size:
        at += 1
        entries.append(json.dumps({"loss": "é" * (at % 7), "learning_rate": at / 1000, "step": at}, ensure_ascii=False))
    plan = planned_of(f'{{"log_history": [{", ".join(entries)}], "max_steps": {at}}}')
    (curve,) = plan.curves
    every = math.ceil(at / MOST_POINTS)
    kept = range(1, at + 1, every)
    assert curve.schedule([*kept, at]).tolist() == pytest.approx([step / 1000 for step in (*kept, at)], rel=1e-15)


def test_too_deep() -> None:
    assert problems('{"log_history": ' + "[" * 100_000) == ["f: JSON is nested too deeply"]


@pytest.mark.parametrize("size", [MOST_BYTES + 1, (1 << 25) + 1], ids=["more-than-a-config", "more-than-a-state"])
def test_a_json_that_is_no_state_is_bounded_as_a_config(tmp_path: Path, size: int) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(b'{"title": "' + b"x" * size + b'"}')
    with pytest.raises(RequestError, match=r"must be at most (1|32) MiB, got more"):
        read_config(str(path))


def test_every_prefix_is_read_or_refused() -> None:
    text = state((10, 0.001), (20, 0.002))
    for at in range(0, len(text), 5):
        assert all(problem.startswith("f:") for problem in problems(text[:at]))


@pytest.mark.parametrize("value", ["-1", "null", "[]", '"x"', "1e999", "NaN", "true", "{}"])
@pytest.mark.parametrize("key", ["learning_rate", "step", "max_steps", "log_history"])
def test_any_value_is_read_or_refused(key: str, value: str) -> None:
    whole = {"log_history": [{"step": 1, "learning_rate": 0.1}], "max_steps": 3}
    text = json.dumps(whole)
    old = {"log_history": json.dumps(whole["log_history"]), "learning_rate": "0.1", "step": "1", "max_steps": "3"}[key]
    assert all(problem.startswith("f: ") for problem in problems(text.replace(f'"{key}": {old}', f'"{key}": {value}')))
