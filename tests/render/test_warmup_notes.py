"""Default warmups beside curves without one."""

from __future__ import annotations

import pytest
from plans_of import planned

from cosine_cli.render.warmup_notes import warmup_notes

FLAG = "--warmup sets it for all curves"


@pytest.mark.parametrize(
    ("words", "notes"),
    [
        ("cosine wsd", ["wsd (over 5 epochs) warms up by default, cosine does not; --warmup sets it for all curves"]),
        ("cosine wsd:warmup=5", []),
        ("cosine wsd --warmup 3", []),
        ("wsd onecycle", []),
        ("cosine:warmup=5 wsd", []),
        (
            "cosine onecycle noam --epochs 10",
            ["onecycle (over 3 epochs) and noam (over 1 epoch) warm up by default, cosine does not; " + FLAG],
        ),
    ],
)
def test_notes(words: str, notes: list[str]) -> None:
    assert warmup_notes(planned(words)) == notes
