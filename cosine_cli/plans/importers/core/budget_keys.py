"""The budget of a run with another program's config: its keys complete the options of the command line."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from cosine_cli.errors import Problem, RequestError, user_error
from cosine_cli.plans.importers.core.omegaconf import interpolated
from cosine_cli.plans.importers.core.path_values import PathValue, setting_at
from cosine_cli.plans.model.budget import BUDGET, Budget
from cosine_cli.plans.model.options import RUN
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.raw import RawValue, Request
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.resolve.run_budget import read_budget, with_counts
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.text import quote

_BATCHES = ("batch_size", "global_batch_size")
_SHARED = ("batch_size", "global_batch_size", "devices", "accumulate")
"""Fields that are not read with the global batch size of a config, which they do not change."""

_OF_DATASET = ("dataset_size", "drop_last")

_OF_RUN = ("dataset_size", "tokens")
"""Options from which steps are counted."""

_COMPLETE = {"dataset_size": "--steps-per-epoch", "drop_last": "--steps-per-epoch", "batch_size": "--global-batch-size"}
"""Options that depend on keys of the config, each with the option that does not."""

WITHOUT_EPOCHS = dict.fromkeys(_OF_DATASET, "it counts steps, not epochs")
BY_BATCH = {"accumulate": "its schedule counts batches, not updates"}
"""Fields that programs do not have, each with the reason."""

ROUNDS_DOWN = "the program rounds down"


def rounded_down(budget: Budget) -> int:
    """Return the number of steps of an epoch whose last batches are not enough for a step."""
    return budget.batches_per_epoch // budget.accumulate


@dataclass(frozen=True, kw_only=True)
class BudgetKeys:
    """The keys of a program's config that are fields of a budget, and how the program counts.

    - ``keys``: the path of the key of each field. ``a.b|c`` is either path, and ``a * b`` the product of two.
    - ``defaults``: the program's values of missing keys, by field or by path.
    - ``unset``: the value of a field that counts as missing.
    - ``only_with``: keys without which a field is not read.
    - ``uncounted``: keys whose value, unless it is false or 0, makes the number of batches unknown, each with the
      reason. ``a=b`` is the key with one value, ``a!=b`` with any other.
    - ``limits``: keys that change the number of samples, for which a remark states what ``--dataset-size`` counts.
    - ``refused``: fields that the program does not have, each with the reason.
    - ``steps_per_epoch``: the program's own count, if it differs from that of a budget, and ``reason``, why.
    - ``run_steps``: the steps of a number of epochs, if they are not counted for each epoch.
    - ``whole_steps``: why the samples of an epoch must fill whole steps, if the number of steps is unknown otherwise.
    - ``notes``: yields sentences on versions of the program that count otherwise.
    """

    keys: Mapping[str, str]
    defaults: Mapping[str, str] = field(default_factory=dict)
    unset: Mapping[str, str] = field(default_factory=dict)
    only_with: Mapping[str, str] = field(default_factory=dict)
    uncounted: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    steps_per_epoch: Callable[[Budget], int | None] = lambda budget: budget.steps_per_epoch
    reason: str = ""
    run_steps: Callable[[Budget, float], int] | None = None
    whole_steps: str = ""
    notes: Callable[[Budget], Iterator[str]] = lambda _budget: iter(())


class Completed(NamedTuple):
    """The options of a run with the budget of a config.

    - ``options``: those of the command line, with the steps that are counted instead of the budget.
    - ``run``: what the budget adds to the run of the config.
    - ``applied``: the options that these replace.
    - ``run_steps``: the steps of a number of epochs, if they are not counted for each epoch.
    """

    options: Mapping[str, RawValue]
    run: Mapping[str, RawValue] = MappingProxyType({})
    applied: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()
    run_steps: Callable[[float], int] | None = None


def completed(title: str, keys: BudgetKeys | None, top: Node, given: Mapping[str, RawValue]) -> Completed:
    """Return the options ``given`` on the command line, whose budget is completed by the keys of a config.

    Without an option of a budget, the config has none. Raises RequestError for a budget that the config does not
    determine.
    """
    options = {name: raw for name, raw in given.items() if name in BUDGET}
    if not options:
        return Completed(given)
    if keys is None:
        _check_complete(title, options)
        return Completed(with_counts(given, read_budget(given)))
    top = interpolated(top)
    _check_accepted(title, keys, top, options)
    added = dict(_added(keys, top, given))
    budget = read_budget({**added, **given})
    if budget is None:
        return Completed(given)
    run = {**added, **given}
    _check_whole_steps(keys, budget, run)
    if budget.dataset_size is None or keys.steps_per_epoch(budget) == budget.steps_per_epoch:
        counted = Completed(with_counts(run, budget), added)
    else:
        counted = _own_count(title, keys, budget, run, added)
    counted = counted._replace(
        remarks=(*counted.remarks, *keys.notes(budget), *_assumed(added, given), *_limits(keys, top, given))
    )
    return counted if keys.run_steps is None else _run_count(counted, partial(keys.run_steps, budget))


def _check_whole_steps(keys: BudgetKeys, budget: Budget, run: Mapping[str, RawValue]) -> None:
    """Raise RequestError for a dataset that does not fill whole steps, if the program requires that."""
    is_plain = budget.batch_size is not None and budget.accumulate == 1
    if keys.whole_steps and not is_plain and (budget.dataset_size or 0) % budget.samples_per_step:
        rule = f"must be a multiple of the samples of a step, {budget.samples_per_step:,}: {keys.whole_steps}"
        raise user_error(run["dataset_size"].where, rule, got=run["dataset_size"].echo, hint="or pass --steps")


def _assumed(added: Mapping[str, RawValue], given: Mapping[str, RawValue]) -> Iterator[str]:
    """Yield that the steps are those of one device, if neither the config nor the command line has their number."""
    if "devices" in added and added["devices"].default_of and not given.keys().isdisjoint(_OF_RUN):
        yield f"the steps are those of {added['devices'].text} device; pass {BUDGET['devices'].long}"


def _limits(keys: BudgetKeys, top: Node, given: Mapping[str, RawValue]) -> Iterator[str]:
    """Yield what the samples of a dataset are, if the program changes their number."""
    for path, what in keys.limits.items():
        value = setting_at(top, path)
        if value is not None and "dataset_size" in given:
            yield f"with {value}, {given['dataset_size'].where} counts {what}"


def _run_count(counted: Completed, run_steps: Callable[[float], int]) -> Completed:
    """Return the options of a program that counts the steps of the whole run."""
    options = dict(counted.options)
    if not {"epochs", "steps_per_epoch"} <= options.keys():
        return counted._replace(run_steps=run_steps)
    epochs = options.pop("epochs")
    steps = RawValue(str(run_steps(read(RUN["epochs"], epochs))), epochs.where, "step")
    return counted._replace(options={**options, "steps": steps}, applied=counted.applied | {"epochs"})


def with_budget(request: Request, budget: Completed) -> Request:
    """Return the request of a config with the budget that it was read with."""
    return request._replace(
        run={**request.run, **budget.run},
        applied_flags=request.applied_flags | budget.applied,
        remarks=(*request.remarks, *budget.remarks),
    )


def _own_count(
    title: str, keys: BudgetKeys, budget: Budget, run: Mapping[str, RawValue], added: Mapping[str, RawValue]
) -> Completed:
    """Return the options with the program's own number of steps per epoch instead of the dataset."""
    own = keys.steps_per_epoch(budget)
    where = run["dataset_size"].where
    if not own:
        raise user_error(where, f"{title} counts no steps in an epoch: {keys.reason}", got=run["dataset_size"].echo)
    counted = {"steps_per_epoch": RawValue(str(own), where)}
    remark = f"{own:,} steps per epoch, not {budget.steps_per_epoch:,}: {keys.reason}"
    others = {name: raw for name, raw in added.items() if name not in _OF_DATASET}
    return Completed(
        {**with_counts(run, budget), **counted},
        {**others, **counted},
        applied=frozenset(_OF_DATASET),
        remarks=(remark,),
    )


def _check_complete(title: str, options: Mapping[str, RawValue]) -> None:
    """Raise RequestError for options that depend on keys of a config which are not read."""
    name = next((name for name in _COMPLETE if name in options), None)
    if name is not None:
        rule = f"the batches of {title} are not read"
        raise user_error(options[name].where, rule, got=options[name].echo, hint=f"pass {_COMPLETE[name]} instead")
    if "global_batch_size" not in options:
        raw = next(iter(options.values()))
        rule = f"needs --global-batch-size: the batches of {title} are not read"
        raise user_error(raw.where, rule, got=raw.echo, hint="pass --global-batch-size")


def _check_accepted(title: str, keys: BudgetKeys, top: Node, options: Mapping[str, RawValue]) -> None:
    """Raise RequestError for options that the program does not have, and for a dataset whose batches are unknown."""
    name = next((name for name in keys.refused if name in options), None)
    if name is not None:
        hint = f"pass {_COMPLETE[name]} instead" if name in _OF_DATASET else None
        raise user_error(options[name].where, f"cannot be used with {title}: {keys.refused[name]}", hint=hint)
    if "dataset_size" not in options:
        return
    for key, reason in keys.uncounted.items():
        value = setting_at(top, key)
        if value is not None:
            rule = f"with {value}, the number of steps per epoch is unknown: {reason}"
            raise user_error(value.where, rule, hint="pass --steps-per-epoch instead of --dataset-size")


def _added(keys: BudgetKeys, top: Node, given: Mapping[str, RawValue]) -> Iterator[tuple[str, RawValue]]:
    """Yield the fields of a budget that the command line does not give."""
    wanted = list(_wanted(keys, top, given))
    shared = dict(_found(keys, top, [name for name in wanted if name == "global_batch_size"]))
    if shared and "batch_size" in given:
        rule = f"cannot replace the samples per step on all devices, given at {shared['global_batch_size'].where}"
        raise user_error(given["batch_size"].where, rule, hint="pass --global-batch-size")
    if shared and "devices" in given:
        _check_devices(keys, top, shared["global_batch_size"], given["devices"])
    without = _SHARED if shared else ("global_batch_size",)
    others = dict(_found(keys, top, [name for name in wanted if name not in without]))
    found = {**others, **shared}
    if not {*found, *given}.isdisjoint(_BATCHES):
        yield from found.items()
        if "batch_size" in {*found, *given} and "devices" not in {*found, *given}:
            yield "devices", RawValue(str(BUDGET["devices"].default), top.where, default_of=BUDGET["devices"].long)


def _check_devices(keys: BudgetKeys, top: Node, shared: RawValue, devices: RawValue) -> None:
    """Raise RequestError if a config with all batch sizes is for another number of devices."""
    parts = [PathValue.at(top, keys.keys[name]) for name in ("batch_size", "accumulate") if name in keys.keys]
    if len(parts) == 2 and all(parts):  # noqa: PLR2004
        raw = _product("batch_size", "", top, list(filter(None, parts)))
        if int(raw.text) * int(read(BUDGET["devices"], devices)) != int(shared.text):
            rule = f"must be the samples per step over those of a device, {shared.text} / {raw.text}"
            raise user_error(devices.where, rule, got=devices.echo, hint="or pass --global-batch-size")


def _wanted(keys: BudgetKeys, top: Node, given: Mapping[str, RawValue]) -> Iterator[str]:
    """Yield the fields to read from a config."""
    replaced = {
        *given,
        *(_BATCHES if "global_batch_size" in given else ("batch_size",) if "batch_size" in given else ()),
    }
    if "dataset_size" not in given:
        replaced.add("drop_last")
    for name in BUDGET:
        is_read = name in keys.keys or name in keys.defaults
        if is_read and name not in replaced and (name not in keys.only_with or _any_set(top, keys.only_with[name])):
            yield name


def _any_set(top: Node, paths: str) -> bool:
    return setting_at(top, paths) is not None


def _found(keys: BudgetKeys, top: Node, names: Iterable[str]) -> Iterator[tuple[str, RawValue]]:
    """Yield the values of fields, or their defaults; raise RequestError for an invalid one, and without a default."""
    for name in names:
        path = keys.keys.get(name, "")
        factors = [_factor(keys, top, name, each) for each in path.split(" * ")]
        if all(factors):
            yield name, _product(name, path, top, list(filter(None, factors)))
        elif name in keys.defaults:
            yield name, RawValue(keys.defaults[name], top.where, default_of=path.rpartition("|")[2] or "the program")
        elif name == "accumulate":
            raise user_error(top.where, f"{path.rpartition('|')[2]} must be given", hint=_hint(name))


def _factor(keys: BudgetKeys, top: Node, name: str, paths: str) -> PathValue | str | None:
    """Return the value at one of the paths, or the default of a missing one."""
    value = PathValue.at(top, paths)
    return keys.defaults.get(paths) if value is None or value.node.text == keys.unset.get(name) else value


def _product(name: str, path: str, top: Node, factors: Sequence[PathValue | str]) -> RawValue:
    """Return the value of a field: that of its key, or the product of those of several and of defaults."""
    values = [factor for factor in factors if isinstance(factor, PathValue)]
    others = math.prod(int(factor) for factor in factors if isinstance(factor, str))
    if not values:
        return RawValue(str(others), top.where, default_of=path)
    first = values[0]
    try:
        if BUDGET[name].kind is Kind.SWITCH:
            first.mapping.flag(first.name, default=False)
            return first.mapping.raw(first.name)
        product = others * math.prod(value.mapping.count(value.name, at_least=1) for value in values)
        return first.mapping.computed(product, first.name)
    except RequestError as error:
        raise RequestError(
            *(problem._replace(got=_got(first, problem), hint=_hint(name)) for problem in error.problems)
        ) from None


def _got(value: PathValue, problem: Problem) -> str | None:
    """Return what a problem shows of a value: the text of a quoted one."""
    node = value.node
    return quote(node.text) if node.quoted and problem.where == node.where else problem.got


def _hint(name: str) -> str:
    return f"pass {BUDGET[name].long}"
