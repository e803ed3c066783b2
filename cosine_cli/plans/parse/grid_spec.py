"""Parse the ``--grid`` option: ``min_lr=0,1e-5``."""

from __future__ import annotations

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.text import quote


def parse_grid(raw: RawValue, unit: TimeUnit) -> RawValue:
    """Return the values of ``--grid min_lr=0,1e-5`` as the mapping of a config; bare times are in ``unit``."""
    axes: dict[str, RawValue] = {}
    for part in raw.parts or ():
        text = part.text if isinstance(part, RawValue) else ""
        name, _, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if not (name and values.strip()):
            raise user_error(
                raw.where, "must be a parameter and its values", got=quote(text), hint="as in min_lr=0,1e-5"
            )
        if name in axes:
            raise user_error(raw.where, f"duplicate parameter {quote(name)}")
        where = f"{raw.where} {name}"
        listed = tuple(RawValue(value.strip(), where, unit) for value in values.split(","))
        axes[name] = RawValue(values, where, unit, parts=listed)
    return RawValue("", raw.where, unit, keys=axes)
