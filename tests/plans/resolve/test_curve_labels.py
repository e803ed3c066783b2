"""Names for curves that were given none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cosine_cli.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.model.plan import Plan


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        ("cosine step exponential", ["cosine", "step decay", "exponential decay"]),
        ("multistep polynomial constant", ["multistep", "polynomial", "constant"]),
        ("cosine cosine:min_lr=1e-5", ["cosine", "cosine, min_lr 1e-5"]),
        ("cosine:lr=0.1 cosine:lr=0.2", ["cosine, lr 0.1", "cosine, lr 0.2"]),
        ("step:gamma=0.5,lr=0.1 step:gamma=0.2,lr=0.1", ["step decay, gamma 0.5", "step decay, gamma 0.2"]),
        ("step:step_size=20,gamma=0.5 step", ["step decay, step_size 20, gamma 0.5", "step decay"]),
        ("step:step_size=30 step", ["step decay", "step decay (2)"]),
        ("step:step_size=3st step --steps-per-epoch 5", ["step decay, step_size 3 steps", "step decay"]),
        ("multistep:milestones=30/60 multistep", ["multistep, milestones 30/60", "multistep"]),
        ("restarts:of=linear restarts", ["restarts, of linear", "restarts"]),
        ("cosine cosine", ["cosine", "cosine (2)"]),
        ("cosine cosine cosine", ["cosine", "cosine (2)", "cosine (3)"]),
        ("cosine:label=mine cosine", ["mine", "cosine"]),
        ("cosine:label=mine,lr=1 cosine:lr=2", ["mine", "cosine"]),
        ("cosine:label=mine,lr=1 cosine:lr=2,min_lr=1e-5 cosine:lr=2", ["mine", "cosine, min_lr 1e-5", "cosine"]),
        ("cosine:label='step decay' step", ["step decay", "step decay (2)"]),
        ("cosine:label='cosine (2)' cosine cosine", ["cosine (2)", "cosine", "cosine (3)"]),
        ("cosine cosine cosine:label='cosine (2)'", ["cosine", "cosine (3)", "cosine (2)"]),
        ("cosine:warmup=5 cosine:warmup=10", ["cosine, warmup 5", "cosine, warmup 10"]),
        ("cosine:label='\"\"' linear", ["cosine", "linear"]),
    ],
)
def test_curves_are_told_apart(plan: Callable[..., Plan], words: str, labels: list[str]) -> None:
    assert [curve.label for curve in plan(words).curves] == labels


def test_one_label_twice_is_refused(plan: Callable[..., Plan]) -> None:
    with pytest.raises(RequestError) as error:
        plan("cosine:label=a step:label=a")
    assert (
        str(error.value)
        == "curve 'step:label=a': label: labels must differ, got 'a' twice, first at curve 'cosine:label=a'"
    )


def test_a_config_says_where(plan: Callable[..., Plan]) -> None:
    with pytest.raises(RequestError) as error:
        plan("", "curves:\n- cosine: {label: a}\n- step: {label: a}\n")
    assert str(error.value) == "c.yaml:3:17: labels must differ, got 'a' twice, first at c.yaml:2:3"
