"""The parameters of a curve under their own names, which may be written in any capitals, with dashes."""

from __future__ import annotations

from collections import Counter

from cosine_cli.plans.model.curve_options import DURATION
from cosine_cli.plans.parse.raw import CurveSpec
from cosine_cli.plans.parse.schedule_aliases import known_parameters
from cosine_cli.plans.registry import idle, is_known, squashed


def with_own_names(spec: CurveSpec) -> CurveSpec:
    """Return a curve with its schedule's own names: ``Min-LR`` is ``min_lr``.

    A name is unchanged if it is unknown, if several names have the same letters, or if the own name is given too.
    """
    if not spec.params or not is_known(spec.name):
        return spec
    known = {*known_parameters(spec.name), DURATION.name, *idle(spec.name)}
    if known >= spec.params.keys():
        return spec
    counted = Counter(map(squashed, known))
    own = {squashed(name): name for name in known if counted[squashed(name)] == 1 and name not in spec.params}
    typed = Counter(squashed(name) for name in spec.params if name not in known)
    renamed = {name: own.get(squashed(name), name) for name in spec.params if name not in known}
    params = {renamed.get(name, name) if typed[squashed(name)] == 1 else name: raw for name, raw in spec.params.items()}
    return spec._replace(params=params)
