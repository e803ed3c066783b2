"""Import a torchtitan TOML file: warmup, constant rate and decay.

The schedule has changed twice, with the keys of the file:

- ``warmup_steps`` in ``training`` until March 2025: ``torchtitan/optimizer.py`` at 04a22a00;
- ``lr_scheduler`` with ``batch_size`` in ``training`` until June 2025: ``torchtitan/components/lr_scheduler.py`` at
  24041973;
- ``lr_scheduler`` since then, as in the releases 0.1 and 0.2: the same file at 40b54e47.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.plans.importers.core.budget_keys import WITHOUT_EPOCHS, BudgetKeys
from cosine_cli.plans.importers.core.computed import computed_value, interpolated_spec, labelled
from cosine_cli.plans.importers.core.evidence import All, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.later import ahead
from cosine_cli.plans.importers.core.linear_warmup import plus_one_warmup
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import read_as
from cosine_cli.plans.importers.core.sequence import in_turn
from cosine_cli.plans.importers.core.unsupported import check_kind
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

LR, WARMUP = 8e-4, 200
"""The defaults of ``optimizer.lr`` and ``warmup_steps``."""

FLOORS = ("min_lr_factor", "lr_min")
"""The share of the rate at the end, by its newer and its older name."""

KEYS = ("warmup_steps", "total_steps", "decay_ratio", "decay_type", *FLOORS)

SHAPES = {"linear": "linear", "sqrt": "1-sqrt", "cosine": "cosine"}
"""The shapes of the decay by ``decay_type``."""

CURVES = {"linear": "linear", "sqrt": "one_minus_sqrt", "cosine": "cosine"}

OF_2024 = (
    *("data_parallel_degree", "data_parallel_shard_degree", "data_parallel_replicate_degree"),
    "tensor_parallel_degree",
)
"""Keys of ``training`` that moved to ``parallelism`` in March 2025."""

FORMAT = Format(
    "torchtitan config",
    needs=(
        Key("training.steps"),
        one_of(
            Key("lr_scheduler.decay_ratio|decay_type|min_lr_factor"),
            All(
                one_of(Key("job", "mapping"), "parallelism", "activation_checkpoint"),
                one_of("lr_scheduler.warmup_steps|lr_min", "training.warmup_steps|seq_len", "model.flavor"),
            ),
        ),
    ),
    excludes=(Key("lr_scheduler.type|name|scheduler|class_path|_target_"), Key("trainer")),
    files="TOML config",
    reads="`lr_scheduler`, `optimizer.lr` and `training.steps`, in the layouts of 2024 and 2025",
    options=(*RUN, "warmup"),
    budget=BudgetKeys(
        keys={
            "batch_size": "training.local_batch_size|training.batch_size",
            "global_batch_size": "training.global_batch_size",
            "sequence_length": "training.seq_len",
        },
        unset={"global_batch_size": "-1"},
        refused={**WITHOUT_EPOCHS, "accumulate": "it follows from training.global_batch_size"},
    ),
)


class _Layout(NamedTuple):
    """A layout of the file: the function of torchtitan that computes the rates, and its period."""

    function: str
    period: str


LAYOUTS = {
    "2024": _Layout("linear_warmup_linear_decay", "until March 2025"),
    "spring": _Layout("linear_warmup_stable_decay", "of March to June 2025"),
    "now": _Layout("linear_warmup_stable_decay", "since June 2025"),
}


class _Phases(NamedTuple):
    """The phases of the schedule, in updates.

    - ``warmup``: the length of the warmup, as ``warmup_steps`` counts it.
    - ``rise``: the update that has the peak, the last one of the warmup since June 2025, the one after it before.
    - ``fall``: the update at which the decay begins.
    - ``decay``: the length of the decay.
    """

    warmup: int
    rise: int
    fall: int
    decay: int


@dataclass(frozen=True)
class _Config:
    """The sections of the file, and the options of the run."""

    training: MappingReader
    optimizer: MappingReader
    scheduler: MappingReader
    layout: str
    flags: Flags
    used: list[str] = field(default_factory=list)
    """The defaults that are used."""

    @classmethod
    def of(cls, top: Node, flags: Flags) -> _Config:
        """Return the sections of a document; a missing one is empty."""
        config = MappingReader(top)
        empty = MappingReader(top._replace(pairs=()))
        training, optimizer, scheduler = (
            config.mapping(name) or empty for name in ("training", "optimizer", "lr_scheduler")
        )
        return cls(training, optimizer, scheduler, _layout(config, training, scheduler), flags)

    @property
    def lr(self) -> RawValue:
        """The peak rate."""
        return self.flags.lr or self.optimizer.computed(self._number(self.optimizer, "lr", LR, above=0), "lr")

    @property
    def steps(self) -> RawValue:
        """The length of the run."""
        if self.flags.length is not None:
            return self.flags.length
        return self.training.computed(self.training.count("steps", at_least=1), "steps")

    @property
    def kind(self) -> str:
        """The shape of the decay, by its ``decay_type``."""
        if self.layout == "2024":
            return "linear"
        if "decay_type" not in self.scheduler:
            self.used.append("decay_type=linear")
            return "linear"
        return check_kind(self.scheduler, "decay_type", SHAPES)

    @property
    def floor(self) -> float:
        """The share of the rate that it decays to."""
        return self.scheduler.number(self.floor_key, 0.0, at_least=0, at_most=1)

    @property
    def floor_key(self) -> str:
        """The key of that share."""
        return next(filter(self.scheduler.__contains__, FLOORS), FLOORS[0])

    @property
    def warmup_place(self) -> str:
        """The place of the length of the warmup."""
        return (self.training if self.layout == "2024" else self.scheduler).place("warmup_steps")

    def phases(self, steps: int) -> _Phases:
        """Return the phases of a run of ``steps``."""
        section = self.training if self.layout == "2024" else self.scheduler
        given = self.flags.warmup(steps)
        warmup = int(self._number(section, "warmup_steps", WARMUP, at_least=0)) if given is None else given
        if self.layout == "2024":
            return _Phases(warmup, warmup, warmup, max(1, steps - warmup))
        total = self._total(steps)
        if self.layout == "spring":
            decay = self._decay(total, warmup)
            return _Phases(warmup, warmup, total - decay - 1, decay + 1)
        warmup = min(warmup, total)
        decay = self._decay(total, warmup)
        return _Phases(warmup, max(warmup - 1, 0), total - decay, decay)

    def _total(self, steps: int) -> int:
        """Return the length of the schedule, which may be longer than the run."""
        total = self.scheduler.count("total_steps", steps, at_least=1)
        if total < steps:
            rule = f"total_steps must be at least {steps}, the steps of the run: torchtitan does not end the decay"
            raise self.scheduler.invalid("total_steps", rule)
        return total

    def _decay(self, total: int, warmup: int) -> int:
        """Return the length of the decay."""
        left = max(total - warmup, 0)
        return min(round(total * self.scheduler.number("decay_ratio", 1.0, at_least=0, at_most=1)), left)

    def _number(self, section: MappingReader, name: str, default: float, **bounds: float) -> float:
        if name not in section:
            self.used.append(f"{name}={default:g}")
        return section.number(name, default, **bounds)


def _layout(config: MappingReader, training: MappingReader, scheduler: MappingReader) -> str:
    """Return which layout the file has; raise RequestError if it fits two, which differ."""
    has_scheduler, is_2024 = "lr_scheduler" in config, "warmup_steps" in training
    if has_scheduler and is_2024:
        raise training.invalid(
            "warmup_steps", "warmup_steps must be in lr_scheduler if the file has it", hint="move it"
        )
    if is_2024 or (not has_scheduler and training.values.keys() & {*OF_2024}):
        return "2024"
    is_old = "batch_size" in training and not {"min_lr_factor", "total_steps"} & scheduler.values.keys()
    if is_old and not has_scheduler and "parallelism" not in config:
        reason = f"its default, {WARMUP}, differs in meaning between releases"
        raise training.missing("warmup_steps", reason=reason, hint=f"add warmup_steps = {WARMUP} to training")
    return "spring" if is_old else "now"


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule that ``build_lr_schedulers`` creates."""
    config = _Config.of(top, flags)
    _check_keys(config.scheduler)
    lr, steps = config.lr, config.steps
    function, period = LAYOUTS[config.layout]
    phases = config.phases(int(steps.text))
    curve = labelled(_curve(config, float(lr.text), int(steps.text), phases), function)
    words = f"{function} (the layout {period})"
    return Request(
        unit="step",
        run={"lr": lr, "steps": steps},
        curves=(curve,),
        applied_flags=frozenset({"epochs", "warmup"}) & frozenset(flags.given),
        remarks=(read_as(words, f"{steps.text} steps", defaults=config.used, warmup=phases.warmup),),
    )


def _check_keys(scheduler: MappingReader) -> None:
    for name in scheduler.others(KEYS):
        hint = did_you_mean(name, KEYS) or f"it takes {either(KEYS, last='and')}"
        raise scheduler.invalid(name, f"lr_scheduler has no key {quote(name)}", hint=hint)
    if {*FLOORS} <= scheduler.values.keys():
        raise scheduler.invalid(
            FLOORS[1], f"{FLOORS[1]} must not be beside {FLOORS[0]}, its newer name", hint="remove one"
        )


def _curve(config: _Config, lr: float, steps: int, phases: _Phases) -> CurveSpec:
    where = config.warmup_place
    if phases.rise < steps and phases.fall < phases.rise:
        return _without_peak(config, lr, phases)
    return plus_one_warmup(_after_warmup(config, lr, phases, steps), lr, phases.rise, steps, where)


def _after_warmup(config: _Config, lr: float, phases: _Phases, steps: int) -> CurveSpec:
    """Return the curve from the peak on."""
    flat = phases.fall - phases.rise
    if phases.fall >= steps:
        return CurveSpec("constant", config.scheduler.where, "step")
    if not flat:
        return _decay(config, lr, phases.decay)
    if phases.fall + phases.decay > steps:  # the schedule is longer than the run
        constant = CurveSpec("constant", config.scheduler.where, "step")
        return in_turn([(constant, flat)], _decay(config, lr, phases.decay))
    scheduler = config.scheduler
    params = {
        "warmup": computed_value(0, config.warmup_place),
        "stable": scheduler.computed(flat, "decay_ratio"),
        "decay": scheduler.computed(phases.decay, "decay_ratio"),
        "decay_shape": scheduler.computed(SHAPES[config.kind], "decay_type"),
        "min_lr": scheduler.computed(config.floor * lr, config.floor_key),
    }
    return CurveSpec("wsd", scheduler.where, "step", params)


def _decay(config: _Config, lr: float, length: int) -> CurveSpec:
    scheduler = config.scheduler
    params = {
        "total": scheduler.computed(length, "decay_ratio"),
        "min_lr": scheduler.computed(config.floor * lr, config.floor_key),
    }
    return CurveSpec(CURVES[config.kind], scheduler.where, "step", params)


def _without_peak(config: _Config, lr: float, phases: _Phases) -> CurveSpec:
    """Return a warmup that the decay follows before the peak is reached."""
    decay = _decay(config, lr, phases.decay)
    if not phases.rise:
        return ahead(decay, 1)
    rise = interpolated_spec({0: lr / (phases.rise + 1), phases.rise: lr}, config.warmup_place)
    return in_turn([(rise, phases.rise)], ahead(decay, 1), rise.where)
