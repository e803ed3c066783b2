"""The spec of a curve."""

from __future__ import annotations

import pytest
from completed import completed

SHAPES = ["linear", "cosine", "quadratic", "exponential", "constant"]
WARMUP = ["warmup", "warmup_shape", "warmup_start", "warmup_from"]


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("cosine:mi", ["cosine:min_lr="]),
        ("cosine:min_lr=0,wa", [f"cosine:min_lr=0,{name}=" for name in WARMUP]),
        ("cosine:min_lr=0,mi", []),
        ("cosine:warmup-s", ["cosine:warmup-shape=", "cosine:warmup-start="]),
        ("cosine:warmup_shape=", [f"cosine:warmup_shape={shape}" for shape in SHAPES]),
        ("cosine:warmup=5,warmup_shape=l", ["cosine:warmup=5,warmup_shape=linear"]),
        ("cosine:min_lr=", []),
        ("cosine:nothing=", []),
        ("nothing:", []),
        ("wsd:decay_shape=1", ["wsd:decay_shape=1-sqrt"]),
        ("onecycle:three_phase=", ["onecycle:three_phase=true", "onecycle:three_phase=false"]),
        ("multistep:milestones=30,60,ga", ["multistep:milestones=30,60,gamma="]),
        ("restarts:of=wsd,dec", ["restarts:of=wsd,decay=", "restarts:of=wsd,decay_shape="]),
        ("restarts:of=li", ["restarts:of=linear", "restarts:of=linear_to_zero"]),
        ("restarts:min", ["restarts:min_lr="]),
        ("inverse-s", ["inverse-sqrt"]),
        ("inverse-sqrt:ti", ["inverse-sqrt:timescale="]),
        ("torch.Cos", ["torch.CosineAnnealingLR", "torch.CosineAnnealingWarmRestarts"]),
        ("torch.cosineannealingl", ["torch.CosineAnnealingLR"]),
        ("torch.CosineAnnealingLR:T", ["torch.CosineAnnealingLR:T_max="]),
        ("optax.sgdr", ["optax.sgdr_schedule"]),
        ("nothing.", []),
    ],
)
def test_a_curve(typed: str, texts: list[str]) -> None:
    assert [text for text in completed(f"show {typed}") if not text.startswith("*")] == texts


def test_a_quoted_label() -> None:
    line = 'show \'cosine:label="a, b",mi'
    assert completed(line) == ['cosine:label="a, b",min_lr=']
