"""Every schedule of a framework, said in YAML, gives what that framework gave at every update, as recorded."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from framework_schedules_of import said

from cosine_cli.errors import RequestError
from cosine_cli.frameworks.core import discovery

if TYPE_CHECKING:
    from collections.abc import Iterator


_SPELLED = {
    ("OneCycleLR", "total_steps", 10.0): "10.0 and 10 are one number in a config",
    ("OneCycleLR", "pct_start", 1): "1 and 1.0 are one number in a config",
}
"""What a framework refuses for the type that Python gives a number, with the reason why we do not."""


def cases() -> Iterator[Any]:
    for path in sorted(Path(__file__).with_name("recorded").glob("*.json")):
        framework = path.stem
        for number, case in enumerate(json.loads(path.read_text(encoding="utf-8"))["cases"]):
            yield pytest.param(framework, case, id=f"{framework}-{case['name']}-{number}")


def spelled(case: dict[str, Any]) -> bool:
    return any(
        case["name"] == name and type(case["params"].get(param)) is type(value) and case["params"][param] == value
        for name, param, value in _SPELLED
    )


@pytest.mark.parametrize(("framework", "case"), [*cases()])
def test_a_schedule_gives_what_its_framework_gave(framework: str, case: dict[str, Any]) -> None:
    if "refused" in case and not spelled(case):
        with pytest.raises(RequestError, match=r"must|needs"):
            said(framework, case["name"], case["params"], case["lr"])
        return
    try:
        schedule = said(framework, case["name"], case["params"], case["lr"])
    except RequestError:
        # What raises in the very first step, or before it, is no curve, and may be refused as well.
        assert case.get("raises_at", math.inf) <= 1
        return
    if spelled(case):
        return
    expected = np.array(case["values"])
    rates = schedule(np.arange(float(len(expected))))
    assert (np.isnan(rates) == np.isnan(expected)).all()
    known = ~np.isnan(expected)
    if not known[-1:].all():  # NaN to the end of what was recorded, and from there on
        assert schedule.ends_in_nan
        assert schedule.ends == np.flatnonzero(known)[-1]
    off = np.abs(rates - expected)[known].max()
    assert off <= discovery.load_framework(framework).precision * np.abs(expected[known]).max()
    if not known.all():
        return
    if "raises_at" in case:
        assert schedule.ends == case["raises_at"] - 1
        assert np.isnan(schedule(schedule.ends + 1))
        said_to_raise = schedule.why_it_ends.partition("raises ")[2]
        assert "error" not in case or said_to_raise in (*case["error"].split(": ", 1), case["error"], "an error")
    else:
        assert schedule.ends >= len(expected) - 1 or math.isinf(schedule.ends)
