"""What can go wrong, as values: where, which rule, what was given, how to mend it."""

from __future__ import annotations

from typing import ClassVar, NamedTuple


class Fault(NamedTuple):
    """One thing that is wrong, as the line that a person reads.

    >>> print(Fault("--lr", "must be a finite number above 0", got="-1"))
    --lr: must be a finite number above 0, got -1
    """

    where: str
    rule: str
    got: str | None = None
    mend: str | None = None

    def __str__(self) -> str:
        got = "" if self.got is None else f", got {self.got}"
        mend = "" if self.mend is None else f"; {self.mend}"
        return f"{self.where}: {self.rule}{got}{mend}"


class CosineLrError(Exception):
    """The base of our errors; the exit code sits on the class."""

    exit_code: ClassVar[int]

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class RequestError(CosineLrError):
    """A request or an input that the user can mend (exit 2)."""

    exit_code = 2


class OutcomeError(CosineLrError):
    """A good request that could not be carried out, such as on a full disk (exit 1)."""

    exit_code = 1


class ParameterError(RequestError, ValueError):
    """A parameter of a schedule that breaks its rule; ``name`` is the parameter."""

    def __init__(self, name: str, rule: str, *, got: str | None = None, mend: str | None = None) -> None:
        super().__init__(Fault(name, rule, got, mend))
        self.name = name

    def at(self, where: str, *, got: str | None = None) -> RequestError:
        """Return the same fault, placed where the user wrote the parameter, with ``got`` as it was written."""
        return RequestError(*(fault._replace(where=where, got=got or fault.got) for fault in self.faults))


def refusal(where: str, rule: str, *, got: str | None = None, mend: str | None = None) -> RequestError:
    """Return the error for one fault that the user can mend."""
    return RequestError(Fault(where, rule, got, mend))


def failure(where: str, rule: str, *, got: str | None = None, mend: str | None = None) -> OutcomeError:
    """Return the error for one request that could not be carried out."""
    return OutcomeError(Fault(where, rule, got, mend))
