"""Where the values of a request come from in another program's config, for the comments of the written config."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from cosine_cli.plans.importers.core.key_paths import Key, is_name, shortened
from cosine_cli.plans.model.curve_options import LABEL
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.numbers import MisreadError, parse_count, parse_number
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request


def with_origins(request: Request, keys: Mapping[str, Key]) -> Request:
    """Return a request whose values have their origins; ``keys`` are those of the document, by place."""
    return request._replace(
        run={name: _traced(raw, keys) for name, raw in request.run.items()},
        curves=tuple(_traced_curve(curve, keys) for curve in request.curves),
    )


def _traced_curve(curve: CurveSpec, keys: Mapping[str, Key]) -> CurveSpec:
    key = keys.get(curve.where)
    origin = shortened(key.path) if key is not None and is_name(key.value) else ""
    params = {name: raw if name == LABEL.name else _traced(raw, keys) for name, raw in curve.params.items()}
    return curve._replace(params=params, origin=origin)


def _traced(raw: RawValue, keys: Mapping[str, Key]) -> RawValue:
    parts = raw.parts and tuple(
        _traced_curve(part, keys) if isinstance(part, CurveSpec) else part for part in raw.parts
    )
    return raw._replace(parts=parts, origin=_origin(raw, keys))


def _origin(raw: RawValue, keys: Mapping[str, Key]) -> str:
    if raw.default_of:
        return f"default of {raw.default_of}"
    if raw.where.startswith("--"):
        return raw.where
    key = keys.get(raw.where)
    if key is None or not key.path:
        return ""
    if _is_same(raw, key.value):
        return shortened(key.path)
    # A value at the place of a scheduler's name is computed from its parameters.
    parent = key.path.rpartition(".")[0] if is_name(key.value) else ""
    return f"computed from {shortened(parent or key.path)}"


def _is_same(raw: RawValue | CurveSpec, value: Node) -> bool:
    """Return whether a raw value is that of the document, not computed from it."""
    if isinstance(raw, CurveSpec) or value.pairs is not None:
        return False
    if raw.parts is not None or value.items is not None:
        parts, items = raw.parts or (), value.items or ()
        return len(parts) == len(items) and all(map(_is_same, parts, items))
    return raw.text == value.text or (_number(raw.text) == _number(value.text) is not None)


def _number(text: str) -> float | None:
    for parse in (parse_number, parse_count):
        with suppress(MisreadError):
            return parse(text)
    return None
