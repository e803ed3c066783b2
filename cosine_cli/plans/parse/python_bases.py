"""Refuse Python configs that other files are merged into: ``_base_`` of MMEngine and MMCV, and ``import *``."""

from __future__ import annotations

import ast

from cosine_cli.errors import user_error
from cosine_cli.plans.parse.python_values import Source

BASE = "_base_"
_READ_BASE = "read_base"
_OF_MMCV = frozenset(("lr_config", "optimizer_config", "runner", "total_epochs", "checkpoint_config"))
"""Names of configs of MMCV 1; those of MMEngine do not have them."""


def check_bases(module: ast.Module, source: Source) -> None:
    """Raise RequestError at the first statement that takes values from another file."""
    for statement in module.body:
        if _is_base(statement):
            program = "mmengine" if _OF_MMCV.isdisjoint(_names(module)) else "mmcv"
            command = f"from {program} import Config; Config.fromfile('{source.path}').dump('dumped.py')"
            rule = "must be a whole config: the files that it is based on are not read"
            hint = f'dump it with python -c "{command}"'
            raise user_error(source.place(statement), rule, got=source.code(statement).kind, hint=hint)
        if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
            rule = "must not import all names of another file, which is not read"
            raise user_error(source.place(statement), rule, got=source.code(statement).kind)


def _is_base(statement: ast.stmt) -> bool:
    """Return whether a statement names the files that a config is based on."""
    if isinstance(statement, ast.With):
        calls = (item.context_expr for item in statement.items)
        return any(isinstance(call, ast.Call) and _is_name(call.func, _READ_BASE) for call in calls)
    if not isinstance(statement, ast.Assign):
        return False
    is_empty = isinstance(statement.value, ast.List | ast.Tuple) and not statement.value.elts
    return not is_empty and any(_is_name(target, BASE) for target in statement.targets)


def _is_name(expr: ast.expr, name: str) -> bool:
    return isinstance(expr, ast.Name) and expr.id == name


def _names(module: ast.Module) -> set[str]:
    """Return the names that the module assigns."""
    targets = (target for statement in module.body if isinstance(statement, ast.Assign) for target in statement.targets)
    return {target.id for target in targets if isinstance(target, ast.Name)}
