"""The command line: find the command, import only its module, run it, and report errors."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from itertools import takewhile
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

# Before numpy: its import starts a thread pool that no schedule uses and that takes 40% of the import time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from cosine_cli import __version__
from cosine_cli.completion import VARIABLE
from cosine_cli.errors import CosineLrError, user_error
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.schedules.core.fields import Param, merged
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.streams import PROGRAM, Messages, note, on_terminal, write_stdout
from cosine_cli.text import either, quote, visible

if TYPE_CHECKING:
    from cosine_cli.completion.line_completion import Command

HELP = ("--help", "-h")
COMPLETION = ("--install-completion", "--show-completion")

EXIT_BUG = 70  # EX_SOFTWARE


def run(argv: Sequence[str]) -> int:
    """Run one command line and return its exit code; all errors are handled here."""
    try:
        _dispatch(list(argv))
    except CosineLrError as error:
        for problem in error.problems:
            note(f"error: {problem}")
        return error.exit_code
    except BrokenPipeError:  # the reader has closed the pipe
        return 0
    except Exception:  # noqa: BLE001 - a bug is reported with its traceback and its own exit code
        import traceback

        note("bug, please report it:\n" + "\n".join(map(visible, traceback.format_exc().splitlines())))
        return EXIT_BUG
    return 0


def commands() -> tuple[str, ...]:
    """Return the names of the commands: the modules in the folder ``commands``."""
    listed = os.listdir(os.path.join(os.path.dirname(__file__), "commands"))
    return tuple(sorted(name.removesuffix(".py") for name in listed if name.endswith(".py") and name[0] != "_"))


def load_command(name: str) -> ModuleType:
    """Return a command's module."""
    return import_module(f"cosine_cli.commands.{name}")


def _dispatch(argv: list[str]) -> None:
    if VARIABLE in os.environ:
        _complete(os.environ[VARIABLE])
        return
    name, rest = (argv[0], argv[1:]) if argv else ("--help", [])
    if name == "help" and rest:
        name, rest = rest[0], ["--help"]
    if name in HELP or name == "help":
        from cosine_cli.render.help import overview

        write_stdout([overview({name: load_command(name) for name in commands()}).encode()])
    elif name == "--version" and not rest:
        write_stdout([f"{PROGRAM} {__version__}\n".encode()])
    elif name.partition("=")[0] in COMPLETION:
        _set_up_completion(argv)
    elif name not in commands():
        raise _unknown(argv)
    elif any(word in HELP for word in takewhile(lambda word: word != "--", rest)):
        from cosine_cli.render.help import command_help

        write_stdout([command_help(name, load_command(name)).encode()])
    else:
        _call(name, rest)


def _complete(instruction: str) -> None:
    """Answer a completion script, or print it: ``complete_bash``, ``source_bash``."""
    from cosine_cli.completion import shells

    action, _, shell = instruction.partition("_")
    if shell not in shells.SHELLS or action not in ("complete", "source"):
        rule = f"must be complete_SHELL or source_SHELL, with {either(shells.SHELLS)}"
        raise user_error(VARIABLE, rule, got=quote(instruction))
    if action == "source":
        write_stdout([shells.script(shell)])
        return
    from cosine_cli.completion.line_completion import candidates

    line = shells.typed_line(shell, os.environ)
    options = {**dict.fromkeys((*HELP[:1], "--version"), ()), **dict.fromkeys(COMPLETION, shells.SHELLS)}
    known = {name: partial(_completed_command, name) for name in commands()}
    write_stdout([shells.answer(shell, line, candidates(line.words, line.typed, known, options))])


def _completed_command(name: str) -> Command:
    from cosine_cli.completion.line_completion import Command
    from cosine_cli.plans.parse.argv import InputFlags, shared

    module = load_command(name)
    flags = {flag: param for param in merged(*declarations(module)) for flag in flags_of(param)}
    purpose = (module.__doc__ or "").partition("\n")[0].rstrip(".")
    return Command(purpose, flags, takes_curves=InputFlags in shared(module))


def _set_up_completion(argv: list[str]) -> None:
    """Install or print the completion script of a shell, by default of the one that runs this program."""
    from cosine_cli.completion import install, shells

    option, equals, attached = argv[0].partition("=")
    given = [*([attached] if equals else []), *argv[1:]]
    if len(given) > 1:
        raise user_error(option, "takes one shell", got=quote(given[1]))
    shell = install.shell_of(option, given[0] if given else None)
    if option == "--show-completion":
        write_stdout([shells.script(shell)])
    else:
        write_stdout([f"{visible(line)}\n".encode("utf-8", "backslashreplace") for line in install.install(shell)])


def _unknown(words: Sequence[str]) -> CosineLrError:
    from cosine_cli.hints import command_hint

    expected = "expected a command, got option" if words[0].startswith("-") else "unknown command"
    flags = {name: _flags(load_command(name)) for name in commands()}
    return user_error("", f"{expected} {quote(words[0])}", hint=command_hint(words, flags))


def _call(name: str, words: list[str]) -> None:
    """Parse the arguments by the command's options and run it, without Typer's handling of streams and errors."""
    import typer

    module = load_command(name)
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    settings = {"token_normalize_func": lambda text: text.replace("_", "-"), "help_option_names": []}
    app.command(name, context_settings=settings, add_help_option=False)(_callback(module))
    try:
        line = app(args=words, prog_name=f"{PROGRAM} {name}", standalone_mode=False)
    except typer.TyperException as error:
        raise _usage(error, words, module) from None
    if on_terminal(sys.stderr):
        Messages(quiet=line.quiet).notes(*line.synonyms)
    module.run(line)


def _usage(error: Any, words: Sequence[str], module: ModuleType) -> CosineLrError:
    """Return the error of a command line that Typer does not parse."""
    from cosine_cli.hints import option_hint

    option = getattr(error, "option_name", None)
    if option is None:
        return user_error("command line", visible(error.format_message()).rstrip(".").lower())
    declared = merged(*declarations(module))
    param = next((param for param in declared if option.replace("_", "-") in flags_of(param)), None)
    if param is not None:
        return user_error(option, "does not take a value" if param.kind is Kind.SWITCH else "needs a value")
    command = module.__name__.rpartition(".")[2]
    return user_error("", f"unknown option {quote(option)}", hint=option_hint(option, words, declared, command=command))


def declarations(module: ModuleType) -> tuple[type, ...]:
    """Return the classes that declare the options of a command: the shared ones, then its own."""
    from cosine_cli.plans.parse.argv import shared

    return (*shared(module), *module.OPTIONS)


def _flags(module: ModuleType) -> list[str]:
    """Return all flags of a command."""
    return [flag for param in merged(*declarations(module)) for flag in flags_of(param)]


def flags_of(param: Param) -> list[str]:
    """Return a parameter's flags: ``--min-lr``, ``--no-annotations``, ``-o``."""
    return [param.long, f"-{param.short}"] if param.short else [param.long]


def _is_negated(param: Param) -> bool:
    return param.kind is Kind.SWITCH and param.default is True


def _callback(module: ModuleType) -> Callable[..., CommandLine]:
    """Return the function that Typer calls, with a signature built from the declarations."""
    declared = merged(*declarations(module))
    negated = {param.name for param in declared if _is_negated(param)}

    def command(**given: Any) -> CommandLine:
        # Typer passes True for any flag, also for --no-annotations.
        raw = {name: False if value is True and name in negated else value for name, value in given.items()}
        raw |= {param.name: _only(param, raw[param.name]) for param in declared if _takes_one_value(param)}
        return CommandLine.of(raw, command=module.__name__.rpartition(".")[2])

    parameters = [
        inspect.Parameter("words", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=_words(module)),
        *(
            inspect.Parameter(param.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_option(param))
            for param in declared
        ),
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def _takes_one_value(param: Param) -> bool:
    return param.kind is not Kind.SWITCH and not param.repeated


def _only(param: Param, values: Any) -> str | None:
    """Return the value of an option; raise RequestError if it is given several times."""
    if values is not None and len(values) > 1:
        raise user_error(param.long, "must be given only once", got=either(map(quote, values), last="and"))
    return values[0] if values else None


def _words(module: ModuleType) -> Any:
    import typer

    from cosine_cli.plans.parse.argv import words_of

    return Annotated[list[str] | None, typer.Argument(metavar=words_of(module))]


def _option(param: Param) -> Any:
    """Return a parameter as an option of Typer: a list of strings, parsed later; None if it is not given."""
    import typer

    kind = bool if param.kind is Kind.SWITCH else list[str]
    return Annotated[kind | None, typer.Option(*flags_of(param), help=param.meaning)]
