"""Keras's schedules, ``keras.optimizers.schedules``: functions of an optimizer's iterations, in 32-bit floats.

An optimizer calls its schedule at every update, with the number of updates before it, as an int32. The rates are
those of ``fit`` on JAX for a CPU, which compiles the update; ``core/compiled.py`` describes what that changes.
TensorFlow's ``fit`` compiles with XLA too, unless the model or ``jit_compile=False`` forbids it; without XLA its graphs
also multiply by a reciprocal (``ReduceDivToReciprocalMul`` in Grappler; both read, not run). The torch backend does not
compile: there, and in logs that read the optimizer's ``learning_rate``, the rates are those of ``core/eager.py``.
"""

from __future__ import annotations

from cosine_cli.frameworks.core.framework import Framework
from cosine_cli.frameworks.core.ignored import by_name, ignored_param

FRAMEWORK = Framework(
    title="Keras",
    version="3.15.1",
    source="keras/src/optimizers/schedules/learning_rate_schedule.py",
    files=("decays", "cosine"),
    calls="update",
    precision=2e-7,
    depends={
        "ReduceLROnPlateau": "a metric of the training",
        "LearningRateScheduler": "a Python function, schedule",
    },
    ignored=by_name(
        ignored_param("name", str, default=None),
    ),
)
