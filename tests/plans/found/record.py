"""Record what the real programs make of the samples, in ``recorded.json`` beside this file.

Run it where they are installed, ``PYTHONPATH=tests python tests/plans/found/record.py``; of DeepSpeed its file
``runtime/lr_schedules.py`` is enough, as a module of that name. pytest never runs it, it reads what it wrote.
Versions: transformers 5.23.0, timm 1.0.31, mmengine 0.10.7, deepspeed 0.19.8, torch 2.13.0.
"""

from __future__ import annotations

import json
import math
from argparse import Namespace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plans.found.samples import SAMPLES, Sample

if TYPE_CHECKING:
    from collections.abc import Callable


def optimizer(lr: float) -> Any:
    """Return plain SGD over one number that never moves."""
    import torch

    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)


def looped(made: Any, count: int, after: Callable[[int], None]) -> list[float]:
    """Return the rate of each update; ``after`` is called with how many have been made."""
    rates = []
    for done in range(1, count + 1):
        rates.append(float(made.param_groups[0]["lr"]))
        made.step()
        after(done)
    return rates


def transformers(said: dict[str, Any], flags: dict[str, float], count: int) -> list[float]:
    """Return the rates of the schedule that a Trainer makes."""
    from transformers import TrainingArguments, get_scheduler

    total = int(flags.get("steps") or 0) or said["max_steps"]
    if total < 0:
        total = math.ceil(said["num_train_epochs"] * flags["steps_per_epoch"])
    share = said.get("warmup_steps") or said.get("warmup_ratio") or 0
    made = optimizer(flags.get("lr") or said["learning_rate"])
    schedule = get_scheduler(
        said["lr_scheduler_type"],
        optimizer=made,
        num_warmup_steps=TrainingArguments.get_warmup_steps(Namespace(warmup_steps=share), total),
        num_training_steps=total,
        scheduler_specific_kwargs=said.get("lr_scheduler_kwargs"),
    )
    return looped(made, count, lambda _: schedule.step())


def timm(said: dict[str, Any], flags: dict[str, float], count: int) -> list[float]:
    """Return the rates of the schedule that timm's script makes, and before them how many epochs it trains for."""
    from timm.scheduler import create_scheduler_v2
    from timm.scheduler.scheduler_factory import scheduler_kwargs

    said = said | {name: flags[name] for name in ("epochs", "lr") if name in flags}
    said["epochs"] = int(said["epochs"])
    each = int(flags.get("steps_per_epoch", 1))
    made = optimizer(said["lr"])
    schedule, epochs = create_scheduler_v2(made, **scheduler_kwargs(Namespace(**said)), updates_per_epoch=each)

    def after(done: int) -> None:
        schedule.step_update(done)
        if done % each == 0:
            schedule.step(done // each)

    return [epochs, *looped(made, count, after)]


def mmengine(said: list[dict[str, Any]], flags: dict[str, float], count: int) -> list[float]:
    """Return the rates under MMEngine's schedulers, built and stepped as its runner does."""
    from mmengine.optim import scheduler as schedulers

    each = int(flags.get("steps_per_epoch", 1))
    made = optimizer(flags["lr"])
    by_epoch, by_update = [], []
    for row in said:
        given = {name: value for name, value in row.items() if name not in ("type", "convert_to_iter_based")}
        cls = getattr(schedulers, row["type"])
        if row.get("convert_to_iter_based"):
            by_update.append(cls.build_iter_from_epoch(made, **given, epoch_length=each))
        else:
            (by_epoch if given.get("by_epoch", True) else by_update).append(cls(made, **given))

    def after(done: int) -> None:
        for schedule in by_update:
            schedule.step()
        for schedule in by_epoch if done % each == 0 else ():
            schedule.step()

    return looped(made, count, after)


def deepspeed(said: dict[str, Any], flags: dict[str, float], count: int) -> list[float]:
    """Return the rates under DeepSpeed's scheduler, stepped once after each update."""
    module = import_module("lr_schedules")
    made = optimizer(said["optimizer"]["params"]["lr"])
    params = said["scheduler"]["params"]
    if said["scheduler"]["type"] == "OneCycle":
        params = params | {"cycle_momentum": False}
    schedule = getattr(module, said["scheduler"]["type"])(made, **params)
    del flags
    return looped(made, count, lambda _: schedule.step())


def lightning(said: dict[str, Any], flags: dict[str, float], count: int) -> list[float]:
    """Return the rates under PyTorch's scheduler, stepped once an epoch of one update."""
    import torch

    scheduler = said["lr_scheduler"]
    name = scheduler["class_path"].rpartition(".")[2]
    made = torch.optim.SGD([torch.zeros(1, requires_grad=True)], **said["optimizer"]["init_args"])
    given = {key: value for key, value in scheduler["init_args"].items() if key != "verbose"}
    schedule = getattr(torch.optim.lr_scheduler, name)(made, **given)
    del flags
    return looped(made, count, lambda _: schedule.step())


PROGRAMS = {
    "transformers": transformers,
    "timm": timm,
    "mmengine": mmengine,
    "deepspeed": deepspeed,
    "lightning": lightning,
}


def loaded(sample: Sample) -> Any:
    """Return a sample as its program reads it."""
    import yaml

    return json.loads(sample.text) if sample.text[0] in "{[" else yaml.safe_load(sample.text)


def main() -> None:
    """Write the rates of all samples."""
    recorded = {}
    for sample in SAMPLES:
        flags = {name: float(value) for name, value in sample.flags.items()}
        recorded[sample.id] = PROGRAMS[sample.kind](loaded(sample), flags, sample.count)
    lines = ",\n".join(f'  "{name}": {json.dumps(rates)}' for name, rates in recorded.items())
    (Path(__file__).parent / "recorded.json").write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    main()
