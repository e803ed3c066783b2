"""The comments of ``plan`` on half and twice the devices."""

from __future__ import annotations

import pytest
from door import ask

pytestmark = pytest.mark.usefixtures("here")


def table(words: str) -> list[list[str]]:
    lines = ask("plan", *words.split(), "--quiet").out.decode().splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith("# "))
    return [line.removeprefix("#").split() for line in lines[first:]]


def test_steps_warmup_and_last_rate_by_hand() -> None:
    # 640 samples: 20, 10 and 5 batches of 32 per device and epoch; the last of n updates uses 1/n of the peak.
    assert table("linear --lr 1 --epochs 2 --dataset-size 640 --batch-size 32 --devices 2") == [
        ["devices", "steps", "warmup", "last", "rate"],
        ["1", "40", "0", "0.025"],
        ["2", "20", "0", "0.05"],
        ["4", "10", "0", "0.1"],
    ]


def test_an_odd_number_of_devices_has_no_half() -> None:
    rows = table("linear --epochs 2 --dataset-size 640 --batch-size 32 --devices 3 --warmup 50%")
    assert [row[:3] for row in rows[1:]] == [["3", "14", "7"], ["6", "8", "4"]]


def test_with_several_curves_the_one_of_the_numbers_is_named() -> None:
    header = " ".join(table("linear:label=a cosine --steps 9 --batch-size 8")[0])
    assert header == "devices steps warmup of a last rate of a"


def test_a_number_of_devices_that_is_not_possible_has_its_reason() -> None:
    rows = table("linear --epochs 2 --dataset-size 40 --batch-size 32 --drop-last")
    assert " ".join(rows[2]) == (
        "2 --drop-last: an epoch has no full batch: 40 samples on 2 devices are 20 each, and a batch has 32"
    )


@pytest.mark.parametrize("words", ["--steps 9 --global-batch-size 8", "--steps 9"])
def test_without_a_batch_of_a_device_there_is_none(words: str) -> None:
    assert b"devices" not in ask("plan", "linear", *words.split(), "--quiet").out
