"""Hugging Face Transformers: its own schedules where they give the rates, else LambdaLR with a function."""

from __future__ import annotations

from cosine_cli.code.core.curves import coded
from cosine_cli.code.core.layout import module
from cosine_cli.code.core.torch_loop import Made, from_function, imported, loop, made, maker, makers, native_lines
from cosine_cli.plans.plan import Plan

TITLE = "Transformers"
FRAMEWORK = "transformers"


def source(plan: Plan) -> str:
    """Return a module with a maker of schedulers a curve, which its Trainer takes beside their optimizer."""
    curves = coded(plan, by_epoch=False)  # the Trainer steps at every update
    all_made = [made(curve, FRAMEWORK, function_name="") for curve in curves]
    names = sorted(set[str]().union(*(one.names for one in all_made)))
    head = ["import torch", "from torch.optim.lr_scheduler import LambdaLR"]
    parts = makers(all_made, head + (imported("transformers", names) if names else []), _maker)
    title = "Learning-rate schedulers for Transformers, whose Trainer takes optimizers=(...)."
    return module(title, parts.imports, *parts.blocks, loop(curves))


def _maker(one: Made) -> list[str]:
    return maker(
        one,
        FRAMEWORK,
        native_lines(one) if one.body is None else from_function(one, "LambdaLR"),
        otherwise="LambdaLR, which all of its schedules are, with a function",
        returns="LambdaLR",
    )
