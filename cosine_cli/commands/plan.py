"""Print what a command line or a config resolves to, as a config.

The arithmetic stands in comments: epochs in steps, shares of the run, defaults taken.
Given back to any command, it is the same plan.
"""

from __future__ import annotations

from cosine_cli.files import write
from cosine_cli.plans.figure import Caption, Figure
from cosine_cli.plans.line import Line, plan_of
from cosine_cli.schedules.core.fields import declaration, param

GROUP = "Prepare a run"
EXAMPLES = (
    "cosine-lr plan cosine step --epochs 100 --warmup 5 > run.yaml",
    "cosine-lr plan --schema > cosine-lr.schema.json",
)


@declaration
class Options:
    """What only this command takes."""

    schema: bool = param(False, "print the JSON Schema of a config instead")


OPTIONS = (Options, Caption, Figure)


def run(line: Line) -> None:
    """Print the plan, or the schema of all plans."""
    from cosine_cli.plans.write import write as written

    if "schema" in line.options:
        write("-", [_schema()])
        return
    write("-", [written(plan_of(line)).encode("utf-8", "backslashreplace")])


def _schema() -> bytes:
    import json

    from cosine_cli.plans.schema import schema

    return json.dumps(schema(), indent=2).encode() + b"\n"
