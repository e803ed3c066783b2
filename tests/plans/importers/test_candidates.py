"""The keys that formats require never rule out a format that a document has."""

from __future__ import annotations

import pytest
from plans.importers.files import document
from plans.importers.other_files import OTHER_FILES
from plans.importers.real_files import REAL_FILES
from plans.importers.samples import SAMPLES

from cosine_cli.plans.importers.core import candidates as module
from cosine_cli.plans.importers.core.candidates import candidates
from cosine_cli.plans.importers.core.evidence import All, AtLeast, Check, Evidence, Key, Keys, one_of
from cosine_cli.plans.importers.core.formats import importer, importers
from cosine_cli.plans.parse.yaml import parse

TEXTS = {
    **{f"{file.importer}/{file.file}": (file.text, file.file) for file in REAL_FILES},
    **{f"sample/{sample.id}": (sample.text, "f") for sample in SAMPLES},
    **{f"other/{name}": (text, "f") for name, text in OTHER_FILES.items()},
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_format_that_matches_is_a_candidate(name: str) -> None:
    top = document(*TEXTS[name])
    matched = {name for name in importers() if importer(name).FORMAT.matches(top)}
    assert matched <= {*candidates(top, importers())}


def test_most_formats_are_ruled_out() -> None:
    numbers = [len([*candidates(document(*text), importers())]) for text in TEXTS.values()]
    assert sum(numbers) / len(numbers) < 4


@pytest.mark.parametrize(
    ("evidence", "keys"),
    [
        (Key("a"), "a"),
        (Key("a.*.b|c.[]"), (2, "a", (1, "b", "c"))),
        (Key("**"), (0,)),
        (Key("[].a"), (2, "a", "[]")),
        (Key("**", tag="!X"), "!"),
        (All("a.b", "c"), (2, (2, "a", "b"), "c")),
        (AtLeast(2, "a", "b", "c"), (2, "a", "b", "c")),
        (one_of("a", All("b", "c")), (1, "a", (2, "b", "c"))),
        (Check("x", lambda _: True), (0,)),
        (Check("x", lambda _: True, keys="a"), "a"),
    ],
)
def test_the_keys_of_evidence(evidence: Evidence, keys: Keys) -> None:
    assert evidence.keys == keys


def test_a_format_without_an_entry_is_a_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_required", lambda: {"listed": "a"})
    assert [*candidates(document("b: 1"), ["listed", "added"])] == ["added"]


def test_the_first_item_of_a_long_list_has_the_keys_of_all() -> None:
    items = "".join("- {type: StepLR}\n" for _ in range(101))
    top = parse(items, "f")
    assert top is not None
    assert importer("mmengine").FORMAT.matches(top)
    assert "mmengine" in candidates(top, importers())
