from __future__ import annotations

from collections.abc import Callable

import pytest
from plans_of import planned

from cosine_cli.render.chart.chart_context import ChartContext
from cosine_cli.render.chart.dot_scale import Scale
from cosine_cli.render.chart.glyphs import DOTS, Signs
from cosine_cli.studies.summary import summarise

MakeSheet = Callable[..., ChartContext]


@pytest.fixture
def make_sheet() -> MakeSheet:
    """Return a function from the words of a command line to a sheet of 72 x 17 characters, or as it is told."""

    def make(words: str = "", *, columns: int = 72, rows: int = 17, signs: Signs = DOTS) -> ChartContext:
        plan = planned(words)
        summaries = summarise(plan)
        depth = 4.0 if plan.figure.log else None
        peak = max(summary.peak for summary in summaries)
        return ChartContext(
            plan=plan,
            summaries=summaries,
            labels=tuple(curve.label for curve in plan.curves),
            scale=Scale(columns=columns, rows=rows, until=float(plan.clock.total), peak=peak, decades=depth),
            signs=signs,
        )

    return make
