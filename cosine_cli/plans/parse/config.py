"""Parse a config of cosine-lr to a request, each value with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cosine_cli.errors import Problem, user_error
from cosine_cli.plans.model.budget import BUDGET
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.model.figure_settings import Caption, Figure
from cosine_cli.plans.model.options import Match, Run, TimeAxis
from cosine_cli.plans.parse.code import is_code
from cosine_cli.plans.parse.curve_spec import parse_curve
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.parameter_aliases import parameter_of, suggestion
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request, raw_value, unit_of
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.registry import among, canonical, is_framework_name, is_known, load
from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.text import closest, did_you_mean, either, question, quote

RUN_KEYS = tuple(param.name for param in params(Run))
BUDGET_KEYS = tuple(BUDGET)
FIGURE_KEYS = tuple(param.name for param in params(Figure))
_KEYS_OF_RUN = (*RUN_KEYS, "budget", "groups", "curves")
KEYS = ("title", *RUN_KEYS, "budget", "groups", "match", "axis", "curves", "runs", "figure")
NAME = Param(name="name", type=str, default=None, meaning="name of the run, which precedes the labels of its curves")
_SCALARS = {
    param.name: param
    for param in (
        *params(Caption),
        *params(Run),
        *BUDGET.values(),
        *params(Match),
        *params(TimeAxis),
        *params(Figure),
        NAME,
    )
}


def is_config(top: Node) -> bool:
    """Return whether a document is surely a config of cosine-lr: it has curves or a list of runs, or no foreign key."""
    if top.pairs is None or is_code(top):
        return False
    values = {key.text: value for key, value in top.pairs}
    has_curves = "curves" in values and values["curves"].pairs is None
    has_runs = "runs" in values and values["runs"].items is not None
    return has_curves or has_runs or values.keys() <= set(KEYS)


def may_be_config(top: Node) -> bool:
    """Return whether each key of a document is a key of cosine-lr's configs, near one, or another name for one.

    A document that is not a mapping may be one too: it has no key of another program. The arguments of a command are
    not.
    """
    if is_code(top):
        return False
    return all(key in KEYS or closest(key, KEYS) or parameter_of(key, _SCALARS, mistyped=False) for key in top.keys)


def parse_config(top: Node) -> Request:
    """Return the request of a config, with its problems, each at ``file:line:column``."""
    problems = Problems()
    reader = _Reader(_unit(top), problems)
    known = reader.known(top, KEYS)
    figure = {"title": reader.raw(known["title"])} if "title" in known else {}
    figure |= reader.settings("figure", known["figure"], FIGURE_KEYS) if "figure" in known else {}
    match, axis = (reader.raw(known[name]) if name in known else None for name in ("match", "axis"))
    if "runs" in known:
        reader.check_beside_runs(top)
        runs = tuple(_run(item, problems) for item in reader.runs(known["runs"]))
        return Request(figure=figure, runs=runs, match=match, axis=axis, problems=problems.collected)
    run = reader.request(known)
    return run._replace(figure=figure, match=match, axis=axis, problems=problems.collected)


def _run(item: Node, problems: Problems) -> Request:
    """Return the request of one of several runs."""
    reader = _Reader(_unit(item), problems)
    known = reader.known(item, (NAME.name, *_KEYS_OF_RUN))
    if "curves" not in known:
        problems.add(Problem(item.where, "a run needs curves", hint="as in 'curves: [cosine]'"))
    name = ""
    with problems.collect():
        name = read(NAME, reader.raw(known[NAME.name])) if NAME.name in known else ""
    return reader.request(known)._replace(name=name)


def _unit(node: Node) -> TimeUnit:
    return unit_of(node.keys | _budget_keys(node)) or "epoch"


def _budget_keys(node: Node) -> frozenset[str]:
    return next((value.keys for key, value in node.pairs or () if key.text == "budget"), frozenset())


class _Reader:
    """Converts nodes to raw values, and collects the problems with them."""

    def __init__(self, unit: TimeUnit, problems: Problems) -> None:
        self._unit: TimeUnit = unit
        self._problems = problems

    def known(self, node: Node, keys: tuple[str, ...]) -> dict[str, Node]:
        """Return the values of the known keys, and collect a problem for every other key."""
        values: dict[str, Node] = {}
        for key, value in node.pairs or ():
            if key.text in keys:
                values[key.text] = value
            else:
                hint = self._hint(key.text, value, keys)
                self._problems.add(Problem(key.where, f"unknown key {quote(key.text)}", hint=hint))
        return values

    def request(self, known: Mapping[str, Node]) -> Request:
        """Return the request of one run, given its keys."""
        budget = self.settings("budget", known["budget"], BUDGET_KEYS) if "budget" in known else {}
        return Request(
            unit=unit_of((*known, *budget)),
            run={**{key: self.raw(known[key]) for key in RUN_KEYS if key in known}, **budget},
            curves=self.curves(known["curves"]) if "curves" in known else (),
            groups=self.raw(known["groups"]) if "groups" in known else None,
        )

    def check_beside_runs(self, top: Node) -> None:
        """Collect a problem for each key of a single run beside several runs."""
        for key, _ in top.pairs or ():
            if key.text in _KEYS_OF_RUN:
                rule = f"{key.text} cannot be beside runs"
                self._problems.add(Problem(key.where, rule, hint=f"write {key.text} in each run"))

    def runs(self, node: Node) -> Iterator[Node]:
        """Yield the mappings of a list of runs."""
        if not node.items:
            got = "an empty list" if node.items == () else node.kind
            self._problems.add(Problem(node.where, "runs must be a list of runs", got=got))
        for item in node.items or ():
            if item.pairs is not None:
                yield item
            else:
                hint = "as in '- {name: a, lr: 0.1, curves: [cosine]}'"
                self._problems.add(Problem(item.where, "a run must be a mapping", got=item.kind, hint=hint))

    def _hint(self, key: str, value: Node, keys: tuple[str, ...]) -> str:
        """Return what to write instead of an unknown key: the pair, or only the key of a list or a mapping."""
        if key in KEYS:
            return f"{key} belongs at the top level of the config"
        if key in BUDGET_KEYS:
            return f"{key} belongs under budget"
        if value.pairs is not None or value.items is not None:
            hint = did_you_mean(key, keys)
        else:
            known = {name: param for name, param in _SCALARS.items() if name in keys}
            hint = suggestion(key, self.raw(value), known)
        return hint or f"the keys are {either(keys, last='and')}"

    def raw(self, node: Node) -> RawValue:
        """Return a node as a raw value."""
        return raw_value(node, self._unit)

    def settings(self, name: str, node: Node, keys: tuple[str, ...]) -> dict[str, RawValue]:
        """Return the values of a mapping, such as the settings of the figure."""
        if node.pairs is None:
            self._problems.add(Problem(node.where, f"{name} must be a mapping", got=node.kind))
        return {key: self.raw(value) for key, value in self.known(node, keys).items()}

    def curves(self, node: Node, parent: str = "") -> tuple[CurveSpec, ...]:
        """Return a list of curves."""
        if not node.items:
            got = "an empty list" if node.items == () else node.kind
            is_curve = "," not in node.text and is_known(node.text.partition(":")[0])
            hint = question(f"[{node.text}]") if is_curve else None
            self._problems.add(Problem(node.where, "must be a list of curves", got=got, hint=hint))
        specs: list[CurveSpec] = []
        for item in node.items or ():
            with self._problems.collect():
                specs.append(self.curve(item, parent))
        return tuple(specs)

    def curve(self, node: Node, parent: str = "") -> CurveSpec:
        """Return one curve, given as text or as a mapping from its name to its parameters."""
        if node.items is None and node.pairs is None and node.text:
            return parse_curve(node.text, unit=self._unit, where=node.where, parent=parent)
        if node.pairs is None or len(node.pairs) != 1:
            hint = "as in '- cosine' or '- step: {gamma: 0.5}'"
            got = f"{len(node.pairs)} keys" if node.pairs is not None else node.kind
            rule = "must be the name of a schedule, or one name with its parameters"
            raise user_error(node.where, rule, got=got, hint=hint)
        ((name, body),) = node.pairs
        known = canonical(among(parent, name.text))
        return CurveSpec(known, name.where, self._unit, self._params(known, body))

    def _params(self, name: str, body: Node) -> dict[str, RawValue]:
        if body.items is not None:  # the members of a sequence, without a key
            return {"of": self._members(name, body)}
        if body.pairs is None:
            if body.text and (body.quoted or body.text not in ("~", "null", "Null", "NULL")):
                raise user_error(body.where, "must be a mapping of parameters", got=body.kind)
            return {}
        inner = _inner_curves(name)
        return {key.text: self._param(name, key.text, value, inner) for key, value in body.pairs}

    def _param(self, name: str, key: str, node: Node, inner: tuple[str, ...]) -> RawValue:
        if key not in inner:
            return self.raw(node)
        if node.items is not None:
            return self._members(name, node)
        return RawValue("", node.where, self._unit, parts=(self.curve(node, name),))

    def _members(self, name: str, node: Node) -> RawValue:
        return RawValue("", node.where, self._unit, parts=self.curves(node, name))


def _inner_curves(name: str) -> tuple[str, ...]:
    """Return the parameters of a schedule that are schedules; for an unknown name, that of our own schedules."""
    if not is_framework_name(name) or not is_known(name):
        return ("of",)
    return tuple(param.name for param in params(load(name)) if param.kind is Kind.CURVE and not param.member)
