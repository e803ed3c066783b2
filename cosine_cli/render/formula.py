r"""Formulas as lines of text, from the subset of LaTeX that docstrings use.

A ``\quad`` or a ``\\`` begins a new line, and a ``\text`` or a ``&`` its condition.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ",
}  # fmt: skip
_SIGNS = {
    "le": ("≤", "<="), "leq": ("≤", "<="), "ge": ("≥", ">="), "geq": ("≥", ">="), "ne": ("≠", "!="), "neq": ("≠", "!="),
    "approx": ("≈", "~"), "cdot": ("·", "*"), "times": ("×", "*"), "pm": ("±", "+-"), "to": ("→", "->"),
    "dots": ("…", "..."), "ldots": ("…", "..."), "cdots": ("…", "..."), "infty": ("∞", "inf"), "in": ("∈", "in"),
    "sum": ("Σ", "sum"), "prod": ("Π", "prod"), "mid": ("|", "|"), "lvert": ("|", "|"), "rvert": ("|", "|"),
    "lfloor": ("⌊", "floor("), "rfloor": ("⌋", ")"), "lceil": ("⌈", "ceil("), "rceil": ("⌉", ")"),
}  # fmt: skip
_NAMES = (
    "arccos",
    "arcsin",
    "arctan",
    "bmod",
    "cos",
    "cosh",
    "exp",
    "gcd",
    "lim",
    "ln",
    "log",
    "max",
    "min",
    "sin",
    "sinh",
    "tan",
    "tanh",
)
_SPACES = ("\\,", "\\;", "\\:", "\\ ", "~")
_IGNORED = ("\\left", "\\right", "\\big", "\\bigl", "\\bigr", "\\Big", "\\Bigl", "\\Bigr", "\\displaystyle", "\\!")
_FRACTIONS = ("\\frac", "\\tfrac", "\\dfrac")
_TEXTS = ("\\text", "\\mathrm", "\\operatorname", "\\mathit")
_FRAMES = ("\\begin", "\\end")
_BREAKS = ("\\quad", "\\qquad", "\\\\")

_VULGAR = {("1", "2"): "½", ("1", "3"): "⅓", ("2", "3"): "⅔", ("1", "4"): "¼", ("3", "4"): "¾"}
_RAISED = str.maketrans("0123456789+−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_LOWERED = str.maketrans("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")

_BREAK, _CONDITION = "\n", "\t"
"""Separators of lines and conditions during parsing."""


class FormulaLine(NamedTuple):
    """One line of a formula and its condition, which may be empty."""

    text: str
    condition: str = ""


class Writing(NamedTuple):
    """The notation of formulas: Unicode or ASCII."""

    ascii: bool = False

    @property
    def minus(self) -> str:
        """The minus sign."""
        return "-" if self.ascii else "−"

    def sign(self, command: str) -> str:
        """Return the sign of a command without arguments.

        Raises ValueError for an unknown command, so that no part of a formula is lost.
        """
        if command in _GREEK:
            return command if self.ascii else _GREEK[command]
        if command in _SIGNS:
            return _SIGNS[command][self.ascii]
        if command in _NAMES or command in "{}%&#_":
            return command.removeprefix("b")
        raise ValueError(f"formula: no sign for \\{command}")

    def fraction(self, above: str, below: str, *, alone: bool) -> str:
        """Return a fraction; unless ``alone``, a factor follows it."""
        if not self.ascii and (above, below) in _VULGAR:
            return _VULGAR[above, below]
        if above.isdecimal() and below.isdecimal():
            return f"{above}/{below}"
        whole = f"{above if _is_product(above) else f'({above})'} / {below if _is_one(below) else f'({below})'}"
        return whole if alone else f"({whole})"

    def root(self, inside: str) -> str:
        """Return a square root."""
        if self.ascii:
            return f"sqrt({inside})"
        return f"√{inside}" if len(inside) == 1 else f"√({inside})"

    def script(self, mark: str, text: str) -> str:
        """Return an exponent (``^``) or an index (``_``), in superscript or subscript characters if all exist."""
        close, small = text.replace(" ", ""), _RAISED if mark == "^" else _LOWERED
        if not self.ascii and all(ord(char) in small for char in close):
            return close.translate(small)
        return f"{mark}{text}" if _is_one(text) else f"{mark}({text})"


UNICODE, ASCII = Writing(), Writing(ascii=True)


def formula_lines(latex: str, writing: Writing = UNICODE) -> list[FormulaLine]:
    r"""Return a formula as lines of text.

    >>> formula_lines(r"\eta(t) = m + \tfrac12 (\eta_0 - m)\,(1 + \cos(\pi \min(t, T) / T))")[0].text
    'η(t) = m + ½ (η₀ − m) (1 + cos(π min(t, T) / T))'
    """
    tokens = deque(token for token in _TOKEN.findall(latex) if token not in _IGNORED)
    text = _read(tokens, writing, depth=0)
    return [FormulaLine(*_halves(line)) for line in text.split(_BREAK) if line.strip()]


def inline(latex: str, writing: Writing = UNICODE) -> str:
    r"""Return a formula on one line.

    >>> inline(r"b_{i+1}"), inline(r"\gamma^{\lfloor t / s \rfloor}"), inline(r"1 - \sqrt{u}", ASCII)
    ('bᵢ₊₁', 'γ^⌊t / s⌋', '1 - sqrt(u)')
    """
    return " ".join(" ".join(line).strip() for line in formula_lines(latex, writing))


def _halves(line: str) -> tuple[str, str]:
    text, _, condition = line.partition(_CONDITION)
    return _tidy(text).rstrip(","), _tidy(condition.replace(_CONDITION, "")).rstrip(",")


def _tidy(text: str) -> str:
    """Return a text with single blanks, and without blanks next to brackets."""
    return re.sub(r"([(\[⌊⌈]) | (?=[)\]⌋⌉,])", r"\1", " ".join(text.split()))


def _read(tokens: deque[str], writing: Writing, *, depth: int) -> str:
    """Return the text of all tokens up to the end of their group."""
    return "".join(_parts(tokens, writing, depth))


def _parts(tokens: deque[str], writing: Writing, depth: int) -> Iterator[str]:
    while tokens and (part := tokens.popleft()) != "}":
        if part in "^_":
            yield writing.script(part, _tidy(_argument(tokens, writing, depth)))
        elif part in _BREAKS:
            yield " " if depth else _BREAK
        elif part in _TEXTS and not depth:
            yield _CONDITION + _raw(tokens)
        elif part in _FRAMES:
            _raw(tokens)
        else:
            yield _atom(part, tokens, writing, depth)


def _atom(part: str, tokens: deque[str], writing: Writing, depth: int) -> str:
    if part in _FRACTIONS:
        above, below = (_tidy(_argument(tokens, writing, depth)) for _ in range(2))
        return writing.fraction(above, below, alone=_stands_alone(tokens))
    if part == "\\sqrt":
        return writing.root(_tidy(_argument(tokens, writing, depth)))
    if part == "{":
        return _read(tokens, writing, depth=depth + 1)
    return _raw(tokens) if part in _TEXTS else _mark(part, writing)


def _mark(part: str, writing: Writing) -> str:
    """Return the text of a token without arguments."""
    if part in _SPACES or part.isspace():
        return " "
    if part[0] == "\\":
        return writing.sign(part[1:])
    return {"-": writing.minus, "&": _CONDITION}.get(part, part)


def _argument(tokens: deque[str], writing: Writing, depth: int) -> str:
    """Return the text of a command's argument: a group or the next token."""
    while tokens[0].isspace():
        tokens.popleft()
    return _atom(tokens.popleft(), tokens, writing, depth + 1)


def _raw(tokens: deque[str]) -> str:
    r"""Return the content of the braces after ``\text`` unchanged."""
    tokens.popleft()
    return "".join(iter(tokens.popleft, "}"))


def _stands_alone(tokens: Iterable[str]) -> bool:
    """Tell whether no factor follows."""
    following = next((token for token in tokens if token not in _SPACES and not token.isspace()), "")
    return following in ("", *"+-=,)]}|<>.&", "\\end", *_BREAKS, *_TEXTS)


def _outside(text: str) -> str:
    """Return a text without the contents of its brackets."""
    found, depth = [], 0
    for char in text:
        depth -= char in ")]⌋⌉"
        if not depth:
            found.append(char)
        depth += char in "([⌊⌈"
    return "".join(found)


def _is_one(text: str) -> bool:
    """Tell whether a text is a single term that needs no brackets."""
    return not set(" /+−-|") & set(_outside(text).strip("|")[1:]) or text.startswith("|")


def _is_product(text: str) -> bool:
    """Tell whether a text is a product or a quotient."""
    return not re.search(r" [+−-] |,|=", _outside(text))
