"""Labels of curves that are composed of others, or tables: the name of the scheduler that they are read from."""

from __future__ import annotations

from collections.abc import Mapping

from cosine_cli.plans.importers.core.computed import labelled
from cosine_cli.plans.importers.core.key_paths import Key, is_name
from cosine_cli.plans.model.curve_options import LABEL
from cosine_cli.plans.parse.raw import CurveSpec, Request
from cosine_cli.plans.registry import is_generic


def with_labels(request: Request, keys: Mapping[str, Key], title: str) -> Request:
    """Return a request whose curves are not labelled by the name of a composite schedule or of a table.

    Such a curve is labelled by the name at its place, that of the program's scheduler, or by the ``title`` of the
    format.
    """
    return request._replace(curves=tuple(_with_label(curve, keys, title) for curve in request.curves))


def _with_label(curve: CurveSpec, keys: Mapping[str, Key], title: str) -> CurveSpec:
    if LABEL.name in curve.params or not is_generic(curve.name):
        return curve
    key = keys.get(curve.where)
    named = key is not None and is_name(key.value)
    return labelled(curve, key.value.text.rpartition(".")[2] if key is not None and named else title)
