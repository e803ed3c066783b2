"""Markdown."""

from __future__ import annotations

import re

import pytest

from cosine_cli.render.explain.markdown_page import escaped, markdown_list, markdown_pages
from cosine_cli.render.explain.recipes import RECIPES
from cosine_cli.render.explain.subject import Subject
from cosine_cli.schedules.core import catalogue as schedules

CONSTANT = """\
# constant

The same rate for the whole run.

## Formula

```math
\\eta(t) = \\eta_0
```

with $`\\eta_0`$ = `lr`.

## Parameters

| name | meaning | takes | default |
| --- | --- | --- | --- |
| `lr` | peak learning rate | number above 0 | 0.1 |

## Try it

```
cosine-lr show constant --epochs 100
```

```python
>>> from cosine_cli.schedules.constant import Constant
>>> Constant(lr=0.1)([0, 50, 100])
array([0.1, 0.1, 0.1])
```

0.1 at every step.

## Source

Robbins & Monro 1951, since whom convergence proofs require a decaying rate; without one, most first runs.

## In other libraries

| library | name |
| --- | --- |
| transformers | `transformers.get_constant_schedule` |
| optax | `optax.constant_schedule` |
| composer | `ConstantScheduler` |
| deepspeed | `WarmupLR` |

## Aliases

`const` (accepted); `ConstantLR`, `flat`, `fixed`, `none` (not accepted; the error suggests constant)
"""


def test_a_page() -> None:
    assert b"".join(markdown_pages([Subject("constant")])).decode() == CONSTANT


def test_a_row_a_schedule_under_its_family() -> None:
    shown = b"".join(markdown_list([Subject("wsd"), Subject("constant")])).decode()
    assert shown == (
        "# Schedules\n\n## Decay\n\n| name | curve | summary |\n| --- | --- | --- |\n"
        "| `constant` | ████████████ | The same rate for the whole run. |\n"
        "\n## Multi-phase\n\n| name | curve | summary |\n| --- | --- | --- |\n"
        "| `wsd` | ██████████▇▄ | Warmup, a long stable phase at the peak, then decay (warmup-stable-decay). |\n"
        "\n## Which one should I use?\n\n| case | command | source |\n| --- | --- | --- |\n"
        + "".join(f"| {one.case} | `{one.command}` | {escaped(one.source)} |\n" for one in RECIPES)
    )


@pytest.mark.parametrize("name", schedules.names())
def test_every_row_of_a_table_has_its_columns(name: str) -> None:
    shown = b"".join(markdown_pages([Subject(name)])).decode()
    tables = re.findall(r"(?:^\|.*\n)+", shown, re.MULTILINE)
    assert tables
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1
    assert shown.count("```") % 2 == 0


def test_what_markdown_would_obey_is_escaped() -> None:
    assert escaped("a | b *c* _d_ <e> [f](g) `h` # $i$ \\") == (
        "a \\| b \\*c\\* \\_d\\_ \\<e\\> \\[f\\](g) \\`h\\` \\# \\$i\\$ \\\\"
    )
