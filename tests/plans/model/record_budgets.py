"""Record the steps per epoch that PyTorch and Transformers count, in ``recorded_budgets.json`` next to this file.

Run it where torch, transformers and accelerate are installed: ``python tests/plans/model/record_budgets.py``. pytest
never runs it, it reads what it wrote. Versions: torch 2.14.1, transformers 5.23.0, accelerate 1.15.0.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

COUNT = 300


def loop_steps(size: dict[str, Any]) -> int:
    """Return the steps of an epoch of a loop that accumulates gradients over a real sampler and loader."""
    from torch.utils.data import DataLoader, DistributedSampler

    data = range(size["dataset_size"])
    sampler = DistributedSampler(data, num_replicas=size["devices"], rank=size["devices"] - 1)  # type: ignore[arg-type,var-annotated]
    loader = DataLoader(data, size["batch_size"], sampler=sampler, drop_last=size["drop_last"])  # type: ignore[arg-type,var-annotated]
    return sum(at % size["accumulate"] == 0 for at, _ in enumerate(loader))


def trainer_steps(size: dict[str, Any]) -> int:
    """Return the steps of an epoch that a Trainer computes for its loader."""
    from accelerate.data_loader import prepare_data_loader
    from torch.utils.data import DataLoader
    from transformers import Trainer

    loader = DataLoader(range(size["dataset_size"]), size["batch_size"], drop_last=size["drop_last"])  # type: ignore[arg-type,var-annotated]
    shard = prepare_data_loader(loader, num_processes=size["devices"], process_index=0, put_on_device=False)
    if not len(shard):
        return 0
    trainer = SimpleNamespace(
        get_total_train_batch_size=lambda _: 1, get_sp_size=lambda: 1, num_examples=lambda _: size["dataset_size"]
    )
    args = SimpleNamespace(max_steps=-1, num_train_epochs=1, gradient_accumulation_steps=size["accumulate"])
    found: int = Trainer.set_initial_training_values(trainer, args, shard)[1]  # type: ignore[arg-type]
    return found


def main() -> None:
    """Record random sizes."""
    draw = random.Random(13)  # noqa: S311 - sizes, not secrets
    records = []
    for at in range(COUNT):
        size = {
            "dataset_size": int(10 ** draw.uniform(0, 4.5)),
            "batch_size": draw.choice((1, 2, 3, 7, 8, 16, 32, 100)),
            "devices": draw.choice((1, 1, 2, 3, 4, 8, 16)),
            "accumulate": draw.choice((1, 1, 2, 3, 4, 7, 16)),
            "drop_last": at % 3 == 0,
        }
        records.append({**size, "loop": loop_steps(size), "trainer": trainer_steps(size)})
    lines = ",\n".join(map(json.dumps, records))
    (Path(__file__).parent / "recorded_budgets.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
