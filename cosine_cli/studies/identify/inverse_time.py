"""Decay with the inverse of time."""

from collections.abc import Iterator

from cosine_cli.studies.identify.core.falls import Found
from cosine_cli.studies.identify.core.inverse_power import inverse_powers
from cosine_cli.studies.identify.core.outline import Outline


def find(outline: Outline) -> Iterator[Found]:
    """Yield decays with the inverse of time."""
    yield from inverse_powers("inverse_time", outline, power=1.0)
