"""What the targets share that drive a PyTorch optimizer: makers of schedulers, and the loop that steps them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from cosine_cli.code.core.curves import Coded
from cosine_cli.code.core.emit import WIDTH, Function, fraction
from cosine_cli.code.core.layout import Call, comment, foreign, indented, lines, tables
from cosine_cli.code.core.natives import call, find, names_in, remark
from cosine_cli.code.core.plain import LANGUAGE, definition
from cosine_cli.code.core.plain import imports as standard_imports
from cosine_cli.code.core.rates import rates
from cosine_cli.frameworks.core.conversion import quotient
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule


class Made(NamedTuple):
    """How one curve's scheduler is made.

    - ``comment``: which way was taken and why.
    - ``body``: the function that its factors come from, None where the framework has it all.
    """

    curve: Coded
    native: FrameworkSchedule | None
    comment: list[str]
    body: Function | None

    @property
    def names(self) -> set[str]:
        """What has to be imported from the framework."""
        return names_in(self.native) if self.native else set()


class Way(NamedTuple):
    """How a target makes schedulers.

    - ``framework``: whose own schedulers it uses.
    - ``returns``: what all of them are.
    - ``maker``: what makes a scheduler of an optimizer and a function that gives factors of its rate.
    """

    framework: str
    returns: str
    maker: str


def made(curve: Coded, way: Way, within: float) -> Made:
    """Return how a curve is made: by the framework's own schedule where that is near enough, else from a function."""
    found = find(curve, way.framework, within)
    raw = remark(curve, found, way.framework, "A function")
    if found.native is not None:
        curve = replace(curve, lr=getattr(found.native, "lr", curve.lr))
        return Made(curve, found.native, comment(raw, curve.told_label), None)
    body = rates(curve, replace(LANGUAGE, time=curve.time), by=curve.lr)
    return Made(curve, None, comment([*raw, *body.remarks], curve.told_label), body)


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
    blocks = [block for one in all_made for block in (_factor(one), _maker(one, way))]
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
    return not name[0].isupper(), name.lower()


def _factor(one: Made) -> list[str]:
    """Return the function that a scheduler's factors come from, where it needs one."""
    if one.body is None:
        return []
    time = one.curve.time
    told = f"the factor of the optimizer's rate at {'an' if one.curve.per_epoch else 'a'} {time}, counted from 0"
    return definition(f"{one.curve.name}_factor", one.body, time=time, told=told)


def _maker(one: Made, way: Way) -> list[str]:
    """Return the function that makes a curve's scheduler."""
    curve = one.curve
    head = Call(f"def {curve.name}(", (("", "optimizer: torch.optim.Optimizer"),), f") -> {way.returns}:")
    from_factors = Call(f"{way.maker}(", (("", "optimizer"), ("", f"{curve.name}_factor")), ")")
    own = call(one.native, first="optimizer") if one.native else from_factors
    return [
        *lines("", head),
        f'    """Return the scheduler of an optimizer with lr={fraction(curve.lr)}."""',
        *indented(one.comment),
        *indented(lines("return ", own, depth=1)),
    ]


def loop(curves: Sequence[Coded], *, step: str = "scheduler.step()") -> list[str]:
    """Return the program that shows where ``step()`` goes, and prints the rate of each update."""
    return [
        'if __name__ == "__main__":',
        "    # The loop shows where step() goes, and prints the rate of each update.",
        *(
            line
            for _, alike in itertools.groupby(curves, _without_name)
            for line in indented(_programs([*alike], step))
        ),
    ]


def _without_name(curve: Coded) -> tuple[object, ...]:
    """Return what the program of a curve depends on, but for the curve's name."""
    return curve.lr, curve.groups, curve.per_epoch, curve.batches, curve.calls, curve.updates, curve.ended


def _programs(curves: Sequence[Coded], step: str) -> Iterator[str]:
    """Yield the program of curves that differ in nothing but their schedulers."""
    first = curves[0]
    if len(curves) == 1:
        yield from (*_optimizer(first, first.name), *_loop(first, step))
        return
    makers = Call("(", tuple(("", curve.name) for curve in curves), ")")
    yield from lines("for make in ", makers, depth=1, tail=":")
    yield from indented([*_optimizer(first, "make"), *_loop(first, step)])


def rates_of_groups(curve: Coded) -> list[str]:
    """Return the lines that list the rates of an optimizer's groups, each of which names one."""
    rates = (f"{fraction(quotient(curve.lr * group.factor, 1.0))},  # {foreign(group.name)}" for group in curve.groups)
    return ["rates = [", *indented(rates), "]"]


def _optimizer(curve: Coded, maker: str) -> list[str]:
    scheduler = f"scheduler = {maker}(optimizer)"
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
    stepped = [step.format(count=f"{curve.time} + 1")]
    if curve.ended:
        stepped = [f"if {curve.time} < {curve.calls - 1}:  # there is no rate after it", *indented(stepped)]
    if not curve.per_epoch or curve.batches == 1:
        body = [f"print({curve.time}, {shown})", "optimizer.step()", *stepped]
        return [f"for {curve.time} in range({curve.calls}):", *indented(body)]
    whole = curve.updates == curve.calls * curve.batches
    batches = f"{curve.batches}" if whole else f"min({curve.batches}, {curve.updates} - epoch * {curve.batches})"
    inner = [f"print(epoch * {curve.batches} + batch, {shown})", "optimizer.step()"]
    body = [f"for batch in range({batches}):", *indented(inner), *stepped]
    return [f"for epoch in range({curve.calls}):", *indented(body)]
