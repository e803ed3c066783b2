"""Curves for machines."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans_of import planned

from cosine_cli.errors import RequestError
from cosine_cli.render.data_formats import records
from cosine_cli.schedules.constant import Constant
from cosine_cli.studies.table_rows import Times

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Plan


def written(words: str, form: str, *times: float, config: str | None = None) -> str:
    return b"".join(records(planned(words, config), Times(np.array(times)), form)).decode()


LINES = "curves: [linear: {lr: 0.5}, step: {label: 'a, \"b\"', gamma: 0.5, step_size: 1}]"


def test_csv() -> None:
    expected = 'epoch,linear,"a, ""b"""\n0,0.5,0.1\n1,0.375,0.05\n2.5,0.1875,0.025\n4,0.0,0.00625\n'
    assert written("--epochs 4", "csv", 0, 1, 2.5, 4, config=LINES) == expected


def test_jsonl() -> None:
    expected = (
        '{"step": 0, "linear": 0.5, "a, \\"b\\"": 0.1}\n'
        '{"step": 2.5, "linear": 0.1875, "a, \\"b\\"": 0.025}\n'
    )  # fmt: skip
    assert written("", "jsonl", 0, 2.5, config=f"steps: 4\n{LINES}") == expected


def test_json() -> None:
    expected = (
        '{"unit": "epoch", "t": [0.0, 1.0], "curves": ['
        '{"label": "linear", "name": "linear", "params": {"lr": 0.5, "total": 4.0, "min_lr": 0.0}, "lr": [0.5, 0.375]}, '  # noqa: E501
        '{"label": "a, \\"b\\"", "name": "step", "params": {"lr": 0.1, "step_size": 1.0, "gamma": 0.5, "min_lr": 0.0}, '
        '"lr": [0.1, 0.05]}]}\n'
    )
    assert written("--epochs 4", "json", 0, 1, config=LINES) == expected


def test_parameters_are_resolved_in_the_plans_unit() -> None:
    config = (
        "epochs: 10\nsteps_per_epoch: 4\nwarmup: 4st\n"
        "curves: [multistep: {milestones: [2, 20st]}, restarts: {of: {sequence: [linear: {for: 1}, constant]}, cycle: 2}]"  # noqa: E501
    )
    found = json.loads(written("", "json", 0, config=config))
    multistep, restarts = (curve["params"] for curve in found["curves"])
    warmup = {"warmup": 1.0, "warmup_shape": "linear", "warmup_start": 0.0, "warmup_from": "start"}
    assert multistep == {"lr": 0.1, "milestones": [2.0, 5.0], "gamma": 0.1, "min_lr": 0.0, **warmup}
    assert restarts == {
        "cycle": 2.0, "cycle_mult": 1.0, "cycle_decay": 1.0, "cycles": 5, **warmup,
        "of": {"name": "sequence", "params": {"of": [
            {"name": "linear", "params": {"for": 1.0, "lr": 0.1, "total": 1.0, "min_lr": 0.0}},
            {"name": "constant", "params": {"for": 1.0, "lr": 0.1}},
        ]}},
    }  # fmt: skip


def test_numbers_keep_every_digit() -> None:
    rows = written("cosine", "csv", *range(101)).splitlines()[1:]
    rates = planned("cosine").curves[0].schedule(np.arange(101.0))
    assert [float(row.split(",")[1]) for row in rows] == rates.tolist()
    assert json.loads(written("cosine", "json", *range(101)))["curves"][0]["lr"] == rates.tolist()


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_blocks_do_not_show(form: str) -> None:
    plan = planned("cosine step --steps 30000")
    whole = b"".join(records(plan, Times(np.arange(30_001.0)), form))
    assert b"".join(records(plan, Times(distance=1.0, last=30_000.0), form)) == whole
    assert whole.count(b"\n") == {"csv": 30_002, "jsonl": 30_001, "json": 1}[form]


@pytest.mark.parametrize(
    ("label", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+x", "'+x"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", '"\'\rx"'),
        ("a\nb", '"a\nb"'),
        ("a,b", '"a,b"'),
        ('say "x"', '"say ""x"""'),
        ("x=1", "x=1"),
        ("日本", "日本"),
        ("\ud800", r"\ud800"),
    ],
)
def test_a_label_as_a_cell(label: str, cell: str) -> None:
    config = f"curves: [cosine: {{label: {json.dumps(label)}}}]"
    assert written("", "csv", config=config) == f"epoch,{cell}\n"


any_label = st.text(st.characters(exclude_categories=("Cs",)), min_size=1).filter(lambda label: label != "epoch")


@given(any_label)
def test_any_label_comes_back(label: str) -> None:
    config = f"curves: [cosine: {{label: {json.dumps(label)}}}]"
    header = next(csv.reader(io.StringIO(written("", "csv", 0, config=config), newline="")))
    assert header[1].removeprefix("'") == label.removeprefix("'")
    assert list(json.loads(written("", "jsonl", 0, config=config))) == ["epoch", label]
    assert json.loads(written("", "json", 0, config=config))["curves"][0]["label"] == label


def ending(*, in_nan: bool) -> Plan:
    class Ending(Constant):
        ends, ends_in_nan = 1.0, in_nan

    plan = planned("cosine")
    object.__setattr__(plan.curves[0], "schedule", Ending(lr=0.5))
    return plan


def test_a_curve_that_has_ended_gives_nothing() -> None:
    plan = ending(in_nan=False)
    times = Times(np.array([1.0, 2.0]))
    assert b"".join(records(plan, times, "csv")) == b"epoch,cosine\n1,0.5\n2,\n"
    assert b"".join(records(plan, times, "jsonl")) == b'{"epoch": 1, "cosine": 0.5}\n{"epoch": 2, "cosine": null}\n'
    assert json.loads(b"".join(records(plan, times, "json")))["curves"][0]["lr"] == [0.5, None]
    assert b"".join(records(plan, Times(np.array([2.0, 3.0])), "csv")) == b"epoch,cosine\n2,\n3,\n"


def test_a_rate_that_is_nan_is_nan_where_the_format_knows_it() -> None:
    plan, times = ending(in_nan=True), Times(np.array([1.0, 2.0]))
    assert b"".join(records(plan, times, "csv")) == b"epoch,cosine\n1,0.5\n2,nan\n"
    assert b"".join(records(plan, times, "jsonl")) == b'{"epoch": 1, "cosine": 0.5}\n{"epoch": 2, "cosine": null}\n'
    assert json.loads(b"".join(records(plan, times, "json")))["curves"][0]["lr"] == [0.5, None]


@pytest.mark.parametrize(("form", "most"), [("csv", 10**8), ("jsonl", 10**8), ("json", 10**6)])
def test_more_rows_than_a_format_takes(form: str, most: int) -> None:
    with pytest.raises(RequestError) as error:
        records(planned("cosine"), Times(distance=1.0, last=float(most)), form)
    assert str(error.value).startswith(f"rows: must be at most {most:,} as {form}, got {most + 1:,}; choose fewer")
    next(records(planned("cosine"), Times(distance=1.0, last=float(most - 1)), "csv"))


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_label_that_is_the_first_columns_name(form: str) -> None:
    with pytest.raises(RequestError, match="must not be the name of the first column"):
        written("cosine:label=epoch", form, 0)
    assert json.loads(written("cosine:label=epoch", "json", 0))["curves"][0]["label"] == "epoch"


def test_times_beyond_integers() -> None:
    assert written("cosine", "csv", 1e300, 5e15, 0.25).splitlines()[1:] == [
        "1e+300,0.0", "5000000000000000,0.0", f"0.25,{float(planned('cosine').curves[0].schedule([0.25])[0])!r}",
    ]  # fmt: skip
