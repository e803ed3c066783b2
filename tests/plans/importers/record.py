"""Record the rates of the samples in the real programs, in ``recorded.json`` next to this file.

Run it where they are installed, ``PYTHONPATH=tests python tests/plans/importers/record.py``; of DeepSpeed its file
``runtime/lr_schedules.py`` is enough, as a module of that name. pytest never runs it, it reads what it wrote.
Versions: transformers 5.23.0, timm 1.0.31, mmengine 0.10.7, deepspeed 0.19.8, torch 2.14.1.
"""

from __future__ import annotations

import json
import logging
import math
from argparse import Namespace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from plans.importers.samples import SAMPLES, Sample

if TYPE_CHECKING:
    from collections.abc import Callable


def optimizer(lr: float) -> Any:
    """Return plain SGD over one constant number."""
    import torch

    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)


def looped(made: Any, count: int, after: Callable[[int], None]) -> list[float]:
    """Return the rate of each step; ``after`` is called with the number of steps made."""
    rates = []
    for done in range(1, count + 1):
        rates.append(float(made.param_groups[0]["lr"]))
        made.step()
        after(done)
    return rates


def transformers(said: dict[str, Any], flags: dict[str, float], count: int) -> list[float]:
    """Return the rates of the schedule that a Trainer creates."""
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
    """Return the number of epochs of timm's script, followed by the rates of its schedule."""
    from timm.scheduler import create_scheduler_v2
    from timm.scheduler.scheduler_factory import scheduler_kwargs

    said = said | {name: flags[name] for name in ("epochs", "lr") if name in flags}
    said["epochs"] = int(said["epochs"])
    each = int(flags.get("steps_per_epoch", 1))
    made = optimizer(said["lr"])
    schedule, epochs = create_scheduler_v2(made, **scheduler_kwargs(Namespace(**said)), updates_per_epoch=each)

    def after(done: int) -> None:
        if schedule is not None:  # as where sched is none
            schedule.step_update(done)
            if done % each == 0:
                schedule.step(done // each)

    return [epochs, *looped(made, count, after)]


def mmengine(said: Any, flags: dict[str, float], count: int) -> list[float]:
    """Return the rates of MMEngine's schedulers, built and stepped by its runner."""
    from mmengine.optim import OptimWrapper
    from mmengine.runner import BaseLoop, Runner

    class Loop(BaseLoop):  # type: ignore[misc]
        def __init__(self) -> None:
            """Load no data."""

        def run(self) -> None:
            """Train nothing."""

    config = said if isinstance(said, dict) else {"param_scheduler": said}
    loop = config.get("train_cfg", {})
    each = int(flags.get("steps_per_epoch", 1))
    epochs = loop.get("max_epochs", 1)  # of which a loop of iterations has one
    made = optimizer(flags.get("lr") or config["optim_wrapper"]["optimizer"]["lr"])
    runner = SimpleNamespace(
        _train_loop=Loop() if loop else None,
        max_epochs=epochs,
        max_iters=loop.get("max_iters", epochs * each),
        train_dataloader=range(each),
        logger=logging.getLogger(),
    )
    schedules = Runner._build_param_scheduler(runner, config["param_scheduler"], OptimWrapper(made))  # noqa: SLF001

    def after(done: int) -> None:
        for schedule in (one for one in schedules if not one.by_epoch):
            schedule.step()
        for schedule in (one for one in schedules if one.by_epoch and done % each == 0 and "max_iters" not in loop):
            schedule.step()

    return looped(made, count, after)


def deepspeed(said: dict[str, Any], flags: dict[str, float], count: int) -> list[float]:
    """Return the rates of DeepSpeed's scheduler, stepped once after each optimizer step."""
    module = import_module("lr_schedules")
    filled = {"warmup_min_lr": 0, "warmup_max_lr": flags.get("lr"), "total_num_steps": flags.get("steps")}
    filled |= {"warmup_num_steps": int(flags.get("warmup", 0)), "lr": flags.get("lr")}

    def fill(params: dict[str, Any]) -> dict[str, Any]:
        """Fill in ``auto`` as the Trainer does."""
        return {name: filled[name] if value == "auto" else value for name, value in params.items()}

    made = optimizer(fill(said["optimizer"]["params"])["lr"])
    params = fill(said["scheduler"]["params"])
    if "warmup" in flags:
        params |= {"warmup_num_steps": int(flags["warmup"])}
    if said["scheduler"]["type"] == "OneCycle":
        params = params | {"cycle_momentum": False}
    schedule = getattr(module, said["scheduler"]["type"])(made, **params)
    return looped(made, count, lambda _: schedule.step())


def lightning(said: dict[str, Any], flags: dict[str, float], count: int) -> list[float]:
    """Return the rates of PyTorch's scheduler, stepped once per epoch of one step."""
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
    """Return the parsed config of a sample."""
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
