"""The JSON Schema of a config, against the reader of configs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from cosine_cli.errors import RequestError
from cosine_cli.plans.config import FIGURE_KEYS, KEYS
from cosine_cli.plans.schema import schema
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import params

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def valid(document: Any) -> bool:
    return bool(VALIDATOR.is_valid(document))


def test_it_is_a_schema() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_it_knows_every_key() -> None:
    assert tuple(sorted(SCHEMA["properties"])) == tuple(sorted(KEYS))
    assert tuple(sorted(SCHEMA["properties"]["figure"]["properties"])) == tuple(sorted(FIGURE_KEYS))
    assert set(SCHEMA["$defs"]) == {"curve", *catalogue.names()}


@pytest.mark.parametrize("name", catalogue.names())
def test_it_describes_every_parameter(name: str) -> None:
    body = SCHEMA["$defs"][name]["anyOf"][1]
    declared = {param.name: param for param in params(catalogue.load(name)) if not param.of_members}
    shared = {"warmup"} if "warmup" in declared else {"warmup", "warmup_shape", "warmup_start"}
    assert {*declared, *shared, "label", "for"} <= set(body["properties"])
    for param in declared.values():
        assert param.meaning in body["properties"][param.name].get("description", param.meaning)


GOOD = [
    {},
    {"groups": {"backbone": 0.1, "head": 1.0}},
    {"lr": 0.1, "epochs": 100, "steps_per_epoch": 391, "warmup": 5},
    {"steps": "10k", "warmup": "2%", "min_lr": 1e-5, "update": "epoch"},
    {"warmup": {"for": 5, "shape": "cosine", "start": 1e-6}},
    {"title": "x", "curves": ["cosine", "step:gamma=0.5", {"linear": None}, {"polynomial": {}}]},
    {"curves": [{"step": {"step_size": 30, "gamma": 0.1, "label": "step, x0.1 every 30"}}]},
    {"curves": [{"exponential": {"decay_rate": 0.9}}, {"exponential": {"gamma": 0.9, "warmup": {"for": "5%"}}}]},
    {"curves": [{"multistep": {"milestones": [30, "60ep", "80%"]}}, {"multistep": {"milestones": "30/60"}}]},
    {"curves": [{"sequence": [{"linear": {"lr": 0.1, "min_lr": 0.05, "for": 45}}, {"cosine": {"lr": 0.05}}]}]},
    {"curves": [{"restarts": {"cycle": 10, "of": {"linear": {}}}}, {"restarts": {"of": "polynomial", "power": 3}}]},
    {"curves": [{"cosine": {"warmup": 0}}]},
    {"figure": {"output": "a.png", "size": [8, 4.5], "log": False, "theme": "light", "dpi": 200, "annotations": True}},
    {"figure": {"size": "page"}},
    {"figure": {"size": "8x4.5"}},
    {"figure": {"preset": "icml", "dpi": 100}},
    {"figure": {"grid": {"min_lr": [0, 1e-5, 1e-4], "warmup": [0, "5%"]}}},
    {"curves": ["multistep"], "figure": {"grid": {"milestones": ["30/60", "50/75"]}}},
    {"curves": ["step"], "figure": {"grid": {"gamma": 0.5}}},
]

BAD = [
    {"groups": {}},
    {"groups": {"backbone": 0}},
    {"groups": {"backbone": "0.1"}},
    {"groups": {"": 1}},
    {"groups": {"a" * 101: 1}},
    {"groups": {f"g{i}": 1 for i in range(101)}},
    {"groups": [1]},
    [],
    "cosine",
    {"lrr": 1},
    {"lr": 0},
    {"lr": -1},
    {"lr": "0.1"},
    {"lr": True},
    {"lr": None},
    {"epochs": 10.5},
    {"epochs": "10"},
    {"epochs": 0},
    {"epochs": 5, "steps": 5},
    {"epochs": 1e16},
    {"warmup": -1},
    {"warmup": "5"},
    {"warmup": "5 minutes"},
    {"warmup": "5k%"},
    {"warmup": {}},
    {"warmup": {"for": 5, "shap": "cosine"}},
    {"warmup": {"for": 5, "shape": "cos"}},
    {"update": "batch"},
    {"curves": "cosine"},
    {"curves": []},
    {"curves": ["cosin"]},
    {"curves": [{}]},
    {"curves": [{"cosine": {}, "step": {}}]},
    {"curves": [{"cosine": 3}]},
    {"curves": [{"cosine": {"lrr": 1}}]},
    {"curves": [{"cosine": []}]},
    {"curves": [{"step": {"gamma": 2}}]},
    {"curves": [{"step": {"step_size": 0}}]},
    {"curves": [{"multistep": {"milestones": []}}]},
    {"curves": [{"multistep": {"milestones": "x/y"}}]},
    {"curves": [{"sequence": []}]},
    {"curves": [{"restarts": {"cycles": 1.5}}]},
    {"title": ["x"]},
    {"figure": []},
    {"figure": {"sise": 1}},
    {"figure": {"size": 5}},
    {"figure": {"size": [1, 2, 3]}},
    {"figure": {"size": "poster"}},
    {"figure": {"log": "true"}},
    {"figure": {"theme": "blue"}},
    {"figure": {"preset": "aaai"}},
    {"figure": {"grid": {}}},
    {"figure": {"grid": {"min_lr": []}}},
    {"figure": {"grid": {"epochs": [1, 2]}}},
    {"figure": {"grid": {"lr": [0.1], "min_lr": [0], "warmup": [1]}}},
    {"figure": {"grid": {"lr": [0.1, 0.1]}}},
    {"figure": {"grid": ["lr"]}},
]


@pytest.fixture(scope="session")
def read(plan: Callable[..., Any]) -> Callable[[Any], bool]:
    def accepts(document: Any) -> bool:
        try:
            plan("", json.dumps(document))
        except RequestError:
            return False
        return True

    return accepts


@pytest.mark.parametrize("document", GOOD, ids=json.dumps)
def test_good_ones(read: Callable[[Any], bool], document: Any) -> None:
    VALIDATOR.validate(document)
    if "update" not in document:  # which needs the steps of an epoch, as no schema can say
        assert read(document)


@pytest.mark.parametrize("document", BAD, ids=json.dumps)
def test_bad_ones(read: Callable[[Any], bool], document: Any) -> None:
    assert not valid(document)
    assert not read(document)


VALUES = [
    0, 1, 5, -1, 0.05, 2.5, True, None, "", "x", "5", "5%", "3ep", "500st", "1.5", "page", "epoch", "cosine",
    "30/60", "8x4", [], [5], [30, 60], [2.5, "60%"], ["x"], [8, 4.5], {}, {"for": 5}, {"for": "5%", "shape": "linear"},
]  # fmt: skip

OWN = [(name, key) for name in catalogue.names() for key in SCHEMA["$defs"][name]["anyOf"][1]["properties"]]
PLACES = [
    *(("run", key) for key in KEYS if key not in ("curves", "figure", "epochs", "steps_per_epoch", "update")),
    *(("figure", key) for key in FIGURE_KEYS),
    *((name, key) for name, key in OWN if key not in ("for", "of", "warmup_shape")),
]


NO_FIT = [0, 1, 5, 0.05, 2.5, "30/60", [5], [30, 60], [8, 4.5]]
BESIDE_A_VALUE: dict[str | tuple[str, str], list[Any]] = {
    "dpi": [0.05],
    "milestones": [[8, 4.5]],
    "times": [[8, 4.5]],
    "values": NO_FIT,
    "pct_start": [1],
    "cut_frac": [1],
    "decay_ratio": [1],
    "nodes": [5],
    "lower": [5],
    "upper_bound": [1, 5, 0.05, 2.5, "5%", "3ep", "500st"],
    ("cyclic", "gamma"): [0.05],
    ("piecewise_constant", "warmup_start"): [1, 5, 2.5],
    ("piecewise_interpolated", "warmup_start"): [1, 5, 2.5],
}
"""What only the reader can know: that it is less than a pixel, does not rise, or does not go with other values."""


def documents(place: str, key: str, value: Any) -> Any:
    """Return a config that says one thing, and else only what keeps it from mattering to another."""
    base = {"lr": 10, "epochs": 100, "steps_per_epoch": 1000}
    if place == "run":
        return {**({} if key == "steps" else base), key: value, "curves": ["cosine"]}
    if place == "figure":
        return {**base, "figure": {key: value}}
    needed = {"warmup": 5} if key == "warmup_start" and place != "warmup" else {}
    needed |= {"of": ["cosine"]} if place == "sequence" else {}
    return {**base, "curves": [{place: {**needed, key: value}}]}


@pytest.mark.parametrize(("place", "key"), PLACES)
def test_schema_and_reader_agree(read: Callable[[Any], bool], place: str, key: str) -> None:
    """A value that one of them takes the other takes too, as far as a value alone can say."""
    made = [(value, documents(place, key, value)) for value in VALUES]
    differing = [value for value, document in made if valid(document) != read(document)]
    assert differing == BESIDE_A_VALUE.get((place, key), BESIDE_A_VALUE.get(key, []))
