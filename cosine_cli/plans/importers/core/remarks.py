"""Remarks on another program's config, which the name of the format precedes: what it was read as, and ignored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.text import visible


def read_as(curve: str, length: str, *, defaults: Sequence[str] = ()) -> str:
    """Return the remark on what a config was read as, and on the program's defaults that were used."""
    note = f"; defaults of the program: {', '.join(defaults)}" if defaults else ""
    return visible(f"read as {curve} over {length}{note}")


def used_defaults(reader: MappingReader, defaults: Mapping[str, str], name: str = "") -> list[str]:
    """Return the defaults of arguments that are not given, each with the ``name`` of what takes them."""
    return [f"{name} {key}={value}".lstrip() for key, value in defaults.items() if key not in reader]


def ignored(*what: str) -> tuple[str, ...]:
    """Return one remark for each ignored value; an empty string stands for none."""
    return tuple(visible(f"ignored: {value}") for value in what if value)
