"""What the user said, as text, with the place where it stands: nothing is read or resolved yet."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from cosine_cli.errors import Problem
from cosine_cli.plans.model.clock import Unit
from cosine_cli.text import quote

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class RawValue(NamedTuple):
    """One value: its text, or its parts where it is a list.

    - ``where``: what a message calls its place: ``--lr``, ``plan.yaml:3:5``.
    - ``unit``: what a bare time counts here.
    - ``quoted``: it was text in quotes, which is no number.
    - ``share``: a bare number is a share of the run, from 0 to 1.
    """

    text: str
    where: str
    unit: Unit = "epoch"
    quoted: bool = False
    parts: tuple[RawValue | CurveSpec, ...] | None = None
    keys: Mapping[str, RawValue] | None = None
    share: bool = False

    @property
    def echo(self) -> str:
        """The value as a message repeats it."""
        if self.keys is not None:
            return "a mapping"
        if self.parts is not None:
            texts = [part.text for part in self.parts if isinstance(part, RawValue) and part.parts is None]
            return quote(f"[{', '.join(texts)}]") if len(texts) == len(self.parts) else "a list"
        return "text in quotes" if self.quoted else quote(self.text) if self.text else "an empty text"


class CurveSpec(NamedTuple):
    """One curve: the name of a schedule and what was said of its parameters."""

    name: str
    where: str
    unit: Unit = "epoch"
    params: Mapping[str, RawValue] = _NOTHING


class Request(NamedTuple):
    """All that one source says: the command line, or a config; ``problems`` is what it says wrongly.

    - ``applied_flags``: parameters of the run that flags have said, and that a config was read with: they stand in its run.
    - ``remarks``: how another program's config was read, and what of it was left out.
    """

    unit: Unit | None = None
    run: Mapping[str, RawValue] = _NOTHING
    flags: Mapping[str, RawValue] = _NOTHING
    figure: Mapping[str, RawValue] = _NOTHING
    curves: tuple[CurveSpec, ...] = ()
    problems: tuple[Problem, ...] = ()
    groups: RawValue | None = None
    applied_flags: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()

    def over(self, below: Request) -> Request:
        """Return what both say, this one first; only one of the two has curves."""
        own = {name: value for name, value in self.run.items() if name not in below.applied_flags}
        line_of_run = {**below.run, **own}
        for length, other in (("epochs", "steps"), ("steps", "epochs")):
            if length in own and other not in own:
                line_of_run.pop(other, None)
        ours, theirs = self.run.get("warmup"), below.run.get("warmup")
        if ours is not None and theirs is not None and theirs.keys is not None:  # a time leaves shape and start alone
            line_of_run["warmup"] = theirs._replace(keys={**theirs.keys, "for": ours})
        return Request(
            unit=below.unit if below.applied_flags else self.unit or below.unit,
            run=line_of_run,
            flags={**below.flags, **self.flags},
            figure={**below.figure, **self.figure},
            curves=self.curves or below.curves,
            problems=(*self.problems, *below.problems),
            groups=self.groups or below.groups,
            applied_flags=below.applied_flags,
            remarks=(*self.remarks, *below.remarks),
        )
