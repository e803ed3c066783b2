"""Names for programs: each different from all that a program makes or uses."""

from __future__ import annotations

import builtins
import keyword
import re

import pytest
from plans_of import planned

from cosine_cli.code.core.codegen_curves import codegen_curves, identifiers


def test_names_stay_near_the_labels() -> None:
    labels = ["step decay", "cosine, min_lr 1e-5", "3", "\N{CJK UNIFIED IDEOGRAPH-5B66}"]
    assert identifiers(labels) == ["step_decay", "cosine_min_lr_1e_5", "curve_3", "curve_"]


@pytest.mark.parametrize("label", ["print", "lambda", "optimizer", "update", "t", "torch", "range", "None", "weights"])
def test_a_name_that_programs_use_gets_another(label: str) -> None:
    (name,) = identifiers([label])
    assert name == f"{label.lower()}_" or (label == "None" and name == "none")
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert not hasattr(builtins, name)


def test_names_made_of_names_differ_too() -> None:
    # The first has a function cosine_factor, and the last two would share the class A1Schedule.
    names = identifiers(["cosine", "cosine factor", "a 1", "a1"])
    assert names == ["cosine", "cosine_factor_", "a_1", "a1_2"]


def test_what_is_taken_is_not_given() -> None:
    assert identifiers(["get_wsd_schedule"], {"get_wsd_schedule"}) == ["get_wsd_schedule_"]


def test_equal_labels_are_counted() -> None:
    names = identifiers(["x" * 40] * 100)
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"x{40}(_\d+)?", name) for name in names)


def test_a_label_that_is_too_long_gives_way_to_the_name_of_the_schedule() -> None:
    labels = ["step decay that nobody would want to read as one name", "short", "a" * 41]
    assert identifiers(labels, names=["step", "cosine", "torch.StepLR"]) == ["step_", "short", "torch_steplr"]


def test_a_long_name_of_a_framework_loses_what_all_of_them_have() -> None:
    label = "transformers.get_cosine_with_hard_restarts_schedule_with_warmup"
    assert identifiers([label], names=[label]) == ["transformers_cosine_with_hard_restarts"]


@pytest.mark.parametrize(
    ("curve", "label"),
    [("step", ""), ("'cosine:label=\"mine, and yours\"'", ""), (f"'cosine:label={'x' * 50}'", "x" * 50)],
    ids=["step decay", "with a comma", "too long"],
)
def test_a_label_is_told_where_the_name_does_not_tell_it(curve: str, label: str) -> None:
    (found,) = codegen_curves(planned(curve))
    assert found.label_comment == label


def test_a_curve_that_ends_has_no_more_calls_than_rates() -> None:
    (curve,) = codegen_curves(planned("torch.OneCycleLR:max_lr=0.1,total_steps=10 --steps 60"))
    assert (curve.calls, curve.updates, curve.ended) == (11, 11, True)


def test_a_last_epoch_may_be_short() -> None:
    (curve,) = codegen_curves(planned("cosine --steps 10 --steps-per-epoch 4 --update epoch"))
    assert (curve.per_epoch, curve.calls, curve.batches, curve.updates) == (True, 3, 4, 10)
