"""Requests at the edges of what can be drawn: an answer or a message, never a traceback or a warning of numpy's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from door import ask, check

if TYPE_CHECKING:
    from pathlib import Path

ENDS_AT_ONCE = "timm.CosineLRScheduler:t_initial=1,cycle_mul=0.5,cycle_limit=3"
IN_32_BITS = "must have rates of at most 1e+200 over the run, got inf; it computes in 32 bits, which end at 3.4e38"


pytestmark = pytest.mark.usefixtures("here")


@pytest.mark.parametrize("dpi", ["0.5", "1", "2", "3", "4", "5", "19.9"])
def test_text_of_less_than_a_pixel_is_refused(dpi: str) -> None:
    message = f"cosine-lr: error: --dpi: must be a finite number of at least 20, got '{dpi}'\n"
    assert ask("plot", "--dpi", dpi, "-o", "a.png") == (2, b"", message)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("", id="plain"),
        pytest.param("--preset nature", id="small-text"),
        pytest.param(
            "--preset nature --size 6x4 --grid min_lr=0,1e-5,1e-3,1e-2,2e-2 --grid warmup=0,5,10,20", id="smallest-text"
        ),
        pytest.param(" ".join(f"polynomial:power={power}" for power in range(1, 21)), id="panels"),
    ],
)
@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_the_fewest_dots_are_drawn(words: str, form: str) -> None:
    assert ask("plot", *words.split(), "--dpi", "20", "-o", f"a.{form}")[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("--lr 1e100", id="1e100"),
        pytest.param("--lr 1e200", id="1e200"),
        pytest.param("--lr 5e-324", id="5e-324"),
        pytest.param("--lr 1e-320 --log", id="subnormal-log"),
        pytest.param("--lr 1e200 --log", id="1e200-log"),
        pytest.param("--steps 9007199254740992", id="2^53-steps"),
        pytest.param("--epochs 1 cosine wsd", id="one-epoch"),
        pytest.param(ENDS_AT_ONCE, id="ends-within-a-rounding"),
        pytest.param(
            "optax.exponential_decay:init_value=1e6,transition_steps=1,decay_rate=1e-5,end_value=5e-324", id="tiny"
        ),
    ],
)
@pytest.mark.parametrize("command", ["plot -o a.svg", "show"])
def test_rates_and_lengths(command: str, words: str) -> None:
    check(ask(*command.split(), *words.split()))


@pytest.mark.parametrize("command", ["table", "show", "plot -o a.png"])
@pytest.mark.parametrize(("framework", "schedule"), [("optax", "cosine_decay_schedule"), ("keras", "CosineDecay")])
def test_rates_that_a_framework_can_not_hold(command: str, framework: str, schedule: str) -> None:
    answer = ask(*command.split(), "cosine", "--lr", "1e100", "--as", framework)
    said = f"cosine-lr: error: --as {framework}: {framework}.{schedule}: {IN_32_BITS}\n"
    assert answer == (2, b"", said)


CYCLES = "- optax.sgdr_schedule: {cosine_kwargs: [{init_value: 0, peak_value: 0.1, warmup_steps: 5, decay_steps: 50}]}"


@pytest.mark.parametrize("name", ["min_lr", "lr", "warmup", "cosine_kwargs"])
def test_a_grid_over_a_curve_with_nothing_to_vary(here: Path, name: str) -> None:
    (here / "cycles.yaml").write_text(f"curves:\n{CYCLES}\n", encoding="utf-8")
    answer = ask("plot", "cycles.yaml", "--grid", f"{name}=0,1")
    assert (answer.code, answer.out) == (2, b"")
    assert answer.err.startswith(f"cosine-lr: error: --grid {name}: no curve has a parameter '{name}'; ")
    assert answer.err.endswith("the curves have no parameter that can vary\n")
