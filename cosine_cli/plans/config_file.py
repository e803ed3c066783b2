"""Config files: read one, ours, of another program, or embedded in a figure; its content decides which."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Mapping
from types import MappingProxyType

from cosine_cli.errors import user_error
from cosine_cli.plans.embedded import extract
from cosine_cli.plans.embedded.extract import extract_plan, is_figure
from cosine_cli.plans.importers.core import state
from cosine_cli.plans.importers.core.formats import importer_for, load_request
from cosine_cli.plans.importers.core.unsupported import schedule_key, unread
from cosine_cli.plans.parse.config import KEYS, parse_config
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.raw import RawValue, Request
from cosine_cli.text import quote, visible

MOST_BYTES = 1 << 20


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def read_config(path: str, flags: Mapping[str, RawValue] = MappingProxyType({})) -> Request:
    """Return what the config at ``path`` says, and with it what it says wrongly, each at ``file:line:column``.

    Another program's config is read with what ``flags`` say of the run, which it may leave open.
    Raises RequestError where it is no config at all.
    """
    return parse_config_text(read_text(path), path, flags)


def read_text(path: str) -> str:
    """Return the text of a config, at most ``MOST_BYTES`` of it, or of the plan that a figure holds."""
    where = visible(path)
    try:
        # Opened without blocking, so that a pipe to which nobody writes does not hold the run up.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        os.set_blocking(handle, True)
        with open(handle, "rb") as stream:
            data = stream.read(MOST_BYTES + 1)
            if is_figure(data):
                data += stream.read(extract.MOST_BYTES + 1 - len(data))
            elif len(data) > MOST_BYTES and state.may_be_state(data):
                data += stream.read(state.MOST_BYTES + 1 - len(data))
    except (OSError, ValueError) as error:
        raise user_error(f"config {quote(path)}", "must be a file that can be read", got=_reason(error)) from None
    if is_figure(data):
        return _checked(extract_plan(data, path), where)
    most = state.MOST_BYTES if state.may_be_state(data) else MOST_BYTES
    if len(data) > most:
        raise user_error(where, f"must be at most {most >> 20} MiB", got="more")
    text = _decoded(data.removeprefix(codecs.BOM_UTF8), where)
    if len(data) <= MOST_BYTES:
        return _checked(text, where)
    if not state.is_state(text):
        raise user_error(where, f"must be at most {MOST_BYTES >> 20} MiB", got="more")
    return text


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "an impossible name"


def _decoded(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise user_error(
            where, "must be UTF-8", got=f"byte 0x{data[error.start]:02x} at offset {error.start}"
        ) from None


def _checked(text: str, where: str) -> str:
    """Return a text without control characters, which no config has."""
    found = _CONTROL.search(text)
    if found is not None:
        offset = len(text[: found.start()].encode("utf-8", "surrogatepass"))
        raise user_error(
            where, "must be text without control characters", got=f"{visible(found[0])} at offset {offset}"
        )
    return text


def parse_config_text(text: str, path: str, flags: Mapping[str, RawValue] = MappingProxyType({})) -> Request:
    """Return what the text of a config says, ours or another program's: it is told by its content."""
    top = state.parse_state(text, path) if state.is_state(text) else _parsed(text, path)
    kind = None if top is None else importer_for(top, KEYS)
    if top is not None and kind is not None:
        return load_request(kind, top, flags)
    if top is None or top.pairs is None:
        got = "an empty document" if top is None else top.kind
        raise user_error(visible(path), "expected a mapping of keys to values", got=got)
    stranger = None if top.keys.intersection(KEYS) else schedule_key(top)
    if stranger is not None:
        raise unread(*stranger)
    return parse_config(top)


def _parsed(text: str, path: str) -> Node | None:
    from cosine_cli.plans.parse.yaml import parse  # here: a state, which is JSON, does not need the parser

    return parse(text, path)
