"""JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cosine_cli.render.explain.json_page import explanations
from cosine_cli.render.explain.subject import Subject
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import params


def found(name: str) -> dict[str, Any]:
    (only,) = json.loads(b"".join(explanations([Subject(name)])))
    return dict(only)


def test_a_schedule() -> None:
    assert found("constant") == {
        "name": "constant",
        "about": "The same rate for the whole run.",
        "family": "decay",
        "rare": False,
        "formula": "η(t) = η₀",
        "latex": "\\eta(t) = \\eta_0",
        "where": "with η₀ = lr.",
        "params": [
            {
                "name": "lr",
                "meaning": "peak learning rate",
                "kind": "number",
                "time": None,
                "default": 0.1,
                "rule": "must be a finite number above 0",
                "above": 0,
                "at_least": None,
                "at_most": None,
                "no_more_than": None,
                "share_of": None,
                "choices": [],
                "aliases": [],
            }
        ],
        "source": (
            "Robbins & Monro 1951, since whom convergence proofs require a decaying rate; without one, most first runs."
        ),
        "command": "cosine-lr show constant --epochs 100",
        "used_for": [],
        "example": (
            ">>> from cosine_cli.schedules.constant import Constant\n"
            ">>> Constant(lr=0.1)([0, 50, 100])\narray([0.1, 0.1, 0.1])"
        ),
        "reading": "0.1 at every step.",
        "framework_names": {
            "transformers": "transformers.get_constant_schedule",
            "optax": "optax.constant_schedule",
            "composer": "ConstantScheduler",
            "deepspeed": "WarmupLR",
        },
        "synonyms": ["const"],
        "aliases": ["ConstantLR", "flat", "fixed", "none"],
        "misconceptions": [],
    }


def test_what_is_said_and_is_not_so() -> None:
    said = found("cosine")["misconceptions"][0]
    assert said["claim"] == "It ends at half the initial rate"
    assert said["truth"].startswith("It ends at min_lr")


def test_the_recipes_of_a_schedule() -> None:
    cases = [recipe["case"] for recipe in found("cosine")["used_for"]]
    assert cases == ["Image classification from scratch", "LLM pre-training of known length"]


def test_a_default_that_follows_from_the_run_is_in_words() -> None:
    total = found("cosine")["params"][1]
    assert (total["name"], total["time"], total["default"]) == ("total", "length", "100% of the run")


@pytest.mark.parametrize("name", catalogue.names())
def test_every_schedule_has_the_keys_and_all_its_parameters(name: str) -> None:
    shown = found(name)
    assert set(shown) >= {"name", "about", "formula", "params", "source"}
    assert [param["name"] for param in shown["params"]] == [param.name for param in params(catalogue.load(name))]
    assert all(shown[key] for key in ("about", "formula", "params", "source"))
