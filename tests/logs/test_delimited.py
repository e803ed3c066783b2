"""CSV and TSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from logs.made_logs import cosine, csv_of, log_of, only_run, refusal

from cosine_cli.logs import delimited
from cosine_cli.logs.core import delimited_text
from cosine_cli.logs.core.source import Source

if TYPE_CHECKING:
    from pathlib import Path

STEPS = range(0, 200, 10)
RATES = [cosine(step, 200) for step in STEPS]
PLAIN = csv_of({"step": STEPS, "lr": RATES, "loss": [2.5] * 20})


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", " , "),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace("\n", "\n\n"),
        "\n" + PLAIN,
        "# " + PLAIN,
        "\ufeff" + PLAIN,
        PLAIN.replace("step,lr,loss", '"step","lr","loss"'),
        "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in PLAIN.splitlines()) + "\n",
        csv_of({"note": ["a, b"] * 20, "step": STEPS, "lr": RATES}).replace("a, b", '"a, b"'),
        csv_of({"note": ["a\nb"] * 20, "step": STEPS, "lr": RATES}).replace("a\nb", '"a\nb"'),
        PLAIN.replace(",", " "),
        PLAIN.replace(",", "   ").replace("step", "# step"),
        csv_of({"time": ["12:00:01"] * 20, "name": ["é"] * 20, "step": STEPS, "lr": RATES}),
    ],
)
def test_shapes_of_the_same_table(tmp_path: Path, text: str) -> None:
    log = log_of(tmp_path, text)
    series = only_run(log)
    assert (log.format, series.column, series.time_column) == ("CSV", "lr", "step")
    assert series.times.tolist() == list(STEPS)
    assert series.rates.tolist() == RATES


@pytest.mark.parametrize("table", [PLAIN, "# " + PLAIN, PLAIN.replace(",", " "), PLAIN.replace(",", ";")])
@pytest.mark.parametrize("comments", ["# run 5\n# seed = 1, lr = 0.1\n", "\n# lr, 0.1\n\n# b\n", "#\n# x\r\n"])
def test_comments_before_the_names(tmp_path: Path, table: str, comments: str) -> None:
    log = log_of(tmp_path, comments + table)
    assert (only_run(log).times.tolist(), only_run(log).rates.tolist()) == (list(STEPS), RATES)
    assert log.notes == ("the comments before the names of the columns were not read",)


def test_rates_of_the_same_name_need_a_choice(tmp_path: Path) -> None:
    text = "step,lr,lr\n" + "".join(f"{step},{rate!r},{rate / 2!r}\n" for step, rate in zip(STEPS, RATES, strict=True))
    assert refusal(tmp_path, text) == (
        "log: has 2 columns of rates that differ, got lr (column 2) and lr (column 3); "
        "pass --column 'lr (column 2)' or --column 'lr (column 3)'"
    )
    assert only_run(log_of(tmp_path, text, column="lr (column 3)")).rates.tolist() == [rate / 2 for rate in RATES]


def test_utf_16(tmp_path: Path) -> None:
    assert only_run(log_of(tmp_path, PLAIN.encode("utf-16"))).rates.tolist() == RATES


def test_sparse_rows(tmp_path: Path) -> None:
    lines = ["epoch,lr-SGD,step,train/loss"]
    for step, rate in zip(STEPS, RATES, strict=True):
        lines += [f",{rate!r},{step},", f"{step // 50},,{step},2.5"]
    log = log_of(tmp_path, "\n".join(lines) + "\n")
    assert (only_run(log).times.tolist(), only_run(log).rates.tolist(), log.notes) == (list(STEPS), RATES, ())


def test_one_column(tmp_path: Path) -> None:
    series = only_run(log_of(tmp_path, csv_of({"lr": RATES})))
    assert (series.unit, series.rates.tolist()) == ("row", RATES)


def test_cells_that_are_not_numbers(tmp_path: Path) -> None:
    log = log_of(tmp_path, PLAIN.replace(f"\n50,{RATES[5]!r}", "\n50,abc"))
    assert only_run(log).times.tolist() == [step for step in STEPS if step != 50]
    assert log.notes == ("1 cell of lr is not a number and was not read: 'abc'",)


def test_lines_with_other_numbers_of_cells(tmp_path: Path) -> None:
    log = log_of(tmp_path, PLAIN.replace(f"\n50,{RATES[5]!r}", f"\n50,{RATES[5]!r},7"))
    assert only_run(log).times.tolist() == [step for step in STEPS if step != 50]
    assert log.notes == (f"1 line does not have 3 cells and was not read: '50,{RATES[5]!r},7,2.5'",)


def test_names_again_in_the_middle(tmp_path: Path) -> None:
    other = csv_of({"step": STEPS, "lr": [cosine(step, 200, 3e-4) for step in STEPS], "loss": [2.5] * 20})
    log = log_of(tmp_path, PLAIN + other)
    assert [len(series.rates) for series in log.runs] == [20, 20]
    assert log.notes == ("2 runs in one file, steps 0 to 190 and 0 to 190: choose one with --run N",)


@pytest.mark.parametrize("names", [("step", "loss", "lr"), ("lr", "loss", "step")])
def test_a_last_line_that_may_lack_digits_is_not_read(tmp_path: Path, names: tuple[str, ...]) -> None:
    columns = {"step": STEPS, "lr": RATES, "loss": [2.5] * 20}
    text = csv_of({name: columns[name] for name in names})
    log = log_of(tmp_path, text[:-2])
    assert len(only_run(log).rates) == 19
    assert log.notes == ("the last line has no line end and may be cut off: not read",)


def test_a_last_line_that_may_lack_digits_of_another_column(tmp_path: Path) -> None:
    log = log_of(tmp_path, PLAIN[:-2])
    assert only_run(log).rates.tolist() == RATES
    assert log.notes == ("the last line has no line end and may be cut off",)


def test_the_fast_ways_give_what_cells_one_by_one_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(1)
    rates = (10 ** generator.uniform(-12, 0, 5000)).tolist()
    text = csv_of({"step": range(5000), "lr": rates, "loss": [0.5] * 5000})
    with_quotes = "".join(f'"{line}"\n' for line in text.replace(",", '","').splitlines())
    with_gaps = text.replace(",0.5\n", ",\n", 2500)
    series = only_run(log_of(tmp_path, text))
    assert series.rates.tolist() == rates
    in_table = only_run(log_of(tmp_path, with_quotes))
    monkeypatch.setattr(delimited_text, "_FEW_COLUMNS", 0)
    monkeypatch.setattr(delimited_text, "_CHUNK", 1000)
    in_parts = [only_run(log_of(tmp_path, each)) for each in (text, with_quotes, with_gaps)]
    for other in (in_table, *in_parts):
        assert other.rates.tolist() == rates
        assert np.array_equal(other.tolerances, series.tolerances)
    quoted = only_run(log_of(tmp_path, text.replace(",0.5\n", ',"a,b"\n')))
    assert quoted.rates.tolist() == rates


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-01 10:00:00,123 INFO lr 0.1\n2024-01-01 10:00:01,123 INFO lr 0.2\n" * 10,
        "Epoch 1, lr 0.1\n" * 10,
        "some words\nmore words\n" * 10,
        "train with lr\n" + "step 1 0.1\n" * 10,
    ],
)
def test_not_a_table(text: str) -> None:
    assert not delimited.matches(Source("log", text.encode()))


def test_decimal_commas(tmp_path: Path) -> None:
    lines = [f"{step};{rate:.9f}".replace(".", ",") for step, rate in zip(STEPS, RATES, strict=True)]
    series = only_run(log_of(tmp_path, "\n".join(["step;lr", *lines]) + "\n"))
    assert series.rates.tolist() == [float(f"{rate:.9f}") for rate in RATES]


def test_a_table_without_names(tmp_path: Path) -> None:
    assert refusal(tmp_path, "0,0.1\n1,0.2\n" * 10) == (
        "log: must have the names of its columns in its first line; add a line such as step,lr"
    )


def test_a_table_without_rows(tmp_path: Path) -> None:
    assert refusal(tmp_path, "step,lr\n") == ("log: must have rates that are numbers, got no numbers in lr")


@pytest.mark.filterwarnings("error")
def test_a_table_with_empty_lines_only(tmp_path: Path) -> None:
    assert refusal(tmp_path, "step,lr\n\n\n").endswith("got no numbers in lr")


@pytest.mark.parametrize("cell", ["1e400", "-Infinity", "0.1.2"])
def test_a_column_of_rates_without_numbers(tmp_path: Path, cell: str) -> None:
    shown = "inf" if "." not in cell else cell
    assert refusal(tmp_path, csv_of({"step": STEPS, "lr": [cell] * len(STEPS)})) == (
        f"log: must have rates that are numbers, got '{shown}' in lr"
    )


@pytest.mark.parametrize(
    ("rates", "error"),
    [
        (
            [0.0] * 20,
            "must have rates above 0, got lr printed as 0 in all 20 rows; log more digits, or another parameter group",
        ),
        ([-0.5, *RATES[1:]], "must have rates from 0 to 1e+06, got -0.5 in lr"),
        ([1e300, *RATES[1:]], "must have rates from 0 to 1e+06, got 1e+300 in lr"),
    ],
)
def test_rates_that_cannot_be(tmp_path: Path, rates: list[float], error: str) -> None:
    assert refusal(tmp_path, csv_of({"step": STEPS, "lr": rates})) == f"log: {error}"
