"""PyTorch: its own schedulers if they are near enough, else LambdaLR with a function."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.code.core.codegen_curves import codegen_curves
from cosine_cli.code.core.formatting import module_text
from cosine_cli.code.core.generated import Generated
from cosine_cli.code.core.torch_loop import Module, TorchTarget, generate_schedulers, imported, loop, scheduler_module
from cosine_cli.plans.model.plan import Plan

TITLE = "PyTorch"
TARGET = TorchTarget("torch", "LRScheduler", "LambdaLR")

_FOR_AVERAGING = {"SWALR"}
"""The classes that PyTorch defines in another module."""


def source(plan: Plan, *, within: float) -> str:
    """Return a module with a scheduler function per curve; run as a program it prints the rate of every update."""
    parts = torch_module(plan, within)
    return module_text("Learning-rate schedulers for PyTorch.", parts.imports, *parts.blocks, loop(parts.curves))


def resumed_source(plan: Plan, updates: float, where: str) -> str:
    """Return a module whose schedulers resume a run after so many updates, which were given at ``where``."""
    curves = [curve.resumed(updates, where) for curve in codegen_curves(plan, grouped=True)]
    parts = _module(generate_schedulers(curves, TARGET, 0.0))
    return module_text("Learning-rate schedulers for PyTorch.", parts.imports, *parts.blocks, loop(parts.curves))


def torch_module(plan: Plan, within: float) -> Module:
    """Return the functions that create a plan's schedulers, which other targets use too."""
    return _module(generate_schedulers(codegen_curves(plan, grouped=True), TARGET, within))


def _module(generated: Sequence[Generated]) -> Module:
    names = {"LRScheduler"}.union(*(one.names or {TARGET.maker} for one in generated))
    imports = [
        "import torch",
        *imported("torch.optim.lr_scheduler", names - _FOR_AVERAGING),
        *imported("torch.optim.swa_utils", names & _FOR_AVERAGING),
    ]
    return scheduler_module(generated, TARGET, imports)
