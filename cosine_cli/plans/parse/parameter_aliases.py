"""Suggest the parameter for an unknown name: another program's name, or a mistyped one, with its value converted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Literal, NamedTuple

from cosine_cli.errors import RequestError
from cosine_cli.plans.parse import numbers
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.schedules.core.fields import Param
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.text import closest, either, question

Carry = Literal["same", "steps", "epochs", "share"]
"""The meaning of a value under another name: the same, a number of steps or epochs, a share of the run or the peak."""

Style = Literal["text", "yaml"]
"""The syntax of a parameter: ``name=value`` in a curve spec, ``name: value`` in a config."""

_PARAMETERS: tuple[tuple[str, Carry, str], ...] = (
    (
        "lr",
        "same",
        "base_lr max_lr peak_lr init_lr initial_lr learning_rate initial_learning_rate init_value eta_max peak_value",
    ),
    ("min_lr", "same", "eta_min lr_min lr_end end_lr final_lr end_value end_learning_rate min_learning_rate"),
    ("min_lr", "share", "min_lr_ratio min_lr_rate eta_min_ratio alpha alpha_f"),
    ("total", "same", "T_max t_initial"),
    ("total", "steps", "decay_steps transition_steps total_iters max_iters"),
    ("epochs", "same", "num_epochs max_epochs n_epochs num_train_epochs epoch"),
    (
        "steps",
        "same",
        (
            "total_steps num_training_steps max_steps num_steps train_steps iterations total_iterations num_iterations "
            "max_update max_updates total_num_update"
        ),
    ),
    ("steps_per_epoch", "same", "iters_per_epoch batches_per_epoch updates_per_epoch"),
    ("dataset_size", "same", "num_samples num_examples num_train_examples train_size"),
    ("tokens", "same", "num_tokens total_tokens max_tokens train_tokens"),
    ("sequence_length", "same", "seq_len seq_length max_seq_len max_seq_length context_length block_size"),
    ("batch_size", "same", "per_device_train_batch_size per_device_batch_size micro_batch_size"),
    ("global_batch_size", "same", "total_batch_size effective_batch_size"),
    ("devices", "same", "num_devices num_gpus n_gpus gpus world_size"),
    (
        "accumulate",
        "same",
        (
            "gradient_accumulation_steps gradient_accumulation grad_accumulation_steps grad_accum_steps grad_accum "
            "accumulate_grad_batches accumulation_steps"
        ),
    ),
    ("drop_last", "same", "dataloader_drop_last"),
    ("warmup", "same", "warmup_t t_warmup warmup_length"),
    ("warmup", "steps", "warmup_steps num_warmup_steps warmup_iters warmup_updates"),
    ("warmup", "epochs", "warmup_epochs num_warmup_epochs"),
    ("warmup", "share", "warmup_ratio warmup_proportion warmup_fraction warmup_pct pct_start phase_pct cut_frac"),
    ("warmup_start", "same", "warmup_lr_init warmup_start_lr warmup_init_lr warmup_lr"),
    ("warmup_start", "share", "start_factor warmup_factor"),
    ("warmup_shape", "same", "warmup_type warmup_mode warmup_strategy"),
    ("step_size", "same", "decay_every drop_every epochs_drop lr_decay_epochs decay_epochs"),
    ("gamma", "same", "factor drop decay_factor lr_decay exp_gamma"),
    ("milestones", "same", "decay_t lr_steps drops"),
    ("milestones", "steps", "boundaries"),
    ("power", "same", "poly_order exponent"),
    ("cycle", "same", "T_0 cycle_length"),
    ("cycle", "steps", "first_cycle_steps first_decay_steps cycle_steps"),
    ("cycle_mult", "same", "T_mult t_mul cycle_mul"),
    ("cycle_decay", "same", "m_mul restart_weights"),
    ("div", "same", "div_factor divide_factor initial_div"),
    ("final_div", "same", "final_div_factor div_final"),
    ("anneal", "same", "anneal_strategy"),
    ("rise", "steps", "step_size_up up_steps"),
    ("fall", "steps", "step_size_down down_steps"),
    ("hold", "steps", "hold_steps keep_steps constant_steps num_hold_steps"),
    ("stable", "steps", "stable_steps num_stable_steps"),
    ("decay", "same", "cooldown"),
    ("decay", "steps", "num_decay_steps cooldown_steps decay_steps"),
    ("decay", "share", "decay_ratio cooldown_ratio"),
    ("decay_shape", "same", "decay_type decay_fn cooldown_type"),
    ("times", "same", "xp"),
    ("values", "same", "lrs learning_rates rates fp"),
    ("between", "same", "interpolate_type interpolation"),
    ("cycles", "same", "num_cycles n_cycles cycle_limit"),
    ("label", "same", "name legend"),
    ("output", "same", "out outfile output_file save savefig filename"),
    ("size", "same", "figsize fig_size figure_size width"),
    ("font", "same", "font_family fontname font_name typeface"),
    ("to", "same", "framework target backend"),
    ("as", "same", "compare against versus vs compare_to"),
    ("format", "same", "output_format fmt file_format"),
    ("schedule", "same", "scheduler sched schedules lr_schedule lr_scheduler lr_scheduler_type lr_policy"),
    ("log", "same", "logy log_scale log_y semilogy"),
)

_SHORT_FORMS = {"cos": "cosine", "triangle": "triangular"}
"""Abbreviations in other programs."""

_BARE = re.compile(numbers.BARE)


class Alias(NamedTuple):
    """Our name for another program's name, and the meaning of its value."""

    ours: str
    carry: Carry


class Pair(NamedTuple):
    """A parameter and its value to type."""

    name: str
    value: RawValue

    def written(self, style: Style) -> str:
        """Return the pair as typed in a curve spec or in a config."""
        return f"{self.name}={self.text}" if style == "text" else f"{self.name}: {self._yaml}"

    @property
    def text(self) -> str:
        """The value as typed in a curve spec or after a flag."""
        return "/".join(_texts(self.value)) if self.value.parts is not None else _quoted(self.value)

    @property
    def _yaml(self) -> str:
        return f"[{', '.join(_texts(self.value))}]" if self.value.parts is not None else _quoted(self.value)


def _texts(value: RawValue) -> list[str]:
    return [part.text for part in value.parts or () if isinstance(part, RawValue)]


def _quoted(value: RawValue) -> str:
    return f"'{value.text}'" if value.quoted else value.text


@cache
def _aliases() -> dict[str, tuple[Alias, ...]]:
    """Return the parameters by another program's name, the likeliest first."""
    aliases: dict[str, tuple[Alias, ...]] = {}
    for ours, carry, names in _PARAMETERS:
        for name in map(_folded, names.split()):
            aliases[name] = (*aliases.get(name, ()), Alias(ours, carry))
    return aliases


def _folded(name: str) -> str:
    return name.lower().replace("-", "_")


def meant(name: str, value: RawValue, known: Mapping[str, Param], *, mistyped: bool = True) -> Pair | None:
    """Return the one of the ``known`` parameters that a name stands for, with its value in our units.

    None if no name is similar, or if the parameter does not accept the value: what is returned can be typed.

    - ``mistyped``: whether the name may have typing errors.
    """
    for candidate in _candidates(name, known) if mistyped else (name,):
        alias = _alias(candidate, known)
        if alias is None:
            continue
        carried = _converted_value(value, alias.carry, known[alias.ours])
        if carried is not None and _fits(known[alias.ours], carried):
            return Pair(alias.ours, carried)
    return None


def parameter_of(name: str, known: Mapping[str, Param], *, mistyped: bool = True) -> str | None:
    """Return the one of the ``known`` parameters that a name stands for, for any value; None if none is similar."""
    aliases = (_alias(candidate, known) for candidate in (_candidates(name, known) if mistyped else (name,)))
    return next((alias.ours for alias in aliases if alias is not None), None)


def _candidates(name: str, known: Mapping[str, Param]) -> tuple[str, ...]:
    """Return a name, and the most similar known one."""
    similar = closest(_folded(name), [*map(_folded, known), *_aliases()])
    return (name,) if similar is None else (name, similar)


def _alias(name: str, known: Mapping[str, Param]) -> Alias | None:
    """Return the known parameter that a name stands for: equal except for dashes and case, or another program's."""
    equal = next((ours for ours in known if _folded(ours) == _folded(name)), None)
    if equal is not None:
        return Alias(equal, "same")
    aliases = (*_aliases().get(_folded(name), ()), Alias(_folded(name), "same"))
    alias = next((alias for alias in aliases if alias.ours in known), None)
    if alias is not None:
        return alias
    # A framework's schedule may use another framework's name for the same parameter.
    twin = next((theirs for theirs in known if aliases[0] in _aliases().get(_folded(theirs), ())), None)
    return None if twin is None else Alias(twin, "same")


def _converted_value(value: RawValue, carry: Carry, param: Param) -> RawValue | None:
    """Return another program's value converted for our parameter, None if that is not possible."""
    if value.keys is not None:
        return None
    if value.parts is not None:
        parts = [_converted_value(part, carry, param) if isinstance(part, RawValue) else None for part in value.parts]
        return None if None in parts else value._replace(parts=tuple(parts))  # type: ignore[arg-type]
    if param.many and carry != "same":
        pieces = [_converted_text(piece.strip(), carry, param) for piece in re.split("[/,]", value.text)]
        return None if None in pieces else value._replace(text="/".join(map(str, pieces)))
    text = _converted_text(value.text, carry, param)
    return None if text is None else value._replace(text=text)


def _converted_text(text: str, carry: Carry, param: Param) -> str | None:
    if carry == "same" or (param.time is None and carry in ("steps", "epochs")):  # a framework's time, in calls
        return _SHORT_FORMS.get(text, text) if param.choices else text
    if not _BARE.fullmatch(text):
        return text if param.time or param.share_of else None  # with a unit
    try:
        return _CONVERSIONS[carry](text)
    except ValueError:
        return None


def _in_steps(text: str) -> str:
    return f"{numbers.parse_count(text)}st"


def _in_epochs(text: str) -> str:
    return f"{text}ep"


def _as_percent(text: str) -> str | None:
    share = numbers.parse_number(text)
    return f"{share * 100:.15g}%" if share <= 1 else None


_CONVERSIONS: dict[Carry, Callable[[str], str | None]] = {
    "steps": _in_steps,
    "epochs": _in_epochs,
    "share": _as_percent,
}


def _fits(param: Param, value: RawValue) -> bool:
    """Return whether a parameter accepts a value, according to its declaration."""
    if param.repeated:
        return bool(value.text)
    if param.kind is Kind.CURVE:
        return value.parts is not None and all(isinstance(part, CurveSpec) for part in value.parts)
    try:
        read(param, value)
    except RequestError:
        return False
    return True


def style_of(name: str, value: RawValue) -> Style:
    """Return the syntax in which a parameter is written, by the place of its value."""
    return "text" if value.where.endswith(f": {name}") else "yaml"


def suggestion(name: str, value: RawValue, known: Mapping[str, Param]) -> str | None:
    """Return the question whether one of the ``known`` parameters was meant, None if none is similar."""
    pair = meant(name, value, known)
    return None if pair is None else question(pair.written(style_of(name, value)))


def parameter_hint(name: str, value: RawValue, known: Mapping[str, Param]) -> str:
    """Return the same, or the list of the ``known`` parameters."""
    return suggestion(name, value, known) or f"it takes {either(known, last='and')}"
