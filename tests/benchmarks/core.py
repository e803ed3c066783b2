"""The core against one pass of ``np.cos``, both over 10^7 float64: prints the ratio."""

from __future__ import annotations

import sys

import numpy as np
from measure import inner_ratio

from cosine_cli.schedules.cosine import Cosine

steps = np.arange(10**7, dtype=np.float64)
angles = steps * (np.pi / 10**7)
schedule = Cosine(lr=0.1, total=10**7)
print(inner_ratio(lambda: schedule(steps), lambda: np.cos(angles), rounds=int(sys.argv[1])))
