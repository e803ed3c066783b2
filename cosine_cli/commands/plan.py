"""Print the resolved plan of a command line or a config, as a config.

Comments show the arithmetic: epochs in steps, percentages in steps, defaults.
Any command reads the output as a config.
"""

from __future__ import annotations

from cosine_cli.files import STDOUT, check_target, form_of, output_path, write
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.model.figure_settings import SETTINGS, Caption, Figure
from cosine_cli.plans.model.options import Match
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.render.output_files import check_no_input
from cosine_cli.schedules.core.fields import declaration, param
from cosine_cli.streams import Messages

GROUP = "Prepare a run"
EXAMPLES = (
    "cosine-lr plan cosine step --epochs 100 --warmup 5 > run.yaml",
    "cosine-lr plan --config run.yaml --epochs 50",
    "cosine-lr plan --schema > cosine-lr.schema.json",
)


SUFFIXES = {"yaml": "yaml", "yml": "yaml"}


@declaration
class Options:
    """Options of ``plan`` alone; ``output`` is the config, not a figure."""

    output: str | None = param(None, "config file to write", short="o", example="run.yaml")
    schema: bool = param(False, "print the JSON Schema of configs instead")


OPTIONS = (Options, Match, Caption, Figure)


def run(line: CommandLine) -> None:
    """Print the plan, or the JSON Schema of configs."""
    from cosine_cli.plans.writer import config_text
    from cosine_cli.render.milestone_notes import milestone_notes
    from cosine_cli.render.truncation import truncation_notes
    from cosine_cli.render.warmup_notes import warmup_notes

    messages = Messages(quiet=line.quiet)
    raw = line.values(Options)
    target = output_path(raw.get("output", STDOUT))
    if "schema" in raw:
        line.check_alone("schema", "output", "quiet")
        _write(target, _schema(), messages)
        return
    if target != STDOUT:
        check_target(target)
        check_no_input(target, line.files)
        form_of(target, None, SUFFIXES)
    plan = load_plan(line.without("output"), SETTINGS)
    messages.notes(*plan.remarks, *milestone_notes(plan), *warmup_notes(plan), *truncation_notes(plan))
    _write(target, config_text(plan).encode("utf-8", "backslashreplace"), messages)


def _write(target: str, content: bytes, messages: Messages) -> None:
    write(target, [content])
    if target != STDOUT:
        messages.path(target)


def _schema() -> bytes:
    import json

    from cosine_cli.plans.schema import schema

    return json.dumps(schema(), indent=2).encode() + b"\n"
