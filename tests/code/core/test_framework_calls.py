"""Which of a framework's schedules is used for a curve, how it is written, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from plans_of import planned

from cosine_cli.code.core.codegen_curves import codegen_curves
from cosine_cli.code.core.formatting import flat, lines
from cosine_cli.code.core.framework_calls import constructor_call, find_equivalent, remark
from cosine_cli.frameworks.core import discovery
from cosine_cli.frameworks.core.discovery import nearest
from cosine_cli.frameworks.optax.cosine import CosineDecaySchedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.polynomial import Polynomial

if TYPE_CHECKING:
    from cosine_cli.code.core.codegen_curves import CodegenCurve
    from cosine_cli.code.core.framework_calls import EquivalentSchedule

NEAR = 1e-6
SEQUENCE = (
    "SequentialLR(optimizer, schedulers=[LinearLR(optimizer, start_factor=1e-08, total_iters=5), "
    "CosineAnnealingLR(optimizer, T_max=95)], milestones=[5])"
)
NOT_EXACT = (
    "A function: PyTorch's nearest, SequentialLR of LinearLR and CosineAnnealingLR, is off by up to 1e-09 "
    "(1e-08 of the peak), at epoch 0."
)
FLOOR = """\
steps: 100
min_lr: 0.02
groups: {backbone: 0.1, head: 1.0}
curves: [linear]
"""


def first(words: str, config: str | None = None) -> CodegenCurve:
    return codegen_curves(planned(words, config), grouped=True)[0]


def found(
    words: str, framework: str, within: float = NEAR, config: str | None = None
) -> tuple[CodegenCurve, EquivalentSchedule]:
    curve = first(words, config)
    return curve, find_equivalent(curve, framework, within)


def told(words: str, framework: str, within: float = NEAR, config: str | None = None) -> str:
    curve, equivalent = found(words, framework, within, config)
    return " ".join(remark(curve, equivalent, framework))


@pytest.mark.parametrize(
    ("words", "framework", "code"),
    [
        (
            "cosine:warmup=5",
            "torch",
            SEQUENCE,
        ),
        (
            "exponential --steps 1M",
            "optax",
            "ExponentialDecay",
        ),
        (
            "piecewise_constant:milestones=30/60,values=0.3/0.03/0.003",
            "torch",
            "MultiStepLR(optimizer, milestones=[30, 60])",
        ),
        ("linear:min_lr=0.001,lr=0.03", "torch", "end_factor=0.0333333333333333"),
    ],
    ids=["a warmup that cannot start at 0", "a million factors", "equal factors", "a quotient"],
)
def test_what_is_very_near_is_used(words: str, framework: str, code: str) -> None:
    _, equivalent = found(words, framework)
    assert equivalent.framework_schedule is not None
    if framework == "torch":
        assert code in flat(constructor_call(equivalent.framework_schedule, first="optimizer"))
    else:
        assert type(equivalent.framework_schedule).__name__ == code
        assert "transition_steps=1000000, decay_rate=0.01" in flat(
            constructor_call(equivalent.framework_schedule, prefix="optax.")
        )


def test_what_is_only_near_is_not_used_where_it_has_to_be_exact() -> None:
    _, equivalent = found("cosine:warmup=5", "torch", 0.0)
    assert equivalent.framework_schedule is None
    assert equivalent.equivalent is not None
    assert equivalent.share == pytest.approx(1e-8)
    _, exact = found("cosine", "torch", 0.0)
    assert exact.framework_schedule == exact.equivalent


@pytest.mark.parametrize(
    ("words", "framework", "within", "sentence"),
    [
        ("cosine", "torch", NEAR, "PyTorch gives these rates exactly."),
        ("cosine", "optax", NEAR, "optax gives these rates, up to the rounding of its 32-bit floats."),
        (
            "cosine:warmup=5",
            "torch",
            NEAR,
            "Differs by at most 1e-09 (1e-08 of the peak), at epoch 0; --exact writes a function.",
        ),
        (
            "cosine:warmup=5",
            "torch",
            0.0,
            NOT_EXACT,
        ),
        ("rex", "torch", NEAR, "A function: PyTorch has no built-in equivalent."),
        (
            "timm.TanhLRScheduler:t_initial=100",
            "torch",
            NEAR,
            "A function: PyTorch has no built-in equivalent of timm.TanhLRScheduler.",
        ),
        (
            "torch.OneCycleLR:max_lr=0.1,total_steps=100 --epochs 200",
            "torch",
            NEAR,
            "PyTorch gives these rates exactly. It ends at epoch 100: there is no rate after it.",
        ),
    ],
    ids=["exact", "32 bits", "near", "not near enough", "none", "none of another's", "an end"],
)
def test_what_is_said(words: str, framework: str, within: float, sentence: str) -> None:
    assert told(words, framework, within) == sentence


def test_a_schedule_that_refuses_the_values_is_none() -> None:
    # Transformers refuses an end that is not below the rate, which one group has.
    assert told("", "transformers", config=FLOOR) == "A function: Transformers has no built-in equivalent."
    assert nearest("transformers", Polynomial(lr=0.1, total=100, min_lr=0.1), 100.0) is not None


@pytest.mark.parametrize("framework", discovery.frameworks())
def test_each_framework_has_a_cosine_nearby(framework: str) -> None:
    assert nearest(framework, Cosine(lr=0.1, total=100), 100.0) is not None


def test_the_worst_group_decides() -> None:
    _, equivalent = found("", "timm", config=FLOOR)
    assert equivalent.framework_schedule is None
    # timm's floor is the same for all groups: 0.02 where a tenth of it is asked for, of a peak of 0.01.
    assert equivalent.share == pytest.approx(1.8)


@pytest.mark.parametrize(
    ("words", "framework", "text"),
    [
        (
            "hard_restarts:cycles=4 --epochs 88",
            "optax",
            "cosine_kwargs=[dict(init_value=0.1, peak_value=0.1, warmup_steps=0, decay_steps=22)] * 4",
        ),
        ("cyclic:rise=9,fall=9 --epochs 80", "optax", "boundaries=list(range(9, 82, 9))"),
        ("cyclic:rise=9,fall=9 --epochs 80", "optax", "transition_steps=9)] * 5"),
        ("multistep:milestones=10/20/40/80", "torch", "milestones=[10, 20, 40, 80]"),
    ],
    ids=["cycles", "boundaries", "two in turn", "no steps"],
)
def test_what_repeats_is_said_in_short(words: str, framework: str, text: str) -> None:
    _, equivalent = found(words, framework)
    assert equivalent.framework_schedule is not None
    assert text in flat(
        constructor_call(equivalent.framework_schedule, prefix="optax.")
        if framework == "optax"
        else constructor_call(equivalent.framework_schedule, first="optimizer")
    )


def test_each_scheduler_of_an_optimizer_is_one_of_its_own() -> None:
    _, equivalent = found("wsd:warmup=20,stable=20,min_lr=0.1", "torch")
    assert equivalent.framework_schedule is not None
    assert " * " not in flat(constructor_call(equivalent.framework_schedule, first="optimizer"))


def test_what_repeats_stands_on_a_line_of_its_own_where_it_does_not_fit_one() -> None:
    _, equivalent = found("hard_restarts:cycles=4 --epochs 88", "optax")
    assert equivalent.framework_schedule is not None
    assert list(lines("mine = ", constructor_call(equivalent.framework_schedule, prefix="optax."))) == [
        "mine = optax.sgdr_schedule(",
        "    cosine_kwargs=[",
        "        dict(init_value=0.1, peak_value=0.1, warmup_steps=0, decay_steps=22),",
        "    ]",
        "    * 4,",
        ")",
    ]


def test_a_schedule_of_another_framework_is_not_a_plain_one_of_its_file_name() -> None:
    wave = CosineDecaySchedule(init_value=0.1, decay_steps=100)
    assert all(nearest(framework, wave, 100.0) is None for framework in discovery.frameworks())
