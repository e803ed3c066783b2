"""Import a config of Levanter: warmup, stable rate and decay, once or in cycles.

Source: ``lr_scheduler`` in ``src/levanter/optim/config.py``, which differs between versions: marin-community/levanter
9263f81e (2025, cycles), stanford-crfm/levanter 2a7847e3 (2024, ``haps`` with ``stable``) and 00816d0f (2024, one
cycle). A file of which the keys do not tell the version is read if all of these give the same rates. Release 1.1
(2023), whose linear decay ends early by the length of the warmup, is not considered.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import WITHOUT_EPOCHS, BudgetKeys
from cosine_cli.plans.importers.core.computed import computed_curve, labelled
from cosine_cli.plans.importers.core.evidence import All, AtLeast, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.linear_warmup import line, warmed_up
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.sequence import in_turn
from cosine_cli.plans.importers.core.unsupported import changes_rate, check_kind, other_rates
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

OWN_KEYS = ("min_lr_ratio", "lr_schedule", "rewarmup", "cycle_length", "haps")

PARALLELISM = ("per_device_parallelism", "model_axis_size", "fsdp_axis", "batch_axis", "tensor_parallel_axes")
"""Keys of ``trainer`` that few other programs have."""

FORMAT = Format(
    "Levanter config",
    needs=(
        one_of(
            Key("trainer.mp", pattern=r"(p|c|o|params|compute|output)=.*", example="p=f32,c=bfloat16"),
            All(
                "trainer.num_train_steps", "optimizer.learning_rate", one_of(*(f"optimizer.{key}" for key in OWN_KEYS))
            ),
            AtLeast(2, *(f"trainer.{key}" for key in PARALLELISM)),
            All(
                one_of("optimizer.learning_rate", "optimizer.lr_schedule"),
                one_of(*(f"trainer.{key}" for key in PARALLELISM)),
            ),
        ),
    ),
    files="YAML config",
    reads="`optimizer` with its schedule, and `trainer.num_train_steps`",
    options=RUN,
    budget=BudgetKeys(
        keys={
            "global_batch_size": "trainer.train_batch_size",
            "sequence_length": "train_seq_len|model.seq_len|model.max_seq_len",
        },
        refused=WITHOUT_EPOCHS,
    ),
    replacement_keys={"warmup": "optimizer.warmup", "min_lr": "optimizer.min_lr_ratio"},
    keeps_last=True,
    tags=("!include",),
)

LR, MIN_SHARE, WARMUP, STEPS, KIND = 6e-4, 0.1, 0.01, 400_000, "cosine"
"""Defaults of ``learning_rate``, ``min_lr_ratio``, ``warmup``, ``num_train_steps`` and ``lr_schedule``."""

CYCLES = ("decay", "rewarmup", "cycle_length", "cycles")
"""Keys of the version with cycles."""

STABLE = ("stable", "warmup_ratio")
"""Keys of the versions before it."""

KEYS = ("learning_rate", "min_lr_ratio", "warmup", "cooldown", "lr_schedule", "haps", *CYCLES, *STABLE)

MOST_CYCLES = 100


class _Cycle(NamedTuple):
    """The lengths of a cycle in steps."""

    warmup: int
    stable: int
    decay: int


class _Layout(NamedTuple):
    """The cycles of a run, and the final decay after them."""

    cycles: tuple[_Cycle, ...]
    cooldown: int


def _steps_of(optimizer: MappingReader, name: str, of: int, default: float) -> int:
    """Return a share of ``of`` steps of at most 1, or a number of steps, as the version with cycles converts it."""
    value = optimizer.number(name, default, at_least=0, at_most=MOST_STEPS)
    if value > 1 and not value.is_integer():
        raise optimizer.invalid(name, f"{name} must be a share of at most 1 or a whole number of steps")
    return int(value * of) if value <= 1 else int(value)


def _older_steps_of(optimizer: MappingReader, name: str, of: int, default: float) -> int:
    """Return a share of ``of`` steps below 1, or a number of steps, as older versions convert it."""
    value = optimizer.number(name, default, at_least=0, at_most=MOST_STEPS)
    return int(value * of) if value < 1 else int(value)


def _with_cycles(optimizer: MappingReader, steps: int) -> _Layout:
    """Return the layout of the version with cycles: shares are those of a cycle."""
    cooldown = _steps_of(optimizer, "cooldown", steps, 0.0)
    cycles = []
    for index, length in enumerate(_lengths([0, *_ends(optimizer, steps - cooldown)], optimizer)):
        warmup = _steps_of(optimizer, "rewarmup" if index else "warmup", length, 0.0 if index else WARMUP)
        decay = _steps_of(optimizer, "decay", length, 0.0) if "decay" in optimizer else length - warmup
        cycles.append(_Cycle(warmup, length - warmup - decay, decay))
    return _Layout(tuple(cycles), cooldown)


def _ends(optimizer: MappingReader, steps: int) -> list[int]:
    """Return the ends of the cycles."""
    given = [name for name in ("cycle_length", "cycles", "haps") if name in optimizer]
    if len(given) > 1:
        raise optimizer.invalid(given[1], f"{given[1]} must not be given together with {given[0]}")
    ends = _ends_of(optimizer, given[0], steps) if given else []
    return ends if ends[-1:] == [steps] else [*ends, steps]


def _ends_of(optimizer: MappingReader, name: str, steps: int) -> list[int]:
    if optimizer.values[name].items is not None:
        listed = list(optimizer.counts(name, at_least=1))
        return list(itertools.accumulate(listed)) if name == "cycle_length" else listed
    if name == "cycles":
        count = optimizer.count(name, at_least=1, at_most=MOST_CYCLES)
        return [int(steps / count * (index + 1)) for index in range(count - 1)]
    length = _steps_of(optimizer, name, steps, 1.0)
    if not 0 < length <= steps or steps // length > MOST_CYCLES:
        raise optimizer.invalid(name, f"{name} must give from 1 to {MOST_CYCLES} cycles")
    return [length * index for index in range(1, steps // length)]


def _lengths(bounds: Sequence[int], optimizer: MappingReader) -> list[int]:
    if len(bounds) > MOST_CYCLES + 1:
        raise user_error(optimizer.where, f"optimizer must have at most {MOST_CYCLES} cycles", got=str(len(bounds) - 1))
    return [end - start for start, end in itertools.pairwise(bounds)]


def _with_stable_share(optimizer: MappingReader, steps: int) -> _Layout:
    """Return the layout of the version with ``haps`` and ``stable``, a share of each cycle after the warmup."""
    warmup, cooldown = _older_warmup(optimizer, steps), _older_steps_of(optimizer, "cooldown", steps, 0.0)
    haps = optimizer.counts("haps", at_least=1) if "haps" in optimizer else ()
    cycles = []
    for index, length in enumerate(_lengths([warmup, *haps, steps - cooldown], optimizer)):
        stable = _older_steps_of(optimizer, "stable", length, 0.0)
        cycles.append(_Cycle(0 if index else warmup, stable, length - stable))
    return _Layout(tuple(cycles), cooldown)


def _with_one_cycle(optimizer: MappingReader, steps: int) -> _Layout:
    """Return the layout of the version with one cycle: shares are those of the run."""
    warmup, cooldown = _older_warmup(optimizer, steps), _older_steps_of(optimizer, "cooldown", steps, 0.0)
    stable = _older_steps_of(optimizer, "stable", steps, 0.0)
    return _Layout((_Cycle(warmup, stable, steps - warmup - stable - cooldown),), cooldown)


def _older_warmup(optimizer: MappingReader, steps: int) -> int:
    if "warmup_ratio" in optimizer:
        return int(optimizer.number("warmup_ratio", at_least=0, at_most=1) * steps)
    return _older_steps_of(optimizer, "warmup", steps, WARMUP)


def _layout(optimizer: MappingReader, kind: str, steps: int) -> _Layout:
    """Return the layout of all versions that the keys do not exclude; raise RequestError if these differ."""
    layouts = {layout(optimizer, steps) for layout in _versions(optimizer, kind)}
    if not layouts:
        older = next(name for name in STABLE if name in optimizer.node.keys)
        raise optimizer.invalid(older, f"{older} must not be given together with keys of later versions of Levanter")
    if len(layouts) > 1:
        name = next(name for name in ("stable", "warmup", "haps", "cooldown") if name in (*optimizer.values, "warmup"))
        rule = f"versions of Levanter differ in what {name} is a share of"
        raise user_error(optimizer.place(name), rule, hint=f"write {name} as a whole number of steps")
    layout = layouts.pop()
    if any(length < 0 for cycle in layout.cycles for length in cycle) or layout.cooldown < 0:
        rule = "warmup, stable rate, decay and cooldown must fit into the run"
        raise user_error(optimizer.where, rule, got=f"{steps} steps")
    return layout


def _versions(optimizer: MappingReader, kind: str) -> Iterator[Callable[[MappingReader, int], _Layout]]:
    keys = optimizer.node.keys
    if not keys & set(STABLE):
        yield _with_cycles
    if not keys & set(CYCLES) and not _has_parameters(optimizer):
        yield _with_stable_share
        if "haps" not in keys and kind != "inv":
            yield _with_one_cycle


def _has_parameters(optimizer: MappingReader) -> bool:
    return "lr_schedule" in optimizer and optimizer.values["lr_schedule"].pairs is not None


@dataclass(frozen=True)
class _Decay:
    """A decay: its peak and its end, the warmup before it and its length in steps, and the parameters of its kind."""

    lr: float
    end: float
    warmup: int
    steps: int
    params: MappingReader
    where: str

    @property
    def floor_share(self) -> float:
        """The end as a share of the peak."""
        return self.end / self.lr

    def curve(self, name: str, **params: float) -> CurveSpec:
        """Return a curve at the place of the schedule."""
        return computed_curve(name, self.where, **params)


class _Parts(NamedTuple):
    """Curves with their lengths, of which the last one lasts; the first rate, and the rate at the end of the decay."""

    parts: list[tuple[CurveSpec, float]]
    last: CurveSpec
    first: float
    end: float


def _constant(decay: _Decay) -> _Parts:
    return _Parts([], decay.curve("constant", lr=decay.lr), decay.lr, decay.lr)


def _cosine(decay: _Decay) -> _Parts:
    exponent = decay.params.number("exponent", 1.0, above=0)
    if exponent == 1.0:
        curve = decay.curve("cosine", lr=decay.lr, min_lr=decay.end, total=decay.steps)
    else:
        params = {"init_value": decay.lr, "alpha": decay.floor_share, "decay_steps": decay.steps, "exponent": exponent}
        curve = decay.curve("optax.cosine_decay_schedule", **params)
    return _Parts([], curve, decay.lr, decay.end)


def _linear(decay: _Decay) -> _Parts:
    return _Parts([], decay.curve("linear", lr=decay.lr, min_lr=decay.end, total=decay.steps), decay.lr, decay.end)


def _inv(decay: _Decay) -> _Parts:
    """Return the decay with the inverse of time, of which update 0 uses the rate of update 1."""
    if decay.end == decay.lr:
        return _constant(decay)
    timescale = decay.steps / (1 / decay.floor_share - 1)
    lr = decay.lr * timescale / (timescale + 1)
    first = decay.curve("constant", lr=lr)
    last = decay.curve("inverse_time", lr=lr, min_lr=min(decay.end, lr), timescale=timescale + 1)
    return _Parts([(first, 1)], last, lr, decay.end)


def _inv_sqrt(decay: _Decay) -> _Parts:
    """Return the decay with the inverse square root of the time since the warmup began, constant up to a timescale."""
    timescale = decay.params.number("timescale", 10_000.0, above=0)
    wait = max(timescale - decay.warmup, 0.0)
    begin = max(timescale, float(decay.warmup))
    first = decay.lr * math.sqrt(timescale / begin)
    end = max(decay.end, decay.lr * min(1.0, math.sqrt(timescale / max(decay.steps + decay.warmup, 1))))
    if wait >= decay.steps or first <= decay.end:
        rate = max(first, decay.end)
        return _Parts([], decay.curve("constant", lr=rate), rate, end)
    last = decay.curve("inverse_sqrt", lr=first, min_lr=decay.end, timescale=begin)
    before = [(decay.curve("constant", lr=decay.lr), wait)] if wait else []
    return _Parts(before, last, first, end)


def _power(decay: _Decay) -> _Parts:
    """Return the power of the tokens so far, constant as long as it exceeds the peak."""
    params = decay.params
    batch, length = params.count("batch_size", at_least=1), params.count("seq_length", at_least=1)
    scale, exponent = params.number("a", 4.6, above=0), params.number("b", -0.51, at_least=-100, at_most=-1e-3)
    begin = (decay.lr / (batch * scale)) ** (1 / exponent) / (batch * length)
    if begin >= decay.steps:
        return _constant(decay)
    if begin < 1:
        raise params.invalid("a", "a must make the first update reach learning_rate")
    last = decay.curve("power_law", lr=decay.lr, timescale=begin, exponent=-exponent)
    end = decay.lr * (decay.steps / begin) ** exponent
    return _Parts([(decay.curve("constant", lr=decay.lr), begin)], last, decay.lr, end)


class _Schedule(NamedTuple):
    """A schedule of the decay.

    - ``curves``: its curves.
    - ``parameters``: the parameters that it has if ``lr_schedule`` is a mapping.
    - ``needs_steps``: whether it cannot be created without steps for the decay.
    """

    curves: Callable[[_Decay], _Parts]
    parameters: tuple[str, ...] = ()
    needs_steps: bool = False


SCHEDULES = {
    "constant": _Schedule(_constant),
    "cosine": _Schedule(_cosine, ("exponent",), needs_steps=True),
    "linear": _Schedule(_linear),
    "inv": _Schedule(_inv, needs_steps=True),
    "inv_sqrt": _Schedule(_inv_sqrt, ("timescale",)),
    "power": _Schedule(_power, ("batch_size", "seq_length", "a", "b")),
}
"""The schedules of the decay by their name in ``lr_schedule``."""


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of the optimizer over the steps of the run."""
    config = MappingReader(top)
    optimizer = _optimizer(config)
    kind, params = _kind(optimizer)
    rate, steps = _rate(optimizer, flags), _steps(config, flags)
    layout = _layout(optimizer, kind, int(steps.text))
    curve = _curve(optimizer, kind, params, float(rate.text), layout)
    defaults = {"learning_rate": f"{LR:g}", "min_lr_ratio": f"{MIN_SHARE:g}", "lr_schedule": KIND}
    used = [f"{name}={value}" for name, value in defaults.items() if name not in optimizer]
    if not {"warmup", "warmup_ratio"} & optimizer.values.keys():
        used.append(f"warmup={WARMUP:g}")
    if "num_train_steps" not in (config.mapping("trainer") or config) and flags.length is None:
        used.append(f"num_train_steps={STEPS}")
    others = other_rates(optimizer, KEYS)
    return Request(
        unit="step",
        run={"lr": rate, "steps": steps},
        curves=(labelled(curve, kind),),
        applied_flags=frozenset({"lr", "epochs"}) & frozenset(flags.given),
        remarks=(
            read_as(_words(kind, layout), f"{steps.text} steps", defaults=used),
            *ignored(f"{', '.join(others)} (for other parameters)" if others else ""),
        ),
    )


def _words(kind: str, layout: _Layout) -> str:
    return kind if len(layout.cycles) == 1 else f"{kind} in {len(layout.cycles)} cycles"


def _optimizer(config: MappingReader) -> MappingReader:
    if "optimizer" not in config:
        return MappingReader(config.node._replace(pairs=()))
    node = config.values["optimizer"]
    if node.tag:
        raise user_error(node.where, "optimizer must be in this file", got=f"'{node.tag} {node.text}'")
    optimizer = MappingReader.of(node)
    for name in optimizer.others(KEYS):
        if changes_rate(name) or "schedule" in name:
            rule = f"{visible(name)} is not a key of a Levanter optimizer and may change the learning rate"
            raise optimizer.invalid(name, rule)
    return optimizer


def _kind(optimizer: MappingReader) -> tuple[str, MappingReader]:
    """Return the name of the schedule, and its parameters."""
    none = MappingReader(optimizer.node._replace(pairs=()))
    if "lr_schedule" not in optimizer:
        return KIND, none
    if not _has_parameters(optimizer):
        kind = check_kind(optimizer, "lr_schedule", SCHEDULES)
        if kind == "power":
            raise optimizer.invalid("lr_schedule", "lr_schedule must be a mapping for power, with its batch_size")
        return kind, none
    params = MappingReader.of(optimizer.values["lr_schedule"])
    kind = check_kind(params, "type", SCHEDULES)
    unknown = next(iter(params.others(("type", *SCHEDULES[kind].parameters))), None)
    if unknown is not None:
        raise params.invalid(unknown, f"{visible(unknown)} is not a parameter of {kind}")
    return kind, params


def _rate(optimizer: MappingReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    return optimizer.computed(optimizer.number("learning_rate", LR, above=0), "learning_rate")


def _steps(config: MappingReader, flags: Flags) -> RawValue:
    if flags.length is not None:
        return flags.length
    trainer = config.mapping("trainer")
    if trainer is None:
        return config.computed(STEPS, "trainer")
    return trainer.computed(trainer.count("num_train_steps", STEPS, at_least=1), "num_train_steps")


def _curve(optimizer: MappingReader, kind: str, params: MappingReader, lr: float, layout: _Layout) -> CurveSpec:
    """Return the curve of all cycles."""
    where = optimizer.place("lr_schedule")
    end = lr * optimizer.number("min_lr_ratio", MIN_SHARE, at_least=0, at_most=1)
    if kind == "inv" and not end:
        raise optimizer.invalid("min_lr_ratio", "min_lr_ratio must be above 0 for inv")
    parts: list[tuple[CurveSpec, float]] = []
    before = 0.0
    for cycle in layout.cycles:
        if not cycle.decay and SCHEDULES[kind].needs_steps:
            raise user_error(optimizer.where, f"{kind} must have steps for the decay", got="0")
        decay = _Decay(lr, end, cycle.warmup, cycle.decay, params, where)
        curves = SCHEDULES[kind].curves(decay)
        parts += _cycle(cycle, decay, curves, before)
        before = lr if kind == "linear" and not cycle.decay else curves.end
    if layout.cooldown and before:  # a decay to 0 stays there
        cooldown = computed_curve("linear", where, lr=before, min_lr=end, total=layout.cooldown)
        parts.append((cooldown, layout.cooldown))
    return in_turn(parts[:-1], parts[-1][0])


def _cycle(cycle: _Cycle, decay: _Decay, curves: _Parts, before: float) -> Iterator[tuple[CurveSpec, float]]:
    """Yield the curves of a cycle with their lengths; the warmup begins at the rate ``before`` it."""
    main: list[tuple[CurveSpec, float]] = []
    first = decay.lr
    if cycle.stable:
        main.append((decay.curve("constant", lr=decay.lr), cycle.stable))
    if cycle.decay:
        first = first if cycle.stable else curves.first
        main += [*curves.parts, (curves.last, cycle.decay - sum(length for _, length in curves.parts))]
    if cycle.warmup and main and first == decay.lr and "." not in main[0][0].name:  # a framework's has no warmup
        curve, length = main[0]
        main[0] = warmed_up(curve, before, decay.lr, cycle.warmup, math.inf), length + cycle.warmup
    elif cycle.warmup:
        yield line(before, decay.lr, cycle.warmup, cycle.warmup, decay.where), cycle.warmup
    yield from ((curve, length) for curve, length in main if length > 0)
