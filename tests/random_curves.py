"""Curves as people write them: any schedule of the catalogue, lengths with one decimal, a run in epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Param, params

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

COMPOSED = ["restarts", "staircase", "scale", "retime", "warmup"]
LEAVES = [name for name in catalogue.names() if name not in (*COMPOSED, "sequence")]
CYCLIC = ["hard_restarts", "restarts", "sgdr", "step", "staircase", "cyclic", "chebyshev"]
"""Schedules that decide at some updates whether a cycle ends there: they are drawn more often."""

VALUES: dict[str, Callable[[Random], object]] = {
    "cycles": lambda rng: rng.randint(1, 12),
    "cycle_mult": lambda rng: rng.choice(["1", "1", "1", "1.5", "2"]),
    "cycle_decay": lambda rng: rng.choice(["1", "0.5", "0.8"]),
    "gamma": lambda rng: rng.choice(["0.1", "0.5", "0.9"]),
    "power": lambda rng: rng.choice(["0.5", "0.9", "1", "2", "3"]),
    "min_lr": lambda rng: rng.choice(["0", "1e-5", "0.001", "0.01"]),
    "lr": lambda rng: rng.choice(["0.1", "3e-4", "1", "0.03"]),
    "k": lambda rng: rng.choice(["0.5", "1.5", "3"]),
    "nodes": lambda rng: rng.choice(["4", "16", "64"]),
    "three_phase": lambda rng: rng.choice(["true", "false"]),
}


def length(rng: Random, most: float) -> str:
    return f"{rng.randint(10, max(int(10 * most), 11)) / 10:g}"


def value(rng: Random, param: Param, run: int) -> str:
    """Return a value of one parameter, nothing for its default."""
    if param.name == "milestones":
        return "/".join(f"{time / 10:g}" for time in sorted(rng.sample(range(10, 10 * run), rng.randint(1, 4))))
    if param.time and not param.many:
        return length(rng, rng.choice([3.0, run / 3, run]))
    if param.choices:
        return rng.choice(param.choices)
    return str(VALUES[param.name](rng)) if param.name in VALUES else ""


def own(rng: Random, name: str, run: int, share: float) -> dict[str, str]:
    """Return some of the parameters of a schedule."""
    declared = [param for param in params(catalogue.load(name)) if rng.random() < share]
    drawn = {param.name: value(rng, param, run) for param in declared}
    drawn.pop("values" if name == "piecewise_constant" else "", None)
    return {key: text for key, text in drawn.items() if text}


def curve(rng: Random, run: int) -> str:
    """Return a curve as a word of a command line; some are refused."""
    name = rng.choice(CYCLIC if rng.random() < 0.5 else [*LEAVES, *COMPOSED])
    said = own(rng, name, run, 0.6)
    if name == "piecewise_constant":
        said.pop("milestones", None)  # with a rate for each
    if name in COMPOSED:
        inner = rng.choice([leaf for leaf in LEAVES if leaf != "piecewise_constant"])
        said = {**own(rng, inner, run, 0.4), **said, "of": inner}
    if "warmup" not in said and rng.random() < 0.3:
        said["warmup"] = length(rng, 9)
    return name + (":" + ",".join(f"{key}={text}" for key, text in said.items()) if said else "")


def words(rng: Random) -> str:
    """Return a curve and its run as words of a command line."""
    run = rng.randint(20, 300)
    return f"'{curve(rng, run)}' --epochs {run}"


def words_of_epochs(rng: Random) -> str:
    """Return the same of a run whose epochs have several updates, and a warmup that need not be whole epochs."""
    epochs, steps = rng.randint(3, 20), rng.choice([2, 3, 7, 10, 49])
    text = curve(rng, epochs)
    unit = [f"--epochs {epochs}", f"--steps {epochs * steps + rng.randint(0, 1)}"]
    warmup = "" if "warmup" in text else rng.choice(["", f"--warmup {rng.randint(1, 2 * steps)}st", "--warmup 10%"])
    update = rng.choice(["", "--update epoch", "--update epoch"])
    return f"'{text}' {rng.choice(unit)} --steps-per-epoch {steps} {update} {warmup}"
