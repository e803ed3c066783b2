"""Every schedule of a framework gives what the framework that is installed here gives, over random parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from framework_schedules_of import said
from frameworks.live import installed, keras_schedule, optax_schedule, values
from hypothesis import HealthCheck, given, note, reject, settings
from hypothesis import strategies as st

from cosine_cli.errors import RequestError
from cosine_cli.frameworks.core import discovery
from cosine_cli.schedules.core.fields import Param, params

if TYPE_CHECKING:
    from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule

pytestmark = [pytest.mark.frameworks, pytest.mark.filterwarnings("ignore")]

UPDATES = 220
"""How many updates are compared."""

EXAMPLES = {"torch": 60, "transformers": 60, "timm": 60, "optax": 25, "keras": 25}
"""A loop of JAX takes its time to be compiled."""

RATES = st.sampled_from([0.1, 3e-4, 1.0]) | st.floats(-6.0, 0.0).map(lambda digits: 10.0**digits)
LENGTHS = st.integers(0, 60) | st.integers(1, 240).map(lambda quarters: quarters / 4) | st.floats(0.1, 100.0)
FACTORS = st.sampled_from([0.0, 0.1, 0.5, 1.0, 2.0]) | st.floats(0.01, 1.5)


def within(field: Param, value: float) -> bool:
    return (
        (field.above is None or value > field.above)
        and (field.at_least is None or value >= field.at_least)
        and (field.at_most is None or value <= field.at_most)
    )


def number(field: Param) -> st.SearchStrategy[Any]:
    """Return values of a number within its bounds: rates, lengths or factors, by what its meaning says."""
    low = field.above + 1 if field.above is not None else field.at_least or 0
    if field.whole:
        return st.integers(int(low), int(field.at_most) if field.at_most is not None else int(low) + 60)
    words = f"{field.name} {field.meaning}"
    if "rate" in words:
        found: st.SearchStrategy[float] = RATES | st.just(0.0)
    elif any(word in words for word in ("calls", "epochs", "steps", "updates", "time")):
        found = LENGTHS.map(float)
    else:
        found = FACTORS
    return found.filter(lambda value: within(field, value))


def value(framework: str, field: Param, depth: int) -> st.SearchStrategy[Any]:
    """Return values of a parameter, as JSON has them."""
    if "Schedule" in str(field.type):
        if field.member is not None:
            return st.lists(
                given_to(framework, discovery.framework_schedules(framework)[field.member], depth), max_size=3
            )
        return st.lists(member(framework, depth), min_size=1, max_size=3)
    if field.choices:
        found: st.SearchStrategy[Any] = st.sampled_from(field.choices)
    elif field.type is bool:
        found = st.booleans()
    elif field.mapping:
        found = st.dictionaries(st.integers(0, 60).map(str), number(field), max_size=4)
    elif field.many:
        found = st.lists(number(field), min_size=0 if field.may_be_empty else 1, max_size=4, unique=field.ascending)
        found = found.map(sorted)
    else:
        found = number(field)
    return st.none() | found if field.optional else found


def member(framework: str, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    """Return schedules that others can be made of; now and then one that is made of others itself."""
    all_of = discovery.framework_schedules(framework)
    single = [name for name in all_of if not any("Schedule" in str(field.type) for field in params(all_of[name]))]
    names = st.sampled_from(single if depth > 1 else [*single, *single, *all_of])
    return names.flatmap(lambda name: st.fixed_dictionaries({name: given_to(framework, all_of[name], depth + 1)}))


@st.composite
def given_to(draw: st.DrawFn, framework: str, native: type[FrameworkSchedule], depth: int = 0) -> dict[str, Any]:
    """Return what a constructor is given; what has a default is left out now and then."""
    found: dict[str, Any] = {}
    for field in params(native):
        needed = field.inherits is not None or "must be given" in str(field.default) or "Schedule" in str(field.type)
        if field.name != "lr" and (needed or draw(st.booleans())):
            found[field.name] = draw(value(framework, field, depth))
    if "milestones" in found and "schedulers" in found:
        length = len(found["schedulers"]) - 1
        found["milestones"] = sorted(draw(st.lists(st.integers(0, 60), min_size=length, max_size=length)))
    if "boundaries" in found and "schedules" in found:
        length = len(found["schedules"]) - 1
        found["boundaries"] = sorted(draw(st.lists(st.integers(0, 60), min_size=length, max_size=length)))
    return found


NAMES = [(framework, name) for framework in discovery.frameworks() for name in discovery.framework_schedules(framework)]


@pytest.mark.parametrize(("framework", "name"), NAMES, ids=[f"{framework}-{name}" for framework, name in NAMES])
def test_a_schedule_gives_what_its_framework_gives(framework: str, name: str) -> None:
    if not installed(framework):
        pytest.skip(f"{framework} is not installed")
    native = discovery.framework_schedules(framework)[name]
    precision = discovery.load_framework(framework).precision

    @settings(max_examples=EXAMPLES[framework], suppress_health_check=list(HealthCheck))
    @given(given_to(framework, native), RATES)
    def compare(parameters: dict[str, Any], lr: float) -> None:
        try:
            schedule = said(framework, name, parameters, lr)
        except RequestError:
            reject()  # a bound of ours may be narrower, and recorded cases tell that what it gives is refused
        came = values(framework, name, parameters, lr, UPDATES)
        assert came.refused is None
        expected = np.array(came.values)
        finite = np.isfinite(expected)
        rates = schedule(np.arange(float(len(expected))))
        off = np.abs(rates - expected)[finite]
        worst = int(np.argmax(off)) if off.size else 0
        note(f"update {worst}: {expected[worst]!r}")
        assert off[worst : worst + 1].sum() <= precision * np.abs(expected[finite]).max(initial=0.0)
        assert (np.isnan(rates) == np.isnan(expected)).all()
        if came.raises_at is not None:
            assert schedule.ends == came.raises_at - 1
        elif not np.isnan(expected[-1:]).any():
            assert schedule.ends >= UPDATES - 1

    compare()


FITTED = {
    "late drops": ("ExponentialDecay", {"decay_steps": 11, "decay_rate": 0.5, "staircase": True}),
    "later drops": ("ExponentialDecay", {"decay_steps": 41, "decay_rate": 0.5, "staircase": True}),
    "NaN": ("PolynomialDecay", {"decay_steps": 30, "power": 0.5}),
    "a lost restart": ("CosineDecayRestarts", {"first_decay_steps": 10, "t_mul": 1.05}),
    "a climb": ("CosineDecay", {"decay_steps": 30, "warmup_target": 0.3, "warmup_steps": 7}),
}


@pytest.mark.parametrize(("name", "parameters"), FITTED.values(), ids=FITTED)
def test_fit_of_keras_trains_with_the_rates(name: str, parameters: dict[str, Any]) -> None:
    if not installed("keras"):
        pytest.skip("keras is not installed")
    parameters = {"initial_learning_rate": 0.1, **parameters}
    expected = said("keras", name, parameters, None)(np.arange(60.0))
    optimizer = keras_schedule(name, parameters)
    import keras

    class OneWeight(keras.Model):  # type: ignore[misc]
        def build(self, _: Any) -> None:
            self.weight = self.add_weight(shape=(), initializer="zeros")

        def call(self, inputs: Any) -> Any:
            return inputs * self.weight

    model = OneWeight()
    model.compile(optimizer=keras.optimizers.SGD(optimizer), loss=lambda _, predicted: keras.ops.mean(predicted))
    one, rates = np.ones((1, 1), dtype=np.float32), []
    for _ in expected:  # the gradient is 1, and the weight 0 before each update
        model.train_on_batch(one, one)
        rates.append(-float(np.asarray(model.weight)))
        model.weight.assign(0.0)
    assert rates == pytest.approx(expected.tolist(), rel=0, abs=2e-8, nan_ok=True)


SMALL = {
    "staircase": (
        "exponential_decay",
        {"init_value": 0.1, "transition_steps": 41, "decay_rate": 0.5, "staircase": True},
    ),
    "root": ("polynomial_schedule", {"init_value": 0.1, "end_value": 0.01, "power": 0.5, "transition_steps": 30}),
    "waves": ("cosine_onecycle_schedule", {"transition_steps": 50, "peak_value": 0.1}),
}


@pytest.mark.parametrize(("name", "parameters"), SMALL.values(), ids=SMALL)
def test_a_step_compiled_by_itself_uses_the_same_rates_as_a_loop_compiled_whole(
    name: str, parameters: dict[str, Any]
) -> None:
    if not installed("optax"):
        pytest.skip("optax is not installed")
    expected = values("optax", name, parameters, None, 60).values
    import jax
    import optax
    from jax import numpy

    optimizer = optax.inject_hyperparams(optax.adam)(learning_rate=optax_schedule(name, parameters))
    weights = numpy.zeros(3)
    state, rates = optimizer.init(weights), []
    step = jax.jit(lambda state, weights: optimizer.update(numpy.ones(3), state, weights))
    for _ in expected:
        _, state = step(state, weights)
        rates.append(float(state.hyperparams["learning_rate"]))
    assert np.array_equal(rates, expected, equal_nan=True)
