"""Sentences about curves that end before the run does."""

from __future__ import annotations

import pytest
from plans_of import planned

from cosine_cli.render.terminal import Terminal
from cosine_cli.render.truncation import truncation_lines, truncation_notes

RAISED = "then PyTorch raises ValueError: Tried to step 61 times. The specified number of total steps is 60"
INVERSE, DIVIDED = "transformers.get_inverse_sqrt_schedule", "division by zero"
NO_TIME = "the cycles have no time left, and Keras takes log() of a number that is not above 0"
BELOW_0 = "XLA computes 1 - count / 10 as 1 - count * (1 / 10), which is below 0, and a power of 0.5 of that is NaN"
COMPILED, CALLED = "the rates are those of a compiled training loop", "but a direct call of the schedule gives"
CYCLE = "torch.OneCycleLR:total_steps=60"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("cosine", []),
        (f"{CYCLE} --epochs 60", []),
        (f"{CYCLE} cosine --epochs 61", [f"torch.OneCycleLR ends at epoch 60: {RAISED}"]),
        (f"{CYCLE} --steps 100", [f"torch.OneCycleLR ends at step 60: {RAISED}"]),
        (f"{CYCLE} --epochs 100 --steps-per-epoch 391", [f"torch.OneCycleLR ends at epoch 60: {RAISED}"]),
        (
            f"{INVERSE}:num_warmup_steps=600,timescale=0 --epochs 2 --steps-per-epoch 400",
            [f"{INVERSE} ends at update 599 (epoch 1.498): then Transformers raises ZeroDivisionError: {DIVIDED}"],
        ),
        (
            "keras.CosineDecayRestarts:first_decay_steps=10,t_mul=0.5 --steps 30",
            [
                f"keras.CosineDecayRestarts is NaN from step 20 on: {NO_TIME}",
                f"keras.CosineDecayRestarts: {COMPILED}; step 19 uses 0.0654508, {CALLED} 0.0654509",
            ],
        ),
        (
            "optax.polynomial_schedule:end_value=0,power=0.5,transition_steps=10 --epochs 5 --steps-per-epoch 4",
            [f"optax.polynomial_schedule is NaN from update 10 (epoch 2.5) on: {BELOW_0}"],
        ),
        (
            "optax.polynomial_schedule:end_value=0,power=0.5,transition_steps=10 --steps 10",
            [f"optax.polynomial_schedule is NaN from step 10 on, after the last update of the run: {BELOW_0}"],
        ),
        (f"{CYCLE} --grid total_steps=60,100", [f"torch.OneCycleLR ends at epoch 60: {RAISED}"]),
    ],
)
def test_a_sentence_a_curve(words: str, said: list[str]) -> None:
    assert truncation_notes(planned(words)) == said


def test_a_label_obeys_nothing() -> None:
    plan = planned("", 'epochs: 100\ncurves: [{torch.OneCycleLR: {total_steps: 60, label: "\\e[31m"}}]')
    assert truncation_notes(plan) == [rf"\x1b[31m ends at epoch 60: {RAISED}"]


def test_under_a_table_it_is_said_what_its_means_are_of() -> None:
    (line,) = truncation_lines(planned(f"{CYCLE} --epochs 100"), Terminal.none())
    assert line.decode() == (
        f" torch.OneCycleLR ends at epoch 60: {RAISED}; its mean and sums include only updates with a rate\n"
    )
