"""The warmup as a mapping: ``warmup: {for: 5, shape: cosine, start: 1e-6}``."""

from __future__ import annotations

from collections.abc import Mapping

from cosine_cli.errors import user_error
from cosine_cli.plans.model.curve_options import DURATION, WARMUP
from cosine_cli.plans.parse.parameter_aliases import meant, parameter_hint
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.text import question, quote

_KEYS = {DURATION.name: "warmup", "shape": "warmup_shape", "start": "warmup_start", "from": "warmup_from"}


def unfold_warmup(given: Mapping[str, RawValue]) -> dict[str, RawValue]:
    """Return ``warmup: {for: 5, shape: cosine, start: 1e-6}`` as parameters of a curve.

    Raises RequestError for an unknown key, for a mapping without a length, and for a parameter given twice.
    """
    folded = given.get("warmup")
    if folded is None or folded.keys is None:
        return dict(given)
    found = {name: value for name, value in given.items() if name != "warmup"}
    for key, value in folded.keys.items():
        if key not in _KEYS:
            raise user_error(value.where, f"warmup has no {quote(key)}", hint=_key_hint(key, value))
        name = _KEYS[key]
        if name in found:
            raise user_error(found[name].where, f"{name} must be given only once", got=f"it again as {key} of warmup")
        found[name] = value
    if DURATION.name not in folded.keys:
        raise user_error(folded.where, "a warmup needs a length", hint="as in warmup: {for: 5}")
    return found


def _key_hint(key: str, value: RawValue) -> str:
    """Suggest a key of a warmup: ``steps: 50`` under ``warmup`` is read as ``warmup_steps: 50`` is elsewhere."""
    known = {ours: WARMUP[name] for ours, name in _KEYS.items()}
    pair = meant(f"warmup_{key}", value, {**WARMUP, **known})
    if pair is None or pair.name not in WARMUP:
        return parameter_hint(key, value, known)
    ours = next(ours for ours, name in _KEYS.items() if name == pair.name)
    return question(pair._replace(name=ours).written("yaml")) or parameter_hint(key, value, known)
