"""Find the plan of a log: in the log itself, or in a config beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cosine_cli.errors import RequestError
from cosine_cli.logs.core.log import Log
from cosine_cli.logs.core.raw_log import Carried
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.raw import RawValue, Request
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.studies.diagnose.core.planned import Planned

LAST_ROW = "the last row of the log"


@dataclass(frozen=True, kw_only=True, eq=False)
class FoundPlan:
    """The plan of a log.

    - ``planned``: None if there is none.
    - ``notes``: how it was read, and why configs are not used.
    """

    planned: Planned | None = None
    notes: tuple[str, ...] = ()


def find_plan(log: Log, line: CommandLine) -> FoundPlan:
    """Return the first plan that a config of a log gives, with the options of the line."""
    notes: list[str] = []
    for config in log.configs:
        try:
            plan = _read(config, log, line)
        except RequestError as error:
            notes.append(f"{config.where} is not used as the plan: {error.problems[0]}")
            continue
        if len(plan.bases) != 1:
            notes.append(f"{config.where} is not used as the plan: it has {len(plan.bases)} curves")
            continue
        notes += plan.remarks
        return FoundPlan(planned=Planned.of(plan.bases[0], plan.clock, where=config.where), notes=tuple(notes))
    return FoundPlan(notes=tuple(notes))


def _read(config: Carried, log: Log, line: CommandLine):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Return the plan of a config: with the options given, else with the length that the log has."""
    first: RequestError | None = None
    for flags in _flags(line, log):
        given = replace(line, options={**line.options, **flags})
        try:
            request = parse_config_text(config.text, config.where, given.request(Request()).run)
            return resolve(given.request(request))
        except RequestError as error:
            first = first or error
    assert first is not None  # noqa: S101 - there is at least one attempt
    raise first


def _flags(line: CommandLine, log: Log) -> Iterator[Mapping[str, RawValue]]:
    """Yield the options to add: none, then the number of updates that the log has."""
    yield {}
    if log.horizon is not None and {"steps", "epochs"}.isdisjoint(line.options):
        steps, name = log.horizon
        yield {"steps": RawValue(str(steps), f"{name} of the log", "step")}
    elif log.runs[0].unit == "step" and {"steps", "epochs"}.isdisjoint(line.options):
        yield {"steps": RawValue(str(round(float(log.runs[0].times[-1]))), LAST_ROW, "step")}
