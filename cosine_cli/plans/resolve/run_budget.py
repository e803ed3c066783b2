"""Read the budget of a run, and refuse one that contradicts itself or does not determine the number of steps."""

from __future__ import annotations

from collections.abc import Mapping

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.budget import BUDGET, Budget
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.values import read

_BATCHES = ("batch_size", "global_batch_size")
_NEEDS = {
    "dataset_size": _BATCHES,
    "tokens": _BATCHES,
    "sequence_length": _BATCHES,
    "devices": _BATCHES,
    "accumulate": _BATCHES,
    "drop_last": ("dataset_size",),
}
"""For each option, those of which it needs one."""


def read_budget(run: Mapping[str, RawValue]) -> Budget | None:
    """Return the budget among the options of a run, None without one.

    Raises RequestError for options that contradict each other, or that need one that is missing.
    """
    raw = {name: run[name] for name in BUDGET if name in run}
    if not raw:
        return None
    _check_combined(raw, run)
    budget = Budget(**{name: read(BUDGET[name], value) for name, value in raw.items()})
    _check_counts(budget, raw)
    return budget


def with_counts(run: Mapping[str, RawValue], budget: Budget | None) -> dict[str, RawValue]:
    """Return the options of a run with ``steps_per_epoch`` or ``steps`` instead of their budget."""
    others = {name: value for name, value in run.items() if name not in BUDGET}
    if budget is not None and budget.steps_per_epoch is not None:
        others["steps_per_epoch"] = RawValue(str(budget.steps_per_epoch), run["dataset_size"].where)
    if budget is not None and budget.steps is not None:
        others["steps"] = RawValue(str(budget.steps), run["tokens"].where, "step")
    return others


def _check_combined(raw: Mapping[str, RawValue], run: Mapping[str, RawValue]) -> None:
    for one, other, rule in (
        ("batch_size", "global_batch_size", "the second is the product of the first, devices and accumulate"),
        ("dataset_size", "steps_per_epoch", "the steps per epoch are counted from the dataset"),
        ("tokens", "epochs", "a run has one length"),
        ("tokens", "steps", "a run has one length"),
    ):
        if one in raw and other in run:
            raise user_error(f"{raw[one].where} and {run[other].where}", f"cannot be combined: {rule}")
    for name, needed in _NEEDS.items():
        if name in raw and raw.keys().isdisjoint(needed):
            raise _missing(raw[name], needed[0])
    if "tokens" in raw and "sequence_length" not in raw:
        raise _missing(raw["tokens"], "sequence_length")


def _missing(raw: RawValue, needed: str) -> RequestError:
    param, is_flag = BUDGET[needed], raw.where.startswith("--")
    name, verb = (param.long, "pass") if is_flag else (needed, "add")
    return user_error(raw.where, f"needs {name}, the {param.meaning}", got=raw.echo, hint=f"{verb} {name}")


def _check_counts(budget: Budget, raw: Mapping[str, RawValue]) -> None:
    """Raise RequestError for a budget of no steps, and for a global batch that the devices cannot share."""
    if budget.global_batch_size is not None and budget.samples_per_step != budget.global_batch_size:
        parts = budget.devices * budget.accumulate
        rule = f"must be a multiple of devices times accumulate, {budget.devices:,} × {budget.accumulate:,} = {parts:,}"
        raise user_error(raw["global_batch_size"].where, rule, got=raw["global_batch_size"].echo)
    if budget.steps_per_epoch == 0:
        rule = (
            f"an epoch has no full batch: {budget.dataset_size:,} samples on {budget.devices:,} devices are "
            f"{budget.samples_per_device:,} each, and a batch has {budget.batch:,}"
        )
        raise user_error(raw["drop_last"].where, rule)
    if budget.steps == 0:
        rule = f"must be at least one step of {budget.tokens_per_step:,} tokens"
        raise user_error(raw["tokens"].where, rule, got=raw["tokens"].echo)
