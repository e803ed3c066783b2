"""PyTorch: its own schedulers where they come near enough, else LambdaLR with a function."""

from __future__ import annotations

from cosine_cli.code.core.curves import coded
from cosine_cli.code.core.layout import module
from cosine_cli.code.core.torch_loop import Makers, Way, imported, loop, made, makers
from cosine_cli.plans.model.plan import Plan

TITLE = "PyTorch"
WAY = Way("torch", "LRScheduler", "LambdaLR")

_FOR_AVERAGING = {"SWALR"}
"""What PyTorch keeps in another module."""


def source(plan: Plan, *, within: float) -> str:
    """Return a module with a maker of schedulers a curve; run as a program it prints the rate of every update."""
    parts = torch_makers(plan, within)
    return module("Learning-rate schedulers for PyTorch.", parts.imports, *parts.blocks, loop(parts.curves))


def torch_makers(plan: Plan, within: float) -> Makers:
    """Return the makers of a plan's schedulers, which other targets use too."""
    all_made = [made(curve, WAY, within) for curve in coded(plan, grouped=True)]
    names = {"LRScheduler"}.union(*(one.names or {WAY.maker} for one in all_made))
    imports = [
        "import torch",
        *imported("torch.optim.lr_scheduler", names - _FOR_AVERAGING),
        *imported("torch.optim.swa_utils", names & _FOR_AVERAGING),
    ]
    return makers(all_made, WAY, imports)
