"""Each rule of lint: plans that it reports, near misses, and random plans without a mistake."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest
from door import ask
from hypothesis import given
from hypothesis import strategies as st
from plans_with_findings import NEAR_MISSES, TRIPS

from cosine_cli.studies.lint.core.rules import Rule, rules

_THREAD = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+/(?:issues|pull)/\d+")


def _found(words: str, *codes: str) -> list[dict[str, Any]]:
    selected = ["--select", ",".join(codes)] if codes else []
    answer = ask("lint", *shlex.split(words), *selected, "--format", "json")
    assert answer.code in (0, 1), answer.err
    found: list[dict[str, Any]] = json.loads(answer.out)
    return found


def _cases(table: dict[str, Any]) -> list[Any]:
    return [
        pytest.param(code, case, id=f"{code}-{at}") for code, cases in table.items() for at, case in enumerate(cases)
    ]


@pytest.mark.parametrize(("code", "case"), _cases(TRIPS))
def test_a_mistake_is_reported_once(code: str, case: Any) -> None:
    (finding,) = _found(case.words, code)
    assert case.message in finding["message"]
    assert finding["fix"]
    assert finding["where"].startswith(("curve '", "--"))


@pytest.mark.parametrize(("code", "case"), _cases(NEAR_MISSES))
def test_a_near_miss_is_not_reported(code: str, case: Any) -> None:
    assert _found(case.words, code) == []


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.code) for rule in rules()])
def test_each_rule_is_tested_and_explained(rule: Rule) -> None:
    assert TRIPS[rule.code]
    assert NEAR_MISSES[rule.code]
    assert "In a log, " in rule.explanation
    assert _THREAD.search(rule.explanation)
    assert len(rule.summary) <= 110


def test_no_two_rules_share_a_code_or_a_name() -> None:
    assert len({rule.code for rule in rules()}) == len({rule.name for rule in rules()}) == len(rules())


@st.composite
def _sane(draw: st.DrawFn) -> str:
    """Draw a run whose schedule fits it."""
    steps = draw(st.integers(20, 10**12))
    warmup = draw(st.integers(0, steps // 5))
    lr = draw(st.floats(1e-6, 1.0))
    curve = draw(
        st.sampled_from(
            [
                f"cosine:warmup={warmup}st" if warmup else "cosine",
                f"wsd:warmup={max(warmup, 1)}st",
                "linear",
                "onecycle",
                "step",
                "exponential",
                "constant",
                "sgdr",
                "inverse_sqrt",
                f"torch.CosineAnnealingLR:T_max={steps}"
                if steps < 10**8
                else "linear",  # PyTorch divides by 0 beyond it
                f"torch.StepLR:step_size={max(steps // 3, 1)}",
                f"torch.PolynomialLR:total_iters={steps}",
                f"torch.OneCycleLR:max_lr={lr!r},total_steps={steps}",
                f"transformers.get_linear_schedule_with_warmup:num_warmup_steps={warmup},num_training_steps={steps}",
                f"transformers.get_cosine_schedule_with_warmup:num_warmup_steps={warmup},num_training_steps={steps}",
                f"optax.cosine_decay_schedule:init_value={lr!r},decay_steps={steps}",
                f"optax.warmup_cosine_decay_schedule:init_value=0,peak_value={lr!r},warmup_steps={warmup},decay_steps={steps}",
                f"timm.CosineLRScheduler:t_initial={steps}",
            ]
        )
    )
    has_own_rate = curve.startswith(("optax", "torch.OneCycleLR"))
    return f"{curve} --steps {steps}" if has_own_rate else f"{curve} --steps {steps} --lr {lr!r}"


@given(_sane())
def test_a_sane_plan_has_no_errors_and_no_warnings(words: str) -> None:
    assert [(finding["code"], words) for finding in _found(words) if finding["severity"] != "note"] == []
