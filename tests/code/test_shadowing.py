"""A curve may have any label: no program loses a name that it imports or uses to a curve's own."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from plans_of import planned
from programs_of import printed

from cosine_cli.code.core import targets

CURVES = [
    "cosine:warmup=5",
    "multistep:milestones=10/20/45,gamma=0.5,min_lr=1e-3",
    "piecewise_interpolated:times=0/20/40,values=0/0.2/0.1",
    "wsd",
]


def program(target: str, curve: str, label: str) -> ast.Module:
    words = f"'{curve}{',' if ':' in curve else ':'}label={label}' --epochs 60"
    return ast.parse(targets.source(planned(words), target))


def imported(tree: ast.Module) -> set[str]:
    """Return the names that the imports of a program bind."""
    found = (node.names for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return {(alias.asname or alias.name).partition(".")[0] for names in found for alias in names}


def defined(tree: ast.Module) -> set[str]:
    """Return the names of a program's functions and classes."""
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def assigned(tree: ast.Module) -> set[str]:
    """Return what a program assigns to outside its functions: its tables, and the names in its loops."""
    outside = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    names = (node for part in outside for node in ast.walk(part) if isinstance(node, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("target", targets.target_names())
def test_a_curve_with_the_name_of_something_in_the_program_is_called_otherwise(target: str, curve: str) -> None:
    plain = program(target, curve, "mine")
    for name in sorted(imported(plain) | assigned(plain)):
        tree = program(target, curve, name)
        assert not defined(tree) & (imported(tree) | assigned(tree)), name


@pytest.mark.parametrize("label", ["math", "np", "bisect_right", "t", "u"])
@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("target", ["python", "numpy"])
def test_a_program_with_such_a_curve_prints_the_rates(target: str, curve: str, label: str) -> None:
    rates = np.array(printed(ast.unparse(program(target, curve, label))))
    expected = planned(f"{curve} --epochs 60").curves[0].schedule(np.arange(len(rates)))
    assert rates == pytest.approx(expected, abs=1e-13)
