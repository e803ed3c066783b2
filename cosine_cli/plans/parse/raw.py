"""Raw values, curve specs and requests: the user's text with its place, not yet parsed or resolved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from cosine_cli.errors import Problem
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.model.figure_settings import REPLACED_BY_PRESET
from cosine_cli.plans.model.imported_milestones import ImportedMilestones
from cosine_cli.plans.model.read_as import ReadAs
from cosine_cli.plans.parse.code import code_error, is_code
from cosine_cli.plans.parse.node import Node
from cosine_cli.text import quote

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class RawValue(NamedTuple):
    """One value: its text, its parts if it is a list, or its keys if it is a mapping.

    - ``where``: its place in messages: ``--lr``, ``plan.yaml:3:5``.
    - ``unit``: the unit of a bare time.
    - ``quoted``: whether it is a quoted string, which is not a number.
    - ``share``: whether a bare number is a share of the run, from 0 to 1.
    - ``default_of``: the missing key of another program's config whose default it is.
    - ``origin``: where it comes from in another program's config, for the comments of the written config.
    """

    text: str
    where: str
    unit: TimeUnit = "epoch"
    quoted: bool = False
    parts: tuple[RawValue | CurveSpec, ...] | None = None
    keys: Mapping[str, RawValue] | None = None
    share: bool = False
    default_of: str = ""
    origin: str = ""

    @property
    def echo(self) -> str:
        """The value as a message repeats it."""
        if self.keys is not None:
            return "a mapping"
        if self.parts is not None:
            texts = [part.text for part in self.parts if isinstance(part, RawValue) and part.parts is None]
            return quote(f"[{', '.join(texts)}]") if len(texts) == len(self.parts) else "a list"
        return "a quoted string" if self.quoted else quote(self.text) if self.text else "an empty string"


def raw_value(node: Node, unit: TimeUnit = "step") -> RawValue:
    """Return a node as a raw value: a text, a list, or a mapping of raw values.

    Raises RequestError for a value that is code.
    """
    if is_code(node):
        raise code_error(node)
    parts = None if node.items is None else tuple(raw_value(item, unit) for item in node.items)
    keys = None if node.pairs is None else {key.text: raw_value(value, unit) for key, value in node.pairs}
    return RawValue(node.text, node.where, unit, node.quoted, parts, keys)


class CurveSpec(NamedTuple):
    """One curve: the name of a schedule and the raw values of its parameters.

    - ``origin``: where the schedule comes from in another program's config.
    """

    name: str
    where: str
    unit: TimeUnit = "epoch"
    params: Mapping[str, RawValue] = _NOTHING
    origin: str = ""


_ALTERNATIVES = (
    ("epochs", "steps", "tokens"),
    ("batch_size", "global_batch_size"),
    ("steps_per_epoch", "dataset_size"),
    ("steps_per_epoch", "drop_last"),
)
"""Options of the run of which the command line replaces the others in a config."""


def unit_of(names: Collection[str]) -> TimeUnit | None:
    """Return the unit of bare times that the options of a run determine, None if none of them does."""
    return "step" if "steps" in names or "tokens" in names else "epoch" if "epochs" in names else None


class Request(NamedTuple):
    """The content of one source, the command line or a config.

    - ``problems``: its problems so far.
    - ``applied_flags``: the options of the run that a config was read with, which its ``run`` contains.
    - ``remarks``: what another program's config was read as, and what was ignored.
    - ``milestones``: the milestones of another program's config.
    - ``runs``: the requests of several runs, whose figure is that of this request; each may have a ``name``.
    - ``run_of``: the name of the run that these curves share the options of, if it is another's.
    """

    unit: TimeUnit | None = None
    run: Mapping[str, RawValue] = _NOTHING
    flags: Mapping[str, RawValue] = _NOTHING
    figure: Mapping[str, RawValue] = _NOTHING
    curves: tuple[CurveSpec, ...] = ()
    problems: tuple[Problem, ...] = ()
    groups: RawValue | None = None
    match: RawValue | None = None
    axis: RawValue | None = None
    applied_flags: frozenset[str] = frozenset()
    remarks: tuple[str | ReadAs, ...] = ()
    milestones: tuple[ImportedMilestones, ...] = ()
    runs: tuple[Request, ...] = ()
    name: str = ""
    run_of: str = ""

    def over(self, below: Request) -> Request:
        """Return both requests merged, this one first; only one of the two has curves."""
        own = {name: value for name, value in self.run.items() if name not in below.applied_flags}
        run = {**below.run, **own}
        for group in _ALTERNATIVES:
            if not own.keys().isdisjoint(group):
                run = {name: value for name, value in run.items() if name in own or name not in group}
        ours, theirs = self.run.get("warmup"), below.run.get("warmup")
        if ours is not None and theirs is not None and theirs.keys is not None:  # a length keeps shape and start
            run["warmup"] = theirs._replace(keys={**theirs.keys, "for": ours})
        return Request(
            unit=unit_of(own) or below.unit,
            run=run,
            flags={**below.flags, **self.flags},
            figure=settings_over(self.figure, below.figure),
            curves=self.curves or below.curves,
            problems=(*self.problems, *below.problems),
            groups=self.groups or below.groups,
            match=self.match or below.match,
            axis=self.axis or below.axis,
            applied_flags=below.applied_flags,
            remarks=(*self.remarks, *below.remarks),
            milestones=(*self.milestones, *below.milestones),
            name=below.name,
            run_of=below.run_of,
        )


def settings_over(own: Mapping[str, RawValue], below: Mapping[str, RawValue]) -> dict[str, RawValue]:
    """Return the settings of a figure merged, its own first; a preset of its own replaces what a preset determines."""
    replaced = REPLACED_BY_PRESET if "preset" in own else ()
    return {**{name: value for name, value in below.items() if name not in replaced}, **own}
