"""A ``LightningCLI`` config: PyTorch's schedulers by their class paths, which the ``Trainer`` steps once an epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import refusal
from cosine_cli.plans.found.core.remarks import left_out, read_as
from cosine_cli.plans.found.core.sheet import Sheet, is_nothing, listed, made, said
from cosine_cli.plans.said import Asked, CurveSaid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cosine_cli.plans.found.core.flags import Flags
    from cosine_cli.plans.node import Node
    from cosine_cli.plans.said import Said

TITLE = "Lightning config"
SHARES: tuple[str, ...] = ()

MODULES = ("torch.optim.lr_scheduler.", "torch.optim.swa_utils.")
BY_RESULTS = "ReduceLROnPlateau"
BY_CODE = ("LambdaLR", "MultiplicativeLR")

MEMBERS = "schedulers"

NOT_THE_RATE = ("verbose", "cycle_momentum", "base_momentum", "max_momentum")
"""Arguments of PyTorch's constructors that change no rate."""

ENDLESS = -1
"""What ``Trainer`` takes for no limit."""


def told(top: Node) -> bool:
    """Tell a config by the class of a scheduler, or by a trainer beside a model or an optimizer."""
    values = Sheet(top).values
    scheduler = values.get("lr_scheduler")
    if scheduler is not None and scheduler.keys & {"class_path", "init_args"}:
        return True
    trainer = values.get("trainer")
    return trainer is not None and trainer.pairs is not None and bool(top.keys & {"model", "optimizer", "lr_scheduler"})


def asked(top: Node, flags: Flags) -> Asked:
    """Return the schedule of ``lr_scheduler``, over the epochs of ``trainer``."""
    sheet = Sheet(top)
    if "lr_scheduler" not in sheet:
        rule, mend = "needs lr_scheduler", "the code of a model may make one, which is not read"
        raise refusal(sheet.place("lr_scheduler"), rule, mend=mend)
    curve = _curve(sheet.values["lr_scheduler"])
    run, length = _length(sheet, flags)
    return Asked(
        unit="step" if "steps" in run else "epoch",
        run={"lr": _rate(sheet, flags), **run},
        curves=(curve,),
        settled=frozenset({"epochs", "steps"}) & frozenset(flags.said),
        remarks=read_as(TITLE, f"{curve.name}, stepped once an epoch,", length)
        + left_out(TITLE, "the momentum, which a scheduler may move too" if curve.name in _WITH_MOMENTUM else ""),
    )


_WITH_MOMENTUM = ("torch.OneCycleLR", "torch.CyclicLR")


def _curve(node: Node) -> CurveSaid:
    """Return a scheduler that is said by its class and arguments; those of others are schedulers too."""
    sheet = Sheet.of(node)
    path = sheet.word("class_path")
    module = next((module for module in MODULES if path.startswith(module)), None)
    name = path.rpartition(".")[2]
    if name == BY_RESULTS:
        rule = "class_path must not be one that depends on the results of the training"
        raise sheet.refused("class_path", rule, mend="such a rate can not be known before")
    if name in BY_CODE:
        raise sheet.refused("class_path", "class_path must not be one that runs code", mend="files are data here")
    if module is None or "." in path.removeprefix(module):
        raise sheet.refused("class_path", f"class_path must be a class of {MODULES[0].rstrip('.')}")
    arguments = sheet.sheet("init_args")
    return CurveSaid(f"torch.{name}", sheet.place("class_path"), "epoch", _arguments(arguments) if arguments else {})


def _arguments(sheet: Sheet) -> Mapping[str, Said]:
    """Return the arguments that are about the rate, members as curves."""
    if "last_epoch" in sheet and sheet.word("last_epoch") != str(ENDLESS):
        raise sheet.refused("last_epoch", "last_epoch must be -1: a curve begins at its beginning")
    if "scale_fn" in sheet:
        raise sheet.refused("scale_fn", "scale_fn must be null", mend="files are data here")
    found = {}
    for name, node in sheet.values.items():
        if name == MEMBERS and node.items is not None:
            found[name] = listed(tuple(map(_curve, node.items)), node.where)
        elif name not in (*NOT_THE_RATE, "last_epoch", "optimizer"):
            found[name] = said(node, "epoch")
    return found


def _rate(sheet: Sheet, flags: Flags) -> Said:
    if flags.lr is not None:
        return flags.lr
    node = sheet.values.get("optimizer")
    if node is None or node.pairs is None:
        raise sheet.missing("optimizer", mend="its init_args have the lr; or give --lr")
    optimizer = Sheet(node)
    arguments = optimizer.sheet("init_args") or optimizer
    if "lr" not in arguments:
        raise arguments.missing("lr", mend="give --lr")
    return said(arguments.values["lr"], "epoch")


def _length(sheet: Sheet, flags: Flags) -> tuple[dict[str, Said], str]:
    """Return the length of the run: epochs, or updates of which an epoch has a known number, whichever ends first."""
    trainer = sheet.values.get("trainer")
    given = Sheet(trainer if trainer is not None and trainer.pairs is not None else sheet.node._replace(pairs=()))
    own = "epochs" in flags.said or "steps" in flags.said
    epochs = flags.epochs if own else _limit(given, "max_epochs")
    steps = (flags.steps if "steps" in flags.said else None) if own else _limit(given, "max_steps")
    if epochs is None and steps is None:
        raise refusal(given.place("max_epochs"), "needs max_epochs or max_steps", mend="give --epochs")
    place = {name: flags.said[name].where if own else given.place(f"max_{name}") for name in _said(epochs, steps)}
    if steps is None:
        return {"epochs": made(epochs or 0, place["epochs"], "epoch")}, f"{epochs} epochs"
    each = flags.steps_per_epoch
    if each is None:
        rule = "how many updates an epoch has must be known, since the scheduler is stepped once an epoch"
        raise refusal(place["steps"], rule, got=f"{steps} updates", mend="give --steps-per-epoch, or --epochs")
    if epochs is not None and epochs * each <= steps:
        return {"epochs": made(epochs, place["epochs"], "epoch")}, f"{epochs} epochs"
    moves = made("epoch", place["steps"])
    return {"steps": made(steps, place["steps"]), "update": moves}, f"{steps} updates"


def _said(epochs: int | None, steps: int | None) -> list[str]:
    return [name for name, value in (("epochs", epochs), ("steps", steps)) if value is not None]


def _limit(sheet: Sheet, name: str) -> int | None:
    """Return a limit of the trainer, None where it has none."""
    if name not in sheet or is_nothing(sheet.values[name]):
        return None
    value = sheet.count(name, at_least=ENDLESS)
    if value == 0:
        raise sheet.refused(name, f"{name} must be above 0, or -1 for no limit")
    return None if value == ENDLESS else value
