"""From a command line to its plan: parse, read the configs, resolve."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.parse.argv import CommandLine, InputFlags, LogFlags
from cosine_cli.plans.parse.file_words import may_be_log
from cosine_cli.plans.parse.raw import RawValue, Request, settings_over
from cosine_cli.text import visible


def load_plan(line: CommandLine, settings: Collection[str] = ()) -> Plan:
    """Return the plan of a command line: its curves, its config, or several of them side by side.

    - ``settings``: the settings of a figure that the command uses, which several configs must agree on.
    """
    from cosine_cli.plans.resolve.request import resolve

    return resolve(load_request(line, settings))


def load_request(line: CommandLine, settings: Collection[str] = ()) -> Request:
    """Return the request of a command line, whose raw values have their places; ``settings`` as above."""
    if not line.files and "combine" not in line.options:
        _check_unneeded(line, "read_as", "column", "run")
        return line.request(Request())
    configs = _configs(line)
    if len(configs) == 1 and not line.curves:
        return line.request(configs[0])
    return _side_by_side(line, configs, settings)


def _configs(line: CommandLine) -> list[Request]:
    """Return the request of each file, or the only one of files that are combined."""
    from cosine_cli.plans.config_file import read_combined

    flags = replace(line, curves=()).request(Request()).run
    read_as = line.options.get("read_as")
    if line.given(LogFlags) and not any(_is_log(path, line) for path in line.files):
        name, raw = next(iter(line.given(LogFlags).items()))
        raise user_error(raw.where, f"selects the {name} of a log, and no file is one", got=raw.echo)
    if not line.values(InputFlags).get("combine"):
        return [_request_of(path, flags, line) for path in line.files]
    option = line.options["combine"].where
    if read_as is not None:
        raise user_error(f"{read_as.where} and {option}", "cannot be combined; give one of them")
    return [read_combined(line.files, option, flags)]


def _request_of(path: str, flags: Mapping[str, RawValue], line: CommandLine) -> Request:
    """Return the request of a log or a config."""
    from cosine_cli.plans.config_file import read_config

    if _is_log(path, line):
        from cosine_cli.plans.logged import log_request

        alone = len(line.files) == 1 and not line.curves
        return log_request(path, flags, line.given(LogFlags), short_names([path])[0] if alone else "")
    read_as = line.options.get("read_as")
    try:
        return read_config(path, flags, read_as)
    except RequestError as error:
        if read_as is not None or not _is_pipe(path):
            raise
        first, *others = error.problems
        rule = f"{first.rule} (a pipe is read as a config, logs are read from files only)"
        raise RequestError(first._replace(rule=rule), *others) from None


def _is_pipe(path: str) -> bool:
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def check_no_log(line: CommandLine) -> None:
    """Raise RequestError for a log among the files of a command that is about plans alone."""
    for path in line.files:
        if _is_log(path, line):
            hint = f"'cosine-lr diagnose {visible(path)}' explains its rates"
            raise user_error(visible(path), "must be a plan", got="the log of a run", hint=hint)


def _is_log(path: str, line: CommandLine) -> bool:
    if "read_as" in line.options or not may_be_log(path):
        return False
    from cosine_cli.plans.logged import is_log

    return is_log(path)


def _check_unneeded(line: CommandLine, *names: str) -> None:
    """Raise RequestError for an option that needs a file."""
    for name in filter(line.options.__contains__, names):
        raise user_error(line.options[name].where, "needs a file", got=line.options[name].echo)


def _side_by_side(line: CommandLine, configs: Sequence[Request], settings: Collection[str]) -> Request:
    """Return the request of several configs, and of the curves of the line with the run of the first config."""
    from cosine_cli.plans.resolve.shared_settings import shared_settings

    own = {**_own_output(line, configs), **replace(line, curves=()).request(Request()).figure}
    shared = shared_settings([config.figure for config in configs], [name for name in settings if name not in own])
    named = _named_runs(configs, short_names(line.files)[: len(configs)])
    runs = [[replace(line, curves=()).request(run) for run in runs] for runs in named]
    if line.curves:
        runs.insert(line.files_first, [line.request(_taken_over(named[0][0]))])
    return Request(
        match=_match(line, configs),
        axis=_axis(line, configs),
        figure=settings_over(own, shared.figure),
        problems=tuple(problem for config in configs for problem in config.problems),
        remarks=shared.remarks,
        runs=tuple(run._replace(figure={}) for several in runs for run in several),
    )


def _own_output(line: CommandLine, configs: Sequence[Request]) -> Mapping[str, RawValue]:
    """Return the output of a config, if each config has its own figure."""
    each = not {"each", "out_dir"}.isdisjoint(line.options)
    return {name: raw for name, raw in configs[0].figure.items() if each and name == "output"}


def _match(line: CommandLine, configs: Sequence[Request]) -> RawValue | None:
    """Return the match of all curves, which the line gives: a config gives it for its own."""
    given = line.options.get("match")
    own = next((config.match for config in configs if config.match is not None), None)
    if given is None and own is not None:
        rule = "match applies to the curves of one config, not to several side by side"
        raise user_error(own.where, rule, hint=f"pass --match {own.text} for all of them")
    return given


def _axis(line: CommandLine, configs: Sequence[Request]) -> RawValue | None:
    """Return the unit of the time axis of all curves, which the configs that have one must agree on."""
    if "axis" in line.options:
        return line.options["axis"]
    from cosine_cli.plans.resolve.axis_units import axis_units

    own = [config.axis for config in configs if config.axis is not None]
    other = next((raw for raw in own[1:] if axis_units(raw) != axis_units(own[0])), None)
    if other is not None:
        got = f"{own[0].echo} and {other.echo}"
        raise user_error(f"{own[0].where} and {other.where}", "axis differs", got=got, hint="pass --axis")
    return own[0] if own else None


def _named_runs(configs: Sequence[Request], names: Sequence[str]) -> list[list[Request]]:
    """Return the runs of each config, named after it unless they have their own, different names."""
    own = Counter(name for config in configs for name in {run.name for run in config.runs})
    own.update(names)
    return [
        [run._replace(name=_run_name(run.name, file, own)) for run in config.runs or (config,)]
        for config, file in zip(configs, names, strict=True)
    ]


def _run_name(name: str, file: str, own: Mapping[str, int]) -> str:
    return f"{file}: {name}" if name and own[name] > 1 else name or file


def _taken_over(run: Request) -> Request:
    """Return the options of a run, without its curves."""
    return Request(unit=run.unit, run=run.run, applied_flags=run.applied_flags, run_of=run.name)


def short_names(paths: Sequence[str]) -> list[str]:
    """Return the base names of files; those of equal base names with the folders that distinguish them.

    >>> short_names(["a/args.json", "b/args.json", "a/ds.json"])
    ['a/args.json', 'b/args.json', 'ds.json']
    """
    folders = [os.path.normpath(path).split(os.sep) for path in paths]
    return ["/".join(own[-depth:]) for own, depth in zip(folders, _depths(folders), strict=True)]


def _depths(folders: Sequence[Sequence[str]]) -> Iterator[int]:
    """Yield for each path the number of its last parts that no other path ends with."""
    for own in folders:
        others = [other for other in folders if other != own]
        yield next((n for n in range(1, len(own)) if all(other[-n:] != own[-n:] for other in others)), len(own))
