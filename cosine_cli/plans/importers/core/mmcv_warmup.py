"""The warmup of MMCV 1, which multiplies the rate that a policy sets at the same time."""

from __future__ import annotations

from dataclasses import dataclass

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.flags import UNKNOWN_STEPS_PER_EPOCH
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.text import either

ARGUMENTS = ("warmup", "warmup_iters", "warmup_ratio", "warmup_by_epoch")
DEFAULTS = {"warmup_ratio": "0.1"}
SHAPES = ("constant", "linear", "exp")


@dataclass(frozen=True)
class Warmup:
    """A warmup of ``steps`` steps, from the share ``ratio`` of the rate on; of 0 steps if there is none."""

    shape: str = "constant"
    steps: int = 0
    ratio: float = 1.0

    @classmethod
    def read(cls, reader: MappingReader, epoch: int) -> Warmup:
        """Return the warmup of a policy's arguments in a run of ``epoch`` steps per epoch, 0 if unknown."""
        if "warmup" not in reader:
            return cls()
        shape = reader.word("warmup")
        if shape not in SHAPES:
            raise reader.invalid("warmup", f"warmup must be {either(SHAPES)}")
        ratio = reader.number("warmup_ratio", float(DEFAULTS["warmup_ratio"]), above=0, at_most=1)
        return cls(shape, _steps(reader, epoch), ratio)

    def factor(self, step: float) -> float:
        """Return the factor at a step."""
        if self.shape == "constant":
            return self.ratio
        passed = step / self.steps
        return self.ratio ** (1 - passed) if self.shape == "exp" else self.ratio + (1 - self.ratio) * passed


def _steps(reader: MappingReader, epoch: int) -> int:
    if not reader.flag("warmup_by_epoch", default=False):
        return reader.count("warmup_iters", at_least=1)
    if not epoch:
        rule = f"{UNKNOWN_STEPS_PER_EPOCH}: warmup_by_epoch is true"
        raise user_error(reader.place("warmup_by_epoch"), rule, hint="pass --steps-per-epoch")
    steps = reader.number("warmup_iters", above=0) * epoch
    if not steps.is_integer():
        raise reader.invalid("warmup_iters", f"warmup_iters must be a whole number of steps of {epoch} per epoch")
    return int(steps)
