"""What the targets with a PyTorch optimizer share: functions that create schedulers, and the loop that steps them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from cosine_cli.code.core.codegen_curves import CodegenCurve
from cosine_cli.code.core.emit import WIDTH, Function, float_literal
from cosine_cli.code.core.formatting import Call, foreign, indented, lines, tables
from cosine_cli.code.core.framework_calls import constructor_call
from cosine_cli.code.core.function_body import rate_function
from cosine_cli.code.core.generated import Generated, generate, written
from cosine_cli.code.core.python_functions import LANGUAGE, definition
from cosine_cli.code.core.python_functions import imports as standard_imports
from cosine_cli.frameworks.core.conversion import quotient


class TorchTarget(NamedTuple):
    """How a target creates schedulers.

    - ``framework``: the framework whose own schedulers it uses.
    - ``returns``: the class of all of them.
    - ``maker``: the class of a scheduler from an optimizer and a function that returns factors of its rate.
    """

    framework: str
    returns: str
    maker: str


def generate_schedulers(curves: Iterable[CodegenCurve], target: TorchTarget, within: float) -> list[Generated]:
    """Return the code of each curve, a function in factors of the optimizer's rate."""

    def function(curve: CodegenCurve) -> Function:
        return rate_function(curve, replace(LANGUAGE, time=curve.time), by=curve.lr)

    return [
        written(curve, function, ["A function: a built-in scheduler cannot resume exactly."])
        if curve.begin
        else generate(curve, target.framework, within, function)
        for curve in curves
    ]


class Module(NamedTuple):
    """The parts of a module that creates schedulers: its imports, and its blocks, the tables first."""

    curves: tuple[CodegenCurve, ...]
    imports: list[str]
    blocks: list[list[str]]


def scheduler_module(
    generated: Sequence[Generated], target: TorchTarget, imports: Sequence[str], *, standard: Sequence[str] = ()
) -> Module:
    """Return the imports, and the functions that create schedulers, each after the functions that it needs.

    ``standard`` are imports from the standard library in addition to those that the functions need.
    """
    functions = [one.body for one in generated if one.body is not None]
    first = sorted([*standard_imports(functions), *standard], key=lambda line: (line.startswith("from"), line))
    blocks = [block for one in generated for block in (_factor(one), _maker(one, target))]
    head = [*first, *([""] if first else []), *imports]
    return Module(tuple(one.curve for one in generated), head, [tables(functions), *blocks])


def imported(source: str, names: Iterable[str]) -> list[str]:
    """Return the import of names, one per line if they do not fit one line; no line without names."""
    names = sorted(names, key=_as_sorted)
    line = f"from {source} import {', '.join(names)}"
    if len(line) > WIDTH:
        return [f"from {source} import (", *(f"    {name}," for name in names), ")"]
    return [line] if names else []


def _as_sorted(name: str) -> tuple[bool, str]:
    """Return the key by which formatters sort imports: classes before functions."""
    return not name[0].isupper(), name.lower()


def _factor(one: Generated) -> list[str]:
    """Return the function that computes the factors of a scheduler, if it needs one."""
    if one.body is None:
        return []
    time = one.curve.time
    returned = f"the factor of the optimizer's rate at {'an' if one.curve.per_epoch else 'a'} {time}, counted from 0"
    return definition(f"{one.curve.name}_factor", one.body, time=time, returned=returned)


def _maker(one: Generated, target: TorchTarget) -> list[str]:
    """Return the function that creates the scheduler of a curve."""
    curve = one.curve
    head = Call(f"def {curve.name}(", (("", "optimizer: torch.optim.Optimizer"),), f") -> {target.returns}:")
    begin = (("last_epoch=", str(curve.begin - 1)),) if curve.begin else ()
    from_factors = Call(f"{target.maker}(", (("", "optimizer"), ("", f"{curve.name}_factor"), *begin), ")")
    own = constructor_call(one.framework_schedule, first="optimizer") if one.framework_schedule else from_factors
    return [
        *lines("", head),
        f'    """Return the scheduler of an optimizer with lr={float_literal(curve.lr)}{_after(curve)}."""',
        *indented(one.comment),
        *indented(_initial_rates(curve)),
        *indented(lines("return ", own, depth=1)),
    ]


def _after(curve: CodegenCurve) -> str:
    return f", which has made {curve.begin} {curve.clock}s" if curve.begin else ""


def _initial_rates(curve: CodegenCurve) -> list[str]:
    """Return the lines that set the rates of which a resumed scheduler computes multiples."""
    if not curve.begin:
        return []
    if not curve.groups:
        return ["for group in optimizer.param_groups:", f'    group["initial_lr"] = {float_literal(curve.lr)}']
    zipped = "for group, lr in zip(optimizer.param_groups, rates, strict=True):"
    return [*rates_of_groups(curve), zipped, '    group["initial_lr"] = lr']


def loop(curves: Sequence[CodegenCurve], *, step: str = "scheduler.step()") -> list[str]:
    """Return the program that shows where to call ``step()``, and prints the rate of each update."""
    resumed = any(curve.begin for curve in curves)
    first = ["    # The state of the optimizer is loaded before its scheduler is created."] if resumed else []
    return [
        'if __name__ == "__main__":',
        *first,
        "    # The loop shows where step() goes, and prints the rate of each update.",
        *(
            line
            for _, alike in itertools.groupby(curves, _without_name)
            for line in indented(_programs([*alike], step))
        ),
    ]


def _without_name(curve: CodegenCurve) -> tuple[object, ...]:
    """Return everything that the program of a curve depends on except its name."""
    return curve.lr, curve.groups, curve.per_epoch, curve.batches, curve.calls, curve.updates, curve.ended, curve.begin


def _programs(curves: Sequence[CodegenCurve], step: str) -> Iterator[str]:
    """Yield the program of curves that differ in their schedulers only."""
    first = curves[0]
    if len(curves) == 1:
        yield from (*_optimizer(first, first.name), *_loop(first, step))
        return
    scheduler_module = Call("(", tuple(("", curve.name) for curve in curves), ")")
    yield from lines("for make in ", scheduler_module, depth=1, tail=":")
    yield from indented([*_optimizer(first, "make"), *_loop(first, step)])


def rates_of_groups(curve: CodegenCurve) -> list[str]:
    """Return the lines that list the rates of an optimizer's groups, one line per group."""
    rates = (
        f"{float_literal(quotient(curve.lr * group.factor, 1.0))},  # {foreign(group.name)}" for group in curve.groups
    )
    return ["rates = [", *indented(rates), "]"]


def _optimizer(curve: CodegenCurve, maker: str) -> list[str]:
    scheduler = f"scheduler = {maker}(optimizer)"
    if not curve.groups:
        return [
            "weights = torch.nn.Parameter(torch.zeros(1))",
            f"optimizer = torch.optim.SGD([weights], lr={float_literal(curve.lr)})",
            scheduler,
        ]
    return [
        *rates_of_groups(curve),
        'groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": lr} for lr in rates]',
        "optimizer = torch.optim.SGD(groups)",
        scheduler,
    ]


def _loop(curve: CodegenCurve, step: str) -> list[str]:
    """Return the loop over updates, or over epochs of them."""
    several = '*(group["lr"] for group in optimizer.param_groups)'
    shown = several if curve.groups else 'optimizer.param_groups[0]["lr"]'
    stepped = [step.format(count=f"{curve.time} + 1")]
    if curve.ended:
        stepped = [f"if {curve.time} < {curve.calls - 1}:  # there is no rate after it", *indented(stepped)]
    if not curve.per_epoch or curve.batches == 1:
        body = [f"print({curve.time}, {shown})", "optimizer.step()", *stepped]
        return [f"for {curve.time} in range({_span(curve)}):", *indented(body)]
    whole = curve.updates == curve.calls * curve.batches
    batches = f"{curve.batches}" if whole else f"min({curve.batches}, {curve.updates} - epoch * {curve.batches})"
    inner = [f"print(epoch * {curve.batches} + batch, {shown})", "optimizer.step()"]
    body = [f"for batch in range({batches}):", *indented(inner), *stepped]
    return [f"for epoch in range({_span(curve)}):", *indented(body)]


def _span(curve: CodegenCurve) -> str:
    return f"{curve.begin}, {curve.calls}" if curve.begin else f"{curve.calls}"
