"""Print the learning rates as a table, or as CSV, JSON or JSON Lines."""

from __future__ import annotations

from cosine_cli.files import STDOUT, check_target, form_of, place, write
from cosine_cli.plans.asked import Rows
from cosine_cli.plans.line import Line, plan_of
from cosine_cli.plans.outputs import check_no_input
from cosine_cli.render.terminal import Terminal
from cosine_cli.schedules.core.fields import declaration, param
from cosine_cli.streams import tell

GROUP = "Look"
EXAMPLES = (
    "cosine-lr table",
    "cosine-lr table cosine step:step_size=20 --every 10",
    "cosine-lr table cosine --steps 1M --every 1 -o rates.csv",
)
FORMATS = ("table", "csv", "json", "jsonl")
SUFFIXES = {"txt": "table", **{name: name for name in FORMATS[1:]}}


@declaration
class Options:
    """What only this command takes."""

    output: str | None = param(None, "file to write; its suffix decides the format", short="o", example="rates.csv")
    format: str = param("table", "what to print", choices=FORMATS)


OPTIONS = (Rows, Options)


def run(line: Line) -> None:
    """Choose the rows, evaluate them, and write them as they were asked for."""
    from cosine_cli.plans.rows import choose

    target, form = _output(line)
    plan = plan_of(line)
    times = choose(plan, line.said(Rows))
    if form == "table":
        from cosine_cli.render.table import table

        write(target, table(plan, times, terminal=_terminal(target)))
    else:
        from cosine_cli.render.records import records

        write(target, records(plan, times, form))
    if target != STDOUT:
        tell(target)


def _terminal(target: str) -> Terminal:
    return Terminal.here() if target == STDOUT else Terminal.none()


def _output(line: Line) -> tuple[str, str]:
    """Return the target and the format: the suffix decides, and no flag may say otherwise."""
    said = line.values(Options)
    if (target := place(said.get("output", STDOUT))) == STDOUT:
        return STDOUT, said.get("format", FORMATS[0])
    check_target(target)
    check_no_input(target, line.files)
    return target, form_of(target, said.get("format"), SUFFIXES)
