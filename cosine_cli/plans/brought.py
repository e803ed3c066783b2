"""Names that people bring along from elsewhere, each with ours."""

from __future__ import annotations

from collections.abc import Iterable

from cosine_cli.plans import named
from cosine_cli.schedules.core import catalogue
from cosine_cli.text import did_you_mean, either

_PARAMETERS = {
    "lr": "base_lr max_lr peak_lr init_lr initial_lr learning_rate initial_learning_rate init_value eta_max peak_value",
    "min_lr": "eta_min lr_min lr_end end_lr final_lr end_value end_learning_rate min_learning_rate",
    "min_lr, as a rate": "min_lr_ratio min_lr_rate eta_min_ratio alpha alpha_f",
    "total": "T_max t_max t_initial decay_steps transition_steps total_iters max_iters",
    "epochs": "num_epochs max_epochs n_epochs num_train_epochs epoch",
    "steps": "total_steps num_training_steps max_steps num_steps train_steps step",
    "steps_per_epoch": "iters_per_epoch batches_per_epoch updates_per_epoch",
    "warmup": "warmup_steps warmup_epochs warmup_t num_warmup_steps warmup_iters t_warmup warmup_length",
    "warmup, with a share as in warmup=5%": "warmup_ratio warmup_proportion pct_start warmup_pct phase_pct cut_frac",
    "warmup_start": "warmup_lr_init warmup_start_lr warmup_init_lr start_factor",
    "warmup_shape": "warmup_type warmup_mode warmup_strategy",
    "step_size": "decay_every drop_every epochs_drop lr_decay_epochs",
    "gamma": "factor drop decay_factor lr_decay exp_gamma",
    "milestones": "boundaries decay_t lr_steps drops",
    "power": "poly_order exponent",
    "cycle": "T_0 t_0 first_cycle_steps first_decay_steps cycle_length cycle_steps",
    "cycle_mult": "T_mult t_mult t_mul cycle_mul",
    "cycle_decay": "m_mul restart_weights",
    "div": "div_factor divide_factor initial_div",
    "final_div": "final_div_factor div_final",
    "anneal": "anneal_strategy",
    "rise": "step_size_up up_steps",
    "fall": "step_size_down down_steps",
    "hold": "hold_steps keep_steps constant_steps num_hold_steps",
    "stable": "stable_steps num_stable_steps",
    "decay": "num_decay_steps cooldown_steps cooldown",
    "decay_shape": "decay_type decay_fn cooldown_type",
    "times": "milestones_values xp",
    "values": "lrs learning_rates rates fp boundaries_and_scales",
    "between": "interpolate_type interpolation",
    "cycles": "num_cycles n_cycles cycle_limit",
    "label": "name legend",
    "curves": "schedules schedulers",
}


def _schedules() -> dict[str, str]:
    """Return ours by the names used elsewhere; of two that claim one name, the one that lists it among its own."""
    classes = {ours: catalogue.load(ours) for ours in catalogue.names()}
    claimed = [(name, ours) for ours, schedule in classes.items() for name in schedule.called.values()]
    own = [(name, ours) for ours, schedule in classes.items() for name in schedule.known_as.split()]
    return {_folded(name): ours for name, ours in (*reversed(claimed), *reversed(own))}


def _inverted(table: dict[str, str]) -> dict[str, str]:
    return {_folded(theirs): ours for ours, names in table.items() for theirs in names.split()}


def _folded(name: str) -> str:
    return name.lower().replace("-", "_")


def mend_parameter(name: str, known: Iterable[str]) -> str:
    """Say which of our parameters a name means, or list those that there are."""
    known = tuple(known)
    takes = f"it takes {either(known, last='and')}"
    guess = guess_parameter(name, known)
    return f"{guess} {takes}" if guess else takes


def guess_parameter(name: str, known: Iterable[str]) -> str | None:
    """Say which of our parameters a name means, None where nothing comes near."""
    known = tuple(known)
    ours = _inverted(_PARAMETERS).get(_folded(name))
    if ours is not None and ours.split(",")[0] in known:
        return f"here it is called {ours};"
    return did_you_mean(name, known)


def mend_schedule(name: str) -> str:
    """Say which of our schedules a name means, or list those that there are.

    >>> mend_schedule("CosineAnnealingLR")
    'here it is called cosine'
    """
    if named.is_native(name):
        return named.mend_native(name)
    theirs = _schedules()
    if _folded(name) in theirs:
        return f"here it is called {theirs[_folded(name)]}"
    return did_you_mean(name, catalogue.names()) or f"the schedules are {either(catalogue.names(), last='and')}"
