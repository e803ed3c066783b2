"""Shapes of decays and warmups, and declarations of their parameters.

A shape is a function of the remaining share of the time, from 1 at the start to 0 at the end; it is exactly 1 and 0
there, and monotone. It takes the remaining share rather than the elapsed share ``u``, since ``1 - u`` would lose the
digits of the last steps. A warmup is a shape of the elapsed share.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from math import pi
from typing import Any

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.fields import param
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, PieceKind


def left(m: Ops, t: Any, total: float) -> Any:
    """Return the share of ``total`` that remains at ``t``."""
    return m.form(
        exact=lambda: m.named("left", m.maximum(0.0, total - t) / total),
        plain=lambda: m.named("left", 1.0 - passed(m, t, total)),
    )


def left_after(m: Ops, t: Any, begin: float, end: float, length: float) -> Any:
    """Return the share that remains at ``t`` of a decay of this length from ``begin`` to ``end``, 1 before it."""
    return m.form(
        # Counted from the end, where it must be exact: 0.05 + 0.75 + 0.2 is 1, but 1 - (0.05 + 0.75) is not 0.2.
        exact=lambda: m.named("left", m.minimum(1.0, m.maximum(0.0, (end - t) / length))),
        plain=lambda: m.where(t < begin, 1.0, 1.0 - passed(m, m.maximum(t - begin, 0.0) if begin else t, length)),
    )


def passed(m: Ops, t: Any, total: float) -> Any:
    """Return the share of ``total`` that has elapsed at ``t``."""
    return m.named("progress", m.minimum(t / total, 1.0))


def cosine_of(m: Ops, share: Any) -> Any:
    """Return half a cosine wave: 1 if ``share`` is 1, 0 if it is 0."""
    return m.form(
        exact=lambda: m.sin(0.5 * pi * share) ** 2,
        plain=lambda: 0.5 * (1.0 - m.cos(pi * share)),
    )


def floored(m: Ops, rate: Any, floor: float) -> Any:
    """Return the rate, at least ``floor``."""
    return m.maximum(rate, floor) if floor else rate


WARMUP_SHAPES = ("linear", "cosine", "quadratic", "exponential", "constant")
"""The shapes of a warmup; constant holds the initial rate."""

DECAY_SHAPES = ("linear", "cosine", "1-sqrt", "sqrt", "exponential", "shifted-exponential")
"""The shapes of a decay after a plateau; a shifted exponential is 2 * 0.5**u - 1, which reaches 0."""


def warmup_shape() -> Any:
    """Declare ``warmup_shape`` of a schedule with a warmup of its own."""
    return param("linear", "shape of the warmup", choices=WARMUP_SHAPES)


def warmup_start(share_of: str = "lr") -> Any:
    """Declare ``warmup_start`` of a schedule with a warmup of its own."""
    return param(0.0, "learning rate at the start of the warmup", at_least=0, share_of=share_of)


def warmup_from() -> Any:
    """Declare ``warmup_from`` of a schedule with a warmup of its own."""
    return param(
        "start", "rate of update 0: warmup_start, or the first step above it, 1/warmup", choices=("start", "first")
    )


def warmup_progress(m: Ops, t: Any, warmup: float, origin: str) -> Any:
    """Return the share of a warmup that has elapsed at ``t``; from the first update on, the next step counts too."""
    if origin != "first":
        return m.named("progress", m.minimum(t / warmup, 1.0))
    share = m.minimum((t + 1.0) / warmup, 1.0)
    return m.named("progress", m.form(exact=lambda: m.where(t < warmup - 1.0, share, 1.0), plain=lambda: share))


def warmup_segments(warmup: float, shape: str, origin: str) -> tuple[tuple[float, PieceKind], ...]:
    """Return the segments of a warmup; from the first update on, it reaches its target one step early."""
    kind: PieceKind = "flat" if shape == "constant" else "smooth"
    return ((max(warmup - 1.0, 0.0), kind), (warmup, "flat")) if origin == "first" else ((warmup, kind),)


def check_warmup(shape: str, start: float, origin: str, peak: float) -> None:
    """Raise ParameterError if a warmup of this shape cannot begin at ``start``, or if it is above the peak."""
    if shape == "constant" and origin == "first":
        hint = "a constant warmup holds warmup_start"
        raise ParameterError("warmup_from", "must be start for a constant warmup", got="first", hint=hint)
    if shape == "exponential" and start == 0:
        hint = "an exponential warmup cannot start at 0"
        raise ParameterError("warmup_start", "must be above 0 for an exponential warmup", got="0", hint=hint)
    if start > peak:
        rule = f"must be at most the rate at the end of the warmup ({peak!r})"
        raise ParameterError("warmup_start", rule, got=repr(start))


def check_shorter(warmup: float, total: float) -> None:
    """Raise ParameterError if the warmup leaves no time for the decay."""
    if warmup >= total:
        raise ParameterError("warmup", "must be shorter than total", got=repr(warmup))


def decaying_rate(m: Ops, shape: str, high: float, low: float, left: Any) -> Any:
    """Return the rate of a decay from ``high`` to ``low`` if the share ``left`` of it remains."""
    if shape == "exponential":
        return m.form(
            exact=lambda: _decay_by_factors(m, high, low, left), plain=lambda: _by_equal_factors(high, low, 1.0 - left)
        )
    return m.lerp(high, low, _decay_shape(m, shape, left))


def _decay_by_factors(m: Ops, high: float, low: float, left: Any) -> Any:
    falling = m.minimum(high, m.maximum(low, _by_equal_factors(low, high, left)))
    return m.where(left < 1.0, falling, high)  # low * (high / low) need not be high


def _decay_shape(m: Ops, shape: str, left: Any) -> Any:
    if shape == "cosine":
        return cosine_of(m, left)
    if shape == "sqrt":
        return m.sqrt(left)
    if shape == "shifted-exponential":
        return m.form(exact=lambda: _power_of_2_minus_1(m, left), plain=lambda: 2.0**left - 1.0)
    return one_minus_sqrt(m, left, 1.0 - left) if shape == "1-sqrt" else left


def one_minus_sqrt(m: Ops, left: Any, passed: Any) -> Any:
    """Return one minus the square root of the elapsed share."""
    return m.form(
        exact=lambda: left / (1.0 + m.sqrt(passed)),  # equal, without cancellation near the end
        plain=lambda: 1.0 - m.sqrt(passed),
    )


def _power_of_2_minus_1(m: Ops, share: Any) -> Any:
    """Return ``2**share - 1`` without cancellation near 0: ``e**x - 1`` is ``2 y / (1 - y)``, ``y = tanh(x / 2)``."""
    y = m.tanh(0.5 * math.log(2.0) * share)
    return m.where(share < 1.0, 2.0 * y / (1.0 - y), 1.0)


def _by_equal_factors(start: float, end: float, share: Any) -> Any:
    ratio = end / start
    return start * ratio**share if math.isfinite(ratio) else start ** (1.0 - share) * end**share


def in_phases(ends: Sequence[tuple[float, PieceKind]], until: float) -> list[Piece]:
    """Return the pieces up to ``until`` of consecutive phases, each given by its end and its kind."""
    starts = [0.0, *(end for end, _ in ends)]
    phases = (Piece(start, min(end, until), kind) for start, (end, kind) in zip(starts, ends, strict=False))
    return [piece for piece in phases if piece.t0 < piece.t1]


def up_and_down(ends: Sequence[float], until: float) -> list[Piece]:
    """Return the pieces up to ``until`` of monotone phases with these ends, and of the constant rate after them."""
    return in_phases((*((end, "smooth") for end in ends), (math.inf, "flat")), until)


def warmup_rate(m: Ops, shape: str, start: float, target: float, u: Any) -> Any:
    """Return the rate of a warmup from ``start`` to ``target`` if the share ``u`` of it has elapsed."""
    if shape == "constant":
        return start + 0.0 * u
    if shape == "exponential":
        rate = _by_equal_factors(start, target, u)
        lowest, highest = sorted((start, target))
        within = m.minimum(m.maximum(rate, lowest), highest)
        return m.form(exact=lambda: m.where(u < 1.0, within, target), plain=lambda: rate)
    return m.lerp(target, start, cosine_of(m, u) if shape == "cosine" else u**2 if shape == "quadratic" else u)


def half_waves(length: float, until: float, at_most: int) -> list[Piece]:
    """Return the pieces up to ``until`` of a wave with a turning point at every multiple of ``length``."""
    count = math.ceil(until / length)
    if count > at_most:
        down, up = Piece(0.0, length, "smooth"), Piece(length, 2 * length, "smooth")
        return [Piece(0.0, until, "cycles", 2 * length, (down, up))]
    edges = [min(i * length, until) for i in range(count + 1)]
    return [Piece(a, b, "smooth") for a, b in itertools.pairwise(edges) if a < b]
