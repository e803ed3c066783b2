"""timm: its own schedulers where they give the rates, else a Scheduler with a function."""

from __future__ import annotations

from cosine_cli.code.core.curves import coded
from cosine_cli.code.core.layout import module
from cosine_cli.code.core.torch_loop import Made, from_function, imported, loop, made, maker, makers, native_lines
from cosine_cli.plans.plan import Plan

TITLE = "timm"
FRAMEWORK = "timm"

_FROM_FUNCTION = [
    "class FromFunction(Scheduler):",
    '    """A scheduler whose rates are those of the groups, times a function of calls."""',
    "",
    "    def __init__(self, optimizer, factor: Callable[[int], float]) -> None:",
    '        super().__init__(optimizer, param_group_field="lr")',
    "        self.factor = factor",
    "        self.update_groups(self._get_lr(0))",
    "",
    "    def _get_lr(self, t: int) -> list[float]:",
    "        return [base * self.factor(t) for base in self.base_values]",
]


def source(plan: Plan) -> str:
    """Return a module with a maker of schedulers a curve; timm's are stepped with the number of calls made."""
    curves = coded(plan)
    all_made = [made(curve, FRAMEWORK, function_name="") for curve in curves]
    names = sorted({"Scheduler"}.union(*(one.names for one in all_made)))
    by_function = any(one.body is not None for one in all_made)
    own = [name for name in names if name != "Scheduler"]
    head = [
        "import torch",
        *(imported("timm.scheduler", own) if own else []),
        "from timm.scheduler.scheduler import Scheduler",
    ]
    parts = makers(all_made, head, _maker)
    standard = ["from collections.abc import Callable", *([] if _has_standard(parts.imports) else [""])]
    blocks = [parts.blocks[0], _FROM_FUNCTION, *parts.blocks[1:]] if by_function else parts.blocks
    return module(
        "Learning-rate schedulers for timm.",
        _sorted(parts.imports, standard) if by_function else parts.imports,
        *blocks,
        loop(curves, step="scheduler.step({count})"),
    )


def _has_standard(imports: list[str]) -> bool:
    return "" in imports


def _sorted(imports: list[str], standard: list[str]) -> list[str]:
    """Return imports with one more of the standard library, in the order that formatters give them."""
    plain = [line for line in imports if line == "import math"]
    return [*plain, *standard, *(line for line in imports if line != "import math")]


def _maker(one: Made) -> list[str]:
    return maker(
        one,
        FRAMEWORK,
        native_lines(one) if one.body is None else from_function(one, "FromFunction"),
        otherwise="A Scheduler with a function",
        returns="Scheduler",
    )
