"""Write event files with tensorboardX, PyTorch and TensorBoard's own writer, and what was logged, to ``recorded/``.

Run it where the three are installed: ``python tests/logs/record_events.py``. pytest never does, it reads the files.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np

RECORDED = Path(__file__).parent / "recorded"
ROWS = 12
ARGUMENTS = {"learning_rate": 1e-3, "lr_scheduler_type": "linear", "max_steps": ROWS, "num_train_epochs": 3.0}


def rate(step: int) -> float:
    """Return the rate of a step, which single precision rounds."""
    return 1e-3 * (1 - step / ROWS)


def single(value: float) -> float:
    """Return a number as single precision has it."""
    return float(np.float32(value))


def by_tensorboard_x(folder: str) -> dict[str, list[float]]:
    """Write simple values, a histogram and a text."""
    from tensorboardX import SummaryWriter

    writer = SummaryWriter(folder)
    writer.add_text("args", json.dumps(ARGUMENTS, indent=2))
    for step in range(0, ROWS * 100, 100):
        writer.add_scalar("train/learning_rate", rate(step // 100), step)
        writer.add_scalar("train/loss", 3.0, step)
    writer.add_histogram("weights", np.arange(5.0), ROWS)
    writer.close()
    return {"train/learning_rate": [single(rate(step)) for step in range(ROWS)]}


def by_torch(folder: str) -> dict[str, list[float]]:
    """Write tensors of single and of double precision, and simple values, of one step each."""
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(folder)
    writer.add_text("args", json.dumps(ARGUMENTS, indent=2))
    for step in range(0, ROWS * 100, 100):
        writer.add_scalar("simple", rate(step // 100), step)
        writer.add_scalar("tensor", rate(step // 100), step, new_style=True)
        writer.add_scalar("double", rate(step // 100), step, new_style=True, double_precision=True)
    writer.close()
    rates = [rate(step) for step in range(ROWS)]
    return {"simple": [*map(single, rates)], "tensor": [*map(single, rates)], "double": rates}


def by_tensorflow(folder: str) -> dict[str, list[float]]:
    """Write tensors with their bytes, as TensorFlow 2 and Keras do."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.plugins.scalar.summary_v2 import scalar_pb
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    writer = EventFileWriter(folder)
    for step in range(ROWS):
        summary = scalar_pb("epoch_learning_rate", rate(step))
        tensor = summary.value[0].tensor
        del tensor.float_val[:]
        tensor.tensor_content = np.float32(rate(step)).tobytes()
        writer.add_event(Event(step=step, summary=summary, wall_time=1.7e9 + step))
    writer.close()
    return {"epoch_learning_rate": [single(rate(step)) for step in range(ROWS)]}


def main() -> None:
    """Write a file and its rates for each writer."""
    RECORDED.mkdir(exist_ok=True)
    for write in (by_tensorboard_x, by_torch, by_tensorflow):
        with tempfile.TemporaryDirectory() as folder:
            rates = write(folder)
            (path,) = Path(folder).iterdir()
            (RECORDED / f"{write.__name__}.tfevents").write_bytes(path.read_bytes())
        (RECORDED / f"{write.__name__}.json").write_text(json.dumps(rates, indent=1) + "\n")


if __name__ == "__main__":
    main()
