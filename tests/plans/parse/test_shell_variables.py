"""Variables of a shell script: read if they have one plain value, otherwise left as an expansion."""

from __future__ import annotations

import pytest

from cosine_cli.plans.parse import arguments
from cosine_cli.plans.parse.code import is_code
from cosine_cli.plans.parse.node import Node


def lr(script: str) -> Node:
    top = arguments.parse(script, "run.sh")
    assert top is not None
    (value,) = (value for key, value in top.pairs or () if key.text == "lr")
    return value


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("LR=1e-4\npython x --lr $LR", "1e-4"),
        ("LR=1e-4  # the peak\npython x --lr ${LR}", "1e-4"),
        ("export LR='1e-4'\nARGS=\"--lr $LR\"\npython x $ARGS", "1e-4"),
        ('LR="1e-4"\nif [ $1 = a ]; then\n  B=2\nfi\npython x \\\n  --lr $LR', "1e-4"),
        ("# LR=1\nsource env.sh\nLR=1e-4\npython x --lr=$LR", "1e-4"),
        ("N=220_000_000\npython x --lr $N", "220_000_000"),
        ("f() {\n  A=1\n}\nLR=1e-4\npython x --lr $LR", "1e-4"),
    ],
)
def test_a_plain_value(script: str, value: str) -> None:
    node = lr(script)
    assert not is_code(node)
    assert node.text == value


@pytest.mark.parametrize(
    "script",
    [
        "python x --lr $LR",
        "python x --lr $LR\nLR=1e-4",
        "LR=1e-4\nLR=2e-4\npython x --lr $LR",
        "LR=1e-4\n[ $# -gt 0 ] && LR=$1\npython x --lr $LR",
        "LR=1e-4\nfor LR in 1 2; do\npython x --lr $LR\ndone",
        "LR=1e-4\nread LR\npython x --lr $LR",
        "LR=1e-4\nLR+=5\npython x --lr $LR",
        "LR=1e-4\nsource env.sh\npython x --lr $LR",
        'LR=1e-4\neval "$1"\npython x --lr $LR',
        "if [ $1 = a ]; then\nLR=1e-4\nfi\npython x --lr $LR",
        "f() {\nLR=1e-4\n}\npython x --lr $LR",
        "cat <<END\nLR=1e-4\nEND\npython x --lr $LR",
        "LR=1e-4 python y\npython x --lr $LR",
        "LR=$1\npython x --lr $LR",
        "LR=${LR:-1e-4}\npython x --lr $LR",
        "LR=\npython x --lr $LR",
        "LR=1#2\npython x --lr $LR",
        "LR=1e\npython x --lr ${LR}-4",
        "LR=1e-4\npython x --lr ${LR:1}",
        "LR=1e-4\npython x --lr '$LR'$A",
    ],
)
def test_a_value_that_may_differ(script: str) -> None:
    assert is_code(lr(script))
