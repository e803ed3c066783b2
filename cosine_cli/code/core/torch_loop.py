"""What the targets share that drive a PyTorch optimizer: makers of schedulers, and the loop that steps them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cosine_cli.code.core.curves import Coded
from cosine_cli.code.core.emit import WIDTH, Function, function, number
from cosine_cli.code.core.layout import Call, comment, foreign, indented, lines, tables
from cosine_cli.code.core.natives import Found, call, find, names_in, why_not
from cosine_cli.code.core.plain import LANGUAGE, definition
from cosine_cli.code.core.plain import imports as standard_imports
from cosine_cli.frameworks.core import catalogue


class Made(NamedTuple):
    """How one curve's scheduler is made.

    - ``names``: what has to be imported from the framework for it.
    - ``body``: the function that its rates come from, None where the framework has it all.
    """

    curve: Coded
    found: Found
    names: frozenset[str]
    body: Function | None


def made(curve: Coded, framework: str, *, function_name: str) -> Made:
    """Return how a curve is made: by the framework's own schedule where it is exact, else from a function.

    ``function_name`` is what has to be imported to make a scheduler from a function.
    """
    found = find(curve, framework)
    if found.exact and found.native is not None:
        return Made(curve, found, frozenset(names_in(found.native)), None)
    body = function(curve.schedule, LANGUAGE, prefix=f"{curve.name}_")
    return Made(curve, found, frozenset({function_name} if function_name else ()), body)


class Makers(NamedTuple):
    """The parts of a module that makes schedulers: its imports, and its blocks, the tables first."""

    imports: list[str]
    blocks: list[list[str]]


def makers(all_made: Sequence[Made], imports: Sequence[str], maker: Callable[[Made], list[str]]) -> Makers:
    """Return the imports and the definitions of makers, with the functions that they need before them."""
    functions = [one.body for one in all_made if one.body is not None]
    standard = standard_imports(functions)
    blocks = [block for one in all_made for block in (rates(one), maker(one))]
    return Makers([*standard, *([""] if standard else []), *imports], [tables(functions), *blocks])


def imported(source: str, names: Sequence[str]) -> list[str]:
    """Return the import of names, one a line where they do not fit one."""
    names = sorted(names, key=str.lower)
    line = f"from {source} import {', '.join(names)}"
    return [line] if len(line) <= WIDTH else [f"from {source} import (", *(f"    {name}," for name in names), ")"]


def from_function(one: Made, maker: str) -> list[str]:
    """Return the line that makes a scheduler of factors on the optimizer's rate, as frameworks want them."""
    factor = f"{one.curve.name}_rate(t) / {number(one.curve.lr)}"
    made = Call(f"{maker}(", (("", "optimizer"), ("lambda t: ", factor)), ")")
    return list(lines("return ", made, depth=1))


def remark(one: Made, framework: str, otherwise: str) -> list[str]:
    """Say, as a comment, which way was taken and why."""
    if one.found.exact and one.found.native is not None:
        parts = len(names_in(one.found.native)) > 1
        kind = "A composition of its own schedules" if parts else "Its own schedule"
        return comment(f"{kind}: {catalogue.module(framework).TITLE} gives these rates exactly over the run.")
    return comment(f"{otherwise}: {why_not(one.found, framework)}")


def native_lines(one: Made, *, depth: int = 1) -> list[str]:
    """Return the lines that make the framework's own scheduler."""
    if one.found.native is None:
        raise ValueError(one)
    return list(lines("return ", call(one.found.native, first="optimizer"), depth=depth))


def rates(one: Made) -> list[str]:
    """Return the function that a scheduler's rates come from, where it needs one."""
    if one.body is None:
        return []
    clock = "epoch" if one.curve.per_epoch else "update"
    return definition(one.curve, one.body, name=f"{one.curve.name}_rate", clock=clock)


def maker(one: Made, framework: str, body: Sequence[str], *, otherwise: str, returns: str) -> list[str]:
    """Return the function that makes a curve's scheduler."""
    return [
        f"def {one.curve.name}(optimizer: torch.optim.Optimizer) -> {returns}:",
        f'    """Return the scheduler for an optimizer made with lr={number(one.curve.lr)}."""',
        f"    # {foreign(one.curve.label)}",
        *indented(remark(one, framework, otherwise)),
        *indented(body),
    ]


def loop(curves: Sequence[Coded], *, step: str = "scheduler.step()") -> list[str]:
    """Return the program that shows where ``step()`` goes, and prints the rate of each update."""
    return [
        'if __name__ == "__main__":',
        "    # The loop shows where step() goes, and prints the rate of each update.",
        *(line for curve in curves for line in indented(_run(curve, step=step))),
    ]


def _run(curve: Coded, *, step: str) -> list[str]:
    head = [
        "weights = torch.nn.Parameter(torch.zeros(1))",
        f"optimizer = torch.optim.SGD([weights], lr={number(curve.lr)})",
        f"scheduler = {curve.name}(optimizer)",
    ]
    if not curve.per_epoch:
        return [
            *head,
            f"for update in range({curve.calls}):",
            '    print(update, optimizer.param_groups[0]["lr"])',
            "    optimizer.step()",
            f"    {step.format(count='update + 1')}  # after every update",
        ]
    return [
        *head,
        f"for epoch in range({curve.calls}):",
        f"    for batch in range({curve.batches}):",
        f'        print(epoch * {curve.batches} + batch, optimizer.param_groups[0]["lr"])',
        "        optimizer.step()",
        f"    {step.format(count='epoch + 1')}  # after every epoch",
    ]
