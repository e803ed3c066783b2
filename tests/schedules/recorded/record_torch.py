"""Record the learning rates of real PyTorch schedulers in torch.json.

Run it where torch is installed: pytest never does, it reads the file.
"""

from __future__ import annotations

import json
from itertools import starmap
from pathlib import Path
from typing import Any

# A call is its class's name and its keyword arguments; the optimizer comes first and goes without saying.
Call = tuple[str, dict[str, Any]]

UPDATES = 121

CALLS: dict[str, tuple[float, Call]] = {
    "constant": (0.3, ("ConstantLR", {"factor": 1.0, "total_iters": 5})),
    "cosine": (0.1, ("CosineAnnealingLR", {"T_max": 120, "eta_min": 0.0})),
    "cosine to a floor": (0.3, ("CosineAnnealingLR", {"T_max": 120, "eta_min": 0.001})),
    "cosine, odd length": (3e-4, ("CosineAnnealingLR", {"T_max": 77, "eta_min": 3e-5})),
    "cosine, fractional length": (0.1, ("CosineAnnealingLR", {"T_max": 90.5, "eta_min": 0.01})),
    "restarts": (0.1, ("CosineAnnealingWarmRestarts", {"T_0": 10, "T_mult": 1, "eta_min": 0.0})),
    "restarts to a floor": (0.1, ("CosineAnnealingWarmRestarts", {"T_0": 7, "T_mult": 1, "eta_min": 0.001})),
    "restarts, twice as long": (0.1, ("CosineAnnealingWarmRestarts", {"T_0": 10, "T_mult": 2, "eta_min": 0.0})),
    "restarts, three times as long": (0.1, ("CosineAnnealingWarmRestarts", {"T_0": 5, "T_mult": 3, "eta_min": 0.01})),
    "step": (0.1, ("StepLR", {"step_size": 30, "gamma": 0.1})),
    "step of one": (0.2, ("StepLR", {"step_size": 1, "gamma": 0.97})),
    "multistep": (0.1, ("MultiStepLR", {"milestones": [30, 60, 80], "gamma": 0.1})),
    "multistep, close together": (0.5, ("MultiStepLR", {"milestones": [1, 2, 100], "gamma": 0.5})),
    "exponential": (0.1, ("ExponentialLR", {"gamma": 0.95})),
    "exponential, slow": (3e-4, ("ExponentialLR", {"gamma": 0.9999})),
    "linear": (0.1, ("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 100})),
    "linear to a floor": (0.2, ("LinearLR", {"start_factor": 1.0, "end_factor": 0.1, "total_iters": 60})),
    "polynomial": (0.1, ("PolynomialLR", {"total_iters": 100, "power": 2.0})),
    "polynomial, below 1": (0.1, ("PolynomialLR", {"total_iters": 100, "power": 0.9})),
    "warmup before cosine": (
        0.1,
        (
            "SequentialLR",
            {
                "schedulers": [
                    ("LinearLR", {"start_factor": 0.1, "end_factor": 1.0, "total_iters": 10}),
                    ("CosineAnnealingLR", {"T_max": 110, "eta_min": 0.001}),
                ],
                "milestones": [10],
            },
        ),
    ),
    "warmup before restarts": (
        0.1,
        (
            "SequentialLR",
            {
                "schedulers": [
                    ("LinearLR", {"start_factor": 0.25, "end_factor": 1.0, "total_iters": 5}),
                    ("CosineAnnealingWarmRestarts", {"T_0": 10, "T_mult": 2, "eta_min": 0.0}),
                ],
                "milestones": [5],
            },
        ),
    ),
    "warmup beside multistep": (
        0.1,
        (
            "ChainedScheduler",
            {
                "schedulers": [
                    ("LinearLR", {"start_factor": 0.1, "end_factor": 1.0, "total_iters": 10}),
                    ("MultiStepLR", {"milestones": [30, 60, 80], "gamma": 0.1}),
                ],
            },
        ),
    ),
    "three in a row": (
        0.1,
        (
            "SequentialLR",
            {
                "schedulers": [
                    ("ConstantLR", {"factor": 1.0, "total_iters": 5}),
                    ("ExponentialLR", {"gamma": 0.9}),
                    ("StepLR", {"step_size": 10, "gamma": 0.5}),
                ],
                "milestones": [20, 50],
            },
        ),
    ),
}

PER_EPOCH: dict[str, tuple[float, int, Call]] = {
    "cosine once in 8 updates": (0.1, 8, ("CosineAnnealingLR", {"T_max": 15, "eta_min": 0.001})),
    "exponential once in 5 updates": (0.1, 5, ("ExponentialLR", {"gamma": 0.9})),
    "restarts once in 4 updates": (0.1, 4, ("CosineAnnealingWarmRestarts", {"T_0": 5, "T_mult": 2, "eta_min": 0.0})),
}


def build(call: Call, optimizer: Any) -> Any:
    """Return the scheduler that a call makes."""
    from torch.optim import lr_scheduler

    name, arguments = call
    given = dict(arguments)
    if "schedulers" in given:
        given["schedulers"] = [build(inner, optimizer) for inner in given["schedulers"]]
    if name == "ChainedScheduler":
        return lr_scheduler.ChainedScheduler(given["schedulers"], optimizer=optimizer)
    return getattr(lr_scheduler, name)(optimizer, **given)


def record(lr: float, every: int, call: Call) -> dict[str, Any]:
    """Return the rates used for the first updates, the scheduler stepped after every so many of them."""
    import torch

    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler = build(call, optimizer)
    rates = []
    for update in range(UPDATES):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        if (update + 1) % every == 0:
            scheduler.step()
    return {"lr": lr, "call": call, "updates_a_scheduler_step": every, "rates": rates}


def main() -> None:
    """Write torch.json beside this file."""
    import torch

    cases = {name: record(lr, 1, call) for name, (lr, call) in CALLS.items()}
    cases |= dict(zip(PER_EPOCH, starmap(record, PER_EPOCH.values()), strict=True))
    lines = [f"    {json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items()]
    head = f'{{\n  "torch": {json.dumps(torch.__version__)},\n  "cases": {{\n'
    path = Path(__file__).with_name("torch.json")
    path.write_text(head + ",\n".join(lines) + "\n  }\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
