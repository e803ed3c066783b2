"""The JSON Schema of a config, against the reader of configs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from cosine_cli.errors import RequestError
from cosine_cli.frameworks.core.discovery import framework_schedules, frameworks
from cosine_cli.frameworks.core.framework_schedule import ignored_params
from cosine_cli.plans.example import config, needs_example
from cosine_cli.plans.model.curve_style import STYLE
from cosine_cli.plans.parse.config import FIGURE_KEYS, KEYS
from cosine_cli.plans.registry import load
from cosine_cli.plans.schema import schema
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Needed, Param, params

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
NATIVES = [f"{framework}.{name}" for framework in frameworks() for name in framework_schedules(framework)]


def valid(document: Any) -> bool:
    return bool(VALIDATOR.is_valid(document))


def test_it_is_a_schema() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_it_knows_every_key() -> None:
    assert tuple(sorted(SCHEMA["properties"])) == tuple(sorted(KEYS))
    assert tuple(sorted(SCHEMA["properties"]["figure"]["properties"])) == tuple(sorted(FIGURE_KEYS))
    assert set(SCHEMA["$defs"]) == {"curve", *catalogue.names(), *NATIVES}


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
    {"figure": {"xlim": [0, 20], "ylim": [0, 0.05]}},
    {"figure": {"xlim": ["10%", "50ep"], "ylim": "1e-5,0.1"}},
    {"figure": {"preset": "icml", "dpi": 100}},
    {"figure": {"grid": {"min_lr": [0, 1e-5, 1e-4], "warmup": [0, "5%"]}}},
    {"curves": ["multistep"], "figure": {"grid": {"milestones": ["30/60", "50/75"]}}},
    {"curves": ["step"], "figure": {"grid": {"gamma": 0.5}}},
    {"runs": [{"name": "a", "lr": 0.1, "epochs": 5, "curves": ["cosine"]}, {"groups": {"a": 1}, "curves": ["step"]}]},
    {"title": "x", "runs": [{"steps": 5, "curves": ["cosine"]}], "figure": {"log": True}},
]

BAD = [
    {"runs": []},
    {"runs": ["cosine"]},
    {"runs": [{"lr": 0.1}]},
    {"runs": [{"curves": ["cosine"], "figure": {"log": True}}]},
    {"runs": [{"curves": ["cosine"], "epochs": 5, "steps": 5}]},
    {"runs": [{"curves": ["cosine"]}], "curves": ["cosine"]},
    {"runs": [{"curves": ["cosine"]}], "lr": 0.1},
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
    {"figure": {"size": 0}},
    {"figure": {"size": [1, 2, 3]}},
    {"figure": {"size": "poster"}},
    {"figure": {"xlim": [5]}},
    {"figure": {"xlim": [1, 2, 3]}},
    {"figure": {"ylim": [-1, 0.1]}},
    {"figure": {"ylim": 0.1}},
    {"figure": {"log": "true"}},
    {"figure": {"theme": "blue"}},
    {"figure": {"preset": "aaai"}},
    {"figure": {"grid": {}}},
    {"figure": {"grid": {"min_lr": []}}},
    {"figure": {"grid": {"title": [1, 2]}}},
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
    "milestones": [[8, 4.5]],
    "times": [[8, 4.5]],
    "values": NO_FIT,
    "pct_start": [1],
    "cut_frac": [1],
    "decay_ratio": [1],
    "nodes": [5],
    "lower": [5],
    "upper_bound": [1, 5, 0.05, 2.5, "5%", "3ep", "500st"],
    "xlim": [[8, 4.5]],
    "ylim": [[30, 60], [8, 4.5]],
    ("cyclic", "gamma"): [0.05],
    ("piecewise_constant", "warmup_start"): [1, 5, 2.5],
    ("piecewise_interpolated", "warmup_start"): [1, 5, 2.5],
}
"""What only the reader can know: that it is less than a pixel, falls, shows no curve, or needs other values."""


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


# --- Frameworks' own -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NATIVES)
def test_it_describes_every_parameter_of_a_frameworks_schedule(name: str) -> None:
    described = SCHEMA["$defs"][name]
    body = described["anyOf"][1] if "anyOf" in described else described
    declared = params(load(name))
    idle = set(ignored_params(load(name)))
    others = {other for param in declared for other in param.other_names}
    assert set(body["properties"]) == {"label", "for", *STYLE, *others, *idle, *(param.name for param in declared)}
    assert body.get("required", []) == [param.name for param in declared if isinstance(param.default, Needed)]


SEQUENTIAL = {"schedulers": [{"LinearLR": {"total_iters": 5}}, "ExponentialLR:gamma=0.9"], "milestones": [5]}
CYCLE = {"init_value": 0, "peak_value": 0.1, "warmup_steps": 5, "decay_steps": 50}

GOOD_NATIVES = [
    "torch.CosineAnnealingLR:T_max=50",
    {"torch.ConstantLR": None},
    {"torch.CosineAnnealingLR": {"T_max": 50, "eta_min": 0.001, "label": "PyTorch's"}},
    {"torch.OneCycleLR": {"max_lr": 0.1, "total_steps": "1k"}},
    {"torch.OneCycleLR": {"lr": 0.1, "epochs": 3, "steps_per_epoch": 10, "total_steps": None}},
    {"torch.OneCycleLR": {"total_steps": 100, "last_epoch": -1, "cycle_momentum": False, "max_momentum": 0.9}},
    {"torch.CyclicLR": {"base_lr": 0.01, "max_lr": 0.1, "scale_fn": None, "verbose": "deprecated"}},
    {"timm.StepLRScheduler": {"decay_t": 30, "t_in_epochs": True, "noise_range_t": None, "noise_seed": 3}},
    "transformers.cosine:num_warmup_steps=5,num_training_steps=100",
    {"transformers.warmup_stable_decay": {"num_warmup_steps": 5, "num_decay_steps": 5, "num_training_steps": 50}},
    {"torch.SequentialLR": SEQUENTIAL},
    {"torch.ChainedScheduler": {"schedulers": [{"SequentialLR": SEQUENTIAL}, {"ConstantLR": None}]}},
    {"optax.join_schedules": {"schedules": ["constant_schedule:value=0.1"], "boundaries": []}},
    {"optax.sgdr_schedule": {"cosine_kwargs": [CYCLE, CYCLE]}},
    {"optax.piecewise_constant_schedule": {"init_value": 0.1, "boundaries_and_scales": {30: 0.1, 60: 0.5}}},
    {"optax.piecewise_constant_schedule": {"init_value": 0.1, "boundaries_and_scales": "30:0.1/60:0.5"}},
    {"sequence": [{"torch.StepLR": {"step_size": 30, "for": 40}}, "cosine"]},
    {"warmup": {"of": {"torch.StepLR": {"step_size": 30}}}},
]

BAD_NATIVES = [
    "torch.Cosine",
    "tensorflow.StepLR",
    "torchXStepLR:step_size=3",
    {"torch.StepLR": None},
    {"torch.StepLR": {"gamma": 0.5}},
    {"torch.StepLR": {"step_size": 30, "warmup": 5}},
    {"torch.StepLR": {"step_size": "30ep"}},
    {"torch.StepLR": {"step_size": 30, "last_epoch": 3}},
    {"torch.StepLR": {"step_size": 30, "cycle_momentum": True}},
    {"timm.StepLRScheduler": {"decay_t": 30, "t_in_epochs": False}},
    {"timm.StepLRScheduler": {"decay_t": 30, "noise_range_t": [3, 5]}},
    {"torch.SequentialLR": {**SEQUENTIAL, "schedulers": []}},
    {"torch.SequentialLR": {**SEQUENTIAL, "schedulers": ["cosine", "linear"]}},
    {"torch.SequentialLR": {**SEQUENTIAL, "schedulers": [{"CosineDecay": {"decay_steps": 5}}, "ConstantLR"]}},
    {"optax.sgdr_schedule": {"cosine_kwargs": [{**CYCLE, "peak": 1}]}},
    {"optax.sgdr_schedule": {"cosine_kwargs": [{"init_value": 0}]}},
    {"optax.piecewise_constant_schedule": {"init_value": 0.1, "boundaries_and_scales": {"x": 0.1}}},
    {"optax.piecewise_constant_schedule": {"init_value": 0.1, "boundaries_and_scales": {30: "x"}}},
    {"optax.piecewise_constant_schedule": {"init_value": 0.1, "boundaries_and_scales": [30, 60]}},
]


def as_read(curve: Any) -> Any:
    """Return a config of one curve as a JSON file has it: its keys are texts."""
    return json.loads(json.dumps({"lr": 0.1, "epochs": 100, "curves": [curve]}))


@pytest.mark.parametrize("curve", GOOD_NATIVES, ids=json.dumps)
def test_good_ones_of_frameworks(read: Callable[[Any], bool], curve: Any) -> None:
    VALIDATOR.validate(as_read(curve))
    assert read(as_read(curve))


@pytest.mark.parametrize("curve", BAD_NATIVES, ids=json.dumps)
def test_bad_ones_of_frameworks(read: Callable[[Any], bool], curve: Any) -> None:
    assert not valid(as_read(curve))
    assert not read(as_read(curve))


def needed(name: str) -> dict[str, Any]:
    """Return what a schedule has no picture without, as a config says it."""
    if lines := config(name):
        body: dict[str, Any] = YAML(typ="safe").load("\n".join(lines))["curves"][0][name]
        return body
    own = [param for param in params(load(name)) if needs_example(param) and not param.mapping]
    texts = ((one, str(one.default.example if isinstance(one.default, Needed) else one.example)) for one in own)
    return {one.name: text if one.many or one.choices else float(text) for one, text in texts}


def kinds() -> dict[tuple[Any, ...], tuple[str, Param]]:
    """Return one parameter of each kind that frameworks' schedules have: what differs in name alone is read alike."""
    every = [(name, param) for name in NATIVES for param in params(load(name))]
    return {
        (param.type, param.rule, param.many, param.mapping, param.member, param.optional, param.may_be_empty): found
        for found in reversed(every)
        for param in found[1:]
    }


OF_EACH_KIND = [*kinds().values()]
IN_NEED_OF_ANOTHER: dict[tuple[str, str], list[Any]] = {
    ("torch.OneCycleLR", "total_steps"): [None],
    ("keras.PiecewiseConstantDecay", "boundaries"): [0, 1, 5, -1, 0.05, 2.5, [5]],
    ("keras.PiecewiseConstantDecay", "values"): NO_FIT,
}
"""What only the reader can know, because another parameter decides."""


@pytest.mark.parametrize(("name", "param"), OF_EACH_KIND, ids=[f"{name}:{param.name}" for name, param in OF_EACH_KIND])
def test_schema_and_reader_agree_on_frameworks(read: Callable[[Any], bool], name: str, param: Param) -> None:
    made = [
        (value, {"lr": 10, "steps": 1000, "curves": [{name: needed(name) | {param.name: value}}]}) for value in VALUES
    ]
    differing = [value for value, document in made if valid(document) != read(document)]
    assert differing == IN_NEED_OF_ANOTHER.get((name, param.name), [])
