"""Every framework's schedule as code for every target: what the program prints is what the plan says."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from plans_of import planned
from programs_of import NEEDS, PRECISION, rates_of

from cosine_cli.code.core import targets
from cosine_cli.code.core.emit import WIDTH
from cosine_cli.errors import RequestError
from cosine_cli.frameworks.core import discovery
from cosine_cli.schedules.core.fields import params

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cosine_cli.plans.model.plan import Plan

RECORDED = Path(__file__).parents[1] / "frameworks" / "recorded"
LONGEST = 400

GROUPS = """\
steps: 20
groups: {"back\\nbone": 0.1, head: 1.0}
curves:
  - cosine: {min_lr: 0.001}
  - torch.SequentialLR: {schedulers: [LinearLR: {start_factor: 0.1}, ExponentialLR: {gamma: 0.9}], milestones: [5]}
"""


def load_plan(framework: str, case: dict[str, Any]) -> Plan | None:
    """Return the plan of a recorded case, None where it is no curve."""
    updates = min(len(case.get("values", ())), LONGEST)
    if updates < 2:
        return None
    own = {field.name for field in params(discovery.framework_schedules(framework)[case["name"]])}
    rate = {"lr": case["lr"]} if case["lr"] is not None and "lr" in own else {}
    curve = json.dumps({f"{framework}.{case['name']}": case["params"] | rate})
    try:
        return planned("", f"steps: {updates}\ncurves:\n  - {curve}\n")
    except RequestError:  # as the framework refuses it
        return None


def cases(every: int) -> Iterator[Any]:
    for path in sorted(RECORDED.glob("*.json")):
        for number, case in list(enumerate(json.loads(path.read_text(encoding="utf-8"))["cases"]))[::every]:
            yield pytest.param(path.stem, case, id=f"{path.stem}-{case['name']}-{number}")


def check(target: str, framework: str, case: dict[str, Any]) -> None:
    plan = load_plan(framework, case)
    if plan is None:
        pytest.skip("no curve")
    source = targets.source(plan, target, exact=True)
    assert max(map(len, source.splitlines())) <= WIDTH
    found, schedule = rates_of(source, target), plan.curves[0].schedule
    expected = schedule(np.arange(float(len(found))))
    assert len(found) >= min(plan.clock.total, schedule.ends + 1)
    precision = max(PRECISION.get(target, 0.0), PRECISION.get(framework, 0.0), 1e-12)
    tolerance = precision * float(np.nanmax(np.abs(expected)))
    assert found == pytest.approx(expected.tolist(), abs=tolerance, rel=0, nan_ok=True)


@pytest.mark.parametrize(("framework", "case"), [*cases(5)])
def test_plain_python_gives_the_rates(framework: str, case: dict[str, Any]) -> None:
    check("python", framework, case)


@pytest.mark.frameworks
@pytest.mark.filterwarnings("ignore::UserWarning")  # the frameworks' own, of parameters that they doubt
@pytest.mark.parametrize(("framework", "case"), [*cases(1)])
@pytest.mark.parametrize("target", sorted(NEEDS))
def test_a_framework_gives_the_rates(target: str, framework: str, case: dict[str, Any]) -> None:
    if importlib.util.find_spec(NEEDS[target]) is None:
        pytest.skip(f"{NEEDS[target]} is not installed")
    check(target, framework, case)


@pytest.mark.frameworks
@pytest.mark.parametrize("target", ["torch", "timm", "transformers", "lightning"])
def test_each_group_gets_its_rates(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    if importlib.util.find_spec(NEEDS[target]) is None:
        pytest.skip(f"{NEEDS[target]} is not installed")
    plan = planned("", GROUPS)
    exec(compile(targets.source(plan, target), "<generated>", "exec"), {"__name__": "__main__"})  # noqa: S102
    rows = np.array([[float(word) for word in line.split()] for line in capsys.readouterr().out.splitlines()])
    updates = np.arange(20.0)
    for first, curves in ((0, plan.curves[:2]), (20, plan.curves[2:])):
        expected = np.stack([updates, *(curve.schedule(updates) for curve in curves)], axis=1)
        assert rows[first : first + 20] == pytest.approx(expected, abs=1e-13)
