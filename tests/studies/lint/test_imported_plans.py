"""Rules on configs of other programs, of which the curves, sequences and tables, do not have all milestones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from door import ask

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("here")


class Config(NamedTuple):
    """A config of a program, options of the run, and what is found: code, line, and a part of the message each."""

    file: str
    text: str
    flags: tuple[str, ...] = ()
    found: tuple[tuple[str, int, str], ...] = ()


DETECTRON2 = """VERSION: 2
SOLVER:
  BASE_LR: 0.02
  MAX_ITER: {steps}
  STEPS: {milestones}
  WARMUP_ITERS: {warmup}
"""
MMENGINE = """{{"train_cfg": {{"by_epoch": true, "max_epochs": 12, "type": "EpochBasedTrainLoop"}},
 "optim_wrapper": {{"optimizer": {{"type": "SGD", "lr": 0.02}}}},
 "param_scheduler": [
  {{"type": "LinearLR", "start_factor": 0.001, "by_epoch": false, "begin": 0, "end": {warmup}}},
  {{"type": "MultiStepLR", "by_epoch": true, "begin": 0, "end": 12, "gamma": 0.1,
   "milestones": {milestones}}}]}}
"""
PADDLE = """epoch: 12
LearningRate:
  base_lr: 0.01
  schedulers:
  - !PiecewiseDecay
    gamma: {gamma}
    milestones: {milestones}
  - !LinearWarmup
    start_factor: 0.1
    steps: {warmup}
"""
LIGHTNING = """{{"trainer": {{"max_epochs": 20}},
 "optimizer": {{"class_path": "torch.optim.SGD", "init_args": {{"lr": 0.1}}}},
 "lr_scheduler": {{"class_path": "torch.optim.lr_scheduler.MultiStepLR",
  "init_args": {{"milestones": {milestones}}}}}}}
"""
INTERVALS = """lr: 0.1
optimizer: !name:torch.optim.SGD
  lr: !ref <lr>
lr_annealing: !new:speechbrain.nnet.schedulers.IntervalScheduler
  intervals:
  - {{steps: 100, lr: 0.01}}
  - {{steps: {last}, lr: 0.001}}
number_of_epochs: 3
"""
TENSORFLOW = """model {{ ssd {{ }} }}
train_config {{ num_steps: 1000 optimizer {{ momentum_optimizer {{ learning_rate {{
 manual_step_learning_rate {{ initial_learning_rate: 0.01
 schedule {{ step: 500 learning_rate: 0.001 }} schedule {{ step: {last} learning_rate: 0.0001 }} }} }} }} }} }}
"""

SEQUENTIAL = """epochs: 100
curves:
  - torch.SequentialLR:
      schedulers: [{{torch.LinearLR: {{total_iters: {warmup}}}}}, {{torch.CosineAnnealingLR: {{T_max: {decay}}}}}]
      milestones: [{warmup}]
"""

CASES = {
    "sequential": Config(
        "q.yaml",
        SEQUENTIAL.format(warmup=60, decay=40),
        found=(
            ("LR019", 5, "the warmup of 60 epochs takes 60% of the run of 100 epochs: the peak 0.1 comes at epoch"),
        ),
    ),
    "sequential-fine": Config("q.yaml", SEQUENTIAL.format(warmup=50, decay=50)),
    "detectron2": Config(
        "d.yaml",
        DETECTRON2.format(steps=5000, milestones="(3000, 8000)", warmup=100),
        found=(("LR010", 5, "STEPS 8000 is after the last update of 5000 steps; 1 of 2 take effect"),),
    ),
    "detectron2-in-the-warmup": Config(
        "d.yaml",
        DETECTRON2.format(steps=5000, milestones="(50, 3000)", warmup=100),
        found=(("LR011", 5, "STEPS 50 is inside the warmup of 100 steps, after which the rate is only 0.002"),),
    ),
    "detectron2-long-warmup": Config(
        "d.yaml",
        DETECTRON2.format(steps=5000, milestones="(4000,)", warmup=3000),
        found=(("LR019", 6, "the warmup of 3000 steps takes 60% of the run of 5000 steps: the peak 0.02 comes"),),
    ),
    "detectron2-fine": Config("d.yaml", DETECTRON2.format(steps=5000, milestones="(3000, 4999)", warmup=100)),
    "mmengine": Config(
        "m.json",
        MMENGINE.format(milestones="[8, 11, 16]", warmup=500),
        ("--steps-per-epoch", "100"),
        (("LR010", 6, "milestones 16 is after the last update of 1200 steps; 2 of 3 take effect"),),
    ),
    "mmengine-fraction": Config(
        "m.json",
        MMENGINE.format(milestones="[8.4, 11]", warmup=500),
        ("--steps-per-epoch", "100"),
        (("LR012", 6, "milestones 8.4 is not a whole number of calls"),),
    ),
    "mmengine-in-the-warmup": Config(
        "m.json",
        MMENGINE.format(milestones="[3, 11]", warmup=500),
        ("--steps-per-epoch", "100"),
        (("LR011", 6, "milestones 3 is inside the warmup of 500 steps, after which the rate is only 0.002"),),
    ),
    "mmengine-after-the-window": Config(
        "m.json",
        MMENGINE.format(milestones="[4, 8]", warmup=50).replace('"end": 12', '"end": 8'),
        ("--steps-per-epoch", "100"),
        (("LR012", 6, "milestones 8 is never reached: the schedule ends before"),),
    ),
    "mmengine-cut-warmup": Config(
        "m.json",
        MMENGINE.format(milestones="[11]", warmup=2000),
        ("--steps-per-epoch", "100"),
        (("LR001", 3, "the run of 1200 steps ends inside the warmup of 2000 steps: the last update uses 0.0012"),),
    ),
    "mmengine-fine": Config("m.json", MMENGINE.format(milestones="[8, 11]", warmup=500), ("--steps-per-epoch", "100")),
    "paddledetection": Config(
        "p.yml",
        PADDLE.format(gamma=0.1, milestones="[8, 20]", warmup=100),
        ("--steps-per-epoch", "100"),
        (("LR010", 7, "milestones 20 is after the last update of 1200 steps; 1 of 2 take effect"),),
    ),
    "paddledetection-far": Config(  # rtdetrv2: no decay
        "p.yml", PADDLE.format(gamma=0.1, milestones="[1000]", warmup=100), ("--steps-per-epoch", "100")
    ),
    "paddledetection-constant": Config(  # a milestone after the end with a factor of 1 keeps the rate constant
        "p.yml", PADDLE.format(gamma="1.0", milestones="[100]", warmup=100), ("--steps-per-epoch", "100")
    ),
    "paddledetection-cut-warmup": Config(
        "p.yml",
        PADDLE.format(gamma=0.1, milestones="[8]", warmup=2000),
        ("--steps-per-epoch", "100"),
        (("LR001", 5, "the run of 1200 steps ends inside the warmup of 2000 steps: the last update uses 0.0063"),),
    ),
    "lightning": Config(
        "l.json",
        LIGHTNING.format(milestones="[10, 30]"),
        found=(("LR010", 4, "milestones 30 is after the last update of 20 epochs; 1 of 2 take effect"),),
    ),
    "speechbrain": Config(
        "s.yaml",
        INTERVALS.format(last=900),
        ("--steps", "800"),
        (("LR010", 6, "intervals 900 is after the last update of 800 steps; 1 of 2 take effect"),),
    ),
    "speechbrain-fine": Config("s.yaml", INTERVALS.format(last=700), ("--steps", "800")),
    "tf-object-detection": Config(
        "t.config",
        TENSORFLOW.format(last=2000),
        found=(("LR010", 4, "schedule 2000 is after the last update of 1000 steps; 1 of 2 take effect"),),
    ),
    "tf-object-detection-fine": Config("t.config", TENSORFLOW.format(last=999)),
    "torchvision": Config(
        "v.yaml",
        "lr: 0.02\nepochs: 20\nlr_scheduler: multisteplr\nlr_steps: [16, 22]\nlr_gamma: 0.1\n"
        "aspect_ratio_group_factor: 3\n",
        ("--steps-per-epoch", "100"),
        (("LR010", 4, "lr_steps 22 is after the last update of 20 epochs (2000 steps); 1 of 2 take effect"),),
    ),
    "pycls": Config(
        "c.yaml",
        "OPTIM:\n  LR_POLICY: steps\n  BASE_LR: 0.1\n  MAX_EPOCH: 50\n  STEPS: [0, 30, 60]\n  LR_MULT: 0.1\n",
        found=(("LR010", 5, "STEPS 60 is after the last update of 50 epochs; 1 of 2 take effect"),),
    ),
    "slowfast-end-as-last-step": Config(
        "f.yaml",
        "SOLVER:\n  LR_POLICY: steps_with_relative_lrs\n  BASE_LR: 0.1\n  MAX_EPOCH: 50\n  STEPS: [0, 30, 50]\n"
        "  LRS: [1, 0.1, 0.01]\n",
    ),
}


def _found(config: Config, folder: Path) -> list[dict[str, Any]]:
    (folder / config.file).write_text(config.text)
    answer = ask("lint", config.file, *config.flags, "--ignore", "LR002", "--format", "json", "--quiet")
    assert answer.code in (0, 1), answer.err
    found: list[dict[str, Any]] = json.loads(answer.out)
    return found


@pytest.mark.parametrize("name", CASES)
def test_findings_of_a_config(name: str, tmp_path: Path) -> None:
    config = CASES[name]
    found = _found(config, tmp_path)
    assert [(one["code"], one["line"]) for one in found] == [(code, line) for code, line, _ in config.found]
    for one, (_, _, message) in zip(found, config.found, strict=True):
        assert message in one["message"]


@pytest.mark.parametrize("name", ["detectron2", "mmengine", "paddledetection", "lightning", "torchvision"])
def test_milestones_of_a_fix_are_not_reported(name: str, tmp_path: Path) -> None:
    config = CASES[name]
    (finding,) = _found(config, tmp_path)
    key, _, value = finding["fix"].removeprefix("move ").partition(" into the run: ")
    _, _, milestones = value.partition(": ")
    assert key in value
    lines = config.text.splitlines(keepends=True)
    line = lines[finding["line"] - 1]
    start, _, old = line.partition(f"{key}: " if f"{key}: " in line else f'"{key}": ')
    end = old[old.index("]") + 1 :] if "]" in old else old[old.index(")") + 1 :]
    lines[finding["line"] - 1] = f"{start}{value}{end}"
    assert milestones.startswith("[")
    assert _found(config._replace(text="".join(lines)), tmp_path) == []
