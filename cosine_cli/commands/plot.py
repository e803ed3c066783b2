"""Draw the learning rates as a figure: PNG, SVG or PDF.

Several configs give a figure each, named after them or as they say.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping

from cosine_cli.errors import refusal
from cosine_cli.files import STDOUT, make_folder, write, write_stdout
from cosine_cli.plans.figure import Caption, Figure
from cosine_cli.plans.line import Line, plan_in
from cosine_cli.plans.outputs import FORMS, Form, Target, check_all, targets
from cosine_cli.plans.plan import Plan
from cosine_cli.plans.reading import read
from cosine_cli.schedules.core.fields import declaration, param, params

GROUP = "Look"
EXAMPLES = (
    "cosine-lr plot --lr 0.1 --epochs 100",
    "cosine-lr plot cosine:warmup=5 multistep:milestones=30/60/80 -o resnet.svg",
    "cosine-lr plot configs/*.yaml --out-dir figures --theme dark",
)


@declaration
class Options:
    """What only this command takes."""

    format: str | None = param(None, "format, where no suffix says it", choices=FORMS)
    out_dir: str | None = param(None, "folder for the figures of configs; made where it is missing", example="figures")
    quiet: bool = param(False, "print neither the paths of the files nor what was drawn", short="q")


OPTIONS = (Caption, Figure, Options)


def run(line: Line) -> None:
    """Read all plans, see where each goes, and only then draw."""
    said = {
        option.name: read(option, line.options[option.name])
        for option in params(Options)
        if option.name in line.options
    }
    plans = {path or "the command line": plan_in(line, path) for path in line.files or (None,)}
    found = _targets(line, plans, form=said.get("format"), folder=said.get("out_dir"))
    check_all(found, line.files)
    if "out_dir" in said:
        make_folder(said["out_dir"])
    for name in _watched(plans, quiet=said.get("quiet", False)):
        _draw(plans[name], found[name], quiet=said.get("quiet", False))


def _targets(
    line: Line, plans: Mapping[str, Plan], *, form: Form | None, folder: str | None
) -> dict[str, list[Target]]:
    given = line.options["output"].text if "output" in line.options else None
    if given is not None and folder is not None:
        raise refusal("--output and --out-dir", "a figure goes to one place: give one of the two")
    if given is not None and len(plans) > 1:
        raise refusal("--output", f"is one file for {len(plans)} figures", got=repr(given), mend="give --out-dir")
    if given == STDOUT and sys.stdout is not None and sys.stdout.isatty():
        raise refusal("--output -", "a picture must not go to a terminal", mend="send it to a file or a pipe")
    configs = line.files or (None,)
    return {
        name: targets(plan, config=config, given=given, form=form, folder=folder)
        for (name, plan), config in zip(plans.items(), configs, strict=True)
    }


def _draw(plan: Plan, wanted: Iterable[Target], *, quiet: bool) -> None:
    from cosine_cli.plans.write import write as written
    from cosine_cli.render.figure.save import picture

    for target in wanted:
        drawn = picture(plan, suffix=target.form, theme=target.theme, source=written(plan))
        write(target.path, [drawn.data])
        if target.path != STDOUT and not quiet:
            write_stdout([os.fsencode(f"{target.path}\n")])


def _watched(names: Iterable[str], *, quiet: bool) -> Iterable[str]:
    """Return the names as they are worked on; a terminal is shown how far the work is."""
    names = list(names)
    if len(names) == 1 or quiet or sys.stderr is None or not sys.stderr.isatty():
        return names
    from rich.console import Console
    from rich.progress import track

    return track(names, description="Drawing", console=Console(stderr=True), transient=True)
