"""The warmup ``lr * (t + 1) / (warmup + 1)``, whose update 0 does not have a rate of 0."""

from __future__ import annotations

from cosine_cli.plans.importers.core.computed import computed_value, interpolated_spec
from cosine_cli.plans.parse.raw import CurveSpec


def warmed_up(curve: CurveSpec, lr: float, warmup: float, steps: int, where: str) -> CurveSpec:
    """Return a curve after a warmup to ``lr``; in a run of ``steps`` that ends earlier, the warmup alone.

    - ``where``: the place of the length of the warmup.
    """
    if not warmup:
        return curve
    start = lr / (warmup + 1)
    if warmup >= steps:
        return interpolated_spec({0: start, steps: start * (steps + 1)}, where)
    params = {"warmup": computed_value(warmup, where), "warmup_start": computed_value(start, where)}
    return curve._replace(params={**curve.params, **params})
