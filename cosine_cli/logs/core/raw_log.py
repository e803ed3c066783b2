"""The columns of a log as a reader finds them, before it is decided what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cosine_cli.logs.core.cells import Cell, Numbers

Cells: TypeAlias = "Sequence[Cell] | Numbers"
"""The cells of a column. The number of digits of a text is the precision of the cell, so a reader leaves it as text. A
reader of large files may give the numbers of the column instead."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows with the same columns: one table of a log.

    - ``columns``: the cells of each column by its name, all of the same length.
    - ``single``: whether the file has single-precision numbers, as TensorBoard does.
    - ``name``: what distinguishes the table from others of the same log, empty if it is the only one.
    - ``damaged``: the row that follows each row that cannot be read. If rows are counted, these count too.
    """

    columns: Mapping[str, Cells]
    single: bool = False
    name: str = ""
    damaged: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A config that a log contains or that lies beside it.

    - ``where``: its place, as a user reads it: ``args/text_summary in events.out.tfevents.1``.
    - ``text``: its text, which the importers of configs read.
    """

    where: str
    text: str


@dataclass(frozen=True, kw_only=True)
class RawLog:
    """What a reader finds in a file.

    - ``tables``: most files have one; text logs have one per pattern of lines.
    - ``configs``: the configs in the file.
    - ``horizon``: the number of updates of the whole run as the file has it (``max_steps``), with its key.
    - ``notes``: what a reader of the answer has to know, such as a last record that is cut off.
    """

    tables: tuple[Table, ...]
    configs: tuple[Carried, ...] = ()
    horizon: tuple[int, str] | None = None
    notes: tuple[str, ...] = ()
