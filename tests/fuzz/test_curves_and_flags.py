"""Whatever stands on a command line, the answer is 0 or 2, never a traceback."""

from __future__ import annotations

import json

import pytest
from door import ask, check
from fuzz.strategies import curves, mutated, options, values
from hypothesis import given
from hypothesis import strategies as st


@given(words=st.lists(curves(), min_size=1, max_size=3))
def test_curves_made_by_the_grammar(words: list[str]) -> None:
    check(ask("table", "--rows", "3", *(f"--schedule={word}" for word in words)))


@given(word=mutated(curves()))
def test_mutated_curves(word: str) -> None:
    check(ask("table", "--rows", "3", f"--schedule={word}"))


@given(words=options(values))
def test_flags_with_any_value(words: list[str]) -> None:
    check(ask("table", "--format", "csv", "--rows", "3", *words))


@given(word=curves(), words=options(values))
def test_a_plan_of_anything_reads_back(word: str, words: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    answer = ask("plan", f"--schedule={word}", *(word for word in words if word not in ("--rows", "--every", "--at")))
    check(answer)
    if answer.code == 0:
        path = tmp_path_factory.mktemp("plan") / "plan.yaml"
        path.write_bytes(answer.out)
        again = ask("plan", str(path))
        assert again.code == 0, again.err


@given(label=st.text(st.characters(exclude_categories=()), min_size=1, max_size=40))
def test_a_label_of_any_characters_comes_back_from_json_and_never_reaches_a_terminal_raw(label: str) -> None:
    text = label.replace('"', "'")
    answer = ask("table", "--format", "json", "--rows", "3", f'--schedule=cosine:label="{text}"')
    check(answer)
    if answer.code == 0:
        assert json.loads(answer.out)["curves"][0]["label"] == text
        shown = ask("table", "--rows", "3", f'--schedule=cosine:label="{text}"')
        check(shown)
        assert shown.out.decode().replace("\n", "").isprintable()
