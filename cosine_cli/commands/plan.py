"""Print the resolved plan of a command line or a config, as a config.

Comments show the arithmetic: epochs in steps, percentages in steps, defaults.
Any command reads the output as a config.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cosine_cli.errors import RequestError
from cosine_cli.files import STDOUT, check_target, form_of, output_path, write
from cosine_cli.plans.load import load_plan, load_request
from cosine_cli.plans.model.budget import BUDGET
from cosine_cli.plans.model.figure_settings import SETTINGS, Caption, Figure
from cosine_cli.plans.model.options import Match, TimeAxis
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.model.read_as import of_file
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.raw import RawValue, Request
from cosine_cli.render.output_files import check_no_input
from cosine_cli.schedules.core.fields import declaration, param
from cosine_cli.streams import Messages
from cosine_cli.text import visible

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


OPTIONS = (Options, Match, TimeAxis, Caption, Figure)


def run(line: CommandLine) -> None:
    """Print the plan, or the JSON Schema of configs."""
    from cosine_cli.plans.resolve.request import resolve
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
        form_of(target, None, SUFFIXES, flag=None)
    line = line.without("output")
    request = load_request(line, SETTINGS)
    plan = resolve(request)
    messages.notes(
        *plan.remarks, *_other_counts(plan), *milestone_notes(plan), *warmup_notes(plan), *truncation_notes(plan)
    )
    text = config_text(plan) + "".join(f"{comment}\n" for comment in _device_comments(line, plan))
    _write(target, text.encode("utf-8", "backslashreplace"), messages)
    messages.notes(*_lint_note(request, plan))


def _lint_note(request: Request, plan: Plan) -> Iterator[str]:
    """Yield one line if the rules of ``lint`` find something."""
    from cosine_cli.studies.lint.core.finding import counted
    from cosine_cli.studies.lint.core.rules import lint, rules

    if findings := list(lint(request, plan, rules())):
        yield f"lint: {counted(findings)}; see 'cosine-lr lint' with the same curves and run"


def _other_counts(plan: Plan) -> Iterator[str]:
    """Yield a note for each program that counts other steps per epoch, of several runs with their names.

    The config of another program is counted as that program does.
    """
    from cosine_cli.plans.model.budget_arithmetic import other_counts

    for run in plan.runs or (plan,):
        for note in other_counts(run.budget) if run.budget is not None and not run.origins else ():
            yield of_file(visible(run.name), note)


def _device_comments(line: CommandLine, plan: Plan) -> Iterator[str]:
    """Yield what half and double the devices would change, if each has its own batch."""
    if plan.budget is None or plan.budget.batch_size is None:
        return
    from cosine_cli.render.device_comments import OnDevices, device_comments

    devices = plan.budget.devices
    others = [*([devices // 2] if devices % 2 == 0 else []), 2 * devices]
    rows = [OnDevices(devices, plan), *(OnDevices(other, _on_devices(line, other)) for other in others)]
    yield ""
    yield from device_comments(sorted(rows, key=lambda row: row.devices))


def _on_devices(line: CommandLine, devices: int) -> Plan | RequestError:
    """Return the plan of a line with another number of devices, or why there is none."""
    given = RawValue(str(devices), BUDGET["devices"].long)
    try:
        return load_plan(replace(line, options={**line.options, "devices": given}), SETTINGS)
    except RequestError as error:
        return error


def _write(target: str, content: bytes, messages: Messages) -> None:
    write(target, [content])
    if target != STDOUT:
        messages.path(target)


def _schema() -> bytes:
    import json

    from cosine_cli.plans.schema import schema

    return json.dumps(schema(), indent=2).encode() + b"\n"
