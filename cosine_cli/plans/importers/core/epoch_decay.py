"""A decay that changes once per epoch, after a warmup that changes every batch, as YOLOv5 and its successors train.

Epoch e, from 0, has the rate f(e) of a ``LambdaLR``. In the warmup of W batches, batch t has f(e) t / W. A program that
sets ``last_epoch`` to -1 and steps the scheduler after each epoch is late: the epoch in which the warmup ends has f(e),
and later ones have f(e - 1). If the number of batches per epoch is unknown, times are epochs, and rates those of the
first batch of each.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, curve_list, interpolated_spec, labelled
from cosine_cli.plans.importers.core.flags import UNKNOWN_STEPS_PER_EPOCH
from cosine_cli.plans.importers.core.later import later
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import read_as
from cosine_cli.plans.importers.core.sequence import lasting, sequence
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.model.read_as import ReadAs
from cosine_cli.plans.parse.raw import CurveSpec, RawValue

MOST_WARMUP_EPOCHS = 2000

LEAST = 100
"""The least number of batches of a warmup in most releases."""

REPLACEMENT_KEYS = {"warmup": "warmup_epochs", "min_lr": "lrf"}
UNKNOWN_BATCHES = {"--steps-per-epoch": "the batches per epoch, for the rate of every batch"}
"""What a ``Format`` of such a program declares."""


class EpochDecay(NamedTuple):
    """A decay and its warmup.

    - ``lr``: the rate of the first epoch.
    - ``final``: the factor on it in epoch ``end``, which may be after the last one.
    - ``epochs``: the length of the run.
    - ``is_cosine``: whether the decay is half a cosine wave, not a line.
    - ``each``: batches per epoch, None if they are unknown.
    - ``warmup``: the length of the warmup in batches, or in epochs if the batches per epoch are unknown.
    - ``least``: the least number of batches of a warmup.
    - ``where``: the place of the decay.
    - ``length_place``: the place of the length.
    - ``warmup_place``: the place of the warmup.
    - ``is_late``: whether the program steps its scheduler after the epoch.
    """

    lr: float
    final: float
    end: int
    epochs: int
    is_cosine: bool
    each: int | None
    warmup: int
    least: int
    where: str
    length_place: str
    warmup_place: str
    is_late: bool = False

    @property
    def name(self) -> str:
        """The shape of the decay."""
        return "cosine" if self.is_cosine else "linear"

    def read_as(self, defaults: Sequence[str] = ()) -> ReadAs:
        """Return what a config is read as; ``defaults``: those of the program that are used."""
        epochs = self.warmup / (self.each or 1)
        return read_as(f"{self.name} decay (once per epoch)", f"{self.epochs} epochs", defaults=defaults, warmup=epochs)

    @property
    def curve(self) -> CurveSpec:
        """The rates of the weights."""
        return labelled(self._curve, f"{self.name} to {self.final:g} of lr0")

    @property
    def notes(self) -> Iterator[str]:
        """What the rates are if the number of batches per epoch is unknown, and after the warmup."""
        if self.each is None and self.warmup:
            least = f", of at least {math.ceil(self.least / self.warmup)} batches" if self.least else ""
            yield f"rates are those of the first batch of each epoch{least}; pass --steps-per-epoch for every batch"
        if self.is_late:
            yield "after the warmup, each epoch has the decay of the epoch before: the scheduler is stepped after it"

    @property
    def _curve(self) -> CurveSpec:
        if not self.warmup:
            return self._later(-(self.each or 1)) if self.is_late else self._decay
        ramp = interpolated_spec(self._warmup_points, self.warmup_place, self._unit)
        total = self.epochs * (self.each or 1)
        if self.warmup >= total:
            return ramp
        length = computed_value(self.warmup, self.warmup_place, self._unit)
        if not self.is_late:
            return sequence((lasting(ramp, length), later(self._decay, length)), self.where, "epoch")
        return sequence((lasting(ramp, length), *self._late_decay(total)), self.where, "epoch")

    def _late_decay(self, total: int) -> Iterator[CurveSpec]:
        """Yield the rest of the epoch in which the warmup ends, and the decay, an epoch late."""
        each = self.each or 1
        epoch = self.warmup // each
        rest = self._spec("constant", lr=computed_value(self._rate(epoch), self.where))
        begin = (epoch + 1) * each
        if begin >= total:
            yield rest
            return
        yield lasting(rest, computed_value(begin - self.warmup, self.warmup_place, self._unit))
        yield self._later(epoch * each)

    def _later(self, begin: int) -> CurveSpec:
        """Return the decay from a batch on."""
        return later(self._decay, computed_value(begin, self.where, self._unit))

    @property
    def _unit(self) -> TimeUnit:
        return "epoch" if self.each is None else "step"

    @property
    def _warmup_points(self) -> dict[int, float]:
        """The rates of the first and the last batch of each epoch of the warmup: in between, they are on a line."""
        each = self.each or 1
        batches = (
            (epoch, batch)
            for epoch in range(min(self.warmup // each, self.epochs) + 1)
            for batch in (epoch * each, min((epoch + 1) * each - 1, self.warmup))
        )
        return {batch: self._rate(epoch) * batch / self.warmup for epoch, batch in batches}

    def _rate(self, epoch: int) -> float:
        progress = epoch / self.end
        if self.is_cosine:
            return self.lr * ((1 - math.cos(progress * math.pi)) / 2 * (self.final - 1) + 1)
        return self.lr * (max(1 - progress, 0) * (1 - self.final) + self.final)

    @property
    def _decay(self) -> CurveSpec:
        """The decay, which changes at the start of each epoch."""
        where, last = self.where, self.lr * self.final
        if self.final > 1:
            curve = interpolated_spec({0: self.lr, self.end: last}, where, "epoch")
            curve = curve._replace(params={**curve.params, "between": computed_value(self.name, where)})
        else:
            total = computed_value(self.end, self.length_place, "epoch")
            curve = self._spec(
                self.name, lr=computed_value(self.lr, where), min_lr=computed_value(last, where), total=total
            )
        if self.each is None:
            return curve
        return self._spec("staircase", every=computed_value(1, where, "epoch"), of=curve_list((curve,), where))

    def _spec(self, name: str, **params: RawValue) -> CurveSpec:
        return CurveSpec(name, self.where, "epoch", params)


def warmup_batches(config: MappingReader, warmup: float, *, epochs: int, each: int | None, least: int) -> int:
    """Return the length of a warmup of ``warmup`` epochs in batches, or in epochs if ``each`` is unknown."""
    place = config.place("warmup_epochs")
    if min(warmup, epochs) > MOST_WARMUP_EPOCHS:
        raise user_error(place, f"warmup_epochs must be at most {MOST_WARMUP_EPOCHS:,}", got=f"{warmup:g}")
    if each is not None:
        return max(round(warmup * each), least)
    if not warmup.is_integer() or not warmup:
        raise user_error(
            place, f"{UNKNOWN_STEPS_PER_EPOCH}: the warmup ends within an epoch", hint="pass --steps-per-epoch"
        )
    return int(warmup)


def bias_note(config: MappingReader) -> str:
    """Return the note on the warmup of biases."""
    bias = config.number("warmup_bias_lr", 0.1)
    note = f"warmup_bias_lr {bias:g} (the initial rate of biases; other parameters start at 0)"
    return note if bias else ""
