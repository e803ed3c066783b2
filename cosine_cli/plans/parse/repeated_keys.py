"""The error for a key that a mapping has twice, which some programs accept."""

from __future__ import annotations

from cosine_cli.errors import RequestError


class RepeatedKeyError(RequestError):
    """A key that a mapping has twice."""
