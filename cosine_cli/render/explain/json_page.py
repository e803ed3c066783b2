"""What is explained, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from cosine_cli.render.explain.parameter_text import default, kind
from cosine_cli.render.explain.prose import formula, plain
from cosine_cli.render.explain.subject import Subject
from cosine_cli.render.explain.try_it import command, session
from cosine_cli.schedules.core.fields import Param


def records(subjects: Sequence[Subject]) -> Iterator[bytes]:
    """Yield a list with an object a schedule."""
    yield json.dumps([_schedule(subject) for subject in subjects], indent=2, ensure_ascii=False).encode()
    yield b"\n"


def _schedule(subject: Subject) -> dict[str, Any]:
    about, schedule = subject.about, subject.schedule
    return {
        "name": subject.name,
        "about": plain(about.summary),
        **({"framework": subject.framework} if subject.framework else {"family": schedule.family}),
        "formula": "\n".join(formula(about.formula)),
        "latex": about.formula,
        "where": plain(about.where),
        "params": [_param(param) for param in subject.params],
        "source": plain(about.source),
        "say": "\n".join(command(subject)),
        "example": "\n".join(session(subject)),
        "reading": plain(about.reading),
        "framework_names": dict(subject.framework_names),
        "aliases": list(subject.aliases),
        **(
            {
                "equivalent": subject.equivalent,
                "difference": subject.difference,
                "boundary_behavior": dict(subject.boundary_behavior),
            }
            if subject.equivalent
            else {}
        ),
        "misconceptions": [{"claim": claim, "truth": truth} for claim, truth in schedule.misconceptions],
    }


def _param(param: Param) -> dict[str, Any]:
    """Return what a parameter says of itself; ``default`` is a number where it is one, else words."""
    plain_default = isinstance(param.default, int | float | str)
    return {
        "name": param.name,
        "meaning": param.meaning,
        "kind": kind(param),
        "time": param.time,
        "default": param.default if plain_default else default(param),
        "rule": None if "Schedule" in str(param.type) else param.rule,
        "above": param.above,
        "at_least": param.at_least,
        "at_most": param.at_most,
        "no_more_than": param.no_more_than,
        "choices": list(param.choices),
        "also": list(param.other_names),
    }
