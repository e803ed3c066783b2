"""The supported config formats: list the importers, and find the one for a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import BudgetKeys, completed, with_budget
from cosine_cli.plans.importers.core.candidates import candidates
from cosine_cli.plans.importers.core.flags import Flags
from cosine_cli.plans.importers.core.format_names import importers
from cosine_cli.plans.importers.core.key_paths import keys_by_place
from cosine_cli.plans.importers.core.labels import with_labels
from cosine_cli.plans.importers.core.origins import with_origins
from cosine_cli.plans.model.read_as import ReadAs, of_file
from cosine_cli.text import did_you_mean, either

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.evidence import Evidence
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue, Request

OWN = "cosine-lr"
"""The name of cosine-lr's own configs for ``--read-as``."""

_LEAST_LETTERS = 3
_MOST_CANDIDATES = 4
"""A hint finds a text of so many letters in the titles of at most so many formats."""

EXPLAINED = "see 'cosine-lr explain formats'"


@dataclass(frozen=True)
class Format:
    """The declaration of a format.

    - ``title``: its name in messages.
    - ``needs``: the evidence that all its documents have.
    - ``excludes``: evidence for other programs, which none of its documents have.
    - ``files``: the files that have it, and ``reads``: what is read, for the table of formats.
    - ``options``: options of the run that the importer reads.
    - ``counts_epochs``: whether ``load`` refuses ``--steps``, as the program counts epochs.
    - ``budget``: the keys that are fields of a budget, None if its options cannot be combined with the keys of a file.
    - ``replacement_keys``: for other options of the run, the key to set in the file instead.
    - ``unknown``: what a file may lack, by the option that gives it. In this text, ``files`` and ``reads``, the names
      of keys, options and files are between backquotes.
    - ``precedes``: names of formats whose evidence its documents have too: those then do not count.
    - ``keeps_last``: whether the program takes the last value of a key that is there twice, as PyYAML does.
    - ``includes``: for formats of files that ``--combine`` can add, the key that they become the value of.
    - ``tags``: the beginnings of the custom YAML tags that are data in the format, as ``("!CosineDecay",)``.
    """

    title: str
    needs: tuple[Evidence, ...]
    excludes: tuple[Evidence, ...] = ()
    files: str = field(kw_only=True)
    reads: str = field(kw_only=True)
    options: tuple[str, ...] = field(kw_only=True)
    counts_epochs: bool = field(default=False, kw_only=True)
    budget: BudgetKeys | None = field(default=None, kw_only=True)
    replacement_keys: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    unknown: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    precedes: tuple[str, ...] = field(default=(), kw_only=True)
    keeps_last: bool = field(default=False, kw_only=True)
    includes: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    tags: tuple[str, ...] = field(default=(), kw_only=True)

    def matches(self, top: Node) -> bool:
        """Return whether a document has the evidence of the format, and none for other programs."""
        return all(need.holds(top) for need in self.needs) and not any(other.holds(top) for other in self.excludes)


class Importer(Protocol):
    """What each module of the folder ``importers`` defines."""

    FORMAT: Format

    def load(self, top: Node, flags: Flags) -> Request:
        """Return the request that a document is read as."""


def importer(name: str) -> Importer:
    """Return the module of an importer."""
    return cast("Importer", import_module(f"cosine_cli.plans.importers.{name}"))


def matching(top: Node) -> list[str]:
    """Return the names of the formats that a document has; the most specific ones, as they declare."""
    names = [name for name in candidates(top, importers()) if importer(name).FORMAT.matches(top)]
    preceded = {other for name in names for other in importer(name).FORMAT.precedes}
    return [name for name in names if name not in preceded]


def keeps_last(top: Node) -> bool:
    """Return whether the program of a document takes the last value of a key that is there twice."""
    names = matching(top)
    return bool(names) and all(importer(name).FORMAT.keeps_last for name in names)


def importer_named(read_as: RawValue) -> Importer | None:
    """Return the importer of the format that the option names, None for cosine-lr's own configs."""
    if read_as.text == OWN:
        return None
    name = format_named(read_as.text)
    if name is None:
        hint = format_hint(read_as.text, also=(OWN,))
        raise user_error(read_as.where, "must be the name of a format", got=read_as.echo, hint=hint)
    return importer(name)


def format_named(text: str) -> str | None:
    """Return the name of a format as its importer has it, in small letters with underscores; None for other texts."""
    name = text.lower().replace("-", "_")
    return name if name in importers() else None


def format_hint(text: str, *, also: Sequence[str] = ()) -> str:
    """Return the hint for a text that is not the name of a format: a similar name, or formats whose titles have it."""
    if similar := did_you_mean(text, (*also, *importers())):
        return similar
    part = _letters(text)
    titles = {name: _letters(name + importer(name).FORMAT.title) for name in importers()}
    names = [name for name, title in titles.items() if part in title] if len(part) >= _LEAST_LETTERS else []
    return f"did you mean {either(names)}?" if 0 < len(names) <= _MOST_CANDIDATES else EXPLAINED


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def only_importer(names: Sequence[str], where: str, note: str = "") -> Importer:
    """Return the importer of the only format of a document at ``where``.

    Raises RequestError for none, with a ``note`` on the document, or several.
    """
    if not names:
        rule = f"no config of cosine-lr, and not recognized as one of {len(importers())} formats{note}"
        raise user_error(where, rule, hint=f"name it with --read-as NAME, {EXPLAINED}")
    if len(names) > 1:
        titles = either([importer(name).FORMAT.title for name in names], last="and")
        hint = f"pass {either([f'--read-as {name}' for name in names])}"
        raise user_error(where, "must have the keys of only one format", got=titles, hint=hint)
    return importer(names[0])


def load_request(
    module: Importer, top: Node, given: Mapping[str, RawValue], wrapper: str = "", file: str = ""
) -> Request:
    """Return the request of a document, read with the options ``given`` on the command line.

    - ``wrapper``: what the document is in, as in ``in a W&B config``.
    - ``file``: the name of its file, which precedes the remarks.

    Raises RequestError for options that would override the schedule of the file.
    """
    declared = module.FORMAT
    budget = completed(declared.title, declared.budget, top, given)
    flags = Flags(budget.options, budget.run_steps)
    flags.check_accepted(declared.title, declared.options, declared.replacement_keys)
    request = with_budget(module.load(top, flags), budget)
    program = f"{declared.title} {wrapper}".rstrip()
    remarks = (
        replace(remark, program=program, file=file) if isinstance(remark, ReadAs) else of_file(file, remark)
        for remark in request.remarks
    )
    keys = keys_by_place(top)
    return with_origins(with_labels(request, keys, declared.title), keys)._replace(remarks=tuple(remarks))
