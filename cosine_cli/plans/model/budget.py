"""The budget of a run: what it processes, from which its number of steps is counted."""

from __future__ import annotations

from dataclasses import dataclass

from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.schedules.core.fields import param, params

_COUNT = {"at_least": 1, "at_most": MOST_STEPS}


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What a run processes: flags of every command, and the keys of the mapping ``budget`` in a config.

    Counted as by PyTorch's ``DistributedSampler`` and ``DataLoader``, and a loop that accumulates gradients:

    >>> run = Budget(dataset_size=1281167, batch_size=32, devices=8, accumulate=4)
    >>> run.samples_per_device, run.batches_per_epoch, run.steps_per_epoch
    (160146, 5005, 1252)
    """

    dataset_size: int | None = param(None, "samples of an epoch", example="1281167", **_COUNT)
    tokens: int | None = param(
        None, "tokens of the run, instead of epochs or steps; times are then in steps", example="100B", **_COUNT
    )
    sequence_length: int | None = param(None, "tokens of a sample", example="4096", **_COUNT)
    batch_size: int | None = param(None, "samples per device and forward pass", example="32", **_COUNT)
    global_batch_size: int | None = param(
        None, "samples per step on all devices, instead of --batch-size", example="1024", **_COUNT
    )
    devices: int = param(1, "devices that share each step", **_COUNT)
    accumulate: int = param(1, "forward passes per device and step", **_COUNT)
    drop_last: bool = param(False, "drop the batch at the end of an epoch that is not full")

    @property
    def batch(self) -> int:
        """The number of samples per device and forward pass."""
        return self.batch_size or (self.global_batch_size or 1) // (self.devices * self.accumulate)

    @property
    def samples_per_step(self) -> int:
        """The number of samples of a full step, on all devices."""
        return self.batch * self.devices * self.accumulate

    @property
    def samples_per_device(self) -> int:
        """The number of samples of an epoch on each device; the sampler repeats a few to make them equal."""
        return _ceil((self.dataset_size or 0), self.devices)

    @property
    def batches_per_epoch(self) -> int:
        """The number of forward passes of an epoch on each device."""
        return self.samples_per_device // self.batch if self.drop_last else _ceil(self.samples_per_device, self.batch)

    @property
    def steps_per_epoch(self) -> int | None:
        """The number of steps of an epoch, the last of which may accumulate less; None without a dataset."""
        return None if self.dataset_size is None else _ceil(self.batches_per_epoch, self.accumulate)

    @property
    def samples_per_epoch(self) -> int | None:
        """The number of samples of an epoch, without those that are repeated or dropped; None without a dataset."""
        if self.dataset_size is None:
            return None
        return min(self.dataset_size, self.batches_per_epoch * self.batch * self.devices)

    @property
    def tokens_per_step(self) -> int | None:
        """The number of tokens of a full step; None without a sequence length."""
        return None if self.sequence_length is None else self.samples_per_step * self.sequence_length

    @property
    def steps(self) -> int | None:
        """The number of steps that the tokens of the run fill; None if they do not determine its length.

        >>> Budget(tokens=1000, sequence_length=1, batch_size=64, dataset_size=100).steps  # 64 and 36 in each epoch
        20
        """
        if self.tokens is None or self.sequence_length is None:
            return None
        samples, epochs = self.tokens // self.sequence_length, 0
        if self.samples_per_epoch and self.steps_per_epoch:
            epochs, samples = divmod(samples, self.samples_per_epoch)
        return epochs * (self.steps_per_epoch or 0) + samples // self.samples_per_step


def _ceil(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)


BUDGET = {param.name: param for param in params(Budget)}
