"""Whatever stands in a config, the answer is 0 or 2 with a place, never a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from door import ask, check
from fuzz.strategies import FIELDS, curves, mutated, values
from hypothesis import given
from hypothesis import strategies as st

from cosine_cli.plans.parse.config import FIGURE_KEYS, KEYS
from cosine_cli.schedules.core import catalogue

SAMPLE = """\
title: Cosine against step and exponential decay
lr: 1e-1  # a number
epochs: 100
steps_per_epoch: 391
warmup: {for: 5, shape: cosine, start: 1e-6}
curves:
  - cosine
  - step: {step_size: 30, gamma: 0.1, label: "step, x0.1"}
  - restarts: {cycle: 10%, cycle_mult: 2, of: {cosine: {min_lr: 1e-5}}}
  - sequence:
      - linear: {lr: 0.1, min_lr: 0.05, for: 45}
      - cosine: {lr: 0.05}
figure: {output: comparison.png, size: [8, 4.5], log: false, theme: light}
"""

scalars = st.one_of(
    values.filter(lambda text: "\n" not in text),
    st.sampled_from(["true", "null", "'0.1'", "[]", "{}", "!!int 3", "&a x", "*a"]),
)
parameters = st.dictionaries(st.sampled_from([*FIELDS, "label", "for"]), scalars, max_size=4)


@st.composite
def flow(draw: st.DrawFn) -> str:
    """Draw a curve in YAML's flow style."""
    name = draw(st.sampled_from([*catalogue.names(), "cosin"]))
    if draw(st.booleans()):
        return name
    pairs = draw(parameters)
    return f"{name}: {{{', '.join(f'{key}: {value}' for key, value in pairs.items())}}}"


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Draw a config with keys that there are, and values of all kinds."""
    top = draw(st.dictionaries(st.sampled_from([*KEYS[:-2], "epoch", "groups"]), scalars, max_size=4))
    lines = [f"{key}: {value}" for key, value in top.items()]
    listed = draw(st.lists(st.one_of(flow(), curves().filter(lambda text: "\n" not in text)), max_size=3))
    lines += ["curves:", *(f"  - {curve}" for curve in listed)]
    figure: dict[str, Any] = draw(st.dictionaries(st.sampled_from(FIGURE_KEYS), scalars, max_size=2))
    lines += [f"figure: {{{', '.join(f'{key}: {value}' for key, value in figure.items())}}}"] if figure else []
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("config") / "run.yaml"


def asked(config: Path, data: bytes) -> None:
    config.write_bytes(data)
    answer = ask("table", "--rows", "3", str(config))
    check(answer)
    if answer.code == 2:
        assert all("run.yaml" in line for line in answer.err.splitlines()), answer.err


@given(text=documents())
def test_documents_made_by_the_grammar(text: str, config: Path) -> None:
    asked(config, text.encode("utf-8", "replace"))


@given(text=mutated(st.just(SAMPLE)))
def test_a_mutated_document(text: str, config: Path) -> None:
    asked(config, text.encode())


@given(at=st.integers(0, len(SAMPLE)), data=st.binary(max_size=4))
def test_bytes_in_the_middle_of_a_document(at: int, data: bytes, config: Path) -> None:
    asked(config, SAMPLE[:at].encode() + data + SAMPLE[at:].encode())


@pytest.mark.parametrize("at", range(0, len(SAMPLE), 7))
def test_every_prefix_of_a_document(at: int, config: Path) -> None:
    asked(config, SAMPLE[:at].encode())
