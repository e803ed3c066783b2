"""Every framework's schedule against the plain one of its kind, over 10^6 float64: prints a name and a ratio a line.

Those that follow a recursion without a closed form have no limit and are left out.
"""

from __future__ import annotations

import sys

import numpy as np
from measure import inner_ratio

from cosine_cli.frameworks.core import catalogue
from cosine_cli.frameworks.core.native import Native
from cosine_cli.plans.line import Line, plan_of
from cosine_cli.schedules.core.fields import Needed, params

STEPS = 10**6


def spec(framework: str, name: str, native: type[Native]) -> str:
    """Return a schedule as a curve, with the example of every parameter that has no default."""
    needed = [field for field in params(native) if isinstance(field.default, Needed)]
    given = ",".join(f"{field.name}={field.default.example}" for field in needed)
    return f"{framework}.{name}:{given}"


def main() -> None:
    """Measure each in turn with the plain one."""
    steps = np.arange(STEPS, dtype=np.float64)
    for framework in catalogue.frameworks():
        for name, native in catalogue.natives(framework).items():
            if not native.plain or any("Schedule" in str(field.type) for field in params(native)):
                continue
            words = [spec(framework, name, native), native.plain]
            ours, plain = plan_of(Line.of({"words": words, "steps": str(STEPS)})).curves
            found = inner_ratio(
                lambda s=ours.schedule: s(steps), lambda s=plain.schedule: s(steps), rounds=int(sys.argv[1])
            )
            print(f"{framework}.{name}\t{found}\tplain", flush=True)


if __name__ == "__main__":
    main()
