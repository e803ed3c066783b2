"""Foreign text made visible, shortened, and matched with the names that we know."""

from __future__ import annotations

from collections.abc import Iterable

ECHO = 60
"""How many characters of a user's own text a message repeats."""


_LOST_BYTES = range(0xDC80, 0xDD00)
"""Where Python keeps the bytes of argv and of paths that are no UTF-8."""


def visible(text: str) -> str:
    r"""Return ``text`` with every character that a terminal would obey shown as an escape.

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
    """Return ``text`` cut to ``width`` characters, with an ellipsis where something is missing.

    >>> shorten("a" * 10, width=4)
    'aaa…'
    """
    return text if len(text) <= width else text[: width - 1] + "…"


def quote(text: str) -> str:
    """Return a user's own text as a message repeats it: cut, visible, in quotes."""
    return f"'{visible(shorten(text))}'"


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that ``name`` was probably meant to be.

    >>> closest("cosin", ["cosine", "step"])
    'cosine'
    """
    from difflib import get_close_matches  # here: only a mistake pays for it

    names = {known_name.lower(): known_name for known_name in known}
    found = get_close_matches(shorten(name.lower()), names, n=1, cutoff=0.6)
    return names[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return the question for a mistyped name, or None where nothing comes near."""
    found = closest(name, known)
    return None if found is None else f"did you mean {found}?"


def either(names: Iterable[str], *, last: str = "or") -> str:
    """Return names as words in a sentence.

    >>> either(["png", "svg", "pdf"])
    'png, svg or pdf'
    """
    *first, final = names
    return f"{', '.join(first)} {last} {final}" if first else final


_LAST_PLAIN = -3
_FIRST_SHORT = 10_000
_SIZES = ((12, "T"), (9, "G"), (6, "M"), (3, "k"))
"""Powers of ten, and the letter that stands for each."""

_FIRST_LONG = 1e16
"""From here on a number has more digits than anybody reads, or than float64 knows."""


def number(value: float, *, digits: int = 3) -> str:
    """Return a number as people write it: at most ``digits`` significant ones, plain from 1e-3 up, ``3e-4`` below.

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
    """Return a count or a time with k, M, G or T from 10^4 on.

    A whole number is exact; any other has at most ``digits`` significant digits.

    >>> [thousands(x) for x in (15.051, 9999, 10000, 450450, 450450.3)]
    ['15.05', '9999', '10k', '450.45k', '450.5k']
    """
    if abs(value) >= _FIRST_LONG:
        return number(value, digits=digits)
    size, suffix = next((one for one in _SIZES if abs(value) >= 10 ** one[0]), (0, ""))
    if abs(value) < _FIRST_SHORT:
        size, suffix = 0, ""
    if float(value).is_integer():
        return f"{shifted(int(value), size)}{suffix}"
    return f"{number(value / 10**size, digits=digits)}{suffix}"


def shifted(value: int, places: int) -> str:
    """Return an integer divided by ten to the power of ``places``, exactly.

    >>> shifted(450450, 3), shifted(-5, 3), shifted(2000, 3)
    ('450.45', '-0.005', '2')
    """
    digits = str(abs(value)).rjust(places + 1, "0")
    whole, fraction = (digits[:-places], digits[-places:].rstrip("0")) if places else (digits, "")
    return f"{'-' if value < 0 else ''}{whole}{'.' if fraction else ''}{fraction}"
