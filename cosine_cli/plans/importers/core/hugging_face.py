"""The schedulers that ``transformers.get_scheduler`` creates by name, for the programs that call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.frameworks.core.discovery import load_framework
from cosine_cli.plans.importers.core.unsupported import check_kind
from cosine_cli.plans.parse.raw import CurveSpec

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cosine_cli.plans.importers.core.mapping_reader import MappingReader
    from cosine_cli.plans.parse.raw import RawValue

FRAMEWORK = "transformers"

_ENUM = "SchedulerType."
"""What precedes a name, in capitals, where a program writes the member of the enumeration."""

WITHOUT_WARMUP = ("constant",)
WITHOUT_END = ("constant", "constant_with_warmup", "inverse_sqrt")
WITHOUT_KWARGS = ("constant", "constant_with_warmup")


def scheduler_kinds() -> Collection[str]:
    """Return the names that ``get_scheduler`` takes, without those that depend on a metric."""
    return load_framework(FRAMEWORK).aliases


def schedule_of(kind: str) -> str:
    """Return the schedule of a scheduler, as ``transformers.get_cosine_schedule_with_warmup``."""
    return f"{FRAMEWORK}.{load_framework(FRAMEWORK).aliases[kind]}"


def scheduler_kind(config: MappingReader, key: str, default: str | None = None) -> str:
    """Return the name of the scheduler under ``key``; raise RequestError if it cannot be read."""
    if default is not None and key not in config:
        return default
    member = config.word(key).partition(_ENUM)[2].lower()
    if member in scheduler_kinds():
        return member
    return check_kind(config, key, scheduler_kinds(), framework=FRAMEWORK)


def lengths(kind: str, warmup: RawValue, total: RawValue) -> dict[str, RawValue]:
    """Return the arguments that ``get_scheduler`` passes to a schedule: the lengths of the warmup and of the run."""
    given = {} if kind in WITHOUT_WARMUP else {"num_warmup_steps": warmup}
    return given | ({} if kind in WITHOUT_END else {"num_training_steps": total})


def scheduler_curve(kind: str, where: str, arguments: Mapping[str, RawValue]) -> CurveSpec:
    """Return the curve of a scheduler with its arguments."""
    return CurveSpec(schedule_of(kind), where, "step", dict(arguments))
