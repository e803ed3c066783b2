"""The curve of a policy of MMCV 1 with its warmup: ``LrUpdaterHook`` in ``mmcv/runner/hooks/lr_updater.py``.

A policy that counts epochs sets the rate at their begin, the warmup at every step.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from cosine_cli.plans.importers.core.computed import computed_list, computed_value, curve_list
from cosine_cli.plans.importers.core.constant_rates import constants
from cosine_cli.plans.importers.core.later import later
from cosine_cli.plans.importers.core.mmcv_policies import Phase, Policy
from cosine_cli.plans.importers.core.mmcv_warmup import Warmup
from cosine_cli.plans.importers.core.sequence import TimedCurve, check_parts, timed_sequence
from cosine_cli.plans.importers.core.tables import check_length, table
from cosine_cli.plans.parse.raw import CurveSpec

_Span = tuple[Phase, float, float]
"""A phase, and the part of the run, from a time to another, that it has."""


@dataclass(frozen=True)
class WarmedPolicy:
    """The phases of a policy with a warmup over their begin."""

    policy: Policy
    phases: list[Phase]
    warmup: Warmup

    @property
    def curve(self) -> CurveSpec:
        """The curve of the run."""
        end = float(self.policy.total * self.policy.each)
        ramp = min(float(self.warmup.steps), end)
        parts = [*(self._ramp(ramp) if ramp else ()), *self._regular(ramp, end)]
        return timed_sequence(parts, self._where, self.policy.unit)

    @property
    def _where(self) -> str:
        return self.policy.reader.where

    def _spans(self, begin: float, end: float) -> Iterator[_Span]:
        """Yield the phases between two times of the run, each with its own part of that time."""
        starts = [phase.begin * self.policy.each for phase in self.phases]
        for phase, (start, stop) in zip(self.phases, itertools.pairwise([*starts, end]), strict=True):
            if max(start, begin) < min(stop, end):
                yield phase, max(start, begin), min(stop, end)

    def _regular(self, begin: float, end: float) -> Iterator[TimedCurve]:
        """Yield the parts without a warmup; consecutive constant ones are one."""
        left = math.nan
        for is_flat, group in itertools.groupby(self._spans(begin, end), key=lambda span: span[0].flat):
            spans = list(group)
            rates = [phase.rate(0) for phase, _, _ in spans if is_flat]
            if left or any(rates):  # a decay to 0 stays there
                yield from self._flat(spans, rates) if is_flat else self._curved(spans)
            phase, _, stop = spans[-1]
            left = phase.rate((stop - phase.begin * self.policy.each) / self.policy.each)

    def _flat(self, spans: list[_Span], rates: list[float]) -> Iterator[TimedCurve]:
        begins = [start for _, start, _ in spans]
        yield TimedCurve(begins[0], constants(begins, rates, self._where, self.policy.unit))

    def _curved(self, spans: list[_Span]) -> Iterator[TimedCurve]:
        return (TimedCurve(start, self._from(phase, start)) for phase, start, _ in spans)

    def _from(self, phase: Phase, start: float) -> CurveSpec:
        """Return the curve of a phase from a time of the run on."""
        curve, each = phase.curve, self.policy.each
        if each > 1:
            curve = self.policy.spec("staircase", every=self.policy.time(1), of=curve_list((curve,), self._where))
        ahead = start - phase.begin * each
        if ahead:
            curve = later(curve, computed_value(ahead, self._where))
        return curve

    def _ramp(self, end: float) -> Iterator[TimedCurve]:
        spans = list(self._spans(0.0, end))
        first, each = spans[0][0], self.policy.each
        if len(spans) == 1 and (first.flat or end <= each > 1):
            yield TimedCurve(0.0, self._line(first.rate(0), 0.0, end))
        elif self.warmup.shape == "constant":
            for start, curve in self._regular(0.0, end):
                of = curve_list((curve,), self._where)
                yield TimedCurve(start, self.policy.spec("scale", factor=self.warmup.ratio, of=of))
        elif each > 1 and self.warmup.shape == "linear":
            epochs = math.ceil(end / each)
            check_parts(epochs, self._where)
            for epoch in range(epochs):
                start = float(epoch * each)
                yield TimedCurve(start, self._line(self._rate(start), start, min(start + each, end)))
        else:
            check_length(end, self._where)
            times = map(float, range(int(end) + 1))
            rates = [self._rate(time) * (self.warmup.factor(time) if time < self.warmup.steps else 1) for time in times]
            yield TimedCurve(0.0, table(rates, self._where, self.policy.unit))

    def _rate(self, step: float) -> float:
        """Return the rate without the warmup at a step."""
        time = step // self.policy.each
        phase = next(phase for phase in reversed(self.phases) if phase.begin <= time)
        return phase.rate(time - phase.begin)

    def _line(self, rate: float, start: float, end: float) -> CurveSpec:
        """Return the warmup of a constant rate between two steps."""
        unit, factor = self.policy.unit, self.warmup.factor
        if self.warmup.shape == "exp" and end > start + 1:
            # Up to the last step of the warmup, as there must be one after it.
            length, last = end - start - 1, self.policy.spec("constant", lr=rate * factor(end - 1))
            return self.policy.spec(
                "warmup",
                warmup=computed_value(length, self._where, unit),
                warmup_shape=computed_value("exponential", self._where),
                warmup_start=rate * factor(start),
                of=curve_list((last,), self._where),
            )
        if self.warmup.shape == "linear" and self.warmup.ratio < 1:
            times = computed_list((0.0, end - start), self._where, unit)
            rates = computed_list((rate * factor(start), rate * factor(end)), self._where)
            return self.policy.spec("piecewise_interpolated", times=times, values=rates)
        return self.policy.spec("constant", lr=rate * factor(start))
