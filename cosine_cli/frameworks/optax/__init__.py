"""optax's schedules, ``optax.schedules``: functions of the count of updates, in 32-bit floats.

An optimizer calls its schedule at every update, with the number of updates before it, as an int32. The rates are
those of an update compiled with ``jax.jit`` for a CPU; ``core/compiled.py`` describes what that changes.
"""

from __future__ import annotations

from cosine_cli.frameworks.core.framework import Framework

_VALUE = "the value that the training loop passes to update()"

FRAMEWORK = Framework(
    title="optax",
    version="0.2.8",
    source="optax/schedules/_schedule.py",
    files=("decays", "cosine", "piecewise", "cycles", "composed"),
    calls="update",
    precision=2e-7,
    functions=True,
    depends={
        "reduce_on_plateau": _VALUE,
        "contrib.reduce_on_plateau": _VALUE,
        "StatefulSchedule": "a state that the training updates",
        "WrappedSchedule": "a Python function, schedule_fn",
    },
)
