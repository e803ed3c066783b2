"""Split a shell script, or text of arguments, into words, without running anything: expansions stay text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.parse.limits import Limits
from cosine_cli.plans.parse.positions import Positions

_PIECE = re.compile(
    r"""
      (?P<gap> (?: [ \t\r] | \\\r?\n )++ )
    | (?P<escape> \\. )
    | (?P<single> '[^']*+' )
    | (?P<double> " )
    | (?P<code> [$`] )
    | (?P<here> <<-?[ \t]*+(?P<mark>['"]?)(?P<delimiter>\w++)(?P=mark) )
    | (?P<separator> \n | && | \|\| | <<< | [;&|()<>] )
    | (?P<plain> [^ \t\r\n'"\\$`;&|()<>]++ )
    """,
    re.VERBOSE,
)
_INNER = re.compile(
    r"(?P<gap>(?:\s|\\\r?\n)++)|(?P<escape>\\[\s\S])|(?P<code>[$`])|(?P<plain>[^\s\\$`]++)|(?P<other>[\s\S])"
)
_NAME = re.compile(r"\$(?:\w++|[@*#?$!-])")
_IN_DOUBLE = re.compile(r'[^"\\$`]++|\\[\s\S]|["$`]')
_IN_PARENTHESES = re.compile(r"""[()]|'[^']*+'|"(?:[^"\\]|\\[\s\S])*+"|\\[\s\S]""")
_IN_BRACES = re.compile(r"[{}]|\\[\s\S]")
_ARGUMENTS = re.compile(r"(?:\s|\\\r?\n|#[^\n]*+\n)*+-")
_ARRAY = re.compile(r"[A-Za-z_]\w*+\+?=")

_OPENING = ("if", "case")
_CLOSING = ("fi", "esac")
_KEYWORDS = (*_OPENING, *_CLOSING, "then", "elif", "else", "do", "done", "while", "until", "{", "}", "!", "time")
_TESTS = ("[", "[[", "test")


class Word(NamedTuple):
    """A word without its quotes.

    - ``at``: its offset.
    - ``is_code``: whether it contains an expansion, such as ``$LR`` or ``$((2 * 3))``.
    - ``inner``: the words in its quotes.
    """

    text: str
    at: int
    is_code: bool = False
    inner: tuple[Word, ...] = ()

    @property
    def is_single(self) -> bool:
        """Whether the quotes, if any, are around the only word."""
        return not self.inner or (len(self.inner) == 1 and self.inner[0].text == self.text)


class Command(NamedTuple):
    """The words of a command, of an array, or between quotes.

    - ``is_conditional``: whether a condition decides if it is run.
    """

    words: tuple[Word, ...]
    is_conditional: bool


def commands(text: str, positions: Positions) -> Iterator[Command]:
    """Yield the commands and arrays of a script; text that begins with an option is a single command.

    Raises RequestError for a quote or an expansion without an end, and for too many words.
    """
    if _ARGUMENTS.match(text):
        yield Command(tuple(word for part in _Scanner(text, positions) for word in part.words), is_conditional=False)
        return
    depth, before, separator = 0, "", ""
    for part in _Scanner(text, positions):
        words = part.words
        while words and not words[0].is_code and words[0].text in _KEYWORDS:
            depth = max(depth + (words[0].text in _OPENING) - (words[0].text in _CLOSING), 0)
            words = words[1:]
        chained = separator == "||" or (separator == "&&" and before in _TESTS)
        if words and (part.is_array or not words[0].text.startswith("-")):
            yield Command(words, is_conditional=depth > 0 or chained)
        if not part.opens_array:
            before = words[0].text if words else ""
            separator = part.separator


class _Part(NamedTuple):
    """Words up to a separator."""

    words: tuple[Word, ...]
    separator: str
    is_array: bool
    opens_array: bool


class _Scanner:
    """Iterates over the parts of a text."""

    def __init__(self, text: str, positions: Positions) -> None:
        self._text = text
        self._positions = positions
        self._limits = Limits()
        self._delimiters: list[str] = []

    def __iter__(self) -> Iterator[_Part]:
        at, is_array = 0, False
        words: list[Word] = []
        while at < len(self._text):
            match = self._piece(at)
            if match["gap"] is not None:
                at = match.end()
            elif self._text[at] == "#":
                at = self._line_end(at)
            elif match["here"] is not None:
                self._delimiters.append(match["delimiter"])
                at = match.end()
            elif match["separator"] is None:
                word, at = self._word(at)
                words.append(word)
            elif match[0] == "\n" and is_array:
                at = match.end()
            else:
                opens = match[0] == "(" and bool(words) and self._is_array(words[-1], at)
                yield _Part(tuple(words), match[0], is_array, opens)
                words, is_array = [], opens
                at = match.end() if match[0] != "\n" else self._after_documents(match.end())
        yield _Part(tuple(words), "", is_array, opens_array=False)

    def _piece(self, at: int) -> re.Match[str]:
        match = _PIECE.match(self._text, at)
        if match is None:
            raise self._no_end(at, self._text[at])
        return match

    def _no_end(self, at: int, what: str) -> RequestError:
        return user_error(self._positions.place(at), f"{what} has no end")

    def _line_end(self, at: int) -> int:
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end

    def _is_array(self, word: Word, at: int) -> bool:
        return _ARRAY.fullmatch(word.text) is not None and word.at + len(word.text) == at

    def _word(self, at: int) -> tuple[Word, int]:
        """Return the word at an offset, and its end."""
        begin, texts, is_code = at, [], False
        inner: list[Word] = []
        self._limits.add(self._positions.place(at), 0)
        while at < len(self._text):
            match = self._piece(at)
            if match["gap"] is not None or match["separator"] is not None or match["here"] is not None:
                break
            end = match.end()
            if match["code"] is not None:
                end, is_code = self._code(at), True
                texts.append(self._text[at:end])
            elif match["escape"] is not None:
                texts.append(match[0][1:])
            elif match["single"] is not None or match["double"] is not None:
                end = end if match["double"] is None else self._double_end(at)
                words, text, has_code = self._quoted(at + 1, end - 1, is_plain=match["single"] is not None)
                texts.append(text)
                inner += words
                is_code = is_code or has_code
            else:
                texts.append(match[0])
            at = end
        return Word("".join(texts), begin, is_code, tuple(inner)), at

    def _quoted(self, at: int, end: int, *, is_plain: bool) -> tuple[list[Word], str, bool]:
        """Return the words between quotes, their text, and whether it contains an expansion."""
        words: list[Word] = []
        parts: list[str] = []
        texts: list[str] = []
        begin, is_code, has_code = at, False, False
        while at <= end:
            match = _INNER.match(self._text, at, end)
            if match is None or match["gap"] is not None:
                if "".join(texts):
                    self._limits.add(self._positions.place(begin), 0)
                    words.append(Word("".join(texts), begin, is_code))
                at = end + 1 if match is None else match.end()
                parts += texts if match is None else [*texts, " "]
                begin, texts, has_code, is_code = at, [], has_code or is_code, False
                continue
            at = match.end()
            if match["code"] is not None and not is_plain:
                at, is_code = self._code(match.start()), True
                texts.append(self._text[match.start() : at])
            else:
                texts.append(match[0] if match["escape"] is None or is_plain else match[0][1:])
        return words, "".join(parts), has_code

    def _double_end(self, begin: int) -> int:
        """Return the end of the double quotes at an offset."""
        at = begin + 1
        while (match := _IN_DOUBLE.match(self._text, at)) is not None:
            if match[0] == '"':
                return match.end()
            at = self._code(at) if match[0] in ("$", "`") else match.end()
        raise self._no_end(begin, '"')

    def _code(self, at: int) -> int:
        """Return the end of the expansion at an offset."""
        if self._text[at] == "`":
            close = self._text.find("`", at + 1)
            if close < 0:
                raise self._no_end(at, "`")
            return close + 1
        opening = self._text[at + 1 : at + 2]
        if opening not in ("(", "{"):
            match = _NAME.match(self._text, at)
            return at + 1 if match is None else match.end()
        pieces = _IN_PARENTHESES.finditer if opening == "(" else _IN_BRACES.finditer
        depth = 0
        for match in pieces(self._text, at + 1):
            depth += (match[0] == opening) - (match[0] in ")}")
            if depth == 0:
                return match.end()
        raise self._no_end(at, f"${opening}")

    def _after_documents(self, at: int) -> int:
        """Return the offset of the line after the here-documents that begin at an offset."""
        begin = at
        for delimiter in self._delimiters:
            line = ""
            while line != delimiter:
                if at == len(self._text):
                    raise user_error(self._positions.place(begin), f"the here-document has no end {delimiter}")
                end = self._line_end(at)
                line, at = self._text[at:end].strip(), min(end + 1, len(self._text))
        self._delimiters.clear()
        return at
