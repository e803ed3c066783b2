"""Read a config file: one of cosine-lr, one of another program, or a figure with an embedded config."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import reason_of, user_error
from cosine_cli.plans.embedded import extract
from cosine_cli.plans.embedded.extract import extract_plan, is_figure
from cosine_cli.plans.importers.core.wandb import WRAPPER, is_wrapped, unwrapped
from cosine_cli.plans.parse import syntaxes
from cosine_cli.plans.parse.code import CODE
from cosine_cli.plans.parse.config import is_config, may_be_config, parse_config
from cosine_cli.plans.parse.file_words import SUFFIXES
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.raw import RawValue, Request
from cosine_cli.plans.parse.repeated_keys import RepeatedKeyError
from cosine_cli.plans.parse.tags import check_tags
from cosine_cli.text import closest, either, question, quote, visible

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.formats import Importer

MOST_BYTES = 1 << 20

_MAPPING = "must be a mapping of keys to values"


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def read_config(
    path: str, flags: Mapping[str, RawValue] = MappingProxyType({}), read_as: RawValue | None = None
) -> Request:
    """Return the request of the config at ``path``, with its problems, each at ``file:line:column``.

    - ``flags``: parameters of the run given on the command line, which another program's config may need.
    - ``read_as``: the name of its format; by default its keys decide.

    Raises RequestError if it is not a config at all.
    """
    return parse_config_text(read_text(path), path, flags, read_as)


def read_combined(paths: Sequence[str], option: str, flags: Mapping[str, RawValue]) -> Request:
    """Return the request of several files that describe one run.

    - ``option``: the option that combines them, the place of its errors.
    """
    from cosine_cli.plans.importers.core.combine import Document, combined  # here: most runs have one file
    from cosine_cli.plans.importers.core.formats import load_request, matching

    documents = [_document(path) for path in paths]
    top, module, addition = combined([Document(each.top, matching(each.top)) for each in documents], option)
    check_tags(top, (*module.FORMAT.tags, CODE))
    wrapper = " ".join(filter(None, [*(each.wrapper for each in documents), addition]))
    return load_request(module, top, flags, wrapper, either(map(visible, paths), last="and"))


class _Document(NamedTuple):
    """The content of a config, and what it is in, as in ``in a W&B config``."""

    top: Node
    wrapper: str


def _document(path: str) -> _Document:
    """Return the content of a config; raise RequestError if it is empty."""
    written = parse_document(read_text(path), path)
    if written is None:
        raise user_error(visible(path), _MAPPING, got="an empty document")
    return _Document(unwrapped(written), WRAPPER) if is_wrapped(written) else _Document(written, "")


def read_text(path: str) -> str:
    """Return the text of a config file, or of the config embedded in a figure."""
    where = visible(path)
    try:
        # Opened without blocking: a pipe without a writer would block forever.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        os.set_blocking(handle, True)
        with open(handle, "rb") as stream:
            data = stream.read(MOST_BYTES + 1)
            if is_figure(data):
                data += stream.read(extract.MOST_BYTES + 1 - len(data))
    except (OSError, ValueError) as error:
        hint = _similar_file(path) if isinstance(error, FileNotFoundError) else None
        raise user_error(f"cannot read config {quote(path)}", reason_of(error), hint=hint) from None
    if is_figure(data):
        return _checked(extract_plan(data, path), where)
    if len(data) > MOST_BYTES:
        raise user_error(where, f"must be at most {MOST_BYTES >> 20} MiB", got="more")
    return _checked(_decoded(data.removeprefix(codecs.BOM_UTF8), where), where)


def _similar_file(path: str) -> str | None:
    """Return the question for a file of a similar name in the same folder, None if there is none."""
    folder, name = os.path.split(path)
    try:
        names = [entry for entry in os.listdir(folder or ".") if entry.endswith(SUFFIXES)]
    except OSError:
        return None
    similar = next((entry for entry in names if os.path.splitext(entry)[0] == name), None) or closest(name, names)
    return None if similar is None else question(os.path.join(folder, similar))


def _decoded(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise user_error(
            where, "must be UTF-8", got=f"byte 0x{data[error.start]:02x} at offset {error.start}"
        ) from None


def _checked(text: str, where: str) -> str:
    """Return the text; raise RequestError if it contains control characters."""
    control = _CONTROL.search(text)
    if control is not None:
        offset = len(text[: control.start()].encode("utf-8", "surrogatepass"))
        got = f"{visible(control[0])} at offset {offset}"
        raise user_error(where, "must be text without control characters", got=got)
    return text


def parse_config_text(
    text: str,
    path: str,
    flags: Mapping[str, RawValue] = MappingProxyType({}),
    read_as: RawValue | None = None,
) -> Request:
    """Return the request of a config's text; its keys decide which program it belongs to, unless ``read_as`` does."""
    where = visible(path)
    written = parse_document(text, path)
    if written is None:
        raise user_error(where, _MAPPING, got="an empty document")
    wrapped = is_wrapped(written)
    top = unwrapped(written) if wrapped else written
    own = read_as is None and is_config(written)
    importer = None if own else _importer(top, written, path, read_as)
    check_tags(top, (*importer.FORMAT.tags, CODE) if importer else ())
    if importer is not None:
        from cosine_cli.plans.importers.core.formats import load_request

        return load_request(importer, top, flags, WRAPPER if wrapped else "", where)
    if top.pairs is None:
        raise user_error(where, _MAPPING, got=top.kind)
    return parse_config(top)


def _importer(top: Node, written: Node, path: str, read_as: RawValue | None) -> Importer | None:
    """Return the importer named, or that of the format of a document; None for a config of cosine-lr.

    - ``written``: the document with what it is in.
    """
    from cosine_cli.plans.importers.core import formats  # here: a config of cosine-lr does not need them

    if read_as is not None:
        return formats.importer_named(read_as)
    names = formats.matching(top)
    if not names and may_be_config(written):
        return None
    return formats.only_importer(names, visible(path), syntaxes.note(path))


def parse_document(text: str, path: str) -> Node | None:
    """Return the nodes of a document, None if it is empty; raise RequestError if it is invalid.

    Repeated keys are invalid, unless the program that the document belongs to takes the last.
    """
    try:
        return syntaxes.parse(text, path)
    except RepeatedKeyError:
        from cosine_cli.plans.importers.core.formats import keeps_last
        from cosine_cli.plans.parse.yaml import parse_last  # here: a trainer state does not need the parser

        top = parse_last(text, path)
        if top is None or not keeps_last(top):
            raise
        return top
