"""Which schedule to use: common cases, each with a command and its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Recipe(NamedTuple):
    """A common case, the schedule for it, a command that shows it, and where the numbers come from."""

    case: str
    schedule: str
    command: str
    source: str


TITLE = "Which one should I use?"

RECIPES = (
    Recipe(
        "Image classification from scratch",
        "cosine",
        "cosine-lr show cosine --lr 0.4 --epochs 120 --warmup 5",
        "He et al. 2018 (arXiv 1812.01187): ResNet-50 on ImageNet, SGD, batch size 1024",
    ),
    Recipe(
        "Fine-tuning a pre-trained model",
        "linear",
        "cosine-lr show linear --lr 2e-5 --epochs 3 --steps-per-epoch 12272 --warmup 10%",
        "Devlin et al. 2018, BERT (arXiv 1810.04805) and its run_classifier.py: MNLI, batch size 32",
    ),
    Recipe(
        "LLM pre-training of known length",
        "cosine",
        "cosine-lr show cosine --lr 3e-4 --steps 250k --warmup 2000 --min-lr 3e-5",
        "Touvron et al. 2023, LLaMA 7B (arXiv 2302.13971): 1T tokens, batches of 4M",
    ),
    Recipe(
        "LLM pre-training of unknown length",
        "wsd",
        "cosine-lr show wsd:decay_shape=1-sqrt --lr 3e-4 --steps 250k --warmup 2000",
        "Hägele et al. 2024 (arXiv 2405.18392), sec. 3: a constant rate, then a decay over the last 20%",
    ),
    Recipe(
        "Object detection",
        "multistep",
        "cosine-lr show multistep:milestones=60k/80k --lr 0.02 --steps 90k --warmup 1000",
        "Wu et al. 2019, Detectron2, configs/Base-RCNN-FPN.yaml: COCO, batch size 16; its warmup starts at 2e-5",
    ),
)


def recipes_of(schedule: str) -> Iterator[Recipe]:
    """Yield the recipes that use a schedule."""
    return (recipe for recipe in RECIPES if recipe.schedule == schedule)
