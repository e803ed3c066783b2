"""Problems collected from several places, so that all of a file are reported at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cosine_cli.errors import Problem, RequestError

MOST_PROBLEMS = 20


class Problems:
    """Problems gathered from several places, so that all of a file come at once."""

    def __init__(self, *found: Problem) -> None:
        self._found = list(found)

    @property
    def found(self) -> tuple[Problem, ...]:
        """What was kept."""
        return tuple(self._found)

    @contextmanager
    def collect(self) -> Iterator[None]:
        """Keep the faults that are raised inside, and go on behind it."""
        try:
            yield
        except RequestError as error:
            self._found += error.problems

    def add(self, problem: Problem) -> None:
        """Keep one fault."""
        self._found.append(problem)

    def raise_any(self) -> None:
        """Raise what was kept, at most ``MOST_PROBLEMS`` of them."""
        found = sorted(dict.fromkeys(self._found), key=_line)
        if len(found) > MOST_PROBLEMS:
            more = Problem(found[MOST_PROBLEMS].where, f"and {len(found) - MOST_PROBLEMS} more faults from here on")
            raise RequestError(*found[:MOST_PROBLEMS], more)
        if found:
            raise RequestError(*found)


def _line(problem: Problem) -> tuple[int, int]:
    """Return the line and column of a fault in a config, so that faults come in the order of the file."""
    place = problem.where.partition(",")[0].rsplit(":", 2)[1:]
    return (int(place[0]), int(place[1])) if len(place) == 2 and all(map(str.isdecimal, place)) else (0, 0)  # noqa: PLR2004
