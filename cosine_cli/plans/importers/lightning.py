"""A ``LightningCLI`` config: PyTorch's schedulers by their class paths, which the ``Trainer`` steps once an epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.mapping_reader import MappingReader, computed_value, is_nothing, listed, raw_value
from cosine_cli.plans.importers.core.remarks import left_out, read_as
from cosine_cli.plans.parse.raw import CurveSpec, Request
from cosine_cli.plans.registry import depends
from cosine_cli.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

TITLE = "Lightning config"
SHARES: tuple[str, ...] = ()
TAKES = RUN
INSTEAD: dict[str, str] = {}

MODULES = ("torch.optim.lr_scheduler.", "torch.optim.swa_utils.")
MEMBERS = "schedulers"

ENDLESS = -1
"""What ``Trainer`` takes for no limit."""


def matches(top: Node) -> bool:
    """Tell a config by a scheduler's class path, or a trainer beside another class path or the seed that it dumps."""
    values = MappingReader(top).values
    classes = {name for name, value in values.items() if "class_path" in value.keys}
    trainer = values.get("trainer")
    has_trainer = trainer is not None and trainer.pairs is not None
    return "lr_scheduler" in classes or (has_trainer and bool(classes or "seed_everything" in values))


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of ``lr_scheduler``, over the epochs of ``trainer``."""
    sheet = MappingReader(top)
    if "lr_scheduler" not in sheet:
        rule, hint = "needs lr_scheduler", "the code of a model may make one, which is not read"
        raise user_error(sheet.place("lr_scheduler"), rule, hint=hint)
    curve = _curve(sheet.values["lr_scheduler"])
    run, length = _length(sheet, flags)
    return Request(
        unit="step" if "steps" in run else "epoch",
        run={"lr": _rate(sheet, flags), **run},
        curves=(curve,),
        applied_flags=frozenset({"epochs", "steps"}) & frozenset(flags.given),
        remarks=read_as(TITLE, f"{curve.name}, stepped once an epoch,", length)
        + left_out(TITLE, "the momentum, which a scheduler may move too" if curve.name in _WITH_MOMENTUM else ""),
    )


_WITH_MOMENTUM = ("torch.OneCycleLR", "torch.CyclicLR")


def _curve(node: Node) -> CurveSpec:
    """Return a scheduler that is said by its class and arguments; those of others are schedulers too."""
    sheet = MappingReader.of(node)
    path = sheet.word("class_path")
    module = next((module for module in MODULES if path.startswith(module)), None)
    name = path.rpartition(".")[2]
    if rule := depends(f"torch.{name}"):
        raise sheet.refused("class_path", f"class_path {rule}")
    if module is None or "." in path.removeprefix(module):
        raise sheet.refused("class_path", f"class_path must be a class of {MODULES[0].rstrip('.')}")
    others = sheet.others(("class_path", "init_args"))
    if others:
        raise sheet.refused(others[0], f"{visible(others[0])} must be left out, or be among init_args")
    arguments = sheet.sheet("init_args")
    return CurveSpec(f"torch.{name}", sheet.place("class_path"), "epoch", _arguments(arguments) if arguments else {})


def _arguments(sheet: MappingReader) -> Mapping[str, RawValue]:
    """Return the arguments of a scheduler, members as curves."""
    found = {}
    for name, node in sheet.values.items():
        if name == MEMBERS and node.items is not None:
            found[name] = listed(tuple(map(_curve, node.items)), node.where)
        elif name != "optimizer":
            found[name] = raw_value(node, "epoch")
    return found


def _rate(sheet: MappingReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    node = sheet.values.get("optimizer")
    if node is None or node.pairs is None:
        raise sheet.missing("optimizer", hint="its init_args have the lr; or give --lr")
    optimizer = MappingReader(node)
    arguments = optimizer.sheet("init_args") or optimizer
    if "lr" not in arguments:
        raise arguments.missing("lr", hint="give --lr")
    return raw_value(arguments.values["lr"], "epoch")


def _length(sheet: MappingReader, flags: Flags) -> tuple[dict[str, RawValue], str]:
    """Return the length of the run: epochs, or updates of which an epoch has a known number, whichever ends first."""
    trainer = sheet.values.get("trainer")
    given = MappingReader(
        trainer if trainer is not None and trainer.pairs is not None else sheet.node._replace(pairs=())
    )
    own = "epochs" in flags.given or "steps" in flags.given
    epochs = flags.epochs if own else _limit(given, "max_epochs")
    steps = (flags.steps if "steps" in flags.given else None) if own else _limit(given, "max_steps")
    if epochs is None and steps is None:
        raise user_error(given.place("max_epochs"), "needs max_epochs or max_steps", hint="give --epochs")
    place = {name: flags.given[name].where if own else given.place(f"max_{name}") for name in _said(epochs, steps)}
    if steps is None:
        return {"epochs": computed_value(epochs or 0, place["epochs"], "epoch")}, f"{epochs} epochs"
    each = flags.steps_per_epoch
    if each is None:
        rule = "how many updates an epoch has must be known, since the scheduler is stepped once an epoch"
        raise user_error(place["steps"], rule, got=f"{steps} updates", hint="give --steps-per-epoch, or --epochs")
    if epochs is not None and epochs * each <= steps:
        return {"epochs": computed_value(epochs, place["epochs"], "epoch")}, f"{epochs} epochs"
    moves = computed_value("epoch", place["steps"])
    return {"steps": computed_value(steps, place["steps"]), "update": moves}, f"{steps} updates"


def _said(epochs: int | None, steps: int | None) -> list[str]:
    return [name for name, value in (("epochs", epochs), ("steps", steps)) if value is not None]


def _limit(sheet: MappingReader, name: str) -> int | None:
    """Return a limit of the trainer, None where it has none."""
    if name not in sheet or is_nothing(sheet.values[name]):
        return None
    value = sheet.count(name, at_least=ENDLESS)
    if value == 0:
        raise sheet.refused(name, f"{name} must be above 0, or -1 for no limit")
    return None if value == ENDLESS else value
