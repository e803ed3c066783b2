"""The arithmetic of a budget in words: how the steps of a run are counted, and who counts otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.plans.model.budget import Budget
from cosine_cli.text import counted_noun


def comments(budget: Budget) -> dict[str, str]:
    """Return for some keys of a budget what follows from it.

    >>> comments(Budget(dataset_size=50_000, batch_size=32, devices=8, accumulate=4))["accumulate"]
    '49 steps per epoch, of at most 1,024 samples'
    """
    samples = counted_noun(budget.samples_per_step, "sample")
    steps, most, found = f"{samples} per step", "", {}
    if budget.dataset_size is not None and budget.steps_per_epoch is not None:
        each = counted_noun(budget.samples_per_device, "sample")
        full = "full batch" if budget.drop_last else "batch"
        found["dataset_size"] = f"{each} per device, {counted_noun(budget.batches_per_epoch, full)}"
        most = "" if budget.samples_per_epoch == budget.steps_per_epoch * budget.samples_per_step else "at most "
        steps = f"{counted_noun(budget.steps_per_epoch, 'step')} per epoch, of {most}{samples}"
    if budget.tokens is not None and budget.steps is not None:
        found["tokens"] = (
            f"{counted_noun(budget.steps, 'step')} of {most}{counted_noun(budget.tokens_per_step or 0, 'token')}"
        )
    elif budget.sequence_length is not None:
        found["sequence_length"] = f"{counted_noun(budget.tokens_per_step or 0, 'token')} per step"
    last = "global_batch_size" if budget.batch_size is None else "accumulate"
    return {**found, last: steps}


def other_counts(budget: Budget) -> Iterator[str]:
    """Yield a sentence for each program that counts another number of steps per epoch."""
    yield from before_4_52(budget)
    batches, dropped = budget.batches_per_epoch, _dropped_first(budget)
    if budget.dataset_size is not None and budget.drop_last and dropped != batches:
        yield (
            f"with dataloader_drop_last, transformers counts {counted_noun(dropped, 'batch')} per epoch, "
            f"not {batches:,}: it {DROPS_FIRST}"
        )


DROPS_FIRST = "drops samples before it distributes them"
"""Why transformers counts other batches with ``dataloader_drop_last``."""


def before_4_52(budget: Budget) -> Iterator[str]:
    """Yield a sentence if transformers before 4.52 counts another number of steps per epoch, as it rounds down."""
    batches = _dropped_first(budget) if budget.drop_last else budget.batches_per_epoch
    if budget.dataset_size is not None and batches % budget.accumulate and batches > budget.accumulate:
        yield (
            f"{batches:,} batches are not a multiple of {budget.accumulate:,}: transformers before 4.52 counts "
            f"{counted_noun(batches // budget.accumulate, 'step')} per epoch, "
            f"not {-(-batches // budget.accumulate):,}"
        )


def steps_of_transformers(budget: Budget) -> int | None:
    """Return the number of steps of an epoch as transformers counts them since 4.52."""
    if budget.dataset_size is None or not budget.drop_last:
        return budget.steps_per_epoch
    return -(-_dropped_first(budget) // budget.accumulate)


def _dropped_first(budget: Budget) -> int:
    """Return the number of batches of an epoch if a batch that is not full on all devices is dropped."""
    return (budget.dataset_size or 0) // (budget.batch * budget.devices)
