"""Markdown."""

from __future__ import annotations

import re

import pytest

from cosine_cli.render.explain.markdown_page import catalogue, escaped, pages
from cosine_cli.render.explain.subject import Subject
from cosine_cli.schedules.core import catalogue as schedules

CONSTANT = """\
# constant

One learning rate for the whole run.

```math
\\eta(t) = \\eta_0
```

with $`\\eta_0`$ = `lr`. It has no end.

## Parameters

| name | meaning | takes | default |
| --- | --- | --- | --- |
| `lr` | peak learning rate | number above 0 | 0.1 |

## How to say it

```
cosine-lr show constant --epochs 100
```

```python
>>> from cosine_cli.schedules.constant import Constant
>>> Constant(lr=0.1)([0, 50, 100])
array([0.1, 0.1, 0.1])
```

0.1 at every step.

## Where it comes from

Robbins & Monro 1951, from whom on a rate has had to fall for a proof; without one, most first runs.

## Elsewhere

| framework | name |
| --- | --- |
| transformers | `transformers.get_constant_schedule` |
| optax | `optax.constant_schedule` |
| composer | `ConstantScheduler` |
| deepspeed | `WarmupLR` |

Also called `const`, `ConstantLR`, `flat`, `fixed`, `none`.
"""


def test_a_page() -> None:
    assert b"".join(pages([Subject("constant")])).decode() == CONSTANT


def test_a_row_a_schedule_under_its_family() -> None:
    shown = b"".join(catalogue([Subject("wsd"), Subject("constant")])).decode()
    assert shown == (
        "# Schedules\n\n## Decays\n\n| name | curve | what it is |\n| --- | --- | --- |\n"
        "| `constant` | ████████████ | One learning rate for the whole run. |\n"
        "\n## Phases\n\n| name | curve | what it is |\n| --- | --- | --- |\n"
        "| `wsd` | ██████████▇▄ | A climb, a long plateau, and a decay to the floor at the end. |\n"
    )


@pytest.mark.parametrize("name", schedules.names())
def test_every_row_of_a_table_has_its_columns(name: str) -> None:
    shown = b"".join(pages([Subject(name)])).decode()
    tables = re.findall(r"(?:^\|.*\n)+", shown, re.MULTILINE)
    assert tables
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1
    assert shown.count("```") % 2 == 0


def test_what_markdown_would_obey_is_escaped() -> None:
    assert escaped("a | b *c* _d_ <e> [f](g) `h` # $i$ \\") == (
        "a \\| b \\*c\\* \\_d\\_ \\<e\\> \\[f\\](g) \\`h\\` \\# \\$i\\$ \\\\"
    )
