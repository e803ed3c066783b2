"""Collect problems from several places, so that all of a file are reported at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cosine_cli.errors import Problem, RequestError

MOST_PROBLEMS = 20


class Problems:
    """A collection of problems."""

    def __init__(self, *problems: Problem) -> None:
        self._problems = list(problems)

    @property
    def collected(self) -> tuple[Problem, ...]:
        """All problems."""
        return tuple(self._problems)

    @contextmanager
    def collect(self) -> Iterator[None]:
        """Collect the problems of a RequestError raised in the block, and continue after it."""
        try:
            yield
        except RequestError as error:
            self._problems += error.problems

    def add(self, problem: Problem) -> None:
        """Add one problem."""
        self._problems.append(problem)

    def raise_any(self) -> None:
        """Raise RequestError with the problems if there are any, at most ``MOST_PROBLEMS`` of them."""
        problems = sorted(dict.fromkeys(self._problems), key=_position)
        if len(problems) > MOST_PROBLEMS:
            more = Problem(problems[MOST_PROBLEMS].where, f"and {len(problems) - MOST_PROBLEMS} more problems")
            raise RequestError(*problems[:MOST_PROBLEMS], more)
        if problems:
            raise RequestError(*problems)


def _position(problem: Problem) -> tuple[int, int]:
    """Return the line and column of a problem in a config, the sort key."""
    place = problem.where.partition(",")[0].rsplit(":", 2)[1:]
    return (int(place[0]), int(place[1])) if len(place) == 2 and all(map(str.isdecimal, place)) else (0, 0)  # noqa: PLR2004
