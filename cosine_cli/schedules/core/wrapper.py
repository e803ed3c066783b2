"""The base class of schedules that modify another schedule."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Schedule


@dataclass(frozen=True, kw_only=True)
class Wrapper(Schedule, ABC):
    """A schedule that modifies the schedule ``of``; whatever a subclass does not define is that of ``of``."""

    if TYPE_CHECKING:  # each subclass declares it, after its own parameters
        of: Schedule

    @property
    def on_run_clock(self) -> bool:
        return self.of.on_run_clock

    @property
    def warmup_length(self) -> float:
        return self.of.warmup_length

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        return self.of.pieces(until, at_most)
