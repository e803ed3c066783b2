"""Example curves for schedules whose defaults do not show what they do."""

from __future__ import annotations

EXAMPLES = {
    "cyclic": "cyclic:rise=25,fall=25",
    "retime": "retime:ahead=-25",
    "scale": "scale:factor=0.5",
    "staircase": "staircase:every=20",
    "timm.MultiStepLRScheduler": "timm.MultiStepLRScheduler:decay_t=30/60,decay_rate=0.1",
    "timm.StepLRScheduler": "timm.StepLRScheduler:decay_t=30,decay_rate=0.1",
    "torch.ConstantLR": "torch.ConstantLR:total_iters=50",
    "torch.CosineAnnealingWarmRestarts": "torch.CosineAnnealingWarmRestarts:T_0=25",
    "torch.CyclicLR": "torch.CyclicLR:base_lr=0.01,max_lr=0.1,step_size_up=25",
    "torch.LinearLR": "torch.LinearLR:total_iters=50",
    "torch.PolynomialLR": "torch.PolynomialLR:total_iters=100",
}
"""Curves by the name of their schedule, over the default run of 100 epochs."""
