"""The targets by name: the listing of the folder; a target is loaded when it is used."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Plan


@cache
def target_names() -> tuple[str, ...]:
    """Return the names of all targets, sorted; loads none."""
    listed = os.listdir(os.path.dirname(os.path.dirname(__file__)))
    return tuple(sorted(name.removesuffix(".py") for name in listed if name.endswith(".py") and name[0] != "_"))


def resumed_source(plan: Plan, target: str, updates: float, where: str) -> str:
    """Return a plan as a module for ``target`` that resumes a run after so many updates, given at ``where``.

    Raises RequestError for a target without schedulers that can be created at an update.
    """
    module = import_module(f"cosine_cli.code.{target}")
    if not hasattr(module, "resumed_source"):
        raise user_error(where, f"is not supported with --to {target}", hint="pass --to torch")
    text: str = module.resumed_source(plan, updates, where)
    return text


def source(plan: Plan, target: str, *, exact: bool = False) -> str:
    """Return a plan as a module of source text for ``target``.

    A framework's own schedule is used if it is very near to the rates; with ``exact``, only if it gives them exactly.
    """
    from cosine_cli.code.core.function_body import NEAR

    text: str = import_module(f"cosine_cli.code.{target}").source(plan, within=0.0 if exact else NEAR)
    return text
