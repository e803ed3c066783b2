"""Programs for optax and Keras: what they import, and that an optimizer takes their schedules, compiled."""

from __future__ import annotations

import ast
import importlib.util
from typing import Any

import numpy as np
import pytest
from plans_of import planned
from programs_of import NEEDS, printed, rates_of

from cosine_cli.code.core import targets
from cosine_cli.schedules.core import catalogue

CURVES = [*(name for name in catalogue.names() if name != "sequence"), "torch.OneCycleLR:max_lr=0.1,total_steps=10"]


@pytest.mark.parametrize("curves", [*CURVES, "cosine inverse_sqrt multistep"])
@pytest.mark.parametrize("target", targets.target_names())
def test_all_that_is_imported_is_used(target: str, curves: str) -> None:
    tree = ast.parse(targets.source(planned(f"{curves} --steps 30"), target))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    bound = {(alias.asname or alias.name).partition(".")[0] for node in imports for alias in node.names}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert bound <= used


@pytest.mark.parametrize("target", ["optax", "keras"])
def test_the_count_is_cast(target: str) -> None:
    cast = {"optax": "t = jnp.asarray(count, jnp.float32)", "keras": 't = ops.cast(step, "float32")'}[target]
    assert cast in targets.source(planned("power_law:timescale=1,exponent=1 --steps 30"), target)


def test_a_schedule_that_compilation_changes_says_so() -> None:
    for steps, said in ((41, True), (40, False)):
        curve = f"optax.exponential_decay:init_value=0.1,transition_steps={steps},decay_rate=0.5,staircase=true"
        source = " ".join(targets.source(planned(f"{curve} --steps 100"), "optax").replace("#", "").split())
        assert ("uses another rate than a call of this gives, first at update 41." in source) == said


needed = pytest.mark.skipif(importlib.util.find_spec(NEEDS["optax"]) is None, reason="optax is not installed")


@needed
@pytest.mark.frameworks
def test_adam_takes_a_power_of_the_count() -> None:
    import jax
    import optax

    names: dict[str, Any] = {"__name__": "generated"}
    plan = planned("power_law:timescale=1,exponent=1 --steps 30")
    exec(targets.source(plan, "optax"), names)  # noqa: S102 - running it is the test
    optimizer = optax.adam(names["power_law"])
    weights = jax.numpy.ones(3)
    step = jax.jit(lambda state: optimizer.update(weights, state, weights))
    state, changes = optimizer.init(weights), []
    for _ in range(20):
        change, state = step(state)
        changes.append(-float(change[0]))
    # Adam divides a gradient that stays the same by itself: what is left is the rate.
    assert changes == pytest.approx(plan.curves[0].schedule(np.arange(20.0)).tolist(), rel=1e-4)


ROOTS = {
    "polynomial": "polynomial:power=0.5",
    "at any length": "polynomial:power=0.3,min_lr=0.01",
    "wsd": "wsd:decay_shape=sqrt",
    "timm": "timm.PolyLRScheduler:t_initial={steps},power=0.5",
    "transformers": "transformers.get_polynomial_decay_schedule_with_warmup:num_warmup_steps=3,"
    "num_training_steps={steps},power=0.5,lr_end=0",
    "torch": "torch.PolynomialLR:total_iters={steps},power=0.5",
}


@pytest.mark.frameworks
@pytest.mark.parametrize("curve", ROOTS.values(), ids=ROOTS)
@pytest.mark.parametrize("target", ["optax", "keras"])
def test_no_root_is_nan(target: str, curve: str) -> None:
    if importlib.util.find_spec(NEEDS[target]) is None:
        pytest.skip(f"{NEEDS[target]} is not installed")
    for steps in (10, 30, 41, 49, 90):
        plan = planned(f"{curve.format(steps=steps)} --steps {steps + 5}")
        found = rates_of(targets.source(plan, target), target)
        expected = plan.curves[0].schedule(np.arange(float(len(found))))
        assert found == pytest.approx(expected.tolist(), abs=3e-7 * plan.curves[0].schedule.peak)


@pytest.mark.frameworks
@pytest.mark.parametrize("target", ["optax", "keras"])
def test_run_as_a_program_it_prints_the_rates(target: str) -> None:
    if importlib.util.find_spec(NEEDS[target]) is None:
        pytest.skip(f"{NEEDS[target]} is not installed")
    plan = planned("cosine:min_lr=0.01 --steps 6")
    expected = plan.curves[0].schedule(np.arange(7.0)).tolist()
    assert printed(targets.source(plan, target)) == pytest.approx(expected, abs=3e-8)
