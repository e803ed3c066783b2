"""Paths of output figures: all distinct, none an input, and those of configs inside their folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.files import STDOUT, check_name, check_target, form_of, read_start, real_path
from cosine_cli.plans.embedded.extract import LONGEST_MAGIC, is_figure
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.parse.file_words import is_file
from cosine_cli.text import quote

DEFAULT = "cosine-lr.png"
Form = Literal["png", "svg", "pdf"]
FORMS: tuple[Form, ...] = ("png", "svg", "pdf")
SUFFIXES: dict[str, Form] = {form: form for form in FORMS}

_LONGEST_NAME = 60
"""The longest name of a figure that is made of all its configs and curves."""


class Target(NamedTuple):
    """One file to write: its path, format and theme."""

    path: str
    form: Form
    theme: str


def targets(
    plan: Plan, *, sources: Sequence[str], given: str | None, form: Form | None, folder: str | None
) -> list[Target]:
    """Return the files of one plan: one, or two for both themes.

    ``given`` is the output path of the command line, which may be anywhere; paths from a config, or from the names of
    the ``sources``, stay in the current directory or in ``folder``.
    """
    path = given or _path_of(plan, sources=sources, form=form, folder=folder)
    if path == STDOUT:
        return [Target(path, form or "png", _one_theme(plan))]
    form = form_of(path, form, SUFFIXES)
    themes = ("light", "dark") if plan.figure.theme == "both" else (plan.figure.theme,)
    return [Target(_dark(path) if theme == "dark" and len(themes) > 1 else path, form, theme) for theme in themes]


def _one_theme(plan: Plan) -> str:
    if plan.figure.theme == "both":
        raise user_error("--theme", "both requires files", got="standard output")
    return plan.figure.theme


def _dark(path: str) -> str:
    """Return the path of the dark figure, such as ``lr-dark.png``."""
    stem, suffix = os.path.splitext(path)
    return f"{stem}-dark{suffix}"


def _path_of(plan: Plan, *, sources: Sequence[str], form: Form | None, folder: str | None) -> str:
    name = plan.figure.output
    if name is not None:
        check_name(name)
        _check_inside(name, folder=folder or ".", config=sources[0] if sources else None)
    else:
        name = f"{_stem(sources)}.{form or 'png'}"
    return os.path.join(folder, name) if folder else name


def _stem(sources: Sequence[str]) -> str:
    """Return the name of a figure without its suffix: after its configs and curves.

    >>> _stem(["runs/args.json", "cosine:min_lr=1e-5", "ds.json"]), _stem([])
    ('args-cosine-ds', 'cosine-lr')
    """
    if not sources:
        return os.path.splitext(DEFAULT)[0]
    stems = [os.path.splitext(os.path.basename(path))[0] if is_file(path) else _curve_name(path) for path in sources]
    name = "-".join(stems)
    return name if len(stems) == 1 or len(name) <= _LONGEST_NAME else f"{stems[0]}-and-{len(stems) - 1}-more"


def _curve_name(spec: str) -> str:
    return spec.partition(":")[0].rpartition(".")[2]


def _check_inside(name: str, *, folder: str, config: str | None) -> None:
    """Raise RequestError if an output of a config is outside its folder through a link: configs are not trusted."""
    where = f"{quote(config)}: output" if config else "output"
    root = real_path(folder)
    reached = real_path(os.path.join(folder, name))
    if os.path.commonpath([root, reached]) != root:
        hint = "pass -o on the command line to write elsewhere"
        raise user_error(where, "must stay in the current directory or --out-dir", got=quote(name), hint=hint)


def check_writable(wanted: Iterable[Target], *, folder: str | None) -> None:
    """Raise RequestError for targets that cannot be written, before any is drawn; ``folder`` may not exist yet."""
    for target in wanted:
        if target.path != STDOUT:
            check_target(target.path, new_directory=folder)


def check_no_input(target: str, inputs: Iterable[str]) -> None:
    """Raise RequestError if a target is one of the inputs, which it would overwrite."""
    real = real_path(target)
    for path in inputs:
        if real_path(path) == real:
            suffix = os.path.splitext(path)[1].removeprefix(".").lower()
            drawn = suffix in SUFFIXES and is_figure(read_start(path, at_most=LONGEST_MAGIC) or b"")
            got = f"the {'figure' if drawn else 'file'} {quote(path)}"
            hint = "give -o, or --check to see whether it is up to date" if drawn else None
            raise user_error(f"output {quote(target)}", "must not be an input", got=got, hint=hint)


def check_no_inputs(wanted: Iterable[Target], inputs: Sequence[str]) -> None:
    """Raise RequestError for targets that are inputs, before any is drawn."""
    for target in wanted:
        if target.path != STDOUT:
            check_no_input(target.path, inputs)


def check_distinct(found: Iterable[tuple[str, list[Target]]]) -> None:
    """Raise RequestError for targets that two plans share, before any is drawn."""
    owners: dict[str, str] = {}
    for source, wanted in found:
        for target in wanted:
            if target.path == STDOUT:
                continue
            # Both are one file on a case-insensitive file system.
            key = real_path(target.path).casefold()
            if key in owners:
                got = f"{quote(owners[key])} and {quote(source)}"
                raise user_error(f"output {quote(target.path)}", "must not be written by two figures", got=got)
            owners[key] = source
