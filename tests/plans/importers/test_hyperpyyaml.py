"""HyperPyYAML: references and their arithmetic, nothing created; several schedulers of one file."""

from __future__ import annotations

import time

import pytest
from plans.importers.files import planned_of, problems

from cosine_cli.plans.importers.core.hyperpyyaml import References, tagged
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.yaml import parse


def top_of(text: str) -> Node:
    top = parse(text, "f")
    assert top is not None
    return top


def resolved(text: str) -> Node:
    """Return the value of the key ``x``, resolved."""
    top = top_of(text)
    return References(top).resolved(next(value for key, value in top.pairs or () if key.text == "x"))


@pytest.mark.parametrize(
    ("reference", "expected", "where"),
    [
        ("<a>", "3", "f:1:4"),
        ("<b>", "3", "f:1:4"),
        ("<c.d>", "5", "f:3:8"),
        ("<c[e][1]>", "7", "f:3:18"),
        ("<a> * 1000", "3000", "f:4:4"),
        ("(<a> + <c.d>) // 2 - 1", "3", "f:4:4"),
        ("<a> ** 2 / 2", "4.5", "f:4:4"),
        ("-<a>", "-3", "f:4:4"),
        ("<a>e-3", "0.003", "f:4:4"),
    ],
)
def test_a_reference(reference: str, expected: str, where: str) -> None:
    value = resolved(f"a: 3\nb: !ref <a>\nc: {{d: 5, e: [6, 7]}}\nx: !ref {reference}")
    assert (value.text, value.where, value.tag) == (expected, where, "")


@pytest.mark.parametrize(
    "reference",
    [
        "<missing>",
        "<c.f>",
        "<c[e][2]>",
        pytest.param(f"<c[e][{'9' * 5000}]>", id="long-index"),
        "<x>",
        "<x> + 1",
        "<c> + 1",
        "<a>/save",
        "a.b()",
        "9**9**9",
        "<",
        "<a> + ",
        "<>",
    ],
)
def test_a_reference_that_is_not_resolved_stays_as_it_is(reference: str) -> None:
    value = resolved(f"a: 3\nc: {{d: 5, e: [6, 7]}}\nx: !ref '{reference}'")
    assert (value.text, value.tag) == (reference, "!ref")


def test_a_chain_of_references_takes_no_time() -> None:
    links = "".join(f"k{n}: !ref {' + '.join([f'<k{n + 1}>'] * 10)}\n" for n in range(60))
    start = time.perf_counter()
    assert resolved(f"x: !ref <k0>\n{links}k60: 1").tag == "!ref"
    assert time.perf_counter() - start < 1


def test_tagged_values_at_any_depth() -> None:
    top = top_of("a: !new:m.A {b: [!new:m.B {}, 3]}\nc: !name:m.C\n")
    assert [(one.key, one.value.tag) for one in tagged(top, "!new:")] == [("a", "!new:m.A"), ("b", "!new:m.B")]


TWO = """\
lr: 0.1
lr_encoder: 0.01
optimizer_step_limit: 100
opt: !name:torch.optim.Adam {lr: !ref <lr>}
opt_encoder: !name:torch.optim.Adam {lr: !ref <lr_encoder>}
noam: !new:speechbrain.nnet.schedulers.NoamScheduler {lr_initial: !ref <lr>, n_warmup_steps: 10}
noam_encoder: !new:speechbrain.nnet.schedulers.NoamScheduler {lr_initial: !ref <lr_encoder>, n_warmup_steps: 20}
"""


def test_several_schedulers_are_several_curves() -> None:
    plan = planned_of(TWO)
    assert [curve.label for curve in plan.curves] == ["noam: NoamScheduler", "noam_encoder: NoamScheduler"]
    first, second = plan.curves
    assert first.schedule([0, 5, 10, 40]).tolist() == pytest.approx([0.1, 0.05, 0.1, 0.05])
    assert second.schedule([0, 5, 20, 80]).tolist() == pytest.approx([0.01, 0.0025, 0.01, 0.005])
    assert "noam: NoamScheduler and noam_encoder: NoamScheduler, 100 steps" in plan.remarks[0]


def test_nothing_is_created() -> None:
    text = TWO + "evil: !apply:os.system ['touch evil']\nmodule: !module:os\nplace: !PLACEHOLDER\n"
    assert problems(text) == []


def test_many_schedulers_are_refused() -> None:
    scheduler = "!new:speechbrain.nnet.schedulers.NoamScheduler {lr_initial: 1, n_warmup_steps: 1}"
    (problem,) = problems("a:\n" + f"- {scheduler}\n" * 21)
    assert problem == "f:22:3: must have at most 20 schedulers, got 21"
