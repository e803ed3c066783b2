"""Record the rates of real PyTorch loops, with and without mistakes; needs torch and transformers.

Each loop calls optimizer.step() and scheduler.step(), and logs the rate that the optimizer used for the update. The
test needs neither: it reads the file that this script writes.
"""

from __future__ import annotations

import json
import lzma
import os
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

UPDATES, PER_EPOCH, WARMUP, RESUMED = 1000, 40, 100, 437
EPOCHS = UPDATES // PER_EPOCH
FILE = os.path.join(os.path.dirname(__file__), "loops.xz")
SCATTERED = (3, 57, 58, 190, 333, 471, 640, 641, 902)
"""The updates that fp16 skips in one loop; in another one the first five."""

PLANS = {
    "hf-cosine": (2e-4, f"cosine:lr=2e-4,warmup={WARMUP}"),
    "hf-linear": (5e-5, f"linear:lr=5e-5,warmup={WARMUP}"),
    "torch-cosine": (0.1, "cosine:lr=0.1,min_lr=0.001"),
    "hf-wsd": (3e-4, f"wsd:lr=3e-4,warmup={WARMUP},decay=200,decay_shape=cosine"),
    "multistep": (0.1, "multistep:lr=0.1,milestones=300/600/800,gamma=0.1"),
    "sequential": (0.05, f"cosine:lr=0.05,warmup={WARMUP},warmup_start=0.0005"),
}
"""The rate of the optimizer, and the plan as the command line takes it."""

MILESTONES = [300, 600, 800]


def _optimizer(lr: float) -> Any:
    import torch

    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)


def _make(name: str, optimizer: Any, total: float = UPDATES, warmup: float = WARMUP, **changed: Any) -> Any:
    """Return the scheduler of a plan with another horizon or warmup."""
    import transformers
    from torch.optim import lr_scheduler as torch_schedulers

    if name == "hf-cosine" and "floor" in changed:
        return transformers.get_cosine_with_min_lr_schedule_with_warmup(
            optimizer, warmup, total, min_lr_rate=changed["floor"]
        )
    if name == "hf-cosine":
        return transformers.get_cosine_schedule_with_warmup(optimizer, warmup, total)
    if name == "hf-linear":
        return transformers.get_linear_schedule_with_warmup(optimizer, warmup, total)
    if name == "torch-cosine":
        return torch_schedulers.CosineAnnealingLR(optimizer, T_max=total, eta_min=changed.get("floor", 0.001))
    if name == "hf-wsd":
        decay = int(total * 0.2)
        warm = min(warmup, total - decay)
        return transformers.get_wsd_schedule(optimizer, int(warm), decay, num_training_steps=int(total))
    assert name == "multistep"
    scale = total / UPDATES
    return torch_schedulers.MultiStepLR(optimizer, changed.get("milestones", [int(m * scale) for m in MILESTONES]))


def _loop(  # noqa: PLR0913 - what a loop can do wrong
    optimizer: Any,
    scheduler: Any,
    updates: int = UPDATES,
    *,
    steps: Callable[[int], int] = lambda _: 1,
    before: bool = False,
    after: bool = False,
) -> list[float]:
    """Return the logged rates of a loop; ``steps`` gives how often the scheduler is stepped at an update."""
    rates = []
    for update in range(updates):
        if before:
            scheduler.step()
        rate = optimizer.param_groups[0]["lr"]
        optimizer.step()
        if not before:
            for _ in range(steps(update)):
                scheduler.step()
        rates.append(optimizer.param_groups[0]["lr"] if after else rate)
    return rates


def _run(name: str, updates: int = UPDATES, lr: float = 1.0, **settings: Any) -> list[float]:
    made = {key: settings.pop(key) for key in ("total", "warmup", "floor", "milestones") if key in settings}
    optimizer = _optimizer(PLANS[name][0] * lr)
    return _loop(optimizer, _make(name, optimizer, **made), updates, **settings)


def _resumed(name: str, *, shift: int = 0, total: int | None = None, fresh: bool = False) -> list[float]:
    """Return the rates of a run that is stopped and resumed from its state."""
    optimizer = _optimizer(PLANS[name][0])
    scheduler = _make(name, optimizer)
    first = _loop(optimizer, scheduler, RESUMED + min(shift, 0))
    saved = scheduler.state_dict(), optimizer.state_dict()
    if shift < 0:  # saved before the last step: the update is made, its step is lost
        first = [*first, optimizer.param_groups[0]["lr"]]
    resumed = _optimizer(PLANS[name][0])
    again = _make(name, resumed, **({} if total is None else {"total": total}))
    if fresh:
        return first + _loop(resumed, again, UPDATES - RESUMED)
    resumed.load_state_dict(saved[1])
    if total is not None and name == "torch-cosine":
        saved[0].pop("T_max")
    again.load_state_dict(saved[0])
    if total is not None:  # the rate of the other horizon from the next step on
        resumed.param_groups[0]["lr"] = _run(name, RESUMED + 1, total=total)[RESUMED]
    for _ in range(max(shift, 0)):
        again.step()
    return first + _loop(resumed, again, UPDATES - len(first))


def _base_not_restored() -> list[float]:
    """Return the rates of a run whose scheduler is restored, but not the rate of the optimizer."""
    optimizer = _optimizer(PLANS["torch-cosine"][0])
    scheduler = _make("torch-cosine", optimizer)
    first = _loop(optimizer, scheduler, RESUMED)
    resumed = _optimizer(PLANS["torch-cosine"][0])
    again = _make("torch-cosine", resumed)
    again.load_state_dict(scheduler.state_dict())
    return first + _loop(resumed, again, UPDATES - RESUMED)


def _sequence(*, joined: int = WARMUP, decay: int = UPDATES - WARMUP, start: float = 0.01) -> list[float]:
    """Return the rates of a warmup and a cosine in sequence."""
    from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

    optimizer = _optimizer(PLANS["sequential"][0])
    warmup = LinearLR(optimizer, start_factor=start, total_iters=WARMUP)
    cosine = CosineAnnealingLR(optimizer, T_max=decay)
    return _loop(optimizer, SequentialLR(optimizer, [warmup, cosine], milestones=[joined]))


def _chained() -> list[float]:
    from torch.optim.lr_scheduler import ChainedScheduler, CosineAnnealingLR, LinearLR

    optimizer = _optimizer(PLANS["sequential"][0])
    warmup = LinearLR(optimizer, start_factor=0.01, total_iters=WARMUP)
    cosine = CosineAnnealingLR(optimizer, T_max=UPDATES - WARMUP)
    return _loop(optimizer, ChainedScheduler([warmup, cosine]))


def _overlapping() -> list[float]:
    """Return the rates of a warmup under which the cosine runs, as timm's default."""
    import math

    from torch.optim.lr_scheduler import LambdaLR

    def factor(update: int) -> float:
        if update < WARMUP:
            return 0.01 + 0.99 * update / WARMUP
        return 0.5 * (1 + math.cos(math.pi * update / UPDATES))

    optimizer = _optimizer(PLANS["sequential"][0])
    return _loop(optimizer, LambdaLR(optimizer, factor))


def loops() -> Iterator[tuple[int, str, str, list[float]]]:
    """Yield the number of a mistake, its variant, the plan and the logged rates."""
    plans = ("hf-cosine", "hf-linear", "torch-cosine", "hf-wsd", "multistep")
    for name in plans:
        has_horizon = name != "multistep"
        yield 0, "", name, _run(name)
        yield 1, "", name, _run(name, before=True)
        yield 2, "", name, _run(name, after=True)
        if has_horizon:
            yield 3, "", name, _run(name, total=EPOCHS, **({"warmup": 2} if "hf" in name else {}))
        yield 4, "", name, _run(name, steps=lambda update: int((update + 1) % PER_EPOCH == 0))
        for number, times in ((5, 4), (6, 8), (8, 2)):
            yield number, str(times), name, _run(name, steps=lambda _, times=times: times)
        yield 7, "4", name, _run(name, total=4 * UPDATES, warmup=4 * WARMUP)
        yield 9, "", name, _resumed(name, fresh=True)
        yield 10, "-1", name, _resumed(name, shift=-1)
        yield 10, "1", name, _resumed(name, shift=1)
        if has_horizon:
            yield 12, "2", name, _resumed(name, total=2 * UPDATES)
        yield 16, "", name, _run(name, UPDATES // 2)
        for factor in (8.0, 0.1, 2**0.5):
            if name == "torch-cosine":
                yield 17, repr(factor), name, _run(name, lr=factor, floor=0.001 * factor)
            else:
                yield 17, repr(factor), name, _run(name, lr=factor)
        yield 22, "5", name, _run(name, steps=lambda update: int(update >= 5))
        yield 22, "9", name, _run(name, steps=lambda update: int(update not in SCATTERED))
        if has_horizon:
            yield 23, "", name, _run(name, total=EPOCHS * (PER_EPOCH - 1))
        yield 24, "", name, _run(name, steps=lambda _: 0)
    yield 11, "", "torch-cosine", _base_not_restored()
    yield 13, "", "sequential", _chained()
    yield 14, "", "sequential", _sequence(decay=UPDATES)
    yield 15, "", "sequential", _overlapping()
    yield 19, "0.1", "torch-cosine", _run("torch-cosine", floor=0.01)
    yield 19, "0.1", "hf-cosine", _run("hf-cosine", floor=0.1)
    yield 25, "", "multistep", _run("multistep", milestones=[300, 600.5, 800])
    yield 26, "", "multistep", _run("multistep", milestones=[300, 601, 800])
    yield 27, "", "sequential", _sequence(joined=WARMUP + 50)
    yield 29, "", "sequential", _sequence(start=1 / 3)


def packed(arrays: list[list[float]]) -> bytes:
    """Return arrays of rates as bytes that compress well: second differences of their bits, byte by byte."""
    differences = [np.diff(np.array(rates).view(np.int64), 2, prepend=[0, 0]) for rates in arrays]
    stream = np.concatenate(differences)
    planes = ((stream << 1) ^ (stream >> 63)).view(np.uint8).reshape(-1, 8).T  # the sign in the last bit
    return bytes(np.ascontiguousarray(planes))


def main() -> None:
    """Write the file."""
    warnings.simplefilter("ignore")
    recorded = list(loops())
    header = {
        "plans": {name: curve for name, (_, curve) in PLANS.items()},
        "run": {"steps": UPDATES, "steps_per_epoch": PER_EPOCH},
        "loops": [[number, variant, name, len(rates)] for number, variant, name, rates in recorded],
    }
    text = json.dumps(header).encode() + b"\n"
    with open(FILE, "wb") as stream:
        stream.write(lzma.compress(text + packed([rates for *_, rates in recorded]), preset=9 | lzma.PRESET_EXTREME))
    print(len(recorded), "loops,", os.path.getsize(FILE), "bytes")  # noqa: T201 - a script


if __name__ == "__main__":
    main()
