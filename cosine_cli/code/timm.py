"""timm: its own schedulers if they are near enough, else a Scheduler with a function."""

from __future__ import annotations

from cosine_cli.code.core.codegen_curves import codegen_curves
from cosine_cli.code.core.formatting import module_text
from cosine_cli.code.core.torch_loop import TorchTarget, generate_schedulers, imported, loop, scheduler_module
from cosine_cli.plans.model.plan import Plan

TITLE = "timm"
TARGET = TorchTarget("timm", "Scheduler", "FromFunction")

_FROM_FUNCTION = [
    "class FromFunction(Scheduler):",
    '    """A scheduler that multiplies the rates of the groups by a function of calls."""',
    "",
    "    def __init__(self, optimizer, factor: Callable[[int], float]) -> None:",
    '        super().__init__(optimizer, param_group_field="lr")',
    "        self.factor = factor",
    "        self.update_groups(self._get_lr(0))",
    "",
    "    def _get_lr(self, t: int) -> list[float]:",
    "        return [base * self.factor(t) for base in self.base_values]",
]


def source(plan: Plan, *, within: float) -> str:
    """Return a module with a scheduler function per curve; timm's ``step()`` takes the number of calls."""
    generated = generate_schedulers(codegen_curves(plan, grouped=True), TARGET, within)
    by_function = any(one.body is not None for one in generated)
    imports = [
        "import torch",
        *imported("timm.scheduler", set[str]().union(*(one.names for one in generated))),
        "from timm.scheduler.scheduler import Scheduler",
    ]
    callables = ["from collections.abc import Callable"] if by_function else []
    parts = scheduler_module(generated, TARGET, imports, standard=callables)
    return module_text(
        "Learning-rate schedulers for timm.",
        parts.imports,
        _FROM_FUNCTION if by_function else [],
        *parts.blocks,
        loop(parts.curves, step="scheduler.step({count})"),
    )
