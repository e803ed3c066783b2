"""Reduced real-world configs, compared with the rates of the programs' own schedulers at a few steps."""

from __future__ import annotations

import pytest
from plans.importers.files import planned_of

MMENGINE_WITHOUT_END = """\
{"optim_wrapper": {"optimizer": {"type": "AdamW", "lr": 0.001}},
 "param_scheduler": [
  {"type": "LinearLR", "start_factor": 0.001, "by_epoch": true, "end": 20, "convert_to_iter_based": true},
  {"type": "CosineAnnealingLR", "eta_min": 1e-05, "by_epoch": true, "begin": 20}],
 "train_cfg": {"by_epoch": true, "max_epochs": 300}}
"""
MMENGINE_WITH_WEIGHT_DECAY = """\
{"optim_wrapper": {"optimizer": {"type": "LAMB", "lr": 0.0064}},
 "param_scheduler": [
  {"type": "CosineAnnealingLR", "T_max": 760, "begin": 40, "end": 800, "convert_to_iter_based": true},
  {"type": "CosineAnnealingWeightDecay", "eta_min": 0.2, "T_max": 800, "end": 800, "convert_to_iter_based": true}],
 "train_cfg": {"by_epoch": true, "max_epochs": 800}}
"""
MMENGINE_IN_PARTS_OF_EPOCHS = """\
{"optim_wrapper": {"optimizer": {"type": "AdamW", "lr": 0.0002}},
 "param_scheduler": [
  {"type": "LinearLR", "start_factor": 1e-05, "begin": 0, "end": 0.09, "convert_to_iter_based": true},
  {"type": "CosineAnnealingLR", "eta_min": 0.0, "begin": 0.09, "end": 3, "convert_to_iter_based": true}],
 "train_cfg": {"by_epoch": true, "max_epochs": 3}}
"""
MMENGINE_BESIDE_LR = """\
{"lr": 0.0001, "voxel_size": [0.1, 0.1, 0.2],
 "optim_wrapper": {"optimizer": {"type": "AdamW", "lr": 0.0001}},
 "param_scheduler": [{"type": "MultiStepLR", "end": 24, "by_epoch": true, "milestones": [20, 23], "gamma": 0.1}],
 "train_cfg": {"by_epoch": true, "max_epochs": 24}}
"""
DEEPSPEED_ALL_AUTO = """\
{"optimizer": {"type": "AdamW", "params": {"lr": "auto"}},
 "scheduler": {"type": "WarmupDecayLR", "params": {"warmup_min_lr": "auto", "warmup_max_lr": "auto",
                                                   "warmup_num_steps": "auto", "total_num_steps": "auto"}},
 "zero_optimization": {"stage": 2}}
"""
DEEPSPEED_WARMUP = """\
{"zero_optimization": {"stage": 2},
 "optimizer": {"type": "AdamW", "params": {"lr": "auto", "betas": "auto", "weight_decay": "auto"}},
 "scheduler": {"type": "WarmupLR", "params": {"warmup_min_lr": 0, "warmup_max_lr": "auto", "warmup_num_steps": 260}},
 "train_batch_size": "auto"}
"""


@pytest.mark.parametrize(
    ("text", "flags", "rates"),
    [
        pytest.param(
            MMENGINE_WITHOUT_END,
            {"steps_per_epoch": "100"},
            {0: 1e-6, 2000: 1e-3, 16_000: 5.05e-4, 29_900: 1.00312e-5, 29_999: 1.00312e-5},
            id="mmengine-without-end",
        ),
        pytest.param(
            MMENGINE_WITH_WEIGHT_DECAY,
            {"steps_per_epoch": "10"},
            {0: 0.0064, 400: 0.0064, 4200: 0.0032},
            id="mmengine-with-weight-decay",
        ),
        pytest.param(
            MMENGINE_IN_PARTS_OF_EPOCHS,
            {"steps_per_epoch": "100"},
            {0: 2e-9, 8: 2e-4, 150: 1.04856e-4},
            id="mmengine-in-parts-of-epochs",
        ),
        pytest.param(MMENGINE_BESIDE_LR, {}, {0: 1e-4, 19: 1e-4, 20: 1e-5, 23: 1e-6}, id="mmengine-beside-lr"),
        pytest.param(
            DEEPSPEED_ALL_AUTO,
            {"lr": "1e-5", "steps": "8000", "warmup": "260"},
            {0: 0.0, 1: 0.0, 260: 1e-5, 261: 1e-5, 7999: 2.583979e-9},
            id="deepspeed-all-auto",
        ),
        pytest.param(
            DEEPSPEED_WARMUP,
            {"lr": "1e-5", "steps": "8000", "warmup": "500"},
            {0: 0.0, 261: 8.95393e-6, 500: 1e-5},
            id="deepspeed-with-the-flag",
        ),
        pytest.param(
            DEEPSPEED_WARMUP, {"lr": "1e-5", "steps": "8000"}, {0: 0.0, 260: 1e-5}, id="deepspeed-without-the-flag"
        ),
    ],
)
def test_rates(text: str, flags: dict[str, str], rates: dict[int, float]) -> None:
    (curve,) = planned_of(text, flags).curves
    assert curve.schedule(list(rates)).tolist() == pytest.approx(list(rates.values()), rel=1e-5, abs=1e-12)
