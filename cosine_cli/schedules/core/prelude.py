"""Everything that the file of a schedule imports."""

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import (
    Derived,
    NamedCurve,
    OneUnit,
    decay_length,
    end_rate,
    floor_rate,
    param,
    peak_rate,
    portion,
    share,
)
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.schedules.core.ops import NUMPY, Ops, by_interval
from cosine_cli.schedules.core.pieces import Bounds, Piece, PieceKind, between
from cosine_cli.schedules.core.schedule import Family, Schedule
from cosine_cli.schedules.core.wording import Formatter
from cosine_cli.schedules.core.wrapper import Wrapper

__all__ = [
    "NUMPY",
    "Bounds",
    "Derived",
    "Family",
    "Formatter",
    "Milestone",
    "NamedCurve",
    "OneUnit",
    "Ops",
    "ParameterError",
    "Piece",
    "PieceKind",
    "Rates",
    "Schedule",
    "Wrapper",
    "between",
    "by_interval",
    "decay_length",
    "end_rate",
    "floor_rate",
    "param",
    "peak_rate",
    "portion",
    "shapes",
    "share",
]
