"""Import serialized optimizers of Keras: alone, in the config of a saved model, or in that of a program that uses it.

The schedules are those of ``keras/src/optimizers/schedules/learning_rate_schedule.py`` (Keras 3.15), the ``decay`` of
an optimizer is that of ``OptimizerV2`` (Keras 2). The length of the run is not in such a file.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cosine_cli.plans.importers.core.computed import computed_value, labelled
from cosine_cli.plans.importers.core.evidence import Check
from cosine_cli.plans.importers.core.flags import LENGTH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.nodes import node_at
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.single_precision import shortest
from cosine_cli.plans.importers.core.unsupported import check_kind
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, Request
from cosine_cli.text import either

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

PLACES = (
    (),
    ("optimizer",),
    ("compile_config", "optimizer"),
    ("optimizer_config",),
    ("training_config", "optimizer_config"),
    ("training", "compile", "optimizer"),
)
"""Where an optimizer is: alone, in a hyperparameter file, in a saved model of Keras 3 and 2, in a file of kgcnn."""

OPTIMIZERS = (
    *("SGD", "RMSprop", "Adam", "AdamW", "Adadelta", "Adagrad", "Adamax", "Adafactor", "Nadam", "Ftrl", "Lion", "Lamb"),
    *("Muon", "LossScaleOptimizer"),
)
RATES = ("learning_rate", "lr", "inner_optimizer")
"""Keys of which the config of an optimizer has one; ``lr`` is the old name of ``learning_rate``."""


def _optimizer(top: Node) -> Node | None:
    """Return the optimizer of a document: a class of Keras, in any case, whose config has a learning rate."""
    return next((node for node in (node_at(top, place) for place in PLACES) if node and _is_optimizer(node)), None)


def _is_optimizer(node: Node) -> bool:
    name = node_at(node, ("class_name",))
    config = node_at(node, ("config",))
    known = name is not None and name.text.rpartition(">")[2].lower() in map(str.lower, OPTIMIZERS)
    return known and config is not None and not config.keys.isdisjoint(RATES)


FORMAT = Format(
    "Keras optimizer",
    needs=(
        Check(
            "class_name of an optimizer with config.learning_rate: at the top level, or in "
            + either(".".join(place) for place in PLACES[1:]),
            lambda top: _optimizer(top) is not None,
            keys="class_name",
        ),
    ),
    files="an optimizer or a compiled model as JSON",
    reads="`class_name` and `config` of an optimizer, and of its learning rate",
    options=LENGTH,
    replacement_keys={"lr": "initial_learning_rate", "warmup": "warmup_steps"},
    unknown={"--steps": "the length of the run; the default is that of the schedule"},
)

DECAY = "decay"
"""The argument of an optimizer of Keras 2 by which its rate decays."""

CONSTANT_STEPS = 1000
"""The length that a constant rate is shown over."""

MOST_SINGLE = 3e38
"""About the largest number of single precision."""

DECAYS_SHOWN = 10
"""The number of ``decay_steps`` that an endless decay is shown over."""


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of the optimizer over the iterations of the run."""
    config = _config(MappingReader(top))
    name = "learning_rate" if "learning_rate" in config else "lr"
    if name not in config:
        raise config.missing("learning_rate")
    is_number = config.values[name].pairs is None
    curve, peak, window = _number(config, name) if is_number else _schedule(config, MappingReader(config.values[name]))
    steps = flags.length or _epochs(MappingReader(top), flags)
    length = steps or computed_value(min(window, MOST_STEPS), curve.where)
    note = "" if steps else " (the length of the run is not in the file; pass --steps)"
    kind = DECAY if curve.name == "inverse_time" else curve.name.removeprefix("keras.")
    return Request(
        unit="step",
        run={"lr": peak, "steps": length},
        curves=(labelled(curve, kind),),
        remarks=(read_as(kind, f"{length.text} steps{note}"), *ignored(_accumulation(config))),
    )


def _config(top: MappingReader) -> MappingReader:
    """Return the config of the optimizer, or of that within one that scales the loss."""
    optimizer = MappingReader(_optimizer(top.node) or top.node)
    config = optimizer.mapping("config")
    if config is None:
        raise optimizer.missing("config", reason="the config of an optimizer")
    inner = config.mapping("inner_optimizer")
    return config if inner is None else inner.mapping("config") or inner


def _number(config: MappingReader, name: str) -> tuple[CurveSpec, RawValue, int]:
    """Return a constant rate, which the ``decay`` of Keras 2 divides, with the peak and the length to show."""
    rate = config.number(name, above=0)
    lr = config.computed(_shortest(rate), name)
    decay = config.number(DECAY, 0.0, at_least=0)
    if not decay:
        return CurveSpec("constant", lr.where, "step", {"lr": lr}), lr, CONSTANT_STEPS
    timescale = config.computed(1 / decay, DECAY)
    curve = CurveSpec("inverse_time", lr.where, "step", {"lr": lr, "timescale": timescale})
    return curve, lr, math.ceil(min(DECAYS_SHOWN / decay, MOST_STEPS))


def _shortest(rate: float) -> float:
    """Return a rate, with the fewest digits if it is a number of single precision, as Keras saves rates."""
    return shortest(rate) if rate < MOST_SINGLE and float(np.float32(rate)) == rate else rate


def _schedule(config: MappingReader, serialized: MappingReader) -> tuple[CurveSpec, RawValue, int]:
    """Return a schedule with its peak, and the length to show."""
    _check_custom(serialized)
    kind = check_kind(serialized, "class_name", WINDOWS)
    if config.number(DECAY, 0.0):
        raise config.invalid(DECAY, f"{DECAY} must be 0 beside {kind}")
    params = serialized.mapping("config")
    if params is None:
        raise serialized.missing("config")
    given = {name: params.raw(name) for name in params.others(("name", "dtype"))}
    curve = CurveSpec(f"keras.{kind}", serialized.place("class_name"), "step", given)
    return curve, _peak(params), math.ceil(min(WINDOWS[kind](params), MOST_STEPS))


def _check_custom(serialized: MappingReader) -> None:
    """Raise RequestError for a class of the user's, which may have the name of one of Keras."""
    for name in ("registered_name", "module"):
        word = serialized.word(name, "")
        if ">" in word or (name == "module" and word and "optimizers" not in word):
            raise serialized.invalid(name, f"{name} must be that of a schedule of Keras: other classes cannot be read")


def _peak(params: MappingReader) -> RawValue:
    """Return the peak: the target of a warmup, the highest of several rates, or the initial rate."""
    if "values" in params:
        return params.computed(max(params.numbers("values"), default=0.0), "values")
    name = "warmup_target" if "warmup_target" in params else "initial_learning_rate"
    return params.computed(params.number(name, above=0), name)


def _epochs(top: MappingReader, flags: Flags) -> RawValue | None:
    """Return the length of the run in a file of kgcnn, None if it is unknown."""
    training = top.mapping("training") if flags.steps_per_epoch is not None else None
    fit = training.mapping("fit") if training else None
    if fit is None or flags.steps_per_epoch is None or "epochs" not in fit:
        return None
    return fit.computed(fit.count("epochs", at_least=1) * flags.steps_per_epoch, "epochs")


def _accumulation(config: MappingReader) -> str:
    if config.count("gradient_accumulation_steps", 1, at_least=1) == 1:
        return ""
    return "gradient_accumulation_steps (a schedule counts batches, not updates)"


def _decays(params: MappingReader) -> float:
    return DECAYS_SHOWN * params.number("decay_steps", above=0)


def _one_decay(params: MappingReader) -> float:
    warmup = params.number("warmup_steps", 0.0, at_least=0) if "warmup_target" in params else 0.0
    return params.number("decay_steps", above=0) + warmup


def _cycles(params: MappingReader) -> float:
    """Return the length of three cycles."""
    factor = params.number("t_mul", 2.0, above=0)
    return params.number("first_decay_steps", above=0) * (1 + factor + min(factor, MOST_STEPS) ** 2)


def _ranges(params: MappingReader) -> float:
    """Return the length up to the last boundary, and that of the first range after it."""
    boundaries = params.numbers("boundaries", above=0)
    return boundaries[-1] + boundaries[0] if boundaries else CONSTANT_STEPS


WINDOWS: dict[str, Callable[[MappingReader], float]] = {
    "ExponentialDecay": _decays,
    "InverseTimeDecay": _decays,
    "PolynomialDecay": _one_decay,
    "PiecewiseConstantDecay": _ranges,
    "CosineDecay": _one_decay,
    "CosineDecayRestarts": _cycles,
}
"""The supported schedules by their class, each with the length that it is shown over if that of the run is unknown."""
