"""Import a config of MMCV 1: the policy and the warmup of its ``lr_config``.

The runner is that of MMCV 1.7: ``register_lr_hook`` in ``mmcv/runner/base_runner.py`` names the policies. A runner that
counts steps never begins an epoch, so that a policy that counts epochs sets no rate there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, labelled
from cosine_cli.plans.importers.core.defaults_reader import used_defaults
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import RUN, UNKNOWN_STEPS_PER_EPOCH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.milestones import milestones
from cosine_cli.plans.importers.core.mmcv_curve import WarmedPolicy
from cosine_cli.plans.importers.core.mmcv_policies import DEFAULTS, KINDS, ONE_CYCLE, YOLOX, Policy
from cosine_cli.plans.importers.core.mmcv_warmup import ARGUMENTS as WARMUP
from cosine_cli.plans.importers.core.mmcv_warmup import DEFAULTS as WARMUP_DEFAULTS
from cosine_cli.plans.importers.core.mmcv_warmup import Warmup
from cosine_cli.plans.importers.core.openmmlab import BASE, check_base, optimizer_rate
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.parse.raw import RawValue, Request
from cosine_cli.plans.registry import depends
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.model.clock import TimeUnit
    from cosine_cli.plans.parse.node import Node

KEY = "lr_config"
WRITE = "write the whole config with python -c \"from mmcv import Config; Config.fromfile('FILE').dump('WHOLE.py')\""
BY_METRIC = "ReduceLROnPlateau"
ARGUMENTS = ("policy", "by_epoch", *WARMUP)

FORMAT = Format(
    "MMCV 1 config",
    needs=(Key(f"{KEY}.policy", "text"), one_of("optimizer", "runner", "total_epochs", "total_iters", BASE)),
    excludes=(Key("param_scheduler"),),
    files="Python config, or its dump as JSON or YAML",
    reads="`lr_config`, the rate of `optimizer`, and `runner` or `total_epochs`",
    options=RUN,
    replacement_keys={"warmup": f"{KEY}.warmup_iters"},
    unknown={
        "--steps-per-epoch": "the steps per epoch, in a run of epochs with a warmup or a policy that counts steps",
        "--epochs, --steps": "the length of the run, if `runner` is missing",
        "--lr": "the rate, if `optimizer` is missing",
    },
    tags=("!!python/tuple",),
)


class _Length(NamedTuple):
    """The length of the run in its own unit, its place, and the number of steps per epoch, 0 if unknown."""

    unit: TimeUnit
    total: int
    where: str
    each: int


def load(top: Node, flags: Flags) -> Request:
    """Return the curve of the policy with its warmup."""
    config = MappingReader(top)
    check_base(config, WRITE)
    settings = config.mapping(KEY)
    if settings is None:
        raise config.missing(KEY)
    name = _name(settings)
    by_epoch = _is_by_epoch(settings, name)
    length = _length(config, settings, flags, by_epoch=by_epoch)
    lr = _rate(config, settings, name, flags)
    each = length.each if by_epoch and length.unit == "step" else 1
    policy = Policy(name, settings, float(lr.text), length.total // each, each, length.unit, length.each)
    run = {"lr": lr, f"{length.unit}s": computed_value(length.total, length.where)}
    if length.unit == "epoch":
        run["update"] = computed_value("epoch", settings.where)
    warmup = _warmup(policy)
    shape = f" with {settings.word('warmup')} warmup" if "warmup" in settings else ""
    defaults = DEFAULTS.get(name, {}) | (WARMUP_DEFAULTS if shape else {})
    return Request(
        unit=length.unit,
        run=run,
        curves=(labelled(WarmedPolicy(policy, KINDS[name].phases(policy), warmup).curve, name),),
        applied_flags=frozenset({"lr", "epochs", "steps"}) & frozenset(flags.given),
        milestones=milestones(settings, "step", length.unit, per=each) if name == "Step" else (),
        remarks=(
            read_as(
                f"{name}{shape}",
                f"{length.total} {length.unit}s",
                defaults=used_defaults(settings, defaults),
                warmup=warmup.steps or None,
            ),
            *_ignored(config),
        ),
    )


def _name(settings: MappingReader) -> str:
    """Return the policy as its class is named: a word in lower case is capitalized."""
    word = settings.word("policy")
    name = word.title() if word == word.lower() else word
    if name == BY_METRIC:
        raise settings.invalid("policy", f"policy {depends('torch.ReduceLROnPlateau')}")
    if name not in KINDS:
        hint = did_you_mean(word, KINDS) or f"the supported ones are {either(KINDS, last='and')}"
        raise settings.invalid("policy", "policy must be a supported one", hint=hint)
    known = [*ARGUMENTS, *KINDS[name].arguments]
    for argument in settings.others(known):
        takes = f"it takes {either(KINDS[name].arguments or WARMUP, last='and')}"
        hint = did_you_mean(argument, known) or takes
        raise user_error(settings.place(argument), f"the policy {name} has no argument {quote(argument)}", hint=hint)
    return name


def _is_by_epoch(settings: MappingReader, name: str) -> bool:
    """Return whether the policy counts epochs; raise RequestError if it cannot."""
    by_step = KINDS[name].by_step
    by_epoch = settings.flag("by_epoch", default=not by_step)
    if by_epoch and (by_step or name == YOLOX):
        rule = f"by_epoch must be false: the policy {name} counts steps"
        raise user_error(settings.place("by_epoch"), rule, got="true")
    return by_epoch


def _warmup(policy: Policy) -> Warmup:
    """Return the warmup before the policy, of 0 steps if the policy has its own."""
    reader = policy.reader
    if policy.name == ONE_CYCLE and "warmup" in reader:
        raise reader.invalid("warmup", "warmup must be null: the policy OneCycle begins with one")
    return Warmup() if KINDS[policy.name].own_warmup else Warmup.read(reader, policy.epoch)


def _rate(config: MappingReader, settings: MappingReader, name: str, flags: Flags) -> RawValue:
    """Return the rate of the optimizer, or the one that replaces it."""
    if name != ONE_CYCLE:
        return optimizer_rate(config.mapping("optimizer"), config, flags)
    if flags.lr is not None:
        rule = "the policy OneCycle does not use the optimizer's rate"
        raise user_error(flags.lr.where, rule, got=flags.lr.echo, hint=f"set {KEY}.max_lr in the file")
    return settings.computed(settings.number("max_lr", above=0), "max_lr")


def _length(config: MappingReader, settings: MappingReader, flags: Flags, *, by_epoch: bool) -> _Length:
    """Return the length of the run: in epochs if no rate changes within one."""
    runner = config.mapping("runner")
    if _counts_steps(config, runner):
        if by_epoch:
            rule = "by_epoch must be false: the runner does not count epochs"
            raise user_error(settings.place("by_epoch"), rule, got="true")
        if "warmup" in settings and settings.flag("warmup_by_epoch", default=False):
            raise settings.invalid("warmup_by_epoch", "warmup_by_epoch must be false: the runner does not count epochs")
        steps, where = _steps(config, runner, flags)
        return _Length("step", steps, where, flags.steps_per_epoch or 0)
    flags.check_epochs("the config")
    epochs, where = _epochs(config, runner, flags)
    if by_epoch and "warmup" not in settings:
        return _Length("epoch", epochs, where, flags.steps_per_epoch or 0)
    if flags.steps_per_epoch is None:
        key, what = ("warmup", "warmup") if by_epoch else ("by_epoch", "policy")
        rule = f"{UNKNOWN_STEPS_PER_EPOCH}: the {what} counts steps in a run of epochs"
        raise user_error(settings.place(key), rule, hint="pass --steps-per-epoch")
    return _Length("step", epochs * flags.steps_per_epoch, where, flags.steps_per_epoch)


def _counts_steps(config: MappingReader, runner: MappingReader | None) -> bool:
    if runner is None:
        return "total_iters" in config and "total_epochs" not in config
    return "IterBased" in runner.word("type", "") or ("max_iters" in runner and "max_epochs" not in runner)


def _steps(config: MappingReader, runner: MappingReader | None, flags: Flags) -> tuple[int, str]:
    """Return the number of steps, and its place."""
    if flags.steps is not None:
        return flags.steps, flags.length_place
    holder, key = (config, "total_iters") if runner is None else (runner, "max_iters")
    return holder.count(key, at_least=1), holder.place(key)


def _epochs(config: MappingReader, runner: MappingReader | None, flags: Flags) -> tuple[int, str]:
    """Return the number of epochs, and its place."""
    if flags.epochs is not None:
        return flags.epochs, flags.length_place
    holder, key = (runner, "max_epochs") if runner is not None and "max_epochs" in runner else (config, "total_epochs")
    if key not in holder:
        raise holder.missing("runner.max_epochs", hint="pass --epochs")
    return holder.count(key, at_least=1), holder.place(key)


def _ignored(config: MappingReader) -> tuple[str, ...]:
    optimizer, hook = config.mapping("optimizer"), config.mapping("optimizer_config")
    each = hook.count("cumulative_iters", 1, at_least=1) if hook is not None else 1
    return ignored(
        "momentum_config (not a learning rate)" if "momentum_config" in config else "",
        "paramwise_cfg (other parameters may have other rates)" if optimizer and "paramwise_cfg" in optimizer else "",
        f"cumulative_iters {each} (steps are iterations, which the policy counts)" if each > 1 else "",
    )
