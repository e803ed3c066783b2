"""The formulas in ``explain`` have the rates of the schedules."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

import pytest

from cosine_cli.render.explain.json_page import explanations
from cosine_cli.render.explain.subject import Subject
from cosine_cli.schedules.core import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES: dict[str, Any] = {**vars(math), "min": min, "max": max, "π": math.pi}
FUNCTIONS = ("cos", "tanh", "min", "max", "√")
TOKEN = re.compile(r"\s*(\d+|½|cos|tanh|min|max|[^\W\d_₀]₀?|⁻?[ᵏᵖ]|[−+/^(),√⌊⌋])")
PYTHON = {
    "½": "0.5",
    "−": "-",
    "^": "**",
    "√": "sqrt",
    "⌊": "floor(",
    "⌋": ")",
    "η₀": "peak",
    "ᵏ": "**k",
    "ᵖ": "**p",
    "⁻ᵖ": "**-p",
}

PARAMETERS: dict[str, dict[str, float]] = {
    "chebyshev": {"total": 60, "min_lr": 0.02},
    "constant": {},
    "cosine": {"total": 60, "min_lr": 0.02},
    "exponential": {"gamma": 0.8, "per": 3, "min_lr": 0.001},
    "inverse_sqrt": {"timescale": 9, "min_lr": 0.12},
    "inverse_time": {"timescale": 9, "min_lr": 0.05},
    "k_decay_cosine": {"total": 60, "k": 1.5, "min_lr": 0.02},
    "k_decay_polynomial": {"total": 60, "k": 1.5, "power": 0.9, "min_lr": 0.02},
    "linear": {"total": 60, "min_lr": 0.02},
    "natural_exponential": {"timescale": 9, "min_lr": 0.001},
    "one_minus_sqrt": {"total": 60, "min_lr": 0.02},
    "polynomial": {"total": 60, "power": 2.5, "min_lr": 0.02},
    "power_law": {"timescale": 9, "exponent": 0.6, "min_lr": 0.1},
    "rex": {"total": 60, "min_lr": 0.02, "bend": 0.7},
    "step": {"step_size": 21, "gamma": 0.3, "min_lr": 0.01},
    "tanh": {"total": 60, "lower": -4, "upper": 2, "min_lr": 0.02},
}
"""The schedules whose formula is one expression of their parameters, with values that are not the defaults."""


def python(formula: str) -> str:
    """Return a formula as Python: names for the signs, and a star between adjacent factors."""
    signs = TOKEN.findall(formula)
    assert "".join(signs) == re.sub(r"\s", "", formula), formula
    text, before = "", "("
    for sign in signs:
        written = PYTHON.get(sign, sign)
        factor = not written.startswith(("*", "-", "+", "/", ")", ","))
        after_a_value = before not in (*FUNCTIONS, "⌊", "(", ",", "−", "+", "/", "^")
        bare = before in FUNCTIONS and sign != "("  # tanh b
        text += (" * " if factor and after_a_value else "") + (f"({written})" if bare else written)
        before = sign
    return text


def value(formula: str, symbols: Mapping[str, float]) -> float:
    """Evaluate the first line of a formula, with the symbols that its other lines define."""
    first, *others = formula.splitlines()
    known = {**NAMES, **{PYTHON.get(symbol, symbol): number for symbol, number in symbols.items()}}
    for line in others:
        symbol, _, meaning = line.partition(" = ")
        known[symbol] = eval(python(meaning), known)  # noqa: S307 - the formula is part of this repository
    return float(eval(python(first.removeprefix("η(t) = ")), known))  # noqa: S307 - as above


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("½ (2 − t) (1 + cos(π t))", "0.5 * (2-t) * (1+cos(π * t))"),
        ("γ^⌊t / s⌋", "γ**floor(t/s)"),
        ("(1 + t)⁻ᵖ tanh b", "(1+t)**-p * tanh(b)"),
    ],
)
def test_a_formula_as_python(shown: str, expected: str) -> None:
    assert python(shown) == expected


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_formula_has_the_rates_of_the_schedule(name: str) -> None:
    (record,) = json.loads(b"".join(explanations([Subject(name)])))
    given = {"lr": 0.3, **PARAMETERS[name]}
    named = {symbol: given[param] for symbol, param in re.findall(r"(\S+) = (\w+)", record["where"]) if param in given}
    assert len(named) == len(given)
    schedule = catalogue.load(name)(**given)
    for t in (0.0, 0.5, 7.0, 20.9, 21.0, 31.5, 42.0, 59.5, 60.0, 69.0):
        assert schedule([t])[0] == pytest.approx(value(record["formula"], {**named, "t": t}), rel=1e-12, abs=1e-15), t
