"""Parse the spec of a curve: ``step:step_size=20,gamma=0.5``."""

from __future__ import annotations

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.registry import among, canonical
from cosine_cli.text import quote

MOST_PARAMETERS = 1000

_QUOTES = "\"'"


def parse_curve(text: str, *, unit: TimeUnit, where: str | None = None, parent: str = "") -> CurveSpec:
    """Return the parsed spec of a curve.

    >>> curve = parse_curve("multistep:milestones=30,60,80,gamma=0.5", unit="epoch")
    >>> curve.name, {name: value.text for name, value in curve.params.items()}
    ('multistep', {'milestones': '30,60,80', 'gamma': '0.5'})

    - ``parent``: the framework's schedule that it is a part of, whose framework a name may omit.

    Raises RequestError at ``where``, by default the curve itself.
    """
    where = where or f"curve {quote(text)}"
    name, colon, rest = text.partition(":")
    if not name.strip():
        raise user_error(where, "must begin with the name of a schedule", hint="as in step:step_size=20")
    params: dict[str, RawValue] = {}
    for key, value in _pairs(rest, where) if colon and rest else []:
        if len(params) == MOST_PARAMETERS:
            raise user_error(where, f"must have at most {MOST_PARAMETERS:,} parameters", got="more")
        if key in params:
            raise user_error(where, f"duplicate parameter {quote(key)}")
        quoted = value[:1] in _QUOTES
        if quoted and value[-1] != value[0]:
            raise user_error(where, "must not have text after a closing quote", got=quote(value))
        params[key] = RawValue(value[1:-1] if quoted else value, f"{where}: {key}", unit, quoted)
    return CurveSpec(canonical(among(parent, name.strip())), where, unit, params)


def _pairs(text: str, where: str) -> list[tuple[str, str]]:
    """Return names and values; a piece without ``=`` belongs to the value before it, with its comma and spaces."""
    pairs: list[tuple[str, list[str]]] = []
    for piece in _pieces(text, where):
        key, equals, value = piece.partition("=")
        if equals and key.strip() and value.strip():
            pairs.append((key.strip(), [value.lstrip()]))
        elif not equals and pairs and piece.strip() and pairs[-1][1][0][0] not in _QUOTES:
            pairs[-1][1].append(piece)
        else:
            raise _incomplete(piece, where)
    return [(key, ",".join(values).rstrip()) for key, values in pairs]


def _incomplete(piece: str, where: str) -> RequestError:
    return user_error(where, "write parameters as name=value", got=quote(piece) if piece else "nothing")


def _pieces(text: str, where: str) -> list[str]:
    """Split at the commas outside quotes; only a quote at the beginning of a value opens."""
    pieces, start, opened, before = [], 0, "", ""
    for at, char in enumerate(text):
        if opened:
            opened = "" if char == opened else opened
        elif char in _QUOTES and before == "=":
            opened = char
        elif char == ",":
            pieces.append(text[start:at])
            start, before = at + 1, ""
        if not char.isspace():
            before = char
    if opened:
        raise user_error(where, "quotes must be closed", got=quote(text))
    return [*pieces, text[start:]]
