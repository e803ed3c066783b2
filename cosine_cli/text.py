"""Text of messages: escape and shorten user text, suggest similar names, format numbers."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable

ECHO = 60
"""The most characters of a user's text that a message repeats."""


_LOST_BYTES = range(0xDC80, 0xDD00)
"""Code points by which Python represents bytes of argv and of paths that are not UTF-8."""


def visible(text: str) -> str:
    r"""Return ``text`` with every control character, which a terminal would obey, as an escape sequence.

    >>> print(visible("a\x1b[31m\u202eb"))
    a\x1b[31m\u202eb
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    code = ord(char)
    if code in _LOST_BYTES:
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape", "backslashreplace").decode("ascii")


def shorten(text: str, *, width: int = ECHO) -> str:
    """Return ``text`` cut to ``width`` characters, with an ellipsis where it is cut.

    >>> shorten("a" * 10, width=4)
    'aaa…'
    """
    return text if len(text) <= width else text[: width - 1] + "…"


def quote(text: str) -> str:
    """Return a user's text as a message repeats it: shortened, escaped, in quotes."""
    return f"'{visible(shorten(text))}'"


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that ``name`` probably stands for: the one with the fewest typing errors, None if too many.

    If ``name`` has several words and only one known name contains them all, that name is returned.

    >>> closest("cosin", ["cosine", "step"])
    'cosine'
    >>> closest("warmup_steps", ["warmup_num_steps", "warmup_type"])
    'warmup_num_steps'
    """
    typed = name.lower()
    if len(typed) > ECHO:
        return None
    known = tuple(known)
    with_its_words = [known_name for known_name in known if _has_words(known_name, of=typed)]
    if len(with_its_words) == 1:
        return with_its_words[0]
    slips = {known_name: _slips(typed, known_name.lower()) for known_name in known}
    nearest_name = min(slips, key=lambda known_name: slips[known_name], default="")
    return nearest_name if slips and slips[nearest_name] <= _most_slips(typed) else None


def _has_words(name: str, *, of: str) -> bool:
    """Return whether a name contains all words of another name of several words."""
    words = of.split("_")
    return len(words) > 1 and set(words) < set(name.lower().split("_"))


def _most_slips(typed: str) -> int:
    """Return how many typing errors are allowed: one from 3 letters on, two from 6, three from 10."""
    return bisect(_LETTERS_PER_SLIP, len(typed))


_LETTERS_PER_SLIP = (3, 6, 10)


def _slips(typed: str, meant: str) -> int:
    """Return the number of letters left out, added, replaced or swapped with the next one (Damerau 1964)."""
    before, row = [0] * (len(meant) + 1), list(range(len(meant) + 1))
    for i, letter in enumerate(typed, 1):
        two_before, before, row = before, row, [i]
        for j, other in enumerate(meant, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other)))
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == other:
                row[j] = min(row[j], two_before[j - 2] + 1)
    return row[-1]


LONGEST_HINT = 400
"""The most characters of a hint: nobody types more."""


def question(text: str) -> str | None:
    """Return the question whether a text was meant, None if it is too long or not printable.

    >>> question("--warmup 50st")
    'did you mean --warmup 50st?'
    """
    return f"did you mean {text}?" if len(text) <= LONGEST_HINT and text.isprintable() else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return the question for a mistyped name, None if no known name is similar."""
    suggestion = closest(name, known)
    return None if suggestion is None else question(suggestion)


def either(names: Iterable[str], *, last: str = "or") -> str:
    """Return names as an enumeration.

    >>> either(["png", "svg", "pdf"])
    'png, svg or pdf'
    """
    *first, final = names
    return f"{', '.join(first)} {last} {final}" if first else final


_LAST_PLAIN = -3
_FIRST_SHORT = 10_000
_SIZES = ((12, "T"), (9, "G"), (6, "M"), (3, "k"))
"""Powers of ten and their SI suffixes."""

_FIRST_LONG = 1e16
"""From here on a number has more digits than float64 represents."""


def number(value: float, *, digits: int = 3) -> str:
    """Return a number with at most ``digits`` significant digits: plain from 1e-3 on, ``3e-4`` below.

    >>> [number(x) for x in (0.1, 0.954992, 3e-4, 0.0, 12345.6)]
    ['0.1', '0.955', '3e-4', '0', '12346']
    """
    if value == 0:
        return "0"
    if 1 <= abs(value) < _FIRST_LONG:
        decimals = max(digits - 1 - _exponent(value), 0)
        return f"{value:.{decimals}f}".rstrip("0").rstrip(".") if decimals else f"{value:.0f}"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    if int(exponent) < _LAST_PLAIN or abs(value) >= _FIRST_LONG:
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    return f"{value:.{digits - 1 - int(exponent)}f}".rstrip("0").rstrip(".")


def _exponent(value: float) -> int:
    return int(f"{value:e}".split("e")[1])


def thousands(value: float, *, digits: int = 4) -> str:
    """Return a count or a time with the suffix k, M, G or T from 10^4 on.

    A whole number is exact; any other has at most ``digits`` significant digits.

    >>> [thousands(x) for x in (15.051, 9999, 10000, 450450, 450450.3)]
    ['15.05', '9999', '10k', '450.45k', '450.5k']
    """
    if abs(value) >= _FIRST_LONG:
        return number(value, digits=digits)
    size, suffix = next((size for size in _SIZES if abs(value) >= 10 ** size[0]), (0, ""))
    if abs(value) < _FIRST_SHORT:
        size, suffix = 0, ""
    if float(value).is_integer():
        return f"{shifted(int(value), size)}{suffix}"
    return f"{number(value / 10**size, digits=digits)}{suffix}"


def abbreviated(value: float, *, digits: int = 3) -> str:
    """Return a number of samples or tokens, rounded to ``digits`` significant digits, with B for a billion.

    It is exact below 10^4.

    >>> [abbreviated(x) for x in (99_996_401_664, 2e9, 115_305_030, 4096)]
    ['100B', '2B', '115M', '4096']
    """
    if abs(value) < _FIRST_SHORT:
        return thousands(value)
    return thousands(float(f"{value:.{digits - 1}e}"), digits=digits).replace("G", "B")


def counted_noun(count: int, noun: str) -> str:
    """Return a number of things, with commas between thousands.

    >>> counted_noun(1, "step"), counted_noun(5005, "batch")
    ('1 step', '5,005 batches')
    """
    return f"{count:,} {noun if count == 1 else noun + ('es' if noun.endswith('ch') else 's')}"


def grouped(value: float) -> str:
    """Return a number with commas between thousands, with at most three decimals.

    >>> grouped(2_097_152.0), grouped(255.97742)
    ('2,097,152', '255.977')
    """
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def shifted(value: int, places: int) -> str:
    """Return an integer divided by ten to the power of ``places``, exactly.

    >>> shifted(450450, 3), shifted(-5, 3), shifted(2000, 3)
    ('450.45', '-0.005', '2')
    """
    digits = str(abs(value)).rjust(places + 1, "0")
    whole, fraction = (digits[:-places], digits[-places:].rstrip("0")) if places else (digits, "")
    return f"{'-' if value < 0 else ''}{whole}{'.' if fraction else ''}{fraction}"
