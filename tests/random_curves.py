"""Curves as people write them: any schedule of the catalogue, lengths with one decimal, a run in epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Param, params

if TYPE_CHECKING:
    from random import Random

LEAVES = [
    name for name in catalogue.names() if not any("Schedule" in str(f.type) for f in params(catalogue.load(name)))
]
COMPOSED = ["restarts", "staircase", "scale", "retime", "warmup"]
CYCLIC = ["hard_restarts", "restarts", "sgdr", "step", "staircase", "cyclic", "chebyshev"]
"""Schedules that have to decide, at some updates, whether a cycle ends there: they are drawn more often."""


def length(rng: Random, most: float) -> str:
    return f"{rng.randint(10, max(int(10 * most), 11)) / 10:g}"


def value(rng: Random, param: Param, run: int) -> str | None:
    """Return a value of one parameter, None for its default."""
    if param.time and not param.many:
        return length(rng, rng.choice([3.0, run / 3, run]))
    if param.time and param.name != "times":
        return None
    if param.choices:
        return rng.choice(param.choices)
    return {
        "cycles": lambda: str(rng.randint(1, 12)),
        "cycle_mult": lambda: rng.choice(["1", "1", "1", "1.5", "2"]),
        "cycle_decay": lambda: rng.choice(["1", "0.5", "0.8"]),
        "gamma": lambda: rng.choice(["0.1", "0.5", "0.9"]),
        "power": lambda: rng.choice(["0.5", "0.9", "1", "2", "3"]),
        "min_lr": lambda: rng.choice(["0", "1e-5", "0.001", "0.01"]),
        "lr": lambda: rng.choice(["0.1", "3e-4", "1", "0.03"]),
        "k": lambda: rng.choice(["0.5", "1.5", "3"]),
        "nodes": lambda: rng.choice(["4", "16", "64"]),
        "three_phase": lambda: rng.choice(["true", "false"]),
    }.get(param.name, lambda: None)()


def own(rng: Random, name: str, run: int, share: float) -> list[str]:
    """Return some of the parameters of a schedule, as ``name=value``."""
    said = [f"{p.name}={v}" for p in params(catalogue.load(name)) if rng.random() < share and (v := value(rng, p, run))]
    if name == "multistep" and rng.random() < share:
        times = sorted({rng.randint(10, 10 * run) / 10 for _ in range(rng.randint(1, 4))})
        said.append("milestones=" + "/".join(f"{time:g}" for time in times))
    return said


def words(rng: Random) -> str:
    """Return a curve and its run as words of a command line; some are refused."""
    run = rng.randint(20, 300)
    name = rng.choice(CYCLIC) if rng.random() < 0.5 else rng.choice([*LEAVES, *COMPOSED])
    said = own(rng, name, run, 0.6)
    if name in COMPOSED:
        inner = rng.choice(LEAVES)
        said += [
            f"of={inner}",
            *(one for one in own(rng, inner, run, 0.4) if one.split("=")[0] not in {s.split("=")[0] for s in said}),
        ]
    if "warmup" not in {one.split("=")[0] for one in said} and rng.random() < 0.3:
        said += [f"warmup={length(rng, 9)}"]
    return f"'{name}{':' if said else ''}{','.join(said)}' --epochs {run}"
