"""Compare logged learning rates with the plan, and explain differences.

The plan is the curve or the config given, else one that is found in the log or beside it. Without a plan, the schedule
of the log is identified.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cosine_cli.errors import OutcomeError, Problem, RequestError, user_error
from cosine_cli.files import STDOUT, check_target, form_of, output_path, write
from cosine_cli.plans.model.figure_settings import Caption, Look
from cosine_cli.plans.model.options import CurveFlags, Run
from cosine_cli.plans.parse.argv import CommandLine, InputFlags, LogFlags, MessageFlags
from cosine_cli.plans.parse.file_words import may_be_log
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.registry import UNCOMPUTABLE, is_known
from cosine_cli.render.terminal import Terminal
from cosine_cli.schedules.core.fields import declaration, merged, param
from cosine_cli.streams import Messages, note
from cosine_cli.text import either, question, quote, visible

if TYPE_CHECKING:
    from cosine_cli.logs.core.log import Log, Series
    from cosine_cli.plans.model.plan import Plan
    from cosine_cli.studies.diagnose.core.case import Facts
    from cosine_cli.studies.diagnose.core.planned import Planned
    from cosine_cli.studies.diagnose.core.search import Diagnosis
    from cosine_cli.studies.diagnose.core.without_plan import WithoutPlan

GROUP = "After the start"
EXAMPLES = (
    "cosine-lr diagnose trainer_state.json linear:lr=5e-5,warmup=500 --steps 10k",
    "cosine-lr diagnose runs/detect/train --steps-per-epoch 120",
    "cosine-lr diagnose metrics.csv --no-plan -o plan.yaml",
)
WORDS = "LOG [CURVE | FILE]"
SHARED = (InputFlags, LogFlags, Run, CurveFlags, MessageFlags)
FORMATS = ("text", "json")
_BETTER = 0.5
"""A schedule is shown in place of the plan if its error is less than this share of that of the plan."""
SUFFIXES = {"yaml": "yaml", "yml": "yaml"}


@declaration
class Options:
    """Options of ``diagnose`` alone."""

    processes: int | None = param(None, "processes of the run", at_least=1, example="8")
    accumulate: int | None = param(None, "batches that are accumulated per update", at_least=1, example="4")
    plan: bool = param(True, "the plan that is found in the log or beside it")
    format: str = param("text", "output format", choices=FORMATS)
    output: str | None = param(
        None, "config file to write with the schedule of the log, without a plan", short="o", example="plan.yaml"
    )
    plot: str | None = param(None, "figure to write: the log, the plan and the explanation", example="diagnosis.png")


FIGURE = (Caption, Look)
OPTIONS = (Options, *FIGURE)
_FIGURE = tuple(option.name for option in merged(*FIGURE))
_OWN = (*(option.name for option in merged(Options, LogFlags)), *_FIGURE)
"""The options that do not belong to the plan."""
_COMPARED = ("processes", "accumulate")
"""The options that explain how a log differs from its plan."""


class Drawing(NamedTuple):
    """The figure to write: its path, and its title and look as they are given."""

    path: str
    given: dict[str, RawValue]


def run(line: CommandLine) -> None:
    """Print the answer; raise OutcomeError if the run deviates from its plan."""
    raw = line.values(Options)
    target = _target(raw)
    path, rest = _log_and_plan(line)
    messages = Messages(quiet=line.quiet)
    drawing = _drawing(line, path)
    try:
        log, rest = _read(path, line, rest)
    except RequestError:
        _check_no_plan(path, rest)
        raise
    messages.notes(*log.notes)
    planned = _plan(rest, log, messages, search=raw.get("plan", True))
    if planned is None:
        _check_unused(line, rest)
        _identify(log, raw.get("format", FORMATS[0]), target, drawing, messages)
        return
    if target is not None:
        rule = "writes the schedule of a log without a plan"
        hint = "leave out the plan or --output" if rest.curves or rest.files else "pass --no-plan, or no --output"
        raise user_error(line.options["output"].where, rule, hint=hint)
    _check_one_run(drawing, log)
    found, owns, texts = _compare(log, planned, _facts(raw), raw.get("format", FORMATS[0]))
    if drawing is not None:
        from cosine_cli.render.diagnosis_figure import figure_of

        _draw(figure_of(found[0], log.path, texts[0], drawing.given, owns[0]), drawing, messages)
    if any(each.deviates for each in found):
        raise OutcomeError(_deviation([each.deviates for each in found]))


def _deviation(deviates: Sequence[bool]) -> Problem:
    """Return the problem of a log whose runs deviate, or some of them."""
    if all(deviates):
        return Problem("diagnose", "the log deviates from the plan")
    wrong, right = ([str(at) for at, each in enumerate(deviates, 1) if each is value] for value in (True, False))
    runs = f"run{'s' * (len(wrong) > 1)} {either(wrong, last='and')}"
    rule = f"{runs} of the log deviate{'s' * (len(wrong) == 1)} from the plan"
    return Problem("diagnose", rule, hint=f"run {right[0]} matches: pass --run {right[0]} for it alone")


def _target(raw: dict[str, Any]) -> str | None:
    if "output" not in raw:
        return None
    target = _file(raw["output"], "--output", "plan.yaml")
    form_of(target, None, SUFFIXES, flag=None)
    return target


def _file(given: str, option: str, example: str) -> str:
    """Return the path of a file to write; standard output has the answer."""
    target = output_path(given)
    if target == STDOUT:
        raise user_error(option, "must be a file", got="standard output", hint=f"such as {option} {example}")
    check_target(target)
    return target


def _read(path: str, line: CommandLine, rest: CommandLine) -> tuple[Log, CommandLine]:
    """Return the log, and the line of the plan; a log may need the steps per epoch, which the plan may need too."""
    from cosine_cli.logs.core.reading import read_log

    selected = line.values(LogFlags)
    try:
        return read_log(path, **selected), rest
    except RequestError:
        if "steps_per_epoch" not in rest.options:
            raise
    log = read_log(path, **selected, steps_per_epoch=line.values(Run)["steps_per_epoch"])
    return log, rest if rest.curves or rest.files else rest.without("steps_per_epoch")


def _check_no_plan(path: str, rest: CommandLine) -> None:
    """Raise RequestError if the file that cannot be read as a log is a plan."""
    if not _is_plan(path):
        return
    log = rest.files[0] if rest.files else "LOG"
    command = f"cosine-lr diagnose {shlex.join([log, path])}"
    raise user_error(visible(path), "is a plan: the log comes first", hint=question(command) if rest.files else command)


def _is_plan(path: str) -> bool:
    from cosine_cli.plans.load import load_plan
    from cosine_cli.plans.logged import is_log

    if not os.path.isfile(path) or is_log(path):
        return False
    try:
        load_plan(CommandLine(curves=(), files=(path,), options={}))
    except RequestError:
        return not may_be_log(path)
    return True


def _log_and_plan(line: CommandLine) -> tuple[str, CommandLine]:
    """Return the path of the log, the first argument, and the line of the plan alone."""
    rest = replace(line, options={name: value for name, value in line.options.items() if name not in _OWN})
    if line.files and line.files_first:
        rest = replace(rest, files=line.files[1:], files_first=line.files_first - 1)
        path = line.files[0]
    elif line.curves:
        if line.files and is_known(line.curves[0].partition(":")[0]) and not os.path.exists(line.curves[0]):
            hint = question(shlex.join(["cosine-lr", "diagnose", line.files[0], line.curves[0]]))
            raise user_error(quote(line.curves[0]), "is a curve: the log comes first", hint=hint)
        path, rest = line.curves[0], replace(rest, curves=line.curves[1:])
    else:
        raise user_error("", "needs the log of a run", hint="cosine-lr diagnose LOG; see 'cosine-lr diagnose --help'")
    combined = "combine" in rest.options and not rest.curves
    if len(rest.files) + len(rest.curves) > 1 and not combined:
        others = [*rest.files, *rest.curves]
        raise user_error(quote(others[1]), "the plan must be one curve or one config", hint="give one of them")
    return path, rest


def _check_unused(line: CommandLine, rest: CommandLine) -> None:
    """Raise RequestError for an option of a plan, or of the comparison with one, if there is no plan."""
    options = {name: raw for name, raw in line.options.items() if name in rest.options or name in _COMPARED}
    unused = [raw.where for name, raw in options.items() if name != "quiet"]
    if unused:
        rule = "needs a plan"
        raise user_error(unused[0], rule, hint="give a curve, such as cosine:lr=1e-3, or a config after the log")


def _facts(raw: dict[str, Any]) -> Facts:
    from cosine_cli.studies.diagnose.core.case import Facts

    return Facts(processes=raw.get("processes"), accumulate=raw.get("accumulate"))


def _plan(rest: CommandLine, log: Log, messages: Messages, *, search: bool) -> Planned | None:
    """Return the plan given, or the one found in the log or beside it; None if there is none."""
    from cosine_cli.studies.diagnose.core.found_plan import find_plan
    from cosine_cli.studies.diagnose.core.given_plan import given_plan

    if rest.curves or rest.files:
        if not search:
            rule = "omits a plan that is found, but one is given"
            raise user_error("--no-plan", rule, hint="leave out one of the two")
        try:
            planned, remarks = given_plan(rest, log)
        except RequestError as error:
            raise _to_identify(error, log.path) from None
        messages.notes(*remarks)
        return planned
    if not search:
        return None
    found = find_plan(log, rest)
    messages.notes(*found.notes)
    if found.planned is not None:
        messages.notes(f"the plan is {found.planned.where}; --no-plan ignores it")
    return found.planned


def _to_identify(error: RequestError, path: str) -> RequestError:
    """Return an error with a hint if there is no plan: the rates depend on more than the time, such as a metric."""
    first, *others = error.problems
    if UNCOMPUTABLE not in first.rule or first.hint is not None:
        return error
    hint = f"leave out the plan: 'cosine-lr diagnose {shlex.quote(visible(path))}' identifies the schedule"
    return RequestError(first._replace(hint=hint), *others)


def _drawing(line: CommandLine, path: str) -> Drawing | None:
    """Return the figure to write, None without one."""
    from cosine_cli.plans.resolve.figure_options import resolve_figure
    from cosine_cli.render.output_files import SUFFIXES as FIGURES
    from cosine_cli.render.output_files import check_no_input

    raw = line.values(Options)
    given = {name: line.options[name] for name in _FIGURE if name in line.options}
    if "plot" not in raw:
        if given:
            raise user_error(next(iter(given.values())).where, "needs a figure", hint="pass --plot FILE")
        return None
    target = _file(raw["plot"], "--plot", "diagnosis.png")
    check_no_input(target, [path, *line.files])
    form_of(target, None, FIGURES, flag=None)
    resolve_figure({name: raw for name, raw in given.items() if name != "title"})  # before the log is read
    return Drawing(target, given)


def _check_one_run(drawing: Drawing | None, log: Log) -> None:
    if drawing is not None and len(log.runs) > 1:
        raise user_error("--plot", "draws one run", got=f"{len(log.runs)} runs", hint="pass --run")


def _draw(plan: Plan, drawing: Drawing, messages: Messages) -> None:
    """Write the figure, in one file per theme, with its plan in each."""
    from cosine_cli.render.drawing import check_drawable, draw_files
    from cosine_cli.render.output_files import targets

    wanted = targets(plan, sources=(), given=drawing.path, form=None, folder=None)
    messages.notes(*check_drawable(plan, where=f"figure {quote(drawing.path)}"))
    warning = draw_files(plan, plan, wanted)
    if warning:
        note(warning)
    messages.notes(*(f"drew {visible(target.path)}" for target in wanted))


def _compare(
    log: Log, planned: Planned, facts: Facts, form: str
) -> tuple[list[Diagnosis], list[WithoutPlan | None], list[list[str]]]:
    """Print the answer for each run of a log; return what was found with and without the plan, and the lines."""
    from cosine_cli.render import diagnosis as answers

    terminal = Terminal.here()
    found = [_explained(series, planned, facts) for series in log.runs]
    owns = [_own_schedule(each, log) for each in found]
    texts = [answers.answer(each, _lines(own)) for each, own in zip(found, owns, strict=True)]
    if form == "json":
        documents = [
            answers.as_json(each, lines, _own_json(own)) for each, lines, own in zip(found, texts, owns, strict=True)
        ]
        write(
            STDOUT, [answers.document({"log": log.path, "format": log.format, "notes": log.notes, "runs": documents})]
        )
    else:
        blocks = [
            _headed(series, at, log, lines) for at, (series, lines) in enumerate(zip(log.runs, texts, strict=True))
        ]
        write(STDOUT, [terminal.encode(answers.text(lines, terminal)) for lines in blocks])
    return found, owns, texts


def _explained(series: Series, planned: Planned, facts: Facts) -> Diagnosis:
    """Return what explains a series against a plan; with its rows as steps if the plan has them so."""
    from cosine_cli.logs.core.counted_rows import counted_rows
    from cosine_cli.studies.diagnose.core.search import diagnose

    found = diagnose(series, planned, facts)
    counted = None if found.is_plan else counted_rows(series)
    if counted is None:
        return found
    again = diagnose(counted, planned, facts)
    return again if again.is_plan or (found.deviates and not again.deviates) else found


def _own_schedule(diagnosis: Diagnosis, log: Log) -> WithoutPlan | None:
    """Return the schedule of a log that no story explains, None if none fits much better than the plan."""
    from cosine_cli.studies.diagnose.core.without_plan import identified

    if diagnosis.explained:
        return None
    found = identified(diagnosis.series, log)
    if found.joined is None and (found.fit is None or found.fit.error >= _BETTER * diagnosis.as_planned.error):
        return None
    return found if found.named else None


def _lines(own: WithoutPlan | None) -> list[str]:
    from cosine_cli.render import identification

    return [] if own is None else identification.answer(own)


def _own_json(own: WithoutPlan | None) -> dict[str, Any] | None:
    """Return the schedule of a log as a JSON object, None if none fits or is needed."""
    from cosine_cli.render import identification

    return None if own is None else identification.schedule_json(own)


def _headed(series: Series, at: int, log: Log, lines: Sequence[str]) -> list[str]:
    """Return the lines of one of several runs under its place in the log."""
    if len(log.runs) == 1:
        return list(lines)
    from cosine_cli.studies.diagnose.core.wording import count

    span = f"{series.unit}s {count(float(series.times[0]))} to {count(float(series.times[-1]))}"
    return [f"Run {at + 1} of {len(log.runs)}, {series.column}, {span}:", *lines]


def _identify(log: Log, form: str, target: str | None, drawing: Drawing | None, messages: Messages) -> None:
    """Print the schedule of each run of a log without a plan; raise RequestError if none has one."""
    from cosine_cli.render import identification
    from cosine_cli.studies.diagnose.core.without_plan import identified

    if target is not None and len(log.runs) > 1:
        raise user_error("--output", "writes the schedule of one run", got=f"{len(log.runs)} runs", hint="pass --run")
    _check_one_run(drawing, log)
    found = [identified(series, log) for series in log.runs]
    if not any(each.named for each in found):
        rule = f"must have the rates of a schedule, but {found[0].identified.reason}"
        raise user_error(visible(log.path), rule, hint="give a plan to compare with")
    texts = [identification.answer(each) for each in found]
    if form == "json":
        documents = [identification.as_json(each, lines) for each, lines in zip(found, texts, strict=True)]
        content = {"log": log.path, "format": log.format, "notes": log.notes, "runs": documents}
        write(STDOUT, [identification.document(content)])
    else:
        terminal = Terminal.here()
        blocks = [
            _headed(series, at, log, lines) for at, (series, lines) in enumerate(zip(log.runs, texts, strict=True))
        ]
        write(STDOUT, [terminal.encode(identification.text(lines, terminal)) for lines in blocks])
    if drawing is not None:
        from cosine_cli.render.diagnosis_figure import figure_of_schedule

        _draw(figure_of_schedule(found[0], log.path, texts[0], drawing.given), drawing, messages)
    if target is not None:
        if found[0].joined is not None:
            raise user_error("--output", "writes the schedule of one run", got="two runs in one log")
        write(target, [identification.config(found[0]).encode()])
        series, first = log.runs[0], found[0].identified.first
        other = f", without the other rates before {series.unit} {series.times[first]:g}" if first else ""
        messages.notes(f"wrote {visible(target)}{other}")
