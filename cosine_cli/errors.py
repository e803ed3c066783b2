"""Errors as values: the place, the violated rule, the given value and a hint."""

from __future__ import annotations

import copyreg
from typing import Any, ClassVar, NamedTuple


class Problem(NamedTuple):
    """One line of an error message; ``where`` is empty if the message is not about a place.

    >>> print(Problem("--lr", "must be a finite number above 0", got="-1"))
    --lr: must be a finite number above 0, got -1
    """

    where: str
    rule: str
    got: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        got = "" if self.got is None else f", got {self.got}"
        hint = "" if self.hint is None else f"; {self.hint}"
        return f"{place}{self.rule}{got}{hint}"


class CosineLrError(Exception):
    """Base of the errors that a user sees; each subclass has its exit code."""

    exit_code: ClassVar[int]

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    def __reduce__(self) -> Any:
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class RequestError(CosineLrError):
    """Invalid arguments or input, which the user can fix (exit 2)."""

    exit_code = 2


class OutcomeError(CosineLrError):
    """A valid request that failed, for example because the disk is full (exit 1)."""

    exit_code = 1


class ParameterError(RequestError, ValueError):
    """An invalid value of the schedule parameter ``name``."""

    def __init__(self, name: str, rule: str, *, got: str | None = None, hint: str | None = None) -> None:
        super().__init__(Problem(name, rule, got, hint))
        self.name = name

    def at(self, where: str, *, got: str | None = None) -> RequestError:
        """Return the same problems at the place where the user wrote the parameter, with ``got`` as written."""
        return RequestError(*(problem._replace(where=where, got=got or problem.got) for problem in self.problems))


def user_error(where: str, rule: str, *, got: str | None = None, hint: str | None = None) -> RequestError:
    """Return the error for one problem that the user can fix."""
    return RequestError(Problem(where, rule, got, hint))


def runtime_error(where: str, rule: str, *, got: str | None = None, hint: str | None = None) -> OutcomeError:
    """Return the error for one valid request that failed."""
    return OutcomeError(Problem(where, rule, got, hint))


def reason_of(error: OSError | ValueError) -> str:
    """Return why the operating system refused a file, in lower case: ``is a directory``."""
    if isinstance(error, ValueError):  # a NUL, or bytes that are not UTF-8
        return "invalid file name"
    reason = error.strerror or str(error)
    return reason[:1].lower() + reason[1:]
