"""Lines that differ in their digits only are read from the same places: with the results of each line read alone."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest
from logs.made_lines import EPOCHS, STEPS, WITHIN

from cosine_cli.logs.core import printed_rows
from cosine_cli.logs.core.printed_lines import read_lines
from cosine_cli.logs.core.printed_rows import lines_in

if TYPE_CHECKING:
    from cosine_cli.logs.core.raw_log import RawLog

FORMS = [*STEPS, *EPOCHS, *(form for form, _ in WITHIN)]
ODD = [
    "step {inner}.{tenths} lr {lr:.0e}",
    "global_step={epoch}.0{tenths} lr {lr:.0e}",
    "step {n:,} of {n:,} lr={lr:.0e}",
    "run_{n} epoch {epoch}/{n} lr{epoch}={lr:.0e} lr={lr:.0e}",
    "epoch {part} step {inner}/{n} lr: [{lr:.0e}, {lr:.0e}]",
    "{inner}/{n} [00:0{epoch}<00:01] epoch {part} lr: {lr:.0e}",
    "lr: {lr:.0e}",
    "Ep. {n} lr {lr:.0e} reducing lr to {lr:.0e}",
    "step {n}, skipped={inner}, lr={n}",
    "step \u0661{n} lr {lr:.0e} \u00e9{n}\udc80",
    "Iter(val) {n} lr {lr:.0e}",
    "{n}epoch:train:{inner}-{n}batch: lr={lr:.0e}",
    "step {n}",
]


def made_lines(seed: int, count: int = 200) -> list[str]:
    """Return lines of a few forms with numbers of all lengths, some of them damaged."""
    random = Random(seed)  # noqa: S311 - a repeatable choice
    forms = random.choices(FORMS + 3 * ODD, k=random.randint(1, 4))
    lines = []
    for _ in range(count):
        whole = [random.randrange(10 ** random.randint(1, 7)) for _ in range(3)]
        values = dict(zip(("n", "epoch", "inner"), whole, strict=True))
        rate = random.choice((0.0, 1.0, random.random() * 10 ** -random.randint(0, 9)))
        fractions = {"part": round(random.random() * 30, 2), "tenths": random.choice((0, 0, 5))}
        line = random.choice(forms).format(**values, **fractions, ten=1, lr=rate, start=False)
        if random.random() < 0.1:
            line = re.sub(r"\d", lambda digit: random.choice((digit[0], digit[0], ".", "")), line)
        lines.append(line)
    return lines


def as_read(text: str, *, whole: bool) -> tuple[object, ...]:
    raw: RawLog = read_lines([lines_in(text)], whole=whole)
    return ([(table.name, [*table.columns.items()]) for table in raw.tables], raw.notes)


@pytest.mark.parametrize("seed", range(60))
def test_lines_of_the_same_form(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(made_lines(seed))
    read = [as_read(text, whole=whole) for whole in (False, True)]
    monkeypatch.setattr(printed_rows, "_MOST_FORMS", 3)
    assert [as_read(text, whole=whole) for whole in (False, True)] == read
    monkeypatch.setattr(printed_rows, "_MOST_FORMS", 0)
    assert [as_read(text, whole=whole) for whole in (False, True)] == read


@pytest.mark.parametrize("form", STEPS[:6])
def test_most_lines_are_read_by_their_form(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = Mock(wraps=printed_rows.rates_of)
    monkeypatch.setattr(printed_rows, "rates_of", alone)
    text = "".join(form.format(n=n, lr=0.5) + "\n" for n in range(1000))
    read_lines([lines_in(text)], whole=True)
    assert alone.call_count <= 4  # steps of one, two and three digits, and the last line


@pytest.mark.parametrize(("between", "column"), [(199, ["7"] * 6), (200, None)])
def test_a_time_some_lines_before_a_rate(between: int, column: list[str] | None) -> None:
    text = "".join("step 7\n" + "loss 3\n" * between + "lr: 0.1\n" for _ in range(6))
    (table,) = read_lines([lines_in(text)], whole=True).tables
    assert table.columns.get("step") == column
    assert table.columns["lr"] == ["0.1"] * 6


def test_a_time_before_several_rates() -> None:
    text = "".join(f"step {n}\n" + f"lr: 0.{n}\n" * 201 for n in range(3))
    (table,) = read_lines([lines_in(text)], whole=True).tables
    assert table.columns["step"] == [str(n) for n in range(3) for _ in range(200)]


def test_the_commas_of_thousands() -> None:
    text = "".join(f"epoch {n // 8000:,} step {n:,} of 9,000 lr 0.1\n" for n in range(0, 16000, 500))
    (table,) = read_lines([lines_in(text)], whole=True).tables
    assert table.columns["step"] == [str(n) for n in range(0, 16000, 500)]
    assert table.columns["epoch"] == ["0"] * 16 + ["1"] * 16
