"""PyTorch: its own schedulers where they give the rates, else LambdaLR with a function."""

from __future__ import annotations

from cosine_cli.code.core.curves import coded
from cosine_cli.code.core.layout import module
from cosine_cli.code.core.torch_loop import (
    Made,
    Makers,
    from_function,
    imported,
    loop,
    made,
    maker,
    makers,
    native_lines,
)
from cosine_cli.plans.plan import Plan

TITLE = "PyTorch"
FRAMEWORK = "torch"


def source(plan: Plan) -> str:
    """Return a module with a maker of schedulers a curve; run as a program it prints the rate of every update."""
    parts = torch_makers(plan)
    return module("Learning-rate schedulers for PyTorch.", parts.imports, *parts.blocks, loop(coded(plan)))


def torch_makers(plan: Plan) -> Makers:
    """Return the makers of a plan's schedulers, which other targets use too."""
    all_made = [made(curve, FRAMEWORK, function_name="LambdaLR") for curve in coded(plan)]
    names = sorted({"LRScheduler"}.union(*(one.names for one in all_made)))
    return makers(all_made, ["import torch", *imported("torch.optim.lr_scheduler", names)], _maker)


def _maker(one: Made) -> list[str]:
    return maker(
        one,
        FRAMEWORK,
        native_lines(one) if one.body is None else from_function(one, "LambdaLR"),
        otherwise="LambdaLR with a function",
        returns="LRScheduler",
    )
