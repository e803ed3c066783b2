"""timm: its own schedulers where they come near enough, else a Scheduler with a function."""

from __future__ import annotations

from cosine_cli.code.core.curves import coded
from cosine_cli.code.core.layout import module
from cosine_cli.code.core.torch_loop import Way, imported, loop, made, makers
from cosine_cli.plans.model.plan import Plan

TITLE = "timm"
WAY = Way("timm", "Scheduler", "FromFunction")

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
    """Return a module with a maker of schedulers a curve; timm's are stepped with the number of calls made."""
    all_made = [made(curve, WAY, within) for curve in coded(plan, grouped=True)]
    by_function = any(one.body is not None for one in all_made)
    imports = [
        "import torch",
        *imported("timm.scheduler", set[str]().union(*(one.names for one in all_made))),
        "from timm.scheduler.scheduler import Scheduler",
    ]
    callables = ["from collections.abc import Callable"] if by_function else []
    parts = makers(all_made, WAY, imports, standard=callables)
    return module(
        "Learning-rate schedulers for timm.",
        parts.imports,
        _FROM_FUNCTION if by_function else [],
        *parts.blocks,
        loop(parts.curves, step="scheduler.step({count})"),
    )
