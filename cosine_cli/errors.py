"""Errors as values: the place, the violated rule, the given value and a hint."""

from __future__ import annotations

from typing import ClassVar, NamedTuple


class Problem(NamedTuple):
    """One thing that is wrong, as the line that a person reads.

    >>> print(Problem("--lr", "must be a finite number above 0", got="-1"))
    --lr: must be a finite number above 0, got -1
    """

    where: str
    rule: str
    got: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        got = "" if self.got is None else f", got {self.got}"
        hint = "" if self.hint is None else f"; {self.hint}"
        return f"{self.where}: {self.rule}{got}{hint}"


class CosineLrError(Exception):
    """The base of our errors; the exit code sits on the class."""

    exit_code: ClassVar[int]

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class RequestError(CosineLrError):
    """A request or an input that the user can mend (exit 2)."""

    exit_code = 2


class OutcomeError(CosineLrError):
    """A good request that could not be carried out, such as on a full disk (exit 1)."""

    exit_code = 1


class ParameterError(RequestError, ValueError):
    """A parameter of a schedule that breaks its rule; ``name`` is the parameter."""

    def __init__(self, name: str, rule: str, *, got: str | None = None, hint: str | None = None) -> None:
        super().__init__(Problem(name, rule, got, hint))
        self.name = name

    def at(self, where: str, *, got: str | None = None) -> RequestError:
        """Return the same fault, placed where the user wrote the parameter, with ``got`` as it was written."""
        return RequestError(*(problem._replace(where=where, got=got or problem.got) for problem in self.problems))


def user_error(where: str, rule: str, *, got: str | None = None, hint: str | None = None) -> RequestError:
    """Return the error for one fault that the user can mend."""
    return RequestError(Problem(where, rule, got, hint))


def runtime_error(where: str, rule: str, *, got: str | None = None, hint: str | None = None) -> OutcomeError:
    """Return the error for one request that could not be carried out."""
    return OutcomeError(Problem(where, rule, got, hint))
