"""Lightning: ``configure_optimizers`` of a module, with PyTorch's schedulers and when they are stepped."""

from __future__ import annotations

from cosine_cli.code.core.curves import Coded, coded
from cosine_cli.code.core.emit import number
from cosine_cli.code.core.layout import indented, module
from cosine_cli.code.core.torch_loop import loop
from cosine_cli.code.torch import torch_makers
from cosine_cli.plans.plan import Plan

TITLE = "Lightning"


def source(plan: Plan) -> str:
    """Return a module with a mix-in a curve, whose ``configure_optimizers`` Lightning calls."""
    curves, parts = coded(plan), torch_makers(plan)
    return module(
        "Learning-rate schedulers for Lightning.",
        parts.imports,
        *parts.blocks,
        *(_mix_in(curve) for curve in curves),
        loop(curves),
    )


def _mix_in(curve: Coded) -> list[str]:
    name = "".join(part.capitalize() for part in curve.name.split("_"))
    interval = "epoch" if curve.per_epoch else "step"
    body = [
        '"""To be named in front of LightningModule where a model is declared."""',
        "",
        "def configure_optimizers(self) -> dict:",
        "    # Or an optimizer of your own, with this rate.",
        f"    optimizer = torch.optim.SGD(self.parameters(), lr={number(curve.lr)})",
        f"    scheduler = {curve.name}(optimizer)",
        "    return {",
        '        "optimizer": optimizer,',
        f'        "lr_scheduler": {{"scheduler": scheduler, "interval": "{interval}"}},',
        "    }",
    ]
    return [f"class {name}:", *indented(body)]
