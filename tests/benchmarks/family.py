"""Every schedule against one pass of ``np.cos``, both over 10^7 float64: prints a name, a ratio and a kind a line.

The kind is ``power`` where the formula has a power that is more than a square, which costs more than a cosine.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from measure import inner_ratio

from cosine_cli.code.core.symbols import TIME, Symbolic, TreeNode
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.restarts import Restarts

STEPS = 10**7


def has_power(tree: Any) -> bool:
    """Tell whether a formula has a power that is more than a square."""
    if not isinstance(tree, TreeNode):
        return False
    return (tree.op == "**" and tree.args[1] != 2) or any(map(has_power, tree.args))


def schedules() -> dict[str, Schedule]:
    """Return every schedule of the catalogue with its defaults over a run, and restarts with a million cycles."""
    by_name = [name for name in catalogue.names() if name != "sequence"]  # which is as its parts are
    plan = load_plan(CommandLine.of({"words": by_name, "steps": str(STEPS)}))
    cycle = Cosine(lr=0.1, total=10)
    return {
        **{name: curve.schedule for name, curve in zip(by_name, plan.curves, strict=True)},
        "restarts, 10^6 cycles": Restarts(cycle=10, of=cycle),
        "restarts, 10^6 falling cycles": Restarts(cycle=10, cycle_decay=0.99999, of=cycle),
    }


def main() -> None:
    """Measure each in turn with ``np.cos``."""
    steps = np.arange(STEPS, dtype=np.float64)
    angles = steps * (np.pi / STEPS)
    for name, schedule in schedules().items():
        kind = "power" if has_power(schedule.formula(Symbolic(), TIME)) else "plain"
        found = inner_ratio(lambda s=schedule: s(steps), lambda: np.cos(angles), rounds=int(sys.argv[1]))
        print(f"{name}\t{found}\t{kind}", flush=True)


if __name__ == "__main__":
    main()
