"""Explanations as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from cosine_cli.render.explain.parameter_text import default_text, kind_text
from cosine_cli.render.explain.prose import formula, plain
from cosine_cli.render.explain.recipes import recipes_of
from cosine_cli.render.explain.subject import Subject
from cosine_cli.render.explain.try_it import command, session
from cosine_cli.schedules.core.fields import Param
from cosine_cli.schedules.core.kinds import Kind


def explanations(subjects: Sequence[Subject]) -> Iterator[bytes]:
    """Yield a list of objects, one per schedule."""
    yield json.dumps([_schedule(subject) for subject in subjects], indent=2, ensure_ascii=False).encode()
    yield b"\n"


def _schedule(subject: Subject) -> dict[str, Any]:
    about, schedule = subject.about, subject.schedule
    return {
        "name": subject.name,
        "about": plain(about.summary),
        **({"framework": subject.framework} if subject.framework else {"family": schedule.family}),
        "rare": bool(getattr(schedule, "rare", False)),
        "formula": "\n".join(formula(about.formula)),
        "latex": about.formula,
        "where": plain(about.where),
        "params": [_param(param) for param in subject.params],
        "source": plain(about.source),
        "command": "\n".join(command(subject)),
        "used_for": [
            {"case": recipe.case, "command": recipe.command, "source": recipe.source}
            for recipe in recipes_of(subject.name)
        ],
        "example": "\n".join(session(subject)),
        "reading": plain(about.reading),
        "framework_names": dict(subject.framework_names),
        "synonyms": list(subject.synonyms),
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
    """Return the declaration of a parameter; ``default`` is text unless it is a number or a word."""
    plain_default = isinstance(param.default, int | float | str)
    return {
        "name": param.name,
        "meaning": param.meaning,
        "kind": kind_text(param),
        "time": param.time,
        "default": param.default if plain_default else default_text(param),
        "rule": None if param.kind is Kind.CURVE else param.rule,
        "above": param.above,
        "at_least": param.at_least,
        "at_most": param.at_most,
        "no_more_than": param.no_more_than,
        "share_of": param.share_of,
        "choices": list(param.choices),
        "aliases": list(param.other_names),
    }
