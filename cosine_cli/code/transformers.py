"""Hugging Face Transformers: its own schedules if they are near enough, else LambdaLR with a function."""

from __future__ import annotations

from cosine_cli.code.core.codegen_curves import codegen_curves
from cosine_cli.code.core.formatting import module_text
from cosine_cli.code.core.torch_loop import TorchTarget, generate_schedulers, imported, loop, scheduler_module
from cosine_cli.frameworks.core import discovery
from cosine_cli.plans.model.plan import Plan

TITLE = "Transformers"
TARGET = TorchTarget("transformers", "LambdaLR", "LambdaLR")


def source(plan: Plan, *, within: float) -> str:
    """Return a module with a scheduler function per curve, for a Trainer's ``optimizers``."""
    # The Trainer steps at every update.
    curves = codegen_curves(plan, by_epoch=False, grouped=True, taken=discovery.framework_schedules(TARGET.framework))
    generated = generate_schedulers(curves, TARGET, within)
    own = imported("transformers", set[str]().union(*(one.names for one in generated)))
    parts = scheduler_module(generated, TARGET, ["import torch", "from torch.optim.lr_scheduler import LambdaLR", *own])
    title = "Learning-rate schedulers for Transformers, whose Trainer takes optimizers=(...)."
    return module_text(title, parts.imports, *parts.blocks, loop(parts.curves))
