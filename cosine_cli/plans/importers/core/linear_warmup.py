"""A linear warmup as parameters of the curve that follows it, or as a line if the run ends before."""

from __future__ import annotations

from cosine_cli.plans.importers.core.computed import computed_value, interpolated_spec
from cosine_cli.plans.parse.raw import CurveSpec


def warmed_up(curve: CurveSpec, start: float, peak: float, steps: float, run: float) -> CurveSpec:
    """Return a linear warmup of some steps from ``start`` to ``peak``, and then the curve.

    A warmup that lasts the whole run is a line, which never reaches the curve.
    """
    if not steps:
        return curve
    if steps >= run:
        return line(start, peak, steps, run, curve.where)
    return _with_warmup(curve, steps, start, curve.where)


def plus_one_warmup(curve: CurveSpec, lr: float, steps: float, run: float, where: str) -> CurveSpec:
    """Return a curve after the warmup ``lr * (t + 1) / (steps + 1)``, whose update 0 does not have a rate of 0.

    - ``where``: the place of the length of the warmup.
    """
    start = lr / (steps + 1)
    if not steps:
        return curve
    if steps >= run:
        return line(start, lr, steps, run, where)
    return _with_warmup(curve, steps, start, where)


def _with_warmup(curve: CurveSpec, steps: float, start: float, where: str) -> CurveSpec:
    warmup = {"warmup": computed_value(steps, where), "warmup_start": computed_value(start, where)}
    return curve._replace(params={**curve.params, **warmup})


def line(start: float, end: float, steps: float, run: float, where: str) -> CurveSpec:
    """Return a line from ``start`` that reaches ``end`` after some steps, as far as the run goes."""
    last = min(steps, run)
    return interpolated_spec({0.0: start, last: start + (end - start) * (last / steps)}, where)
