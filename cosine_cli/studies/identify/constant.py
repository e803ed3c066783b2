"""A constant rate, after a warmup or without one."""

from collections.abc import Iterator

from cosine_cli.studies.identify.core.falls import Found, heads, on_rows
from cosine_cli.studies.identify.core.outline import Outline


def find(outline: Outline) -> Iterator[Found]:
    """Yield a constant rate."""
    if outline.last < len(outline.rows) - 1 or outline.first == outline.last:
        return
    for several in heads(outline):
        if several[0].ahead:  # a constant rate does not begin late
            continue
        found = on_rows("constant", {"lr": outline.rows.peak}, ("lr",), several, outline)
        if found:
            yield found
