"""Arguments of a command: argparse's values with their places; what a shell computes cannot be read; bombs are fast."""

from __future__ import annotations

import argparse
import shlex
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from plans.parse.nodes import value_of

from cosine_cli.errors import RequestError
from cosine_cli.plans.config_file import parse_config_text, parse_document
from cosine_cli.plans.parse.arguments import parse
from cosine_cli.plans.parse.code import is_code

if TYPE_CHECKING:
    from cosine_cli.plans.parse.node import Node


def nodes(text: str) -> dict[str, Node]:
    top = parse(text, "run.sh")
    assert top is not None
    return {key.text: value for key, value in top.pairs or ()}


def values(text: str) -> dict[str, Any]:
    return {name: value_of(value, scalar) for name, value in nodes(text).items()}


def scalar(node: Node) -> Any:
    return ("code", node.text) if is_code(node) else node.text


SCRIPT = r"""#!/bin/bash
#SBATCH --time 1:00
TRAINING_ARGS=(
    --lr 6.0e-5  # it's the peak
    --split 949,50,1
    --fp16
)
export GPT_ARGS=" \
    --min-lr 1e-5 \
    --train-iters $ITERS \
    --bar $((2 * 3)) --baz $(cat "a (b)") \
    --after 1"
cat <<EOF > config.json
it's --not here
EOF
if [ -n "$X" ]; then
    TRAINING_ARGS+=(--lr-decay-style cosine)
    OPTS="--min-lr 1e-5"
fi
[[ $Y == 1 ]] && TRAINING_ARGS+=(--seed 1)
cd folder && torchrun --nnodes $N pretrain.py ${TRAINING_ARGS[@]} \
    --lr-warmup=0.01 --data-path "my data" --load $GPT_ARGS $@ > log --adam-beta1 .9
"""


def test_a_script() -> None:
    assert values(SCRIPT) == {
        "lr": "6.0e-5",
        "split": "949,50,1",
        "fp16": "true",
        "min_lr": "1e-5",
        "train_iters": ("code", "$ITERS"),
        "bar": ("code", "$((2 * 3))"),
        "baz": ("code", '$(cat "a (b)")'),
        "after": "1",
        "lr_decay_style": ("code", "cosine"),
        "seed": ("code", "1"),
        "nnodes": [("code", "$N"), "pretrain.py"],
        "lr_warmup": "0.01",
        "data_path": "my data",
        "load": ("code", "$GPT_ARGS"),
        "adam_beta1": ".9",
    }


def test_places() -> None:
    found = nodes(SCRIPT)
    assert found["lr"].where == "run.sh:4:10"
    assert found["lr_warmup"].where == "run.sh:22:17"
    assert found["min_lr"].where == "run.sh:18:20"
    assert found["fp16"].where == "run.sh:6:5"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("--lr 1 --lr 2", {"lr": "2"}),
        ("--lr\n1\n--steps\n16 22 --x -1", {"lr": "1", "steps": ["16", "22"], "x": "-1"}),
        ("# all\n--lr=1e-4 2 -b 3", {"lr": "1e-4"}),
        ("python a.py --lr 1\npython b.py --lr 1", {"lr": "1"}),
        ("python a.py --lr 1\npython b.py --lr 2", {"lr": ("code", "2")}),
        ("python a.py --lr 1 \\\n  # --min-lr 2 \\\n  --min-lr 3", {"lr": "1"}),
        ("python a.py --lr 1 $EXTRA_ARGS", {"lr": "1"}),
        ("python a.py --lr 1 $LR", {"lr": ["1", ("code", "$LR")]}),
        ('bash -c "python a.py --lr 1"', {"lr": "1"}),
        ("CMD='python a.py --lr 1 \\\n --min-lr 2'", {"lr": "1", "min_lr": "2"}),
        ('python a.py --lr "1e-4" --kwargs \'{"a": 1}\' --empty ""', {"lr": "1e-4", "kwargs": '{"a": 1}', "empty": ""}),
        ("test -f a || ARGS='--lr 1'", {"lr": ("code", "1")}),
        ("case $1 in a) ARGS='--lr 1';; esac; python a.py --min-lr 2", {"lr": ("code", "1"), "min_lr": "2"}),
    ],
)
def test_values(text: str, expected: dict[str, Any]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("python a.py --lr '1", "run.sh:1:18: ' has no end"),
        ('--lr 1 --x "2', 'run.sh:1:12: " has no end'),
        ("--lr $(cat", "run.sh:1:6: $( has no end"),
        ("cat <<E\n--lr 1\n", "run.sh:2:1: the here-document has no end E"),
        ("--a " * 20_001, "run.sh:1:80001: must have at most 20,000 values, got more"),
    ],
)
def test_errors(text: str, problem: str) -> None:
    with pytest.raises(RequestError) as error:
        parse(text, "run.sh")
    assert str(error.value) == problem


def test_text_without_an_option_is_yaml() -> None:
    top = parse("lr: 0.1", "a.txt")
    assert top is not None
    assert top.keys == {"lr"}


@pytest.mark.parametrize("text", ["#!/bin/sh\npython a.py --lr 0.1", "\n  --lr 0.1"])
def test_the_beginning_tells_a_file_of_another_suffix(text: str) -> None:
    for path in ("run", "/dev/fd/63", "run.job"):
        top = parse_document(text, path)
        assert top is not None
        assert top.keys == {"lr"}


@pytest.mark.parametrize("text", ["--lr 0.1 --epochs 3", "python a.py --lr 0.1", "- arguments -\n lr ... 0.1"])
def test_arguments_are_not_a_config_of_cosine_lr(text: str) -> None:
    with pytest.raises(RequestError) as error:
        parse_config_text(text, "run.sh")
    assert str(error.value).startswith("run.sh: no config of cosine-lr, and not recognized as one of ")


@given(
    st.dictionaries(
        st.sampled_from(["--lr", "--min-lr", "--a.b", "--x_y"]), st.text(st.characters(codec="ascii")), min_size=1
    ),
    st.sampled_from([" ", "\n", " \\\n", "\t"]),
)
def test_it_agrees_with_argparse(given: dict[str, str], gap: str) -> None:
    assume(not any(value.startswith("-") or value != " ".join(value.split()) for value in given.values()))
    text = gap.join(f"{name} {shlex.quote(value)}" for name, value in given.items())
    parser = argparse.ArgumentParser()
    for name in given:
        parser.add_argument(name)
    assert values(text) == vars(parser.parse_args(shlex.split(text.replace("\\\n", " "))))


@pytest.mark.parametrize(
    "piece",
    ["--a", "--lr $(", "'", '"', "$((", "`", "<<E\n", "\\\n", "( ", "--lr '", "$('", "#", "A=(", '"$("', "--a \\"],
)
def test_bombs_are_fast(piece: str) -> None:
    begin = time.perf_counter()
    with suppress(RequestError):
        parse("--lr 1 " + piece * (500_000 // len(piece)), "run.sh")
    assert time.perf_counter() - begin < 5


def test_printed_arguments_of_several_runs() -> None:
    head = "------ arguments ------\n"
    first, second = f"{head}  lr ......... 0.1\n  seed ....... 1\n", f"{head}  lr ......... 0.2\n  seed ....... 1\n"
    assert values(first + first) == {"lr": "0.1", "seed": "1"}
    assert values(first + second) == {"lr": ("code", "0.2"), "seed": "1"}


def test_a_printed_namespace() -> None:
    top = parse(
        "Namespace(lr=0.1, epochs=90, weights=None, steps=[16, 22], amp=False, device=device('cuda'))\n", "a.txt"
    )
    assert top is not None
    found = {key.text: value for key, value in top.pairs or ()}
    assert value_of(top, scalar) == {
        "lr": "0.1",
        "epochs": "90",
        "weights": "null",
        "steps": ["16", "22"],
        "amp": "false",
        "device": ("code", "device('cuda')"),
    }
    assert found["lr"].where == "a.txt:1:14"
    assert parse("Namespace()", "a.txt") is not None
    with pytest.raises(RequestError, match=r"^a\.txt:1:"):
        parse("Namespace(lr=0.1", "a.txt")
