"""Parse command-line arguments, in a shell script or as text, to the mapping that ``argparse`` gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cosine_cli.plans.parse import python, yaml
from cosine_cli.plans.parse.code import code_node
from cosine_cli.plans.parse.limits import Limits
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.positions import Positions
from cosine_cli.plans.parse.shell import Command, Word, commands
from cosine_cli.plans.parse.shell_variables import Variable, plain_variables
from cosine_cli.text import either, quote, visible

_HAS_OPTION = re.compile(r"""(?<![^\s"'(=])--[A-Za-z]""")
_OPTION = re.compile(r"--([A-Za-z][\w.-]*)(?:(=)([\s\S]*))?")
_PRINTED_HEAD = "- arguments -"
_PRINTED = re.compile(r" ([A-Za-z]\w*) \.{2,} (\S[^\n]*)")
"""A line of the arguments that Megatron-LM prints."""

_EXPANSION = re.compile(r"\$(?:\{(?=\w+\}))?([A-Za-z_]\w*)\}?")
"""The expansion of a variable without more, as in ``$LR`` and ``${LR}``."""

_SHORT = re.compile(r"-[A-Za-z]")
_MORE_ARGUMENTS = re.compile(
    r"\$(?:[@*]|\{?\w*(?:arg|opt|flag|extra)\w*(?:\[[@*]\])?\}?|\{\w+\[[@*]\]\})", re.IGNORECASE
)
"""An expansion that probably contains options, not a value."""

_DOCUMENT = "arguments of a command"
_NAMESPACE, _ASSIGNED = "Namespace(", "args=dict("
"""The beginning of a printed namespace, and of an assignment of the same length: places stay the same."""


class _Option(NamedTuple):
    """An option, its values, and whether a condition decides if it is passed."""

    name: str
    word: Word
    values: tuple[Word, ...]
    is_conditional: bool


def parse(text: str, path: str) -> Node | None:
    """Return the options as a mapping, None if there are none; text without an option is YAML.

    The keys are those of ``argparse``: ``--lr-decay-style`` is ``lr_decay_style``. An option without a value is true,
    one with several values is a list; of a repeated option, the last value counts. A value that the shell computes, or
    that differs between commands, is kept but cannot be read, unless it is a variable with a plain value.

    The arguments that Megatron-LM prints in a log are read too, and the ``Namespace(lr=0.1, ...)`` of argparse.

    Raises RequestError at the first place that is invalid or too large.
    """
    if text.startswith(_NAMESPACE):
        return _namespace(text, path)
    builder = _Builder(Positions(text, visible(path)))
    if _PRINTED_HEAD in text:
        return builder.printed(text)
    if _HAS_OPTION.search(text) is None:
        return yaml.parse(text, path)
    builder.variables = plain_variables(text)
    return builder.mapping(commands(text, builder.positions))


def _namespace(text: str, path: str) -> Node | None:
    """Return the arguments of a namespace, as those of ``dict`` in a Python config."""
    top = python.parse(f"{_ASSIGNED}{text.removeprefix(_NAMESPACE)}", path)
    return next((code_node(value, _DOCUMENT) for _, value in top.pairs or ()), None) if top else None


class _Builder:
    """Builds the nodes of options."""

    def __init__(self, positions: Positions) -> None:
        self.positions = positions
        self._limits = Limits()
        self.variables: dict[str, Variable] = {}

    def printed(self, text: str) -> Node:
        """Return the arguments that a program has printed, one per line."""
        begin = text.index(_PRINTED_HEAD)
        found: dict[str, list[_Option]] = {}
        for match in _PRINTED.finditer(text, begin):
            name, value = Word(match[1], match.start(1)), Word(match[2].rstrip(), match.start(2))
            self._limits.add(self.positions.place(name.at), 1)
            found.setdefault(name.text, []).append(_Option(name.text, name, (value,), is_conditional=False))
        return self._document(found, begin)

    def mapping(self, every: Iterator[Command]) -> Node | None:
        """Return the options of all commands."""
        found: dict[str, list[_Option]] = {}
        for command in every:
            for group in _groups(command):
                last = {option.name: option for option in _options(group, is_conditional=command.is_conditional)}
                for name, option in last.items():
                    found.setdefault(name, []).append(option)
        return self._document(found, 0) if found else None

    def _document(self, found: Mapping[str, Sequence[_Option]], at: int) -> Node:
        """Return a document that is not a config of cosine-lr, whatever its keys are."""
        pairs = tuple((self._key(options[-1]), self._value(options)) for options in found.values())
        return code_node(Node(self.positions.place(at), self.positions.line(at), pairs=pairs), _DOCUMENT)

    def _key(self, option: _Option) -> Node:
        return Node(self.positions.place(option.word.at), self.positions.line(option.word.at), option.name, quoted=True)

    def _value(self, options: Sequence[_Option]) -> Node:
        """Return the value of an option that several commands, or runs in a log, may have."""
        node = self._node(options[-1])
        texts = list(dict.fromkeys(_text(option) for option in options))
        if len(texts) > 1:
            return code_node(node, f"several values: {either(map(quote, texts[:3]), last='and')}")
        if all(option.is_conditional for option in options):
            return code_node(node, f"a value under a condition, {quote(texts[0])}")
        return node

    def _node(self, option: _Option) -> Node:
        if not option.values:
            return self._key(option)._replace(text="true", quoted=False)
        if len(option.values) == 1:
            return self._word(option.values[0])
        items = tuple(map(self._word, option.values))
        return Node(items[0].where, items[0].line, items=items)

    def _word(self, word: Word) -> Node:
        node = self._plain(word)
        match = _EXPANSION.fullmatch(word.text) if word.is_code else None
        variable = self.variables.get(match[1]) if match else None
        if variable is not None and variable.begin <= word.at < variable.end:
            return node._replace(text=variable.value)
        return code_node(node, f"the shell expression {quote(word.text)}") if word.is_code else node

    def _plain(self, word: Word) -> Node:
        return Node(self.positions.place(word.at), self.positions.line(word.at), word.text, quoted=not word.text)


def _text(option: _Option) -> str:
    return " ".join(word.text for word in option.values)


def _groups(command: Command) -> Iterator[tuple[Word, ...]]:
    """Yield the words of a command, and those in quotes that contain options, as in ``ARGS="--lr 1e-4"``."""
    yield command.words
    values = {word for option in _options(command.words, is_conditional=False) for word in option.values}
    yield from (word.inner for word in command.words if _has_options(word) and word not in values)


def _options(words: Sequence[Word], *, is_conditional: bool) -> Iterator[_Option]:
    """Yield the options among some words with their values, up to the next option."""
    at = 0
    while at < len(words):
        match = _match(words[at])
        begin, at = at, at + 1
        if match is None:
            continue
        while match[2] is None and at < len(words) and not _ends_values(words[at], is_first=at == begin + 1):
            at += 1
        values = tuple(words[begin + 1 : at])
        if match[2] is not None:
            values = (Word(match[3], words[begin].at + match.start(3), words[begin].is_code),)
        yield _Option(match[1].replace("-", "_"), words[begin], values, is_conditional)


def _match(word: Word) -> re.Match[str] | None:
    """Return the match of a word that is an option."""
    return None if _has_options(word) else _OPTION.fullmatch(word.text)


def _has_options(word: Word) -> bool:
    """Return whether a word has quotes around several words with an option, or an option after other text."""
    return not word.is_single and any(_OPTION.fullmatch(inner.text) for inner in word.inner)


def _ends_values(word: Word, *, is_first: bool) -> bool:
    """Return whether a word is not a value of the option before it."""
    if _match(word) or _SHORT.match(word.text):
        return True
    return not is_first and word.is_code and _MORE_ARGUMENTS.fullmatch(word.text) is not None
