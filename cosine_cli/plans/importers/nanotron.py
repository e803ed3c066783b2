"""Import configs of nanotron: the schedule of ``optimizer.learning_rate_scheduler``.

The formula is that of ``lr_scheduler_builder`` in ``src/nanotron/helpers.py``, the defaults are those of
``LRSchedulerArgs`` in ``src/nanotron/config/config.py`` (April 2026).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import WITHOUT_EPOCHS, BudgetKeys
from cosine_cli.plans.importers.core.computed import computed_value, interpolated_spec, labelled
from cosine_cli.plans.importers.core.constant_rates import floor
from cosine_cli.plans.importers.core.evidence import Key
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.later import ahead
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.nodes import node_at
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.sequence import Phase, in_run
from cosine_cli.plans.importers.core.unsupported import check_kind
from cosine_cli.plans.parse.raw import CurveSpec, Request
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

WARMUP_STYLE, DECAY_STYLE = "lr_warmup_style", "lr_decay_style"
WARMUP_STYLES = ("linear", "constant")
DECAYS = {"linear": "linear", "cosine": "cosine", "1-sqrt": "one_minus_sqrt"}
"""The schedules by their name in ``lr_decay_style``, which are also shapes of ``wsd``."""

KEYS = (
    *("learning_rate", "lr_warmup_steps", WARMUP_STYLE, DECAY_STYLE),
    *("lr_decay_steps", "lr_decay_starting_step", "min_decay_lr"),
)

FORMAT = Format(
    "nanotron config",
    needs=(
        Key("optimizer.learning_rate_scheduler.learning_rate"),
        Key(f"optimizer.learning_rate_scheduler.{'|'.join(KEYS[1:])}"),
    ),
    files="YAML config",
    reads="`optimizer.learning_rate_scheduler`, and `tokens.train_steps`",
    options=(*RUN, "warmup"),
    budget=BudgetKeys(
        keys={
            "batch_size": "tokens.micro_batch_size",
            "accumulate": "tokens.batch_accumulation_per_replica",
            "devices": "parallelism.dp",
            "sequence_length": "tokens.sequence_length",
        },
        refused=WITHOUT_EPOCHS,
    ),
    unknown={"--steps": "the length of the run, if `tokens.train_steps` is missing"},
    keeps_last=True,
)


@dataclass(frozen=True)
class _Schedule:
    """The arguments of the scheduler.

    - ``lr``, ``min_lr``: the peak rate and the final rate.
    - ``steps``: the length of the run.
    - ``warmup``, ``begin``, ``length``: the length of the warmup, and the first step and the length of the decay.
    """

    args: MappingReader
    lr: RawValue
    min_lr: float
    steps: RawValue
    warmup: int
    begin: int
    length: int

    @property
    def where(self) -> str:
        """The place of the decay."""
        return self.args.place(DECAY_STYLE)

    @property
    def total(self) -> int:
        """The number of steps of the run."""
        return int(self.steps.text)

    @property
    def style(self) -> str:
        """The style of the decay."""
        return check_kind(self.args, DECAY_STYLE, DECAYS) if DECAY_STYLE in self.args else "linear"

    @property
    def warms_up(self) -> bool:
        """Whether there is a linear warmup, which the decay does not cut off."""
        is_linear = check_kind(self.args, WARMUP_STYLE, WARMUP_STYLES) == "linear"
        return is_linear and 0 < self.warmup <= self.begin and self.warmup < self.total - 1

    def curve(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve from the peak on."""
        return CurveSpec(name, self.where, "step", {"lr": self.lr, **params})

    @property
    def decay(self) -> CurveSpec:
        """The decay, and the final rate after it."""
        if self.length < 1:
            return floor(self.min_lr, self.where, self.lr)
        final = self.args.computed(self.min_lr, "min_decay_lr")
        return self.curve(DECAYS[self.style], total=self.args.computed(self.length, "lr_decay_steps"), min_lr=final)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule over the steps of the run."""
    schedule = _schedule(MappingReader(top), flags)
    return Request(
        unit="step",
        run={"lr": schedule.lr, "steps": schedule.steps},
        curves=(labelled(_curve(schedule), schedule.style),),
        applied_flags=frozenset({"lr", "epochs", "warmup"}) & frozenset(flags.given),
        remarks=(
            read_as(schedule.style, f"{schedule.total} steps", defaults=_defaults(schedule.args, flags)),
            *ignored(_other_rates(top)),
        ),
    )


def _schedule(config: MappingReader, flags: Flags) -> _Schedule:
    args = _arguments(config)
    lr = flags.lr or args.computed(args.number("learning_rate", above=0), "learning_rate")
    min_lr = args.number("min_decay_lr", float(lr.text), at_least=0)
    if min_lr > float(lr.text):
        raise args.invalid("min_decay_lr", f"min_decay_lr must be at most learning_rate ({float(lr.text):g})")
    if WARMUP_STYLE not in args:
        raise args.missing(WARMUP_STYLE, hint=f"add {WARMUP_STYLE}: linear to the file")
    check_kind(args, WARMUP_STYLE, WARMUP_STYLES)
    steps = flags.length or _length(config)
    given = flags.warmup(int(steps.text))
    warmup = args.count("lr_warmup_steps", 0, at_least=0) if given is None else given
    begin = args.count("lr_decay_starting_step", warmup, at_least=0)
    without = int(steps.text) - warmup - args.count("lr_decay_starting_step", 0)  # nanotron subtracts both
    length = args.count("lr_decay_steps", without, at_least=0)
    if warmup == length == 0:
        rule = "lr_decay_steps must be above 0 without a warmup: nanotron then squares the learning rate"
        raise user_error(args.place("lr_decay_steps"), rule)
    return _Schedule(args, lr, min_lr, steps, warmup, begin, length)


def _arguments(config: MappingReader) -> MappingReader:
    optimizer = config.mapping("optimizer")
    args = optimizer.mapping("learning_rate_scheduler") if optimizer else None
    if args is None:
        raise (optimizer or config).missing("learning_rate_scheduler")
    for name in args.others(KEYS):
        hint = did_you_mean(name, KEYS) or f"the keys are {either(KEYS, last='and')}"
        raise user_error(args.place(name), f"learning_rate_scheduler has no key {quote(name)}", hint=hint)
    return args


def _length(config: MappingReader) -> RawValue:
    tokens = config.mapping("tokens")
    if tokens is None or "train_steps" not in tokens:
        raise (tokens or config).missing("train_steps", hint="pass --steps")
    return tokens.computed(tokens.count("train_steps", at_least=1), "train_steps")


def _other_rates(top: Node) -> str:
    """Return the remark on muP, an empty string without it."""
    init = node_at(top, ("model", "init_method"))
    if init is None or not MappingReader(init).flag("use_mup", default=False):
        return ""
    return "use_mup (the rates of linear layers are multiplied by fan_out / fan_in)"


def _curve(schedule: _Schedule) -> CurveSpec:
    """Return one curve if there is one of this form, a sequence otherwise."""
    decay, held = schedule.decay, schedule.begin - schedule.warmup
    if not schedule.warms_up:
        return _phases(schedule)
    warmup = {"warmup": schedule.args.computed(schedule.warmup, "lr_warmup_steps")}
    if schedule.min_lr == float(schedule.lr.text):
        return schedule.curve("constant", **warmup)
    if not held and schedule.length > 0:
        return decay._replace(params={**decay.params, **warmup})
    if schedule.length > 0 and schedule.begin + schedule.length <= schedule.total:
        lengths = {
            "stable": schedule.args.computed(held, "lr_decay_starting_step"),
            "decay": schedule.args.computed(schedule.length, "lr_decay_steps"),
        }
        shape = {"decay_shape": computed_value(schedule.style, schedule.where), "min_lr": decay.params["min_lr"]}
        return schedule.curve("wsd", **warmup, **lengths, **shape)
    return _phases(schedule)


def _phases(schedule: _Schedule) -> CurveSpec:
    """Return the warmup up to its last step, the peak, and what is left of the decay."""
    first = schedule.warmup + 1
    begin = max(first, schedule.begin)
    return in_run(
        (
            Phase(_rise(schedule), first),
            Phase(schedule.curve("constant"), begin - first),
            Phase(ahead(schedule.decay, begin - schedule.begin)),
        ),
        schedule.total,
    )


def _rise(schedule: _Schedule) -> CurveSpec:
    """Return the warmup; a linear one of no steps still sets the rate of the first step to 0."""
    if schedule.args.word(WARMUP_STYLE) == "constant":
        return schedule.curve("constant")
    if not schedule.warmup:
        return floor(0.0, schedule.args.place(WARMUP_STYLE), schedule.lr)
    return interpolated_spec({0: 0.0, schedule.warmup: float(schedule.lr.text)}, schedule.args.place("lr_warmup_steps"))


def _defaults(args: MappingReader, flags: Flags) -> list[str]:
    """Return the defaults of the program that are used."""
    used = {
        "lr_warmup_steps=0": "lr_warmup_steps" not in args and "warmup" not in flags.given,
        f"{DECAY_STYLE}=linear": DECAY_STYLE not in args,
        "min_decay_lr=learning_rate": "min_decay_lr" not in args,
    }
    return [default for default, is_used in used.items() if is_used]
