"""Look up schedules by name: those of the core (``cosine``) and of frameworks (``torch.StepLR``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cosine_cli.frameworks.core import discovery as frameworks
from cosine_cli.schedules.core import catalogue

if TYPE_CHECKING:
    from cosine_cli.frameworks.core.ignored import IgnoredParam
    from cosine_cli.schedules.core.schedule import Schedule

UNCOMPUTABLE = "cannot be computed before training"
"""What errors say of schedules that depend on more than the time."""

SYNONYMS: Mapping[str, str] = {
    synonym: name
    for name, synonyms in {
        "constant": "const",
        "cosine": "cos cosine_decay half_cosine",
        "exponential": "exp exponentiallr exponential_lr",
        "flat_cosine": "flat_cos",
        "inverse_sqrt": "rsqrt inv_sqrt inverse_square_root",
        "inverse_time": "inverse_time_decay inv_time",
        "linear": "lin linear_decay",
        "multistep": "multisteplr multi_step_lr",
        "natural_exponential": "natural_exp natural_exp_decay",
        "noam": "noam_decay",
        "one_minus_sqrt": "1_sqrt 1_minus_sqrt",
        "onecycle": "1cycle",
        "polynomial": "poly poly_decay polynomial_decay",
        "rex": "rex_decay",
        "slanted_triangular": "stlr",
        "step": "step_decay steplr step_lr",
        "tanh": "tanh_decay",
        "wsd": "trapezoid trapezoidal",
    }.items()
    for synonym in synonyms.split()
}
"""Other names of our schedules that curves accept, in lower case: those with one meaning, and the same parameters."""


def canonical(name: str) -> str:
    """Return the name of a schedule as plans write it, for any capitals, dashes and synonyms; unknown names unchanged.

    >>> canonical("Inverse-Sqrt"), canonical("exp"), canonical("pytorch.steplr"), canonical("transformers.cosine")
    ('inverse_sqrt', 'exponential', 'torch.StepLR', 'transformers.get_cosine_schedule_with_warmup')
    """
    if is_framework_name(name):
        written, _, own = name.partition(".")
        framework = frameworks.framework_named(written) or written
        return f"{framework}.{_framework_schedule_named(framework, own)}"
    if name in catalogue.names():
        return name
    folded = squashed(name)
    synonym = SYNONYMS.get(name.lower().replace("-", "_"), name)
    return next((ours for ours in catalogue.names() if squashed(ours) == folded), synonym)


def _framework_schedule_named(framework: str, name: str) -> str:
    """Return a framework's own name for a schedule, which may be written after its module's, in any capitals."""
    if frameworks.framework_schedule(framework, name) is not None:
        return name
    aliases, own = frameworks.load_framework(framework).aliases, frameworks.framework_schedules(framework)
    folded = squashed(name.rpartition(".")[2])
    return next((aliases.get(one, one) for one in (*own, *aliases) if squashed(one) == folded), name)


def squashed(name: str) -> str:
    """Return a name in lower case, without dashes and underscores."""
    return name.lower().replace("-", "").replace("_", "")


def is_framework_name(name: str) -> bool:
    """Tell whether a name starts with a framework's: ``torch.StepLR``."""
    framework, dot, own = name.partition(".")
    return bool(dot and own) and frameworks.framework_named(framework) is not None


def synonym_note(name: str) -> str | None:
    """Return the sentence on a name that is a synonym, None if it is the schedule's own name, or unknown.

    >>> synonym_note("exp"), synonym_note("Cosine")
    ('exp is taken as exponential', None)
    """
    known = canonical(name)
    framework = known.partition(".")[0] if is_framework_name(known) else ""
    aliases = frameworks.load_framework(framework).aliases if framework else {}
    same = squashed(known) == squashed(name) or name.removeprefix(f"{framework}.") in aliases
    return None if same or not is_known(known) else f"{name} is taken as {known}"


def is_known(name: str) -> bool:
    """Tell whether a schedule of this name exists."""
    name = canonical(name)
    if is_framework_name(name):
        framework, _, own = name.partition(".")
        return frameworks.framework_schedule(framework, own) is not None
    return name in catalogue.names()


def load(name: str) -> type[Schedule]:
    """Return the class of a schedule; the name must be known."""
    name = canonical(name)
    if is_framework_name(name):
        framework, _, own = name.partition(".")
        if found := frameworks.framework_schedule(framework, own):
            return found
    return catalogue.load(name)


def is_generic(name: str) -> bool:
    """Tell whether a schedule is composed of others, or a table: its name does not describe the rates.

    >>> is_generic("sequence"), is_generic("piecewise_interpolated"), is_generic("cosine")
    (True, True, False)
    """
    return not is_framework_name(name) and is_known(name) and load(name).family in ("composite", "tabulated")


def idle(name: str) -> Mapping[str, IgnoredParam]:
    """Return the parameters of a framework's schedule without effect on the rate; empty for other names."""
    if not is_framework_name(name) or not is_known(name):
        return {}
    from cosine_cli.frameworks.core.framework_schedule import ignored_params  # here: it loads numpy

    return ignored_params(load(name))


def among(parent: str, name: str) -> str:
    """Return the full name of a part of a framework's composite schedule, which is written without the framework.

    >>> among("torch.SequentialLR", "LinearLR")
    'torch.LinearLR'
    """
    return f"{parent.partition('.')[0]}.{name}" if is_framework_name(parent) and not is_framework_name(name) else name


def depends(name: str) -> str | None:
    """Return why a framework's schedule cannot be computed from time alone, None if it can.

    The framework's name may be omitted.

    >>> depends("torch.LambdaLR")
    'cannot be computed before training: the rate depends on a Python function, lr_lambda'
    """
    written, _, own = name.partition(".") if is_framework_name(name) else ("", "", name)
    framework = frameworks.framework_named(written)
    searched = (
        frameworks.load_framework(one).depends for one in ([framework] if framework else frameworks.frameworks())
    )
    last = squashed(own.rpartition(".")[2])
    folded = {squashed(own), last, f"{last}lr"}
    what = next((what for found in searched for key, what in found.items() if squashed(key) in folded), None)
    if what is None and "plateau" in own.lower():
        what = "a metric of the training"
    return f"{UNCOMPUTABLE}: the rate depends on {what}" if what else None
