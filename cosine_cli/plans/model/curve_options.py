"""Options that every curve takes: its warmup, its label, and its duration in a sequence."""

from __future__ import annotations

from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.schedules.warmup import Warmup

WARMUP = {param.name: param for param in params(Warmup) if param.name != "of"}
WARMUP["warmup"] = WARMUP["warmup"]._replace(default=0, above=None, at_least=0)
"""The parameters of the warmup before a curve; by default, and with 0, there is none."""

LABEL = Param(name="label", type=str, default=None, meaning="name of the curve")
DURATION = Param(
    name="for", type=float, default=None, meaning="how long it lasts in a sequence", above=0, time="length"
)
