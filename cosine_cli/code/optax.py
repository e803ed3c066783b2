"""optax: its own schedules where they give the rates, else a function of the count that JAX can trace."""

from __future__ import annotations

from cosine_cli.code.core.curves import Coded, coded
from cosine_cli.code.core.emit import Function, Language, function
from cosine_cli.code.core.layout import comment, foreign, indented, lines, module, tables
from cosine_cli.code.core.natives import Found, call, find, names_in, why_not
from cosine_cli.plans.plan import Plan

TITLE = "optax"
FRAMEWORK = "optax"
LANGUAGE = Language(
    calls={
        **{
            name: f"jnp.{name}"
            for name in ("minimum", "maximum", "where", "floor", "sqrt", "exp", "sin", "cos", "tanh")
        },
        "count": 'jnp.searchsorted({}, {}, side="right")',
        "take": "{}[jnp.asarray({}, dtype=int)]",
        "pick": "{}[{}]",
    },
    pi="jnp.pi",
    branches=False,
    constant="jnp.full_like(t, {}, dtype=float)",
)


def source(plan: Plan) -> str:
    """Return a module with a schedule a curve, which any optimizer of optax takes as its learning rate."""
    curves = coded(plan, by_epoch=False)
    found = [find(curve, FRAMEWORK) for curve in curves]
    bodies = [
        None if one.exact else function(curve.schedule, LANGUAGE, prefix=f"{curve.name}_")
        for curve, one in zip(curves, found, strict=True)
    ]
    functions = [body for body in bodies if body is not None]
    imports = [*(["import jax.numpy as jnp"] if functions else []), *(["import optax"] if any_native(found) else [])]
    parts = zip(curves, found, bodies, strict=True)
    return module(
        "Learning-rate schedules for optax: optax.adam(learning_rate=...).",
        imports,
        tables(functions, array="jnp.array"),
        *(_function(curve, one, body) if body is not None else _native(curve, one) for curve, one, body in parts),
        _program(curves),
    )


def any_native(found: list[Found]) -> bool:
    """Tell whether a schedule of the framework's own is used."""
    return any(one.exact for one in found)


def _native(curve: Coded, found: Found) -> list[str]:
    if found.native is None:
        raise ValueError(curve)
    kind = "A composition of its own schedules" if len(names_in(found.native)) > 1 else "Its own schedule"
    return [
        f"# {foreign(curve.label)}",
        *comment(f"{kind}: optax gives these rates over the run, to the precision of its 32-bit floats."),
        *lines(f"{curve.name} = ", call(found.native, prefix="optax.")),
    ]


def _function(curve: Coded, found: Found, body: Function) -> list[str]:
    return [
        f"def {curve.name}(t):",
        '    """Return the learning rate that update t is made with."""',
        f"    # {foreign(curve.label)}",
        *indented(comment(f"A function: {why_not(found, FRAMEWORK)}")),
        *indented(body.lines),
    ]


def _program(curves: tuple[Coded, ...]) -> list[str]:
    return [
        'if __name__ == "__main__":  # the rate of each update, and what is left after the last',
        f"    for schedule in ({', '.join(curve.name for curve in curves)}{',' * (len(curves) == 1)}):",
        f"        for t in range({curves[0].calls + 1}):",
        "            print(t, float(schedule(t)))",
    ]
