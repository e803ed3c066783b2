"""Plot learning rates as a PNG, SVG or PDF figure.

Several configs and curves are drawn together in one figure; with --each,
one figure per config. A figure embeds its config and can be passed as a FILE.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from cosine_cli.errors import OutcomeError, Problem, RequestError, user_error
from cosine_cli.files import STDOUT, make_folder, output_path, read_start
from cosine_cli.plans.embedded.extract import MOST_BYTES, figure_difference
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.model.figure_settings import SETTINGS, Caption, Figure
from cosine_cli.plans.model.options import Beside, Match, TimeAxis
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.model.time_axis import on_time_axis
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.processes import cores, workers
from cosine_cli.render.output_files import FORMS, Form, Target, check_distinct, check_no_inputs, check_writable, targets
from cosine_cli.schedules.core.fields import declaration, param
from cosine_cli.streams import Messages, note, on_terminal, write_stdout
from cosine_cli.text import quote, visible

GROUP = "Explore"
EXAMPLES = (
    "cosine-lr plot cosine:warmup=5 multistep:milestones=30/60/80 -o resnet.svg",
    "cosine-lr plot args.json cosine ds_config.json -o compared.pdf",
    "cosine-lr plot configs/*.yaml --out-dir figures --check",
)


@declaration
class Options:
    """Options of ``plot`` alone."""

    format: str | None = param(None, "figure format, for outputs without a suffix", choices=FORMS)
    each: bool = param(False, "draw one figure per config, with the curves of the line in each")
    out_dir: str | None = param(None, "folder for one figure per config; created if missing", example="figures")
    check: bool = param(False, "write nothing; exit 1 if any file is missing or out of date")
    jobs: int | None = param(None, "number of processes, by default one per core", short="j", at_least=1, example="4")
    list_presets: bool = param(False, "print the presets, each with its source, and draw nothing")


OPTIONS = (Caption, Figure, Beside, Match, TimeAxis, Options)


class Job(NamedTuple):
    """One plan to draw: its only config if it has one, its output files and the notes about it.

    - ``plan``: the plan on its time axis.
    - ``source``: the plan that the files embed.
    """

    config: str | None
    plan: Plan
    source: Plan
    targets: list[Target]
    remarks: tuple[str, ...]


def run(line: CommandLine) -> None:
    """Draw the figures, or print the presets."""
    if "list_presets" in line.options:
        from cosine_cli.render.preset_table import preset_table
        from cosine_cli.render.terminal import Terminal

        line.check_alone("list_presets")
        write_stdout(preset_table(Terminal.here()))
        return
    _draw_all(line)


def _draw_all(line: CommandLine) -> None:
    """Read all plans and check all outputs before drawing the first figure."""
    raw = line.values(Options)
    messages = Messages(quiet=line.quiet)
    each = len(line.files) > 1 and "combine" not in line.options and ("each" in raw or "out_dir" in raw)
    lines = (
        [replace(line, files=(path,), files_first=min(line.files_first, 1)) for path in line.files] if each else [line]
    )
    jobs = [_job(one, _given(line, lines), form=raw.get("format"), folder=raw.get("out_dir")) for one in lines]
    check_distinct([(job.config or "the command line", job.targets) for job in jobs])
    to_stdout = any(target.path == STDOUT for job in jobs for target in job.targets)
    if "check" in raw and to_stdout:
        raise user_error("--check", "needs a file to compare with", got="standard output")
    if "check" not in raw:
        for job in jobs:
            check_no_inputs(job.targets, line.files)
            check_writable(job.targets, folder=raw.get("out_dir"))
            _check_reader(job.targets)
    count = 1 if to_stdout else min(raw.get("jobs") or cores(), len(jobs))
    if count > 1:
        _load_drawing(jobs)
    with workers(jobs, count) as processes:
        remarks = [note for of_figure in processes.map(_check_drawable) for note in of_figure]
        if "check" in raw:
            _compare(processes.map(_differences), len(jobs), quiet=messages.quiet)
            return
        if "out_dir" in raw:
            make_folder(raw["out_dir"], where="--out-dir")
        messages.notes(*dict.fromkeys(remarks))
        drawn = processes.map(_draw)
        for done, job in enumerate(jobs):
            with _watched(done, len(jobs), quiet=messages.quiet):
                warning = next(drawn)
            _tell(job, warning, messages)
    if on_terminal(sys.stderr):
        messages.notes(f"drew {_what(jobs)}")


def _job(line: CommandLine, given: str | None, *, form: Form | None, folder: str | None) -> Job:
    from cosine_cli.render.milestone_notes import milestone_notes
    from cosine_cli.render.warmup_notes import warmup_notes

    request = load_plan(line, (*SETTINGS, "output"))
    plan, remarks = _with_equivalents(request, line.values(Beside).get("as_"))
    wanted = targets(plan, sources=_sources(line), given=given, form=form, folder=folder)
    config = line.files[0] if len(line.files) == 1 else None
    shown, without_equivalents = on_time_axis(plan), on_time_axis(request)
    about = (*milestone_notes(without_equivalents), *warmup_notes(without_equivalents))
    return Job(config, shown, plan, wanted, (*plan.remarks, *about, *remarks, *_endings(shown)))


def _sources(line: CommandLine) -> tuple[str, ...]:
    """Return what names a figure: its only config, or its configs and curves; nothing for curves alone."""
    if not line.files or "out_dir" in line.options or "each" in line.options:
        return line.files
    return (*line.files[: line.files_first], *line.curves, *line.files[line.files_first :])


def _with_equivalents(plan: Plan, frameworks: str | None) -> tuple[Plan, tuple[str, ...]]:
    """Return the plan with the equivalents of frameworks added, and a note on each difference."""
    if frameworks is None:
        return plan, ()
    from cosine_cli.render.equivalent_notes import sentence
    from cosine_cli.studies.equivalents import with_equivalents

    plan, found = with_equivalents(plan, frameworks)
    return plan, tuple(sentence(equivalent) for equivalent in found)


def _endings(plan: Plan) -> list[str]:
    """Return which curves end before the run does."""
    from cosine_cli.render.truncation import truncation_notes

    return truncation_notes(plan)


def _given(line: CommandLine, lines: list[CommandLine]) -> str | None:
    """Return the output path from the command line, or None."""
    if "output" not in line.options:
        return None
    given = output_path(line.options["output"].text)
    if "out_dir" in line.options:
        raise user_error("--output and --out-dir", "cannot be combined; give one of them")
    if len(lines) > 1:
        raise user_error(
            "--output",
            f"cannot be a single file for {len(lines)} figures",
            got=quote(given),
            hint="give --out-dir",
        )
    return given


def _check_reader(wanted: Iterable[Target]) -> None:
    """Raise RequestError if a figure would be written to a terminal."""
    if on_terminal(sys.stdout) and any(target.path == STDOUT for target in wanted):
        raise user_error("--output -", "cannot write a figure to a terminal", hint="redirect it to a file or a pipe")


def _check_drawable(job: Job) -> list[str]:
    """Raise RequestError for a missing name, font, color or style; return notes on those that are used."""
    from cosine_cli.render.drawing import check_drawable

    path = job.targets[0].path
    try:
        return check_drawable(job.plan, where="figure" if path == STDOUT else f"figure {quote(path)}")
    except RequestError as error:
        raise RequestError(*(_of_config(problem, job) for problem in error.problems)) from None


def _of_config(problem: Problem, job: Job) -> Problem:
    """Return a problem with the config that it is about, unless it names its figure."""
    if job.config is None or problem.where.startswith("figure"):
        return problem
    return problem._replace(where=f"{visible(job.config)}: {problem.where}")


def _load_drawing(jobs: Iterable[Job]) -> None:
    """Load what drawing imports, once for all processes."""
    from cosine_cli.render.figure.mpl.save import load_backend

    for form in {target.form for job in jobs for target in job.targets}:
        load_backend(form)


def _draw(job: Job) -> str:
    """Write the files of a job, and return a warning about characters that the font lacks."""
    from cosine_cli.render.drawing import draw_files

    return draw_files(job.plan, job.source, job.targets)


def _compare(found: Iterator[list[Problem]], count: int, *, quiet: bool) -> None:
    """Raise OutcomeError with each file that is missing or out of date."""
    problems: list[Problem] = []
    for done in range(count):
        with _watched(done, count, quiet=quiet):
            problems += next(found)
    if problems:
        raise OutcomeError(*problems)


def _differences(job: Job) -> list[Problem]:
    """Draw a figure without writing, and return the problems of its files."""
    return [problem for target in job.targets if (problem := _difference(job, target)) is not None]


def _difference(job: Job, target: Target) -> Problem | None:
    """Return the problem of an output file that is missing or out of date, or None."""
    from cosine_cli.render.drawing import figure_content

    if read_start(target.path, at_most=0) is None:
        return Problem(f"figure {quote(target.path)}", "is missing")
    drawn = figure_content(job.plan, job.source, target).data
    # Read one byte more than could be equal or be a figure: the file may have any size.
    found = read_start(target.path, at_most=max(len(drawn), MOST_BYTES) + 1) or b""
    return (
        None
        if found == drawn
        else Problem(f"figure {quote(target.path)}", "is out of date", hint=figure_difference(found, drawn))
    )


def _tell(job: Job, warning: str, messages: Messages) -> None:
    if warning:
        note(warning)
    for target in job.targets:
        if target.path != STDOUT:
            messages.path(target.path)
    messages.notes(*job.remarks)


def _what(jobs: list[Job]) -> str:
    from cosine_cli.render.descriptions import figure_contents

    return figure_contents(jobs[0].plan) if len(jobs) == 1 else f"{len(jobs)} figures"


@contextmanager
def _watched(done: int, count: int, *, quiet: bool) -> Iterator[None]:
    """Show the progress on a terminal; the line is removed before a path is printed."""
    if count == 1 or quiet or not on_terminal(sys.stderr):
        yield
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, auto_refresh=False) as progress:
        progress.add_task("Drawing", total=count, completed=done)
        progress.refresh()
        yield
