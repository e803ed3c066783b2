"""Configs: what one says, ours or another program's, each value with its place."""

from __future__ import annotations

from cosine_cli.errors import Problem, user_error
from cosine_cli.plans.model.clock import Unit
from cosine_cli.plans.model.figure_settings import Caption, Figure
from cosine_cli.plans.model.options import LR, Run
from cosine_cli.plans.parse import numbers
from cosine_cli.plans.parse.curve_spec import parse_curve
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.parameter_aliases import parameter_hint
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.plans.registry import among, canonical, is_known, is_native, load
from cosine_cli.schedules.core.fields import params
from cosine_cli.text import did_you_mean, either

RUN_KEYS = tuple(param.name for param in params(Run))
FIGURE_KEYS = tuple(param.name for param in params(Figure))
KEYS = ("title", *RUN_KEYS, "groups", "curves", "figure")
_SCALARS = {param.name: param for param in (*params(Caption), *params(Run), *params(Figure))}


def parse_config(top: Node) -> Request:
    """Return what a config of ours says, and what it says wrongly, each at ``file:line:column``."""
    problems = Problems()
    unit: Unit = "step" if "steps" in (key.text for key, _ in top.pairs or ()) else "epoch"
    reader = _Reader(unit, problems)
    known = reader.known(top, KEYS, what="a config")
    figure = {"title": reader.raw(known["title"])} if "title" in known else {}
    figure |= reader.figure(known["figure"]) if "figure" in known else {}
    curves = reader.curves(known["curves"]) if "curves" in known else ()
    return Request(
        unit=unit if "steps" in known or "epochs" in known else None,
        run={key: reader.raw(known[key]) for key in RUN_KEYS if key in known},
        figure=figure,
        curves=curves,
        problems=problems.found,
        groups=reader.raw(known["groups"]) if "groups" in known else None,
    )


class _Reader:
    """Turns nodes into what was said, and gathers what is wrong with them."""

    def __init__(self, unit: Unit, problems: Problems) -> None:
        self._unit: Unit = unit
        self._faults = problems

    def known(self, node: Node, keys: tuple[str, ...], *, what: str) -> dict[str, Node]:
        """Return the values of the keys that exist, and keep a fault for every other."""
        found: dict[str, Node] = {}
        for key, value in node.pairs or ():
            if key.text in keys:
                found[key.text] = value
            else:
                hint = self._hint(key.text, value, keys, lr=found.get("lr"))
                self._faults.add(Problem(key.where, f"must be a key of {what}", got=key.kind, hint=hint))
        return found

    def _hint(self, key: str, value: Node, keys: tuple[str, ...], *, lr: Node | None) -> str:
        """Say what to write instead of a key: the pair, or the key alone where the value has an inside of its own."""
        if key in KEYS:
            return "it is a key of the config itself"
        if value.pairs is not None or value.items is not None:
            return did_you_mean(key, keys) or f"it takes {either(keys, last='and')}"
        known = {name: param for name, param in _SCALARS.items() if name in keys}
        return parameter_hint(key, self.raw(value), known, takes=keys, lr=_rate(lr))

    def raw(self, node: Node) -> RawValue:
        """Return a node as it was said: a text, a list, or a mapping of texts."""
        parts = None if node.items is None else tuple(map(self.raw, node.items))
        keys = None if node.pairs is None else {key.text: self.raw(value) for key, value in node.pairs}
        return RawValue(node.text, node.where, self._unit, node.quoted, parts, keys)

    def figure(self, node: Node) -> dict[str, RawValue]:
        """Return the settings of the figure."""
        if node.pairs is None:
            self._faults.add(Problem(node.where, "figure must be a mapping", got=node.kind))
        return {key: self.raw(value) for key, value in self.known(node, FIGURE_KEYS, what="figure").items()}

    def curves(self, node: Node, parent: str = "") -> tuple[CurveSpec, ...]:
        """Return a list of curves."""
        if not node.items:
            got = "an empty list" if node.items == () else node.kind
            self._faults.add(Problem(node.where, "must be a list of curves", got=got))
        found: list[CurveSpec] = []
        for item in node.items or ():
            with self._faults.collect():
                found.append(self.curve(item, parent))
        return tuple(found)

    def curve(self, node: Node, parent: str = "") -> CurveSpec:
        """Return one curve: its text, or its name with its parameters under it."""
        if node.items is None and node.pairs is None and node.text:
            return parse_curve(node.text, unit=self._unit, where=node.where)
        if node.pairs is None or len(node.pairs) != 1:
            hint = "as in '- cosine' or '- step: {gamma: 0.5}'"
            got = f"{len(node.pairs)} keys" if node.pairs is not None else node.kind
            raise user_error(
                node.where, "must be the name of a schedule, or one name with its parameters", got=got, hint=hint
            )
        ((name, body),) = node.pairs
        known = among(parent, canonical(name.text))
        return CurveSpec(known, name.where, self._unit, self._params(known, body))

    def _params(self, name: str, body: Node) -> dict[str, RawValue]:
        if body.items is not None:  # a sequence may list its members at once
            return {"of": self._members(name, body)}
        if body.pairs is None:
            if body.text and (body.quoted or body.text not in ("~", "null", "Null", "NULL")):
                raise user_error(body.where, "must be a mapping of parameters", got=body.kind)
            return {}
        made_of = _made_of(name)
        return {key.text: self._param(name, key.text, value, made_of) for key, value in body.pairs}

    def _param(self, name: str, key: str, node: Node, made_of: tuple[str, ...]) -> RawValue:
        if key not in made_of:
            return self.raw(node)
        if node.items is not None:
            return self._members(name, node)
        return RawValue("", node.where, self._unit, parts=(self.curve(node, name),))

    def _members(self, name: str, node: Node) -> RawValue:
        return RawValue("", node.where, self._unit, parts=self.curves(node, name))


def _rate(node: Node | None) -> float | None:
    """Return the peak that a config gives, or the default; None where it is not a number."""
    try:
        return LR.default if node is None else numbers.number(node.text)
    except numbers.MisreadError:
        return None


def _made_of(name: str) -> tuple[str, ...]:
    """Return which parameters of a schedule are schedules; of a name that is not known, what ours call them."""
    if not is_native(name) or not is_known(name):
        return ("of",)
    return tuple(param.name for param in params(load(name)) if "Schedule" in str(param.type) and not param.member)
