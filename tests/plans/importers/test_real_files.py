"""Small copies of real files: one importer each, the rates of their programs, no crash or infinite rate if changed."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from plans.importers.files import document
from plans.importers.real_files import FOLDER, READ, REAL_FILES, REFUSED, RealFile, id_of

from cosine_cli.errors import RequestError
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.importers.core.formats import Importer, importer, load_request, matching
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.raw import Request
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.plans.writer import config_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cosine_cli.plans.model.plan import Plan

MOST_CHANGES = int(os.environ.get("MOST_CHANGES", "40"))
"""Of each file, so many changes are tried, the same in each run; ``MOST_CHANGES=100000`` tries all."""


def test_every_file_is_checked() -> None:
    listed = {(file.importer, file.file) for file in REAL_FILES}
    found = {(path.parent.name, path.name) for path in FOLDER.glob("*/*") if path.name != "rates.json"}
    assert found == listed


@pytest.mark.parametrize("file", REAL_FILES, ids=id_of)
def test_exactly_one_importer_claims_a_file(file: RealFile) -> None:
    assert matching(document(file.text, file.file)) == ([] if file.read_as else [file.importer])


@pytest.mark.parametrize("file", READ, ids=id_of)
def test_rates_are_the_programs_own(file: RealFile) -> None:
    plan = file.plan
    (curve,) = plan.curves
    times = [int(time) for time in file.rates]
    found = curve.schedule(np.array(times)).tolist()
    expected = list(file.rates.values())
    assert found == pytest.approx(expected, rel=file.rel, abs=file.rel * max(expected))
    assert "read as" in plan.remarks[0]


@pytest.mark.parametrize("file", READ, ids=id_of)
def test_written_as_a_plan_it_is_the_same(file: RealFile) -> None:
    plan = file.plan
    again = resolve(parse_config_text(config_text(plan), "again.yaml"))
    assert again.bare == plan.bare


@pytest.mark.parametrize("file", REFUSED, ids=id_of)
def test_what_is_refused(file: RealFile) -> None:
    with pytest.raises(RequestError) as error:
        _ = file.plan
    assert str(error.value).startswith(file.error)


def changes(node: Node) -> Iterator[Node]:
    """Yield the documents in which one plain value is replaced, by each kind of value."""
    if node.pairs is not None:
        for index, (name, value) in enumerate(node.pairs):
            before, after = node.pairs[:index], node.pairs[index + 1 :]
            for changed in changes(value):
                yield node._replace(pairs=(*before, (name, changed), *after))
    elif node.items is not None:
        for index, item in enumerate(node.items):
            for changed in changes(item):
                yield node._replace(items=(*node.items[:index], changed, *node.items[index + 1 :]))
    else:
        yield from replacements(node)


def replacements(node: Node) -> Iterator[Node]:
    plain = Node(node.where, node.line)
    yield plain._replace(text="null")
    yield plain._replace(text="some text", quoted=True)
    yield plain._replace(items=(plain._replace(text="1"),))
    yield plain._replace(pairs=((plain._replace(text="a"), plain._replace(text="1")),))
    for number in ("1e300", "-1e300", "-1", ".nan", ".inf"):
        yield plain._replace(text=number)


@pytest.mark.parametrize("file", READ, ids=id_of)
def test_a_wrong_value_gives_finite_rates_or_an_error_at_a_place(file: RealFile) -> None:
    importing = importer(file.importer)
    every = list(changes(document(file.text, file.file)))
    chosen = random.Random(file.file).sample(every, min(len(every), MOST_CHANGES))  # noqa: S311 - a repeatable choice
    for changed in chosen:
        plan = planned(importing, changed, CommandLine.of(dict(file.flags)))
        if plan is not None:
            assert_is_finite(plan)


def planned(importing: Importer, top: Node, line: CommandLine) -> Plan | None:
    """Return the plan of a document, None if it is refused at a place."""
    try:
        return resolve(line.request(load_request(importing, top, line.request(Request()).run)))
    except RequestError as error:
        if all(problem.where for problem in error.problems):
            return None
        raise


def assert_is_finite(plan: Plan) -> None:
    total = plan.clock.total
    times = np.unique(np.linspace(0, total, 30).astype(np.int64))
    for curve in plan.curves:
        assert np.all(np.isfinite(curve.schedule(times)))
