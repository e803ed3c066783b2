"""Every framework's schedule against the plain one of its kind, over 10^6 float64: prints a name and a ratio a line.

Those that follow a recursion without a closed form have no limit and are left out.
"""

from __future__ import annotations

import sys

import numpy as np
from measure import inner_ratio

from cosine_cli.frameworks.core import discovery
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.schedules.core.fields import Needed, params

STEPS = 10**6
SHORT = 1000
"""Calls are counted so far and again from 0: powers of a factor below 1 would else vanish, at a price of their own."""

MORE = {
    "transformers.get_cosine_with_min_lr_schedule_with_warmup": "min_lr=0.001",
    "transformers.get_cosine_with_min_lr_schedule_with_warmup_lr_rate": "min_lr=0.001",
    "torch.OneCycleLR": f"total_steps={SHORT}",
    "transformers.get_wsd_schedule": f"num_training_steps={SHORT}",
}
"""What a schedule needs one of, without a default for either."""


def spec(framework: str, name: str, schedule: type[FrameworkSchedule]) -> str:
    """Return a schedule as a curve, with the example of every parameter that has no default."""
    needed = [field for field in params(schedule) if isinstance(field.default, Needed)]
    given = [f"{field.name}={field.default.example}" for field in needed]
    whole = f"{framework}.{name}"
    return f"{whole}:{','.join([*given, *filter(None, [MORE.get(whole)])])}"


def plain(schedule: type[FrameworkSchedule]) -> str:
    """Return the plain schedule of the same kind, with a warmup where this one has one."""
    warms = any(field.name in ("num_warmup_steps", "warmup_steps") for field in params(schedule))
    return f"{schedule.equivalent}:warmup={SHORT // 10}" if warms else schedule.equivalent


def main() -> None:
    """Measure each in turn with the plain one."""
    steps = np.arange(STEPS, dtype=np.float64) % SHORT
    for framework in discovery.frameworks():
        for name, schedule in discovery.framework_schedules(framework).items():
            if not schedule.equivalent or any("Schedule" in str(field.type) for field in params(schedule)):
                continue
            words = [spec(framework, name, schedule), plain(schedule)]
            ours, theirs = load_plan(CommandLine.of({"words": words, "steps": str(SHORT)})).curves
            found = inner_ratio(
                lambda s=ours.schedule: s(steps), lambda s=theirs.schedule: s(steps), rounds=int(sys.argv[1])
            )
            print(f"{framework}.{name}\t{found}\tplain", flush=True)


if __name__ == "__main__":
    main()
