"""Roots in compiled programs are of at least 0, and nothing else is touched."""

from __future__ import annotations

import numpy as np
import pytest

from cosine_cli.code import optax as for_optax
from cosine_cli.code.core.arithmetic import Arithmetic, evaluate_tree
from cosine_cli.code.core.emit import function
from cosine_cli.code.core.guard import clip_radicands
from cosine_cli.code.core.symbols import TIME, Symbolic

M = Symbolic()
LEFT = 1.0 - TIME / 10.0
NAMED = M.named("left", LEFT)

WRITTEN = {
    "a root": (LEFT**0.5, "return jnp.maximum(0, 1 - t / 10)**0.5"),
    "a square root": (M.sqrt(LEFT), "return jnp.sqrt(jnp.maximum(0, 1 - t / 10))"),
    "a power of time": (2.0 * LEFT**TIME, "return 2 * jnp.maximum(0, 1 - t / 10) ** t"),
    "a whole power": (LEFT**2.0, "return (1 - t / 10) ** 2"),
    "a sum": ((1.0 + TIME) ** -0.5, "return (1 + t) ** -0.5"),
    "what is held already": (M.maximum(0.0, LEFT) ** 0.5, "return jnp.maximum(0, 1 - t / 10)**0.5"),
    "a factor": (0.5**TIME, "return 0.5**t"),
    "an exponential": (M.exp(0.0 - TIME) ** 0.5, "return jnp.exp(0 - t) ** 0.5"),
    "a case": (M.where(TIME < 5.0, TIME, 1.0) ** 0.5, "return jnp.where(t < 5, t, 1) ** 0.5"),
    "a share that is held": (
        (1.0 - M.minimum(TIME / 10.0, 1.0) ** 3.0) ** 0.5,
        "return (1 - jnp.minimum(t / 10, 1) ** 3) ** 0.5",
    ),
    "a share of what is held": (
        (1.0 - M.minimum(TIME, 10.0) / 10.0) ** 0.5,
        "return jnp.maximum(0, 1 - jnp.minimum(t, 10) / 10)**0.5",
    ),
    "a wave": (M.cos(TIME) ** 0.5, "return jnp.maximum(0, jnp.cos(t))**0.5"),
    "a table": (M.gather([1.0, 2.0], TIME) ** 0.5, "return values[t.astype(int)] ** 0.5"),
    "a table below 0": (
        M.gather([1.0, -2.0], TIME) ** 0.5,
        "return jnp.maximum(0, values[t.astype(int)])**0.5",
    ),
}


def lines(formula: object) -> list[str]:
    return [line.replace(") ** 0.5", ")**0.5") for line in function(clip_radicands(formula), for_optax.LANGUAGE).lines]


@pytest.mark.parametrize(("formula", "line"), WRITTEN.values(), ids=WRITTEN)
def test_only_what_may_be_below_0_is_held(formula: object, line: str) -> None:
    assert lines(formula)[-1] == line.replace(") ** 0.5", ")**0.5")


def test_what_has_a_name_keeps_it() -> None:
    assert lines(NAMED * NAMED**0.5) == ["left = 1 - t / 10", "return left * jnp.maximum(0, left)**0.5"]


def test_a_guarded_root_is_0_where_the_bare_one_is_nan() -> None:
    compiled = Arithmetic(compiled=True, strict=False)
    times = np.array([6.4, 10.0, 11.0])
    assert np.isnan(evaluate_tree(LEFT**0.5, times, compiled)).tolist() == [False, True, True]
    assert evaluate_tree(clip_radicands(LEFT**0.5), times, compiled).tolist() == pytest.approx([0.6, 0.0, 0.0])
