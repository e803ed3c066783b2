"""The names of parameters in any capitals, with dashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cosine_cli.errors import RequestError
from cosine_cli.plans.parse.curve_spec import parse_curve
from cosine_cli.plans.resolve.parameter_names import with_own_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.model.plan import Plan


@pytest.mark.parametrize(
    ("typed", "own"),
    [
        ("cosine:Min-LR=0.01,LABEL=a", ["min_lr", "label"]),
        ("step:StepSize=20,Warmup-Start=0.01,WARMUP=5", ["step_size", "warmup_start", "warmup"]),
        ("torch.CosineAnnealingLR:t_max=50,Eta-Min=0", ["T_max", "eta_min"]),
        ("scale:OF=cosine,Factor=2,Min-Lr=0", ["of", "factor", "Min-Lr"]),
        ("cosine:Min-LR=0.01,min_lr=0.1", ["Min-LR", "min_lr"]),
        ("cosine:Min-LR=0.01,MIN_LR=0.1", ["Min-LR", "MIN_LR"]),
        ("cosine:minimum=0.01", ["minimum"]),
        ("nothing:Min-LR=0.01", ["Min-LR"]),
    ],
)
def test_a_name_is_the_own_one(typed: str, own: list[str]) -> None:
    assert list(with_own_names(parse_curve(typed, unit="epoch")).params) == own


def test_any_spelling_is_the_same_plan(plan: Callable[..., Plan]) -> None:
    assert plan("Scale:FACTOR=2,OF=Linear,MIN-LR=1%,Label=a") == plan("scale:factor=2,of=linear,min_lr=1%,label=a")


def test_a_parameter_in_two_spellings_is_refused(plan: Callable[..., Plan]) -> None:
    with pytest.raises(RequestError, match=r"cosine has no parameter 'Min-LR'; did you mean min_lr=0.01"):
        plan("cosine:Min-LR=0.01,min_lr=0.1")
