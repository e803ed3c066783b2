"""Import a kohya-ss sd-scripts TOML file (``--config_file``): the scheduler that ``get_scheduler_fix`` creates.

Source: kohya-ss/sd-scripts at 48d368fa, ``library/train_util.py`` for the schedulers and the merging of sections, and
``train_network.py`` for the length of the run. Most of its schedules are those of Transformers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_list
from cosine_cli.plans.importers.core.evidence import All, Check, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.hugging_face import WITHOUT_END, scheduler_curve, scheduler_kinds
from cosine_cli.plans.importers.core.literal_arguments import literal_arguments
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.unsupported import check_kind, check_unknown_keys, other_rates
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.plans.registry import depends, is_known
from cosine_cli.text import either, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

LR, STEPS = 2e-6, 1600
"""The defaults of ``learning_rate`` and ``max_train_steps``."""

KIND, CLASS, ARGUMENTS = "lr_scheduler", "lr_scheduler_type", "lr_scheduler_args"
WARMUP, DECAY = "lr_warmup_steps", "lr_decay_steps"
CYCLES, FLOOR = "lr_scheduler_num_cycles", "lr_scheduler_min_lr_ratio"

RATE_KEYS = (
    *(KIND, CLASS, ARGUMENTS, WARMUP, DECAY, CYCLES, FLOOR, "lr_scheduler_power", "lr_scheduler_timescale"),
    *("learning_rate", "unet_lr"),
)
"""All arguments that change the learning rate."""

RULES = "piecewise_constant"
"""A scheduler of diffusers: factors of the rate, with the steps at which they end."""

NOT_SUPPORTED = ("cosine_warmup_with_min_lr",)
"""Schedulers of Transformers that ``get_scheduler_fix`` calls with an argument that they do not take."""

KINDS = (*(kind for kind in scheduler_kinds() if kind not in NOT_SUPPORTED), RULES)

MODULE = "torch.optim.lr_scheduler."

SCHEDULE_FREE = "schedulefree"
ESTIMATES = ("prodigy", "dadapt")
"""Optimizers that multiply the rate by an estimate of their own."""

LENGTHS = ("max_train_steps", "max_train_epochs")


def _in_a_section(*names: str) -> Check:
    """Return that a key is at the top level or in a section, which sd-scripts merges."""
    keys = "|".join(names)
    anywhere = one_of(Key(keys), Key(f"*.{keys}"))
    return Check(f"{either(names)} in any section", anywhere.holds, keys=(1, *names))


FORMAT = Format(
    "kohya-ss sd-scripts config",
    needs=(
        one_of(
            _in_a_section("network_module", "network_train_unet_only", "unet_lr"),
            All(
                _in_a_section(CYCLES, "lr_scheduler_power", FLOOR, "lr_scheduler_timescale", "optimizer_args"),
                _in_a_section(*LENGTHS),
            ),
        ),
        _in_a_section(KIND, CLASS, *LENGTHS),
        _in_a_section(KIND, "learning_rate", "unet_lr", "network_module"),
    ),
    excludes=(Key("LoRA_type|lr_warmup|learning_rate_scheduler|base_model|num_train_epochs|lr_scheduler_kwargs"),),
    files="TOML file of `--config_file`",
    reads="`lr_scheduler` or `lr_scheduler_type` with arguments, `learning_rate` or `unet_lr`, warmup and length",
    options=(*RUN, "warmup"),
    unknown={"--steps, --steps-per-epoch": "the length of the run in steps, if `max_train_epochs` is set"},
)


class _Run(NamedTuple):
    """The config, the options of the run, and the length of the run in steps."""

    config: MappingReader
    flags: Flags
    steps: RawValue

    @property
    def total(self) -> int:
        """The length of the run."""
        return int(self.steps.text)

    def length(self, name: str) -> int:
        """Return a length in steps: a whole number of them, or a number with a decimal point, a share of the run."""
        if name not in self.config:
            return 0
        node = self.config.values[name]
        if node.quoted or node.text.lstrip("+-").isdigit():
            return self.config.count(name, at_least=0, at_most=MOST_STEPS)
        return int(self.config.number(name, at_least=0, at_most=1) * self.total)

    @property
    def warmup(self) -> RawValue:
        """The length of the warmup."""
        given = self.flags.warmup(self.total)
        return self.config.computed(self.length(WARMUP) if given is None else given, WARMUP)

    def check_no_warmup(self, name: str) -> None:
        """Raise RequestError if a schedule without a warmup has one."""
        warmup = self.warmup
        if warmup.text != "0":
            where = self.flags.given["warmup"].where if "warmup" in self.flags.given else warmup.where
            rule = f"{WARMUP} must be 0 with {name}: sd-scripts raises an error otherwise"
            raise user_error(where, rule, got=warmup.text, hint=f"set it to 0, or {KIND} to constant_with_warmup")


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of a training in one process."""
    config = MappingReader(_merged(top))
    check_unknown_keys(config, RATE_KEYS, FORMAT.title)
    run = _Run(config, flags, _steps(config, flags))
    curve = _curve(run)
    return Request(
        unit="step",
        run={"lr": _rate(config, flags), "steps": run.steps},
        curves=(curve,),
        applied_flags=frozenset({"epochs", "warmup"}) & frozenset(flags.given),
        remarks=(
            read_as(curve.name, f"{run.steps.text} steps", defaults=[*_defaults(run)]),
            *ignored(*_ignored(config)),
        ),
    )


def _merged(top: Node) -> Node:
    """Return the keys of all sections in one mapping: the last one of a name is used."""
    merged: dict[str, tuple[Node, Node]] = {}
    for key, value in top.pairs or ():
        pairs = ((key, value),) if value.pairs is None else value.pairs
        merged |= {inner.text: (inner, item) for inner, item in pairs}
    return top._replace(pairs=tuple(merged.values()))


def _steps(config: MappingReader, flags: Flags) -> RawValue:
    """Return the length of the run: ``max_train_epochs`` overrides ``max_train_steps``."""
    if flags.length is not None:
        return flags.length
    if "max_train_epochs" not in config:
        steps = config.count("max_train_steps", STEPS, at_least=1, at_most=MOST_STEPS)
        return config.computed(steps, "max_train_steps")
    epochs = config.count("max_train_epochs", at_least=1, at_most=MOST_STEPS // (flags.steps_per_epoch or 1))
    if flags.steps_per_epoch is None:
        rule = f"number of steps unknown: max_train_epochs is {epochs}"
        raise user_error(config.place("max_train_epochs"), rule, hint="pass --steps or --steps-per-epoch")
    return config.computed(epochs * flags.steps_per_epoch, "max_train_epochs")


def _rate(config: MappingReader, flags: Flags) -> RawValue:
    """Return the rate of the U-Net, which ``unet_lr`` sets when a network such as LoRA is trained."""
    name = "unet_lr" if "unet_lr" in config else "learning_rate"
    return flags.lr or config.computed(config.number(name, LR, above=0), name)


def _curve(run: _Run) -> CurveSpec:
    config = run.config
    if _is_schedule_free(config):
        run.flags.check_no_warmup(config.word("optimizer_type"))
        return CurveSpec("constant", config.place("optimizer_type"), "step")
    if config.word("optimizer_type", "").lower() == "adafactor":
        _check_adafactor(config)
    if config.word(CLASS, ""):
        return _of_torch(run)
    kind = check_kind(config, KIND, KINDS, framework="transformers") if KIND in config else "constant"
    return _rules(run) if kind == RULES else _of_transformers(run, kind)


def _is_schedule_free(config: MappingReader) -> bool:
    return config.word("optimizer_type", "").lower().endswith(SCHEDULE_FREE)


def _check_adafactor(config: MappingReader) -> None:
    """Raise RequestError if Adafactor computes its own rates, as it does by default."""
    given = literal_arguments(config, "optimizer_args")
    relative, warmup = (given[name].text if name in given else "" for name in ("relative_step", "warmup_init"))
    if relative != "false" or warmup == "true":
        rule = "Adafactor with relative steps computes its own rates, which no schedule can show"
        raise config.invalid("optimizer_type", rule, hint="only relative_step=False in optimizer_args turns that off")


def _of_torch(run: _Run) -> CurveSpec:
    """Return a scheduler of PyTorch by its class, which is called once per step."""
    name = run.config.word(CLASS).removeprefix(MODULE)
    schedule = f"torch.{name}"
    if rule := depends(schedule):
        raise run.config.invalid(CLASS, f"{CLASS} {rule}")
    if "." in name or not is_known(schedule):
        raise run.config.invalid(CLASS, f"{CLASS} must be a scheduler of PyTorch that can be read")
    run.check_no_warmup(name)
    return CurveSpec(schedule, run.config.place(CLASS), "step", literal_arguments(run.config, ARGUMENTS))


def _of_transformers(run: _Run, kind: str) -> CurveSpec:
    if kind == "constant":
        run.check_no_warmup(kind)
        own = {}
    else:
        own = {"num_warmup_steps": run.warmup, **_own_arguments(run, kind)}
    given = literal_arguments(run.config, ARGUMENTS)
    duplicate = next((name for name in given if name in own), None)
    if duplicate is not None:
        raise user_error(given[duplicate].where, f"{quote(duplicate)[1:-1]} must not be given: sd-scripts sets it")
    if kind == "cosine_with_min_lr" and not {"min_lr", "min_lr_rate"} & {*own, *given}:
        raise run.config.missing(FLOOR, reason="cosine_with_min_lr needs it")
    return scheduler_curve(kind, run.config.place(KIND), own | given)


def _own_arguments(run: _Run, kind: str) -> dict[str, RawValue]:
    """Return the arguments that ``get_scheduler_fix`` passes to a schedule, besides the warmup."""
    config = run.config
    if kind == "warmup_stable_decay":
        return _stable(run)
    own = {} if kind in WITHOUT_END else {"num_training_steps": run.steps}
    if kind == "inverse_sqrt" and "lr_scheduler_timescale" in config:
        own["timescale"] = config.computed(config.count("lr_scheduler_timescale", at_least=1), "lr_scheduler_timescale")
    if kind == "polynomial":
        own["power"] = config.computed(config.number("lr_scheduler_power", 1.0), "lr_scheduler_power")
    if kind == "cosine_with_restarts":
        own["num_cycles"] = config.computed(config.count(CYCLES, 1), CYCLES)
    if kind == "cosine_with_min_lr":
        own["num_cycles"] = config.computed(config.count(CYCLES, 1) / 2, CYCLES)
        own |= {"min_lr_rate": config.computed(config.number(FLOOR), FLOOR)} if FLOOR in config else {}
    return own


def _stable(run: _Run) -> dict[str, RawValue]:
    """Return the arguments of ``warmup_stable_decay``: what the warmup and the decay leave is the stable phase."""
    config, decay = run.config, run.length(DECAY)
    stable = run.total - int(run.warmup.text) - decay
    if stable < 0:
        rule = f"{WARMUP} and {DECAY} must fit the {run.total} steps of the run"
        raise user_error(config.place(DECAY), rule, got=f"{run.warmup.text} + {decay}")
    return {
        "num_stable_steps": config.computed(stable, DECAY),
        "num_decay_steps": config.computed(decay, DECAY),
        "num_cycles": config.computed(config.count(CYCLES, 1) / 2, CYCLES),
        "min_lr_ratio": config.computed(config.number(FLOOR, 0.0), FLOOR),
    }


def _rules(run: _Run) -> CurveSpec:
    """Return diffusers' ``piecewise_constant``: ``1:10,0.1:20,0.01`` is a factor until each step, and a last one."""
    run.flags.check_no_warmup(RULES)
    given = literal_arguments(run.config, ARGUMENTS)
    if given.keys() != {"step_rules"}:
        raise run.config.missing(
            ARGUMENTS, reason=f"{RULES} takes step_rules", hint="as in [\"step_rules='1:10,0.1'\"]"
        )
    raw, lr = given["step_rules"], float(_rate(run.config, run.flags).text)
    *rules, last = (rule.split(":") for rule in raw.text.split(","))
    try:
        factors = {int(step): float(factor) for factor, step in rules}
        values = [factors[step] for step in sorted(factors)] + [float(factor) for factor in last]
    except ValueError:
        raise user_error(raw.where, "step_rules must be like 1:10,0.1:20,0.01", got=raw.echo) from None
    table = {
        "milestones": computed_list(sorted(factors), raw.where),
        "values": computed_list((lr * value for value in values), raw.where),
    }
    return CurveSpec("piecewise_constant", run.config.place(KIND), "step", table)


def _defaults(run: _Run) -> Iterator[str]:
    """Yield the defaults that are used."""
    config, flags = run.config, run.flags
    if not {"learning_rate", "unet_lr"} & config.values.keys() and flags.lr is None:
        yield f"learning_rate={LR:g}"
    kind = "" if _is_schedule_free(config) or config.word(CLASS, "") else config.word(KIND, "constant")
    if kind and KIND not in config:
        yield f"{KIND}=constant"
    if flags.length is None and not {*LENGTHS} & config.values.keys():
        yield f"max_train_steps={STEPS}"
    if kind not in ("", "constant", RULES) and WARMUP not in config and "warmup" not in flags.given:
        yield f"{WARMUP}=0"
    if kind == "cosine_with_restarts" and CYCLES not in config:
        yield f"{CYCLES}=1"


def _ignored(config: MappingReader) -> Iterator[str]:
    """Yield what concerns a learning rate and is not in the curve."""
    optimizer = config.word("optimizer_type", "")
    if _is_schedule_free(config):
        yield f"{KIND} ({optimizer} does not use one)"
        given = config.values["optimizer_args"].items if "optimizer_args" in config else None
        if any(item.text.partition("=")[0].strip() == "warmup_steps" for item in given or ()):
            yield f"warmup_steps of optimizer_args (the warmup within {optimizer})"
    elif config.word(CLASS, ""):
        yield f"{KIND} ({CLASS} overrides it)" if KIND in config else ""
    elif config.word(KIND, "") == RULES and WARMUP in config:
        yield f"{WARMUP} ({RULES} does not use it)"
    if optimizer.lower().startswith(ESTIMATES):
        yield f"the estimate of {optimizer}, which multiplies the rate"
    if {"unet_lr", "learning_rate"} <= config.values.keys() and config.number("unet_lr") != config.number(
        "learning_rate"
    ):
        yield "learning_rate (unet_lr is the rate of the U-Net)"
    others = other_rates(config, RATE_KEYS)
    if others:
        yield f"{either(others, last='and')} (for other parameters)"
