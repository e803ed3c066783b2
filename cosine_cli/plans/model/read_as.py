"""What another program's config is read as, in one line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cosine_cli.plans.model.clock import Clock
from cosine_cli.text import thousands, visible

_ONE = re.compile(r"(?<![\d.,])1 (epoch|step)s\b")
_LONG = re.compile(r"(?<![\d.,])\d{5,}(?![\d.,])")
"""A number that is abbreviated, as in all output."""


def of_file(file: str, remark: str) -> str:
    """Return a remark on a file with its name."""
    return f"{file}: {remark}" if file else remark


@dataclass(frozen=True, kw_only=True)
class ReadAs:
    """The schedule of another program's config.

    - ``scheduler``: its name in the program.
    - ``length``: the length of the run, as in ``30 epochs``.
    - ``warmup``: the length of the warmup in the unit of the run, None for that of the curve.
    - ``defaults``: the program's defaults that are used, as ``name=value``.
    - ``program``, ``file``: the program, and the name of the file.
    """

    scheduler: str
    length: str
    warmup: float | None = None
    defaults: tuple[str, ...] = ()
    program: str = ""
    file: str = ""

    def line(self, clock: Clock, warmup_length: float) -> str:
        """Return the line; ``warmup_length`` is the length of the curve's warmup in steps."""
        program = f"{self.program}: " if self.program else ""
        in_steps = " steps" in self.length
        updates = (
            f" ({thousands(clock.total)} steps)" if clock.counts_both and clock.unit == "epoch" and not in_steps else ""
        )
        length = _ONE.sub(r"1 \1", _LONG.sub(lambda match: thousands(int(match[0])), self.length))
        warmup = (warmup_length if in_steps else clock.units(warmup_length)) if self.warmup is None else self.warmup
        warms_up = f", warmup {thousands(warmup)}" if warmup else ""
        defaults = f"; defaults of the program: {', '.join(self.defaults)}" if self.defaults else ""
        schedule = visible(f"{self.scheduler}, {length}{updates}{warms_up}{defaults}")
        return of_file(self.file, f"read as {program}{schedule}")
