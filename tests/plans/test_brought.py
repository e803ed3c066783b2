"""Names that people bring along."""

from __future__ import annotations

import pytest

from cosine_cli.plans import brought
from cosine_cli.plans.brought import guess_parameter, mend_parameter, mend_schedule
from cosine_cli.plans.config import KEYS
from cosine_cli.plans.setting import LABEL, WARMUP
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import params

OURS = {param.name for name in catalogue.names() for param in params(catalogue.load(name))}


def test_every_name_of_ours_exists() -> None:
    targets = {ours.split(",")[0] for ours in brought._PARAMETERS}  # noqa: SLF001
    assert targets <= {*OURS, *KEYS, *WARMUP, LABEL.name}


def test_no_name_is_brought_twice() -> None:
    """One name in two spellings may stand in one row; in two rows only one of them would be found."""
    rows = [{name.lower().replace("-", "_") for name in row.split()} for row in brought._PARAMETERS.values()]  # noqa: SLF001
    assert sum(map(len, rows)) == len(set().union(*rows))


@pytest.mark.parametrize(
    ("name", "known", "guess"),
    [
        ("T_max", ["lr", "total"], "here it is called total;"),
        ("t-max", ["lr", "total"], "here it is called total;"),
        ("T_0", ["cycle"], "here it is called cycle;"),
        ("base_lr", ["lr"], "here it is called lr;"),
        ("max_lr", ["lr"], "here it is called lr;"),
        ("learning_rate", ["lr"], "here it is called lr;"),
        ("num_warmup_steps", ["warmup"], "here it is called warmup;"),
        ("warmup_ratio", ["warmup"], "here it is called warmup, with a share as in warmup=5%;"),
        ("total_steps", ["steps"], "here it is called steps;"),
        ("eta_min", ["min_lr"], "here it is called min_lr;"),
        ("div_factor", ["div", "final_div"], "here it is called div;"),
        ("final_div_factor", ["div", "final_div"], "here it is called final_div;"),
        ("anneal_strategy", ["anneal"], "here it is called anneal;"),
        ("step_size_up", ["rise", "fall"], "here it is called rise;"),
        ("step_size_down", ["rise", "fall"], "here it is called fall;"),
        ("pct_start", ["warmup"], "here it is called warmup, with a share as in warmup=5%;"),
        ("num_stable_steps", ["stable"], "here it is called stable;"),
        ("boundaries", ["milestones", "values"], "here it is called milestones;"),
        ("boundaries_and_scales", ["times", "values"], "here it is called values;"),
        ("interpolate_type", ["between"], "here it is called between;"),
        ("T_max", ["lr", "gamma"], None),
        ("gama", ["gamma", "lr"], "did you mean gamma?"),
        ("xyz", ["gamma", "lr"], None),
    ],
)
def test_parameters(name: str, known: list[str], guess: str | None) -> None:
    assert guess_parameter(name, known) == guess


def test_what_there_is_is_listed() -> None:
    assert mend_parameter("gama", ["gamma", "lr"]) == "did you mean gamma? it takes gamma and lr"
    assert mend_parameter("xyz", ["gamma", "lr"]) == "it takes gamma and lr"


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("CosineAnnealingLR", "here it is called cosine"),
        ("cosineannealinglr", "here it is called cosine"),
        ("StepLR", "here it is called step"),
        ("MultiStepLR", "here it is called multistep"),
        ("ExponentialLR", "here it is called exponential"),
        ("SGDR", "did you mean sgdr?"),
        ("CosineAnnealingWarmRestarts", "here it is called sgdr"),
        ("OneCycleLR", "here it is called onecycle"),
        ("CyclicLR", "here it is called cyclic"),
        ("cosin", "did you mean cosine?"),
    ],
)
def test_schedules(name: str, mend: str) -> None:
    assert mend_schedule(name) == mend


def test_all_schedules_are_listed_where_nothing_comes_near() -> None:
    listed = mend_schedule("qqq")
    assert all(name in listed for name in catalogue.names())
