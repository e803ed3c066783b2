"""Lightning: ``configure_optimizers`` of a module, with PyTorch's schedulers and when they are stepped."""

from __future__ import annotations

from cosine_cli.code.core.codegen_curves import CodegenCurve
from cosine_cli.code.core.emit import float_literal
from cosine_cli.code.core.formatting import indented, module_text
from cosine_cli.code.core.torch_loop import loop, rates_of_groups
from cosine_cli.code.torch import torch_module
from cosine_cli.plans.model.plan import Plan

TITLE = "Lightning"


def source(plan: Plan, *, within: float) -> str:
    """Return a module with one mix-in per curve, whose ``configure_optimizers`` Lightning calls."""
    parts = torch_module(plan, within)
    return module_text(
        "Learning-rate schedulers for Lightning.",
        parts.imports,
        *parts.blocks,
        *map(_mix_in, parts.curves),
        loop(parts.curves),
    )


def _mix_in(curve: CodegenCurve) -> list[str]:
    interval = "epoch" if curve.per_epoch else "step"
    body = [
        '"""A base class for a model, to be listed before LightningModule."""',
        "",
        "def configure_optimizers(self) -> dict:",
        *indented(_optimizer(curve)),
        f"    scheduler = {curve.name}(optimizer)",
        "    return {",
        '        "optimizer": optimizer,',
        f'        "lr_scheduler": {{"scheduler": scheduler, "interval": "{interval}"}},',
        "    }",
    ]
    return [f"class {curve.class_name}:", *indented(body)]


def _optimizer(curve: CodegenCurve) -> list[str]:
    if not curve.groups:
        return [
            "# Replace it with your own optimizer, with this rate.",
            f"optimizer = torch.optim.SGD(self.parameters(), lr={float_literal(curve.lr)})",
        ]
    return [
        "# Replace it with your own optimizer, with these rates. parameter_groups() is a",
        "# method of the model, which returns a list of parameters for each of them.",
        *rates_of_groups(curve),
        "groups = [",
        '    {"params": params, "lr": lr}',
        "    for params, lr in zip(self.parameter_groups(), rates, strict=True)",
        "]",
        "optimizer = torch.optim.SGD(groups)",
    ]
