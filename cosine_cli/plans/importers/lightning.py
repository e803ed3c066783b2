"""Import a ``LightningCLI`` config: a scheduler by its class path, at the top level or among the model's arguments.

The command steps a scheduler at the top level once per epoch (lightning 2.6.6, ``pytorch/cli.py``, its method
``configure_optimizers``), and gives a constant rate without one; the code of a model may step its own differently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.plans.importers.core.evidence import All, Check, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.lightning_schedule import constant, only, request
from cosine_cli.plans.importers.core.lightning_trainer import BUDGET, with_length
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.omegaconf import interpolated
from cosine_cli.plans.importers.core.scheduler_targets import is_known, is_scheduler
from cosine_cli.plans.importers.core.targets import JSONARGPARSE, Target, targets
from cosine_cli.plans.parse.raw import Request

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

SCHEDULER, FIT = "lr_scheduler", "fit"


def _names_scheduler(top: Node) -> bool:
    return any(targets(top, JSONARGPARSE, is_known))


FORMAT = Format(
    "Lightning config",
    needs=(
        one_of(
            "lr_scheduler.class_path",
            All(Key("trainer", "mapping"), one_of("*.class_path", "seed_everything")),
            All(Key("fit.trainer", "mapping"), one_of("fit.*.class_path", "fit.seed_everything")),
            Check("class_path of a known scheduler, at any depth", _names_scheduler, keys=JSONARGPARSE.key),
        ),
    ),
    files="YAML config of LightningCLI",
    reads="a scheduler and its optimizer by `class_path`, or only an optimizer, and the length of `trainer`",
    options=RUN,
    budget=BUDGET,
    unknown={
        "--steps-per-epoch": "the steps per epoch, if only one of the run and the scheduler counts epochs",
        "--epochs, --steps": "the length of the run, if `trainer` has no limit",
        "--lr": "the rate, if `optimizer` has no `lr`",
    },
)


def _subcommand(top: Node) -> Node:
    """Return the config of the subcommand ``fit``, if the document has it under its name."""
    fit = MappingReader(top).values.get(FIT)
    return top if fit is None or fit.pairs is None or "trainer" in top.keys else fit


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of the only scheduler, over the run of ``trainer``."""
    top = _subcommand(interpolated(with_length(top, flags)))
    config = MappingReader(top)
    own = config.values.get(SCHEDULER)
    if own is not None:
        MappingReader.of(own).word(JSONARGPARSE.key)
    schedulers = list(targets(top, JSONARGPARSE, is_scheduler))
    if schedulers:
        scheduler = only(schedulers)
        return request(scheduler, config, flags, "epoch" if scheduler.node is own else None)
    optimizer = config.values.get("optimizer")
    if optimizer is None or JSONARGPARSE.key not in optimizer.keys:
        raise config.missing(SCHEDULER, reason="schedulers created in code cannot be read")
    return constant(Target(JSONARGPARSE, "optimizer", optimizer, (top,)), config, flags)
