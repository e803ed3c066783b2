"""The ``--grid`` option as text: ``min_lr=0,1e-5``."""

from __future__ import annotations

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import Unit
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.text import quote


def parse_grid(raw: RawValue, unit: Unit) -> RawValue:
    """Return ``min_lr=0,1e-5``, said once or more often, as the mapping that a config gives; bare times in ``unit``."""
    found: dict[str, RawValue] = {}
    for part in raw.parts or ():
        text = part.text if isinstance(part, RawValue) else ""
        name, _, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if not (name and values.strip()):
            raise user_error(raw.where, "must be a name and its values", got=quote(text), hint="as in min_lr=0,1e-5")
        if name in found:
            raise user_error(raw.where, f"{name} must be given once", got="it twice")
        where = f"{raw.where} {name}"
        listed = tuple(RawValue(value.strip(), where, unit) for value in values.split(","))
        found[name] = RawValue(values, where, unit, parts=listed)
    return RawValue("", raw.where, unit, keys=found)
