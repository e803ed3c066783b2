"""Milestones without a change, as a user reads of them."""

from __future__ import annotations

import pytest
from plans_of import planned

from cosine_cli.render.milestone_notes import milestone_notes

UNDER = "(they take effect when it ends)"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(
            "multistep:milestones=120/150",
            "multistep: after the last update of 100 epochs: milestones 120 and 150; no milestone is left",
            id="none-left",
        ),
        pytest.param(
            "multistep:milestones=30/100",
            "multistep: after the last update of 100 epochs: milestones 100",
            id="at-the-end",
        ),
        pytest.param(
            "multistep:milestones=2/5/60 --warmup 5",
            f"multistep: inside the warmup of 5 epochs: milestones 2 and 5 {UNDER}",
            id="inside-the-warmup",
        ),
        pytest.param(
            "multistep:milestones=1/60/200 --warmup 1",
            f"multistep: inside the warmup of 1 epoch: milestones 1 {UNDER}; "
            "after the last update of 100 epochs: milestones 200",
            id="both",
        ),
        pytest.param(
            "multistep:milestones=10/450450/600k --steps 450450",
            "multistep: after the last update of 450.45k steps: milestones 450.45k and 600k",
            id="steps",
        ),
        pytest.param(
            "torch.MultiStepLR:milestones=30/2.5/120",
            "torch.MultiStepLR: after the last update of 100 epochs: milestones 120; never reached: milestones 2.5",
            id="torch",
        ),
        pytest.param(
            "piecewise_interpolated:times=0/50/200,values=0.1/0.5/0",
            "piecewise_interpolated: rates not reached in 100 epochs: times 200",
            id="not-reached",
        ),
        pytest.param(
            "multistep:milestones=1/101/102/103/104/105",
            "multistep: after the last update of 100 epochs: milestones 101, 102, 103 and 2 more",
            id="many",
        ),
        pytest.param(
            r"multistep:milestones=120,label=\'\x1b\'",
            r"\x1b: after the last update of 100 epochs: milestones 120; no milestone is left",
            id="foreign-text",
        ),
    ],
)
def test_a_sentence(words: str, said: str) -> None:
    assert milestone_notes(planned(words.encode().decode("unicode_escape"))) == [said]


def test_groups_and_panels_that_say_the_same_say_it_once() -> None:
    groups = "curves: [multistep: {milestones: [120]}]\ngroups: {backbone: 0.1, head: 1}"
    assert len(milestone_notes(planned("", groups))) == 1
    assert len(milestone_notes(planned("multistep:milestones=120 --grid min_lr=0,1e-3,1e-2"))) == 1
