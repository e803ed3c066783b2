"""Roots in compiled programs are of at least 0, and nothing else is touched."""

from __future__ import annotations

import numpy as np
import pytest

from cosine_cli.code import optax as for_optax
from cosine_cli.code.core.emit import tree
from cosine_cli.code.core.evaluate import evaluate
from cosine_cli.code.core.guard import guarded
from cosine_cli.code.core.symbols import TIME, Symbolic
from cosine_cli.frameworks.core.compiled import COMPILED, Traced
from cosine_cli.schedules.core.ops import NUMPY

M = Symbolic()
LEFT = 1.0 - TIME / 10.0
NAMED = M.let("left", LEFT)

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
    "a wave": (M.cos(TIME) ** 0.5, "return jnp.maximum(0, jnp.cos(t))**0.5"),
    "a table": (M.take([1.0, 2.0], TIME) ** 0.5, "return VALUES[jnp.asarray(t, dtype=int)] ** 0.5"),
    "a table below 0": (
        M.take([1.0, -2.0], TIME) ** 0.5,
        "return jnp.maximum(0, VALUES[jnp.asarray(t, dtype=int)])**0.5",
    ),
}


def lines(formula: object) -> list[str]:
    return [line.replace(") ** 0.5", ")**0.5") for line in tree(guarded(formula), for_optax.LANGUAGE).lines]


@pytest.mark.parametrize(("formula", "line"), WRITTEN.values(), ids=WRITTEN)
def test_only_what_may_be_below_0_is_held(formula: object, line: str) -> None:
    assert lines(formula) == [line.replace(") ** 0.5", ")**0.5")]


def test_what_has_a_name_keeps_it() -> None:
    assert lines(NAMED * NAMED**0.5) == ["left = 1 - t / 10", "return left * jnp.maximum(0, left)**0.5"]


def test_a_guarded_root_is_0_where_the_bare_one_is_nan() -> None:
    late = Traced(np.array([10.0, 11.0]))
    with np.errstate(invalid="ignore"):
        assert np.isnan(evaluate(LEFT**0.5, COMPILED, late).value).all()
    assert evaluate(guarded(LEFT**0.5), COMPILED, late).value.tolist() == [0.0, 0.0]
    assert evaluate(guarded(LEFT**0.5), COMPILED, Traced(6.4)).value == pytest.approx(0.6)


def test_a_tree_is_evaluated_in_any_operations() -> None:
    formula = M.where(TIME < 5.0, M.mix(3.0, 1.0, TIME / 5.0), M.take([7.0, 8.0], M.cycles(TIME, 6.0))) + NAMED - NAMED
    assert evaluate(formula, NUMPY, np.array([0.0, 2.5, 5.0, 6.0])).tolist() == pytest.approx([1.0, 2.0, 7.0, 8.0])
