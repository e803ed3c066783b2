"""What the targets share that drive a PyTorch optimizer: makers of schedulers, and the loop that steps them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from cosine_cli.code.core.curves import Coded
from cosine_cli.code.core.emit import WIDTH, Function, fraction
from cosine_cli.code.core.layout import Call, foreign, indented, lines, remarks, tables
from cosine_cli.code.core.natives import call, find, names_in, remark
from cosine_cli.code.core.plain import LANGUAGE, definition
from cosine_cli.code.core.plain import imports as standard_imports
from cosine_cli.code.core.rates import rates
from cosine_cli.frameworks.core.native import Native


class Made(NamedTuple):
    """How one curve's scheduler is made.

    - ``remarks``: which way was taken and why.
    - ``body``: the function that its rates come from, None where the framework has it all.
    """

    curve: Coded
    native: Native | None
    remarks: list[str]
    body: Function | None

    @property
    def names(self) -> set[str]:
        """What has to be imported from the framework."""
        return names_in(self.native) if self.native else set()


class Way(NamedTuple):
    """How a target makes schedulers.

    - ``framework``: whose own schedulers it uses.
    - ``returns``: what all of them are.
    - ``maker``: what makes a scheduler of an optimizer and a function; ``otherwise`` is that in words.
    """

    framework: str
    returns: str
    maker: str
    otherwise: str


def made(curve: Coded, way: Way) -> Made:
    """Return how a curve is made: by the framework's own schedule where it is exact, else from a function."""
    found = find(curve, way.framework)
    remarks = remark(curve, found, way.framework, way.otherwise)
    if found.native is None or not found.exact:
        return Made(curve, None, remarks, rates(curve, LANGUAGE))
    return Made(replace(curve, lr=getattr(found.native, "lr", curve.lr)), found.native, remarks, None)


class Makers(NamedTuple):
    """The parts of a module that makes schedulers: its imports, and its blocks, the tables first."""

    curves: tuple[Coded, ...]
    imports: list[str]
    blocks: list[list[str]]


def makers(all_made: Sequence[Made], way: Way, imports: Sequence[str], *, standard: Sequence[str] = ()) -> Makers:
    """Return the imports and the definitions of makers, with the functions that they need before them.

    ``standard`` is what they import from the standard library besides what the functions need.
    """
    functions = [one.body for one in all_made if one.body is not None]
    first = sorted([*standard_imports(functions), *standard], key=lambda line: (line.startswith("from"), line))
    blocks = [block for one in all_made for block in (_rates(one), _maker(one, way))]
    head = [*first, *([""] if first else []), *imports]
    return Makers(tuple(one.curve for one in all_made), head, [tables(functions), *blocks])


def imported(source: str, names: Iterable[str]) -> list[str]:
    """Return the import of names, one a line where they do not fit one; none of none."""
    names = sorted(names, key=_as_sorted)
    line = f"from {source} import {', '.join(names)}"
    if len(line) > WIDTH:
        return [f"from {source} import (", *(f"    {name}," for name in names), ")"]
    return [line] if names else []


def _as_sorted(name: str) -> tuple[bool, str]:
    """Return what formatters sort imports by: classes stand before functions."""
    return not name[0].isupper(), name


def _rates(one: Made) -> list[str]:
    """Return the function that a scheduler's rates come from, where it needs one."""
    if one.body is None:
        return []
    return definition(one.curve, one.body, name=f"{one.curve.name}_rate", clock=one.curve.clock)


def _maker(one: Made, way: Way) -> list[str]:
    """Return the function that makes a curve's scheduler."""
    curve = one.curve
    head = Call(f"def {curve.name}(", (("", "optimizer: torch.optim.Optimizer"),), f") -> {way.returns}:")
    from_rates = (("", "optimizer"), ("lambda t: ", f"{curve.name}_rate(t) / {fraction(curve.lr)}"))
    own = call(one.native, first="optimizer") if one.native else Call(f"{way.maker}(", from_rates, ")")
    return [
        *lines("", head),
        f'    """Return the scheduler for an optimizer made with lr={fraction(curve.lr)}."""',
        f"    # {foreign(curve.label)}",
        *indented(remarks(one.remarks)),
        *indented(lines("return ", own, depth=1)),
    ]


def loop(curves: Sequence[Coded], *, step: str = "scheduler.step()") -> list[str]:
    """Return the program that shows where ``step()`` goes, and prints the rate of each update."""
    return [
        'if __name__ == "__main__":',
        "    # The loop shows where step() goes, and prints the rate of each update.",
        *(line for curve in curves for line in indented([*_optimizer(curve), *_loop(curve, step)])),
    ]


def rates_of_groups(curve: Coded) -> list[str]:
    """Return the lines that list the rates of an optimizer's groups, each of which names one."""
    rates = (f"{fraction(curve.lr * group.factor)},  # {foreign(group.name)}" for group in curve.groups)
    return ["rates = [", *indented(rates), "]"]


def _optimizer(curve: Coded) -> list[str]:
    scheduler = f"scheduler = {curve.name}(optimizer)"
    if not curve.groups:
        return [
            "weights = torch.nn.Parameter(torch.zeros(1))",
            f"optimizer = torch.optim.SGD([weights], lr={fraction(curve.lr)})",
            scheduler,
        ]
    return [
        *rates_of_groups(curve),
        'groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": lr} for lr in rates]',
        "optimizer = torch.optim.SGD(groups)",
        scheduler,
    ]


def _loop(curve: Coded, step: str) -> list[str]:
    """Return the loop over updates, or over epochs of them."""
    several = '*(group["lr"] for group in optimizer.param_groups)'
    shown = several if curve.groups else 'optimizer.param_groups[0]["lr"]'
    stepped = [f"{step.format(count=f'{curve.clock} + 1')}  # after every {curve.clock}"]
    if curve.ended:
        stepped = [f"if {curve.clock} < {curve.calls - 1}:  # behind it there is no rate", *indented(stepped)]
    if not curve.per_epoch:
        body = [f"print(update, {shown})", "optimizer.step()", *stepped]
        return [f"for update in range({curve.calls}):", *indented(body)]
    whole = curve.updates == curve.calls * curve.batches
    batches = f"{curve.batches}" if whole else f"min({curve.batches}, {curve.updates} - epoch * {curve.batches})"
    inner = [f"print(epoch * {curve.batches} + batch, {shown})", "optimizer.step()"]
    body = [f"for batch in range({batches}):", *indented(inner), *stepped]
    return [f"for epoch in range({curve.calls}):", *indented(body)]
