"""Decay with the inverse square root of time."""

from collections.abc import Iterator

from cosine_cli.studies.identify.core.falls import Found
from cosine_cli.studies.identify.core.inverse_power import inverse_powers
from cosine_cli.studies.identify.core.outline import Outline


def find(outline: Outline) -> Iterator[Found]:
    """Yield decays with the inverse square root of time."""
    yield from inverse_powers("inverse_sqrt", outline, power=2.0)
