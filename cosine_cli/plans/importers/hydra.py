"""Import a config of Hydra: a scheduler and an optimizer by ``_target_``, wherever they are.

The code of the program decides when it steps the scheduler: as ``interval`` says, and otherwise once per epoch, as
Lightning does (2.6.6, ``pytorch/core/optimizer.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.plans.importers.core.class_paths import optimizer_at
from cosine_cli.plans.importers.core.evidence import Check
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.lightning_schedule import constant, only, request
from cosine_cli.plans.importers.core.lightning_trainer import with_length
from cosine_cli.plans.importers.core.mapping_reader import MappingReader, is_null
from cosine_cli.plans.importers.core.omegaconf import interpolated
from cosine_cli.plans.importers.core.scheduler_targets import is_known, is_scheduler
from cosine_cli.plans.importers.core.targets import HYDRA, Target, targets
from cosine_cli.plans.parse.raw import Request

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

NULL_SCHEDULERS = ("scheduler", "lr_scheduler")


def _is_alone(target: Target) -> bool:
    """Return whether an optimizer is beside a null scheduler."""
    if optimizer_at(target.path) is None or not target.parents:
        return False
    return any(key.text in NULL_SCHEDULERS and is_null(value) for key, value in target.parents[-1].pairs or ())


FORMAT = Format(
    "Hydra config",
    needs=(
        Check(
            "_target_ of a known scheduler, at any depth, or of an optimizer beside a null scheduler",
            lambda top: any(targets(top, HYDRA, is_known)) or any(targets(top, HYDRA, _is_alone)),
            keys=HYDRA.key,
        ),
    ),
    files="YAML config, or `.hydra/config.yaml` of a run",
    reads="a scheduler and its optimizer by `_target_`, `interval`, and the length of `trainer`",
    options=RUN,
    unknown={
        "--steps-per-epoch": "the steps per epoch, if only one of the run and the scheduler counts epochs",
        "--epochs, --steps": "the length of the run, if `trainer` has no limit",
        "--lr": "the rate, if there is no optimizer",
    },
    precedes=("lightning",),
)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of the only scheduler, over the run of ``trainer``."""
    top = interpolated(with_length(top, flags))
    config = MappingReader(top)
    schedulers = list(targets(top, HYDRA, is_scheduler))
    if schedulers:
        return request(only(schedulers), config, flags)
    optimizers = list(targets(top, HYDRA, _is_alone))
    if not optimizers:
        raise config.missing(NULL_SCHEDULERS[0], reason="schedulers created in code cannot be read")
    return constant(only(optimizers), config, flags)
