"""Read the budget of a run, and refuse one that contradicts itself or does not determine the number of steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.budget import BUDGET, Budget
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.text import counted_noun, question

_BATCHES = ("batch_size", "global_batch_size")
_NEEDS = {
    "tokens": (_BATCHES, ("sequence_length",)),
    "dataset_size": (_BATCHES,),
    "sequence_length": (_BATCHES,),
    "devices": (_BATCHES,),
    "accumulate": (_BATCHES,),
    "drop_last": (("dataset_size",), _BATCHES),
}
"""For each option, groups of others, of each of which it needs one."""


def read_budget(run: Mapping[str, RawValue]) -> Budget | None:
    """Return the budget among the options of a run, None without one.

    Raises RequestError with all invalid options, or for options that contradict each other or need one that is missing.
    """
    raw = {name: run[name] for name in BUDGET if name in run}
    if not raw:
        return None
    problems, values = Problems(), {}
    for name, value in raw.items():
        with problems.collect():
            values[name] = read(BUDGET[name], value)
    with problems.collect():
        _check_combined(raw, run)
    problems.raise_any()
    budget = Budget(**values)
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


def gives_steps_per_epoch(run: Mapping[str, RawValue]) -> bool:
    """Tell whether the options of a run determine its steps per epoch, which are otherwise taken as 1."""
    return not run.keys().isdisjoint(("steps_per_epoch", "dataset_size"))


def _check_combined(raw: Mapping[str, RawValue], run: Mapping[str, RawValue]) -> None:
    for one, other, rule in (
        ("batch_size", "global_batch_size", "the global batch is batch size × devices × accumulate"),
        ("dataset_size", "steps_per_epoch", "the steps per epoch are counted from the dataset"),
        ("tokens", "epochs", "a run has one length"),
        ("tokens", "steps", "a run has one length"),
    ):
        if one in raw and other in run:
            raise user_error(f"{raw[one].where} and {run[other].where}", f"cannot be combined: {rule}")
    for name, groups in _NEEDS.items():
        needed = [group[0] for group in groups if raw.keys().isdisjoint(group)]
        if name in raw and needed:
            raise missing(name, raw, needed)


def missing(name: str, raw: Mapping[str, RawValue], needed: Sequence[str], *, when: str = "") -> RequestError:
    """Return the error for an option that needs others; ``when``: the case in which it does."""
    where, is_flag = raw[name].where, raw[name].where.startswith("--")
    names = " and ".join(BUDGET[other].long if is_flag else other for other in needed)
    meaning = f", the {BUDGET[needed[0]].meaning}" if len(needed) == 1 else ""
    got = None if name == "drop_last" else raw[name].echo
    return user_error(where, f"needs {names}{meaning}{when}", got=got, hint=f"{'pass' if is_flag else 'add'} {names}")


def _check_counts(budget: Budget, raw: Mapping[str, RawValue]) -> None:
    """Raise RequestError for a budget of no steps, and for a global batch that the devices cannot share."""
    if budget.global_batch_size is not None and budget.samples_per_step != budget.global_batch_size:
        parts = budget.devices * budget.accumulate
        rule = f"must be a multiple of devices times accumulate, {budget.devices:,} × {budget.accumulate:,} = {parts:,}"
        below = budget.global_batch_size // parts * parts
        hint = question(" or ".join(str(size) for size in (below, below + parts) if size))
        raise user_error(raw["global_batch_size"].where, rule, got=raw["global_batch_size"].echo, hint=hint)
    if budget.steps_per_epoch == 0:
        rule = (
            f"an epoch has no full batch: {budget.dataset_size:,} samples on {counted_noun(budget.devices, 'device')} "
            f"are {budget.samples_per_device:,} each, and a batch has {budget.batch:,}"
        )
        raise user_error(raw["drop_last"].where, rule)
    if budget.steps == 0:
        first = min(budget.samples_per_step, budget.samples_per_epoch or budget.samples_per_step)
        rule = f"must be at least one step of {first * (budget.sequence_length or 1):,} tokens"
        raise user_error(raw["tokens"].where, rule, got=raw["tokens"].echo)
