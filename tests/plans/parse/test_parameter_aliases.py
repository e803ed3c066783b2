"""Suggestions for other programs' parameter names, with the value converted."""

from __future__ import annotations

import pytest

from cosine_cli.plans.model.curve_options import LABEL, WARMUP
from cosine_cli.plans.model.figure_settings import Figure
from cosine_cli.plans.parse import parameter_aliases
from cosine_cli.plans.parse.config import BUDGET_KEYS, KEYS
from cosine_cli.plans.parse.parameter_aliases import Pair, meant, parameter_hint, parameter_of
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.schedule_aliases import known_parameters
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import params

OURS = {param.name for name in catalogue.names() for param in params(catalogue.load(name))}


OPTIONS = {"as", "format", "schedule", "to"}
"""Options that are not keys of a config."""


def test_every_suggested_name_exists() -> None:
    named = {ours for ours, _, _ in parameter_aliases._PARAMETERS}  # noqa: SLF001
    assert named <= {
        *OURS,
        *KEYS,
        *BUDGET_KEYS,
        *WARMUP,
        *(param.name for param in params(Figure)),
        *OPTIONS,
        LABEL.name,
    }


def test_no_alias_of_a_parameter_is_listed_twice() -> None:
    """Only one of two rows with the same name would be used."""
    rows = parameter_aliases._PARAMETERS  # noqa: SLF001
    names = [(name.lower(), ours) for ours, _, row in rows for name in row.split()]
    assert sorted(names) == sorted(set(names))


def pair(name: str, text: str, schedule: str) -> str | None:
    found = meant(name, RawValue(text, name), known_parameters(schedule))
    return None if found is None else found.written("text")


@pytest.mark.parametrize(
    ("name", "text", "schedule", "written"),
    [
        ("T_max", "50", "cosine", "total=50"),
        ("t-max", "50", "cosine", "total=50"),
        ("decay_steps", "10k", "cosine", "total=10000st"),
        ("T_0", "10", "sgdr", "cycle=10"),
        ("base_lr", "0.1", "cosine", "lr=0.1"),
        ("num_warmup_steps", "500", "cosine", "warmup=500st"),
        ("warmup_steps", "5%", "cosine", "warmup=5%"),
        ("warmup_epochs", "2.5", "cosine", "warmup=2.5ep"),
        ("warmup_ratio", "0.07", "cosine", "warmup=7%"),
        ("warmup_ratio", "3", "cosine", None),
        ("warmup_iters", "1.5", "cosine", None),
        ("warmup_steps", "abc", "cosine", None),
        ("eta_min", "1e-5", "cosine", "min_lr=1e-5"),
        ("div_factor", "10", "onecycle", "div=10"),
        ("final_div_factor", "10", "onecycle", "final_div=10"),
        ("anneal_strategy", "cos", "onecycle", "anneal=cosine"),
        ("anneal_strategy", "sin", "onecycle", None),
        ("step_size_up", "2000", "cyclic", "rise=2000st"),
        ("boundaries", "30/60", "multistep", "milestones=30st/60st"),
        ("boundaries", "30,60ep", "multistep", "milestones=30st/60ep"),
        ("decay_type", "cosine", "wsd", "decay_shape=cosine"),
        ("T_max", "50", "constant", None),
        ("gama", "0.5", "step", "gamma=0.5"),
        ("gama", "x", "step", None),
        ("warmup_step", "50", "cosine", "warmup=50st"),
        ("xyz", "1", "step", None),
        # Where a framework's schedule has another framework's name for it; times count its calls there.
        ("min_lr", "1e-5", "torch.CosineAnnealingLR", "eta_min=1e-5"),
        ("T_max", "50", "torch.CosineAnnealingLR", "T_max=50"),
        ("t_max", "50", "torch.CosineAnnealingLR", "T_max=50"),
    ],
)
def test_a_name_and_its_value(name: str, text: str, schedule: str, written: str | None) -> None:
    assert pair(name, text, schedule) == written


@pytest.mark.parametrize(
    ("name", "share", "written"),
    [
        ("min_lr_ratio", "0.1", "min_lr=10%"),
        ("min_lr_ratio", "10%", "min_lr=10%"),
        ("alpha", "0", "min_lr=0%"),
        ("start_factor", "0.333", "warmup_start=33.3%"),
        ("min_lr_ratio", "2", None),
    ],
)
def test_a_share_of_the_peak_is_a_percentage(name: str, share: str, written: str | None) -> None:
    assert pair(name, share, "cosine") == written


def test_a_list_is_written_as_it_was() -> None:
    known = known_parameters("multistep")
    listed = RawValue("", "c.yaml:1:1", parts=(RawValue("30", ""), RawValue("60", "")))
    found = meant("boundaries", listed, known)
    assert found is not None
    assert (found.written("yaml"), found.written("text")) == ("milestones: [30st, 60st]", "milestones=30st/60st")
    assert meant("boundaries", RawValue("", "", keys={"a": RawValue("1", "")}), known) is None


def test_quotes_are_kept() -> None:
    assert Pair("label", RawValue("a, b", "", quoted=True)).written("text") == "label='a, b'"


def test_a_name_alone() -> None:
    known = known_parameters("step")
    assert parameter_of("gama", known) == "gamma"
    assert parameter_of("gama", known, mistyped=False) is None
    assert parameter_of("lr_decay", known, mistyped=False) == "gamma"


def test_what_there_is_is_listed_where_nothing_comes_near() -> None:
    known = {name: param for name, param in known_parameters("step").items() if name in ("gamma", "lr")}
    assert parameter_hint("gama", RawValue("0.5", "curve 'step': gama"), known) == "did you mean gamma=0.5?"
    assert parameter_hint("gama", RawValue("0.5", "c.yaml:1:1"), known) == "did you mean gamma: 0.5?"
    assert parameter_hint("xyz", RawValue("0.5", "c.yaml:1:1"), known) == "it takes lr and gamma"
