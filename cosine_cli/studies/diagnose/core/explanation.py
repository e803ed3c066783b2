"""An explanation: the rates that a story predicts, and the sentences of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cosine_cli.studies.diagnose.core.planned import Warp


@dataclass(frozen=True, kw_only=True, eq=False)
class Explanation:
    """What a story predicts.

    - ``story``: the name of the story.
    - ``rank``: the place among explanations that fit equally well; a smaller one is simpler.
    - ``rates``: the predicted rates at the times of the rows.
    - ``verdict``: the first sentence: what happened, with the numbers planned and logged.
    - ``consequence``: the sentence after the verdict, such as the rate at which the run ends; may be empty.
    - ``advice``: what to do; empty for nothing.
    - ``clause``: the story in a few words after "or": ``stepped once in 4 updates``.
    - ``same``: a sentence on a story that always gives the same curve; empty if there is none.
    - ``covers``: the names of the stories that ``same`` names.
    - ``evidence``: further sentences; one without a full stop is continued.
    - ``besides``: sentences on what else differs from the plan.
    - ``values``: the numbers of the story, for programs.
    - ``deviates``: whether the run deviates from the plan; missed updates do not.
    - ``partial``: whether it leaves some rows unexplained, so that it is no alternative to others.
    - ``first_after``: the time after which the first difference is searched, as earlier ones have a sentence already.
    - ``counts_rows``: whether the number of rows is evidence.
    - ``compares``: whether the first difference from the plan is evidence.
    """

    story: str
    rank: float
    rates: Warp
    verdict: str
    clause: str
    consequence: str = ""
    advice: str = ""
    same: str = ""
    covers: frozenset[str] = frozenset()
    evidence: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    deviates: bool = True
    partial: bool = False
    first_after: float = -1.0
    compares: bool = True
    counts_rows: bool = True
