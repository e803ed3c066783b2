"""Import a ``LightningCLI`` config: PyTorch schedulers by class path, which the ``Trainer`` steps once per epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, curve_list
from cosine_cli.plans.importers.core.evidence import All, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.parse.raw import CurveSpec, Request, raw_value
from cosine_cli.plans.registry import depends
from cosine_cli.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.model.clock import Unit
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

FORMAT = Format(
    "Lightning config",
    needs=(
        one_of("lr_scheduler.class_path", All(Key("trainer", "mapping"), one_of("*.class_path", "seed_everything"))),
    ),
    reads="lr_scheduler and optimizer by class path, and the length of trainer",
    options=RUN,
    unknown={
        "--steps-per-epoch": "the steps per epoch, if max_steps ends the run",
        "--epochs": "the length of the run, if trainer has no limit",
        "--lr": "the rate, if optimizer has no lr",
    },
)

MODULES = ("torch.optim.lr_scheduler.", "torch.optim.swa_utils.")
MEMBERS = "schedulers"

ENDLESS = -1
"""The value of ``Trainer`` for no limit."""

_WITH_MOMENTUM = ("torch.OneCycleLR", "torch.CyclicLR")


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of ``lr_scheduler``, over the epochs of ``trainer``."""
    config = MappingReader(top)
    if "lr_scheduler" not in config:
        raise config.missing("lr_scheduler", reason="schedulers created in code cannot be read")
    curve = _curve(config.values["lr_scheduler"])
    run, length = _length(config, flags)
    return Request(
        unit="step" if "steps" in run else "epoch",
        run={"lr": _rate(config, flags), **run},
        curves=(curve,),
        applied_flags=frozenset({"epochs", "steps"}) & frozenset(flags.given),
        remarks=(
            read_as(f"{curve.name} (stepped once per epoch)", length),
            *ignored("momentum (the scheduler may change it too)" if curve.name in _WITH_MOMENTUM else ""),
        ),
    )


def _curve(node: Node) -> CurveSpec:
    """Return a scheduler, given by class path and arguments; its members are schedulers too."""
    scheduler = MappingReader.of(node)
    path = scheduler.word("class_path")
    module = next((module for module in MODULES if path.startswith(module)), None)
    name = path.rpartition(".")[2]
    if rule := depends(f"torch.{name}"):
        raise scheduler.invalid("class_path", f"class_path {rule}")
    if module is None or "." in path.removeprefix(module):
        raise scheduler.invalid("class_path", f"class_path must be a class of {MODULES[0].rstrip('.')}")
    others = scheduler.others(("class_path", "init_args"))
    if others:
        raise scheduler.invalid(others[0], f"{visible(others[0])} must be in init_args, or left out")
    arguments = scheduler.mapping("init_args")
    where = scheduler.place("class_path")
    return CurveSpec(f"torch.{name}", where, "epoch", _arguments(arguments) if arguments else {})


def _arguments(arguments: MappingReader) -> Mapping[str, RawValue]:
    """Return the arguments of a scheduler; its members become curves."""
    raw = {}
    for name, node in arguments.values.items():
        if name == MEMBERS and node.items is not None:
            raw[name] = curve_list(map(_curve, node.items), node.where)
        elif name != "optimizer":
            raw[name] = raw_value(node, "epoch")
    return raw


def _rate(config: MappingReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    node = config.values.get("optimizer")
    if node is None or node.pairs is None:
        raise config.missing("optimizer", reason="its init_args contain lr", hint="or pass --lr")
    optimizer = MappingReader(node)
    arguments = optimizer.mapping("init_args") or optimizer
    if "lr" not in arguments:
        raise arguments.missing("lr", hint="pass --lr")
    return arguments.raw("lr", "epoch")


def _length(config: MappingReader, flags: Flags) -> tuple[dict[str, RawValue], str]:
    """Return the length of the run, and as text: in epochs, or in steps if the limit on steps ends it first."""
    epochs, steps = _limits(config, flags)
    if steps is None:
        if epochs is None:
            where = _trainer(config).place("max_epochs")
            raise user_error(where, "max_epochs or max_steps must be given", hint="pass --epochs")
        return {"epochs": epochs}, f"{epochs.text} epochs"
    if flags.steps_per_epoch is None:
        rule = f"number of epochs unknown: the run has {steps.text} steps but the scheduler is stepped once per epoch"
        raise user_error(steps.where, rule, hint="pass --steps-per-epoch or --epochs")
    if epochs is not None and int(epochs.text) * flags.steps_per_epoch <= int(steps.text):
        return {"epochs": epochs}, f"{epochs.text} epochs"
    return {"steps": steps, "update": computed_value("epoch", steps.where)}, f"{steps.text} steps"


def _limits(config: MappingReader, flags: Flags) -> tuple[RawValue | None, RawValue | None]:
    """Return the limits on epochs and on steps, from the options or else from the trainer; None for no limit."""
    if "epochs" in flags.given or "steps" in flags.given:
        epochs = None if flags.epochs is None else computed_value(flags.epochs, flags.given["epochs"].where, "epoch")
        return epochs, flags.length if "steps" in flags.given else None
    trainer = _trainer(config)
    return _limit(trainer, "max_epochs", "epoch"), _limit(trainer, "max_steps", "step")


def _trainer(config: MappingReader) -> MappingReader:
    """Return the settings of the trainer, empty if there are none."""
    trainer = config.values.get("trainer")
    return MappingReader(trainer if trainer and trainer.pairs is not None else config.node._replace(pairs=()))


def _limit(trainer: MappingReader, name: str, unit: Unit) -> RawValue | None:
    """Return a limit of the trainer, None if there is none."""
    if name not in trainer:
        return None
    value = trainer.count(name, at_least=ENDLESS)
    if value == 0:
        raise trainer.invalid(name, f"{name} must be above 0, or -1 for no limit")
    return None if value == ENDLESS else trainer.computed(value, name, unit)
