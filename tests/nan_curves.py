"""A framework's schedule that is NaN from step 10 on, alone and in a sequence that has rates again from step 20 on."""

from __future__ import annotations

ROOT = "optax.polynomial_schedule:init_value=0.1,end_value=0.01,power=0.5,transition_steps=10"
GAP = """\
steps: 30
curves:
  - optax.join_schedules:
      schedules:
        - polynomial_schedule: {init_value: 0.1, end_value: 0.01, power: 0.5, transition_steps: 10}
        - constant_schedule: {value: 0.02}
      boundaries: [20]
"""
WHY = "XLA computes 1 - count / 10 as 1 - count * (1 / 10), which is below 0, and a power of 0.5 of that is NaN"
RATES = [0.09 * (1 - t / 10) ** 0.5 + 0.01 for t in range(10)]
"""Of steps 0 to 9; optax computes in 32-bit floats."""
