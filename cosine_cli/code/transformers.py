"""Hugging Face Transformers: its own schedules where they come near enough, else LambdaLR with a function."""

from __future__ import annotations

from cosine_cli.code.core.curves import coded
from cosine_cli.code.core.layout import module
from cosine_cli.code.core.torch_loop import Way, imported, loop, made, makers
from cosine_cli.frameworks.core import catalogue
from cosine_cli.plans.model.plan import Plan

TITLE = "Transformers"
WAY = Way("transformers", "LambdaLR", "LambdaLR")


def source(plan: Plan, *, within: float) -> str:
    """Return a module with a maker of schedulers a curve, which its Trainer takes beside their optimizer."""
    # The Trainer steps at every update.
    curves = coded(plan, by_epoch=False, grouped=True, taken=catalogue.framework_schedules(WAY.framework))
    all_made = [made(curve, WAY, within) for curve in curves]
    own = imported("transformers", set[str]().union(*(one.names for one in all_made)))
    parts = makers(all_made, WAY, ["import torch", "from torch.optim.lr_scheduler import LambdaLR", *own])
    title = "Learning-rate schedulers for Transformers, whose Trainer takes optimizers=(...)."
    return module(title, parts.imports, *parts.blocks, loop(parts.curves))
