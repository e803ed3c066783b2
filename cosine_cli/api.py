"""The Python interface, for notebooks and scripts: the plans of the command line, their rates and their figures.

>>> import cosine_cli as clr
>>> plan = clr.plan("cosine", "step", lr=0.1, epochs=90)
>>> plan["step decay"]([0, 26, 27, 54])
array([0.1  , 0.1  , 0.01 , 0.001])
>>> plan.rates(every=30).lr.round(3)
array([[0.1  , 0.075, 0.025, 0.   ],
       [0.1  , 0.01 , 0.001, 0.   ]])
"""

from __future__ import annotations

import inspect
import os
import re
import warnings
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from operator import index
from typing import TYPE_CHECKING, Any, SupportsFloat, SupportsIndex, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike

from cosine_cli.errors import Problem, RequestError, user_error
from cosine_cli.plans.evaluate import Curves, evaluate
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.model.budget import Budget
from cosine_cli.plans.model.clock import CONTENT
from cosine_cli.plans.model.figure_settings import SETTINGS, Caption, Figure
from cosine_cli.plans.model.options import CurveFlags, Match, Rows, Run, TimeAxis
from cosine_cli.plans.model.placement import on_own_run
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.model.time_axis import on_time_axis
from cosine_cli.plans.parse.argv import CommandLine, InputFlags
from cosine_cli.plans.parse.file_words import is_file
from cosine_cli.plans.registry import is_known
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import Param, merged, params
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.studies.statistics import Statistics, statistics
from cosine_cli.studies.table_rows import Times, choose
from cosine_cli.text import closest, either, question, quote

__all__ = ["LearningRates", "PlanWarning", "RateFunction", "RequestError", "plan"]

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure
    from matplotlib.lines import Line2D

Values: TypeAlias = str | SupportsFloat | SupportsIndex | Iterable[str | SupportsFloat]
Option: TypeAlias = Values | Mapping[str, Values] | None

MOST_VALUES = 10**8
"""The largest number of rates in one array: 800 MB."""

_REPR_ROWS = 5

_SETTINGS = {param.name: param for param in merged(Caption, Figure) if param.name != "output"}
_READ = {param.name: param for param in merged(InputFlags) if not param.repeated}
_OPTIONS = {param.name: param for param in merged(Run, Budget, CurveFlags, Match, TimeAxis)} | _READ | _SETTINGS
_ROWS = {param.name: param for param in merged(Rows)}

_VALUE = Param(name="value", type=float, default=None, meaning="values of a grid", separator=",")

_FLAG = re.compile(r"--(no-)?([a-z][a-z-]*[a-z])(?:[ =]([0-9][\w.%/,+-]*[\w%]|[0-9N]\b))?")
_PAIR = re.compile(r"did you mean --(no-)?([a-z][a-z-]*)[ =](.+)\?")
_NUMBER = re.compile(r"[0-9.]+(e[+-]?[0-9]+)?|N")


class PlanWarning(UserWarning):
    """What the command line writes to stderr: how another program's config was read, and what has no effect."""


@dataclass(frozen=True)
class RateFunction:
    """One curve of a plan, as a function of the step.

    - ``label``: its label in figures and tables.
    - ``name``: the name of its schedule.
    - ``schedule``: the schedule, with times in steps.

    >>> import cosine_cli as clr
    >>> cosine = clr.plan("cosine", lr=0.1, steps=1000)["cosine"]
    >>> cosine([0, 500, 1000])
    array([0.1 , 0.05, 0.  ])

    In PyTorch, with an optimizer whose ``lr`` is 1.0::

        scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, cosine)
    """

    # LambdaLR saves the __dict__ of its function in checkpoints; torch.load refuses those with a schedule in them.
    __slots__ = ("__dict__", "label", "name", "schedule")

    label: str
    name: str
    schedule: Schedule

    def __reduce__(self) -> tuple[type[RateFunction], tuple[str, str, Schedule]]:
        """Return how to copy it, which a frozen class with slots does not do on its own."""
        return RateFunction, (self.label, self.name, self.schedule)

    @overload
    def __call__(self, t: float | np.number[Any]) -> float: ...

    @overload
    def __call__(self, t: ArrayLike) -> Rates: ...

    def __call__(self, t: ArrayLike) -> float | Rates:
        """Return the rate used for update ``t``, counted from 0, or an array of the rates of several updates.

        After the end of the curve the rate is NaN.
        """
        rates = self.schedule(t)
        return rates if np.ndim(rates) else float(rates)


class LearningRates:
    """The curves of a plan: ``plan["cosine"]`` is one of them.

    A notebook shows its figure and its table.
    """

    def __init__(self, line: CommandLine, plan: Plan) -> None:
        """Create it from a plan and the command line that it was loaded from; use :func:`plan` instead."""
        self._line, self._plan, self._shown = line, plan, on_time_axis(plan)

    @cached_property
    def curves(self) -> tuple[RateFunction, ...]:
        """The curves, in the order of the legend."""
        return tuple(RateFunction(c.label, c.name, on_own_run(c)) for c in self._plan.curves)

    @property
    def steps(self) -> int:
        """The length of the run in steps; of several runs, that of the longest."""
        return max(self._plan.clock_of(curve).total for curve in self._plan.curves)

    @property
    def notes(self) -> tuple[str, ...]:
        """How another program's config was read, what has no effect, and which curves end early."""
        return _notes(self._shown)

    def __len__(self) -> int:
        """Return the number of curves."""
        return len(self.curves)

    def __iter__(self) -> Iterator[RateFunction]:
        """Yield the curves, in the order of the legend."""
        return iter(self.curves)

    def __contains__(self, curve: object) -> bool:
        """Tell whether there is a curve with a label, or of a schedule."""
        return any(curve in (each, each.label, each.name) for each in self.curves)

    def __getitem__(self, curve: str | SupportsIndex) -> RateFunction:
        """Return the curve with a label, the only curve of a schedule, or the curve at a position."""
        if not isinstance(curve, str):
            return self.curves[index(curve)]
        found = [each for each in self.curves if each.label == curve]
        found = found or [each for each in self.curves if each.name == curve]
        if len(found) != 1:
            labels = [each.label for each in self.curves]
            near = closest(curve, labels)
            hint = (near and question(near)) or f"the curves are {either(map(repr, labels), last='and')}"
            raise user_error("curve", "must be the label of a curve", got=quote(curve), hint=hint)
        return found[0]

    def statistics(self) -> dict[str, Statistics]:
        """Return the key numbers of each curve, by its label, as ``cosine-lr table --summary`` prints them.

        >>> import cosine_cli as clr
        >>> round(clr.plan("cosine", "linear", epochs=100).statistics()["linear"].sum, 3)
        5.05
        """
        return dict(zip([curve.label for curve in self.curves], statistics(self._shown), strict=True))

    def rates(self, **rows: Option) -> Curves:
        """Return the rates at chosen times, by default at every epoch, or every step of a run in steps.

        - ``every``: one time at each multiple of this, and the last.
        - ``at``: exactly these times.
        - ``rows``: about this many round times, with the breakpoints of the curves.

        The result has the times ``t`` in the unit of the run, or of ``axis``, shape ``(N,)``, and the rates ``lr``,
        shape ``(K, N)``, one row per curve, with their ``labels``. After the end of a curve its rates are NaN.

        >>> import cosine_cli as clr
        >>> rates = clr.plan("cosine", "linear", epochs=4).rates()
        >>> rates.t, rates.lr[1]
        (array([0., 1., 2., 3., 4.]), array([0.1  , 0.075, 0.05 , 0.025, 0.   ]))
        """
        times = self._times(**(rows or {"every": "1st" if self._shown.clock.unit in CONTENT else 1}))
        if times.rows * len(self.curves) > MOST_VALUES:
            rule = f"rates must be at most {MOST_VALUES:,}"
            raise user_error("rates", rule, got=f"{times.rows * len(self.curves):,}", hint="give a larger every")
        return evaluate(self._shown, np.concatenate(list(times.blocks())))

    def figure(self, **settings: Option) -> MatplotlibFigure:
        """Return the figure that ``cosine-lr plot`` draws, as a matplotlib figure; settings replace those of the plan.

        >>> import cosine_cli as clr
        >>> figure = clr.plan("cosine").figure(theme="dark", preset="icml")
        >>> figure.get_size_inches().tolist()
        [3.25, 2.15]
        """
        from cosine_cli.render.figure.label_check import check_named
        from cosine_cli.render.figure.mpl.draw import draw

        plan = on_time_axis(self._with(settings))
        _check_one_theme(plan)
        with _python_words():
            check_named(plan, where="figure")
        return draw(plan, theme=plan.figure.theme)

    def draw(self, ax: Axes, *, theme: str | None = None) -> list[Line2D]:
        """Draw the curves on axes of your own, and return one line per curve, with its label for ``ax.legend()``.

        Times are in the unit of the run. Only missing axis labels are set; limits, scales and fonts stay as they are.

        - ``theme``: the colors, ``light`` or ``dark``; by default those of the plan.
        """
        from cosine_cli.render.figure.mpl.on_axes import draw_on

        plan = on_time_axis(self._with({} if theme is None else {"theme": theme}))
        _check_one_theme(plan)
        return draw_on(ax, plan)

    def save(self, path: str | os.PathLike[str], **settings: Option) -> None:
        """Write the figure to a file, as ``cosine-lr plot -o`` does: its suffix selects the format."""
        from cosine_cli.commands.plot import run

        with _python_words():
            run(_merged(self._line, {**_texts(settings, _SETTINGS), "output": os.fspath(path), "quiet": True}))

    def table(self, **rows: Option) -> str:
        """Return the table that ``cosine-lr table`` prints."""
        from cosine_cli.render.table import table
        from cosine_cli.render.terminal import Terminal

        with _python_words():
            return b"".join(table(self._shown, self._times(**rows), terminal=Terminal.none())).decode()

    def __repr__(self) -> str:
        """Return a short table."""
        return self.table(rows=_REPR_ROWS).rstrip("\n")

    def _repr_html_(self) -> str:
        """Return the figure and the table, for a notebook."""
        from cosine_cli.plans.writer import config_text
        from cosine_cli.render.figure.mpl.draw import PIXELS_PER_INCH
        from cosine_cli.render.figure.mpl.save import figure_file

        plan = _in_one_theme(self._plan)
        drawn = figure_file(on_time_axis(plan), suffix="png", theme=plan.figure.theme, source=config_text(plan.bare))
        width = round(plan.figure.size[0] * PIXELS_PER_INCH)
        image = f'<img alt="" width="{width}" src="data:image/png;base64,{b64encode(drawn.data).decode()}">'
        return "\n".join([image, *(f"<pre>{escape(text)}</pre>" for text in (repr(self), *self.notes))])

    def _times(self, **rows: Option) -> Times:
        with _python_words():
            return choose(self._shown, _merged(self._line, _texts(rows, _ROWS)).given(Rows))

    def _with(self, settings: dict[str, Option]) -> Plan:
        """Return the plan with other settings of the figure."""
        if not settings:
            return self._plan
        with _python_words():
            return load_plan(_merged(self._line, _texts(settings, _SETTINGS)), SETTINGS)


def plan(*curves: str | os.PathLike[str] | Schedule, **options: Option) -> LearningRates:
    """Return the learning rates of curves and files, as the command line reads them.

    - ``curves``: curves such as ``"cosine:warmup=5"``, files such as ``"run.yaml"`` or ``Path("args.json")``, and
      schedules such as ``Cosine(lr=0.1, total=100)``, with times in steps; by default cosine, step and exponential
      decay.
    - ``options``: those of ``cosine-lr plot``: ``lr=0.1``, ``epochs=100``, ``warmup="5%"``, ``log=True``,
      ``preset="icml"``, ...; ``read_as="timm"`` to select the format of the files,
      or ``combine=True`` to read two files as one run.

    Raises RequestError for an invalid curve, file or option.

    >>> import cosine_cli as clr
    >>> clr.plan("cosine", lr=0.1, epochs=100)
     Peak 0.1, 100 epochs
                   cosine
       epoch   ██▇▇▆▄▃▂▂▁
     ────────────────────
           0     0.100000
          25     0.085355
          50     0.050000
          75     0.014645
     end 100            0
     ────────────────────
        mean     0.050500
     half at           50
    >>> clr.plan("cosine", lr=-1)
    Traceback (most recent call last):
        ...
    cosine_cli.errors.RequestError: lr: must be a finite number above 0, got '-1'
    """
    with _python_words():
        words = [_word(curve) for curve in curves]
        line = CommandLine.of({"words": words, **_texts(options, _OPTIONS)})
        rates = LearningRates(line, load_plan(line, SETTINGS))
    for note in rates.notes:
        warnings.warn(note, PlanWarning, stacklevel=2)
    return rates


plan.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # completed and shown by notebooks
    [
        inspect.Parameter("curves", inspect.Parameter.VAR_POSITIONAL),
        *(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None) for name in _OPTIONS),
    ]
)


def _check_one_theme(plan: Plan) -> None:
    """Raise RequestError for both themes, which are two figures."""
    if plan.figure.theme == "both":
        raise user_error("theme", "must be light or dark for one figure", got="'both'", hint="pass theme='light'")


def _in_one_theme(plan: Plan) -> Plan:
    """Return a plan in light colors if it has both themes: a notebook shows one figure."""
    return replace(plan, figure=replace(plan.figure, theme="light")) if plan.figure.theme == "both" else plan


def _word(curve: str | os.PathLike[str] | Schedule) -> str:
    """Return a curve or a file as the command line takes it; a path object is a file whatever its name."""
    if isinstance(curve, Schedule):
        return _spec(curve)
    if not isinstance(curve, str | os.PathLike):
        raise user_error(
            "curve", "must be a text such as 'cosine:warmup=5', a path or a schedule", got=type(curve).__name__
        )
    text = os.fspath(curve)
    return text if isinstance(curve, str) or is_file(text) else f"./{text}"


def _spec(schedule: Schedule) -> str:
    """Return a schedule as the command line takes it, with its times in steps."""
    kind = type(schedule)
    given = [(param, getattr(schedule, param.name)) for param in params(kind)]
    if any(param.kind is Kind.CURVE or param.mapping for param, _ in given):
        raise user_error("curve", "must not be composed of others", got=kind.__name__, hint="write it in a config")
    name = kind.__module__.removeprefix("cosine_cli.schedules.")
    if not is_known(name):  # one of a framework counts calls, which may be steps or epochs
        raise user_error("curve", "must be a schedule of the catalogue", got=kind.__name__, hint="give it as a text")
    values = [f"{param.name}={_value(param, value)}" for param, value in given if value is not None]
    return f"{name}:{','.join(values)}"


def _value(param: Param, value: Any) -> str:
    parts = value if isinstance(value, tuple) else (value,)
    return (param.separator or "/").join(f"{_text(param, part)}{'st' if param.kind.is_time else ''}" for part in parts)


def _texts(options: dict[str, Option], known: dict[str, Param]) -> dict[str, Any]:
    """Return options as the command line takes them.

    Raises RequestError for an unknown option.
    """
    for name, value in options.items():
        if name not in known:
            raise user_error(name, "unknown option", hint=_option_hint(name, value, known))
    return {name: _text(known[name], value) for name, value in options.items() if value is not None}


def _option_hint(name: str, value: Option, known: dict[str, Param]) -> str:
    from cosine_cli.hints import option_hint

    option = f"--{name.replace('_', '-')}"
    hint = option_hint(option, [option, str(value)], list(known.values()), command="plot")
    pair = _PAIR.fullmatch(hint)
    if pair is not None:  # whatever the value is, which an error message quotes only in part
        return question(_argument(pair)) or hint
    return hint if hint.endswith("?") else f"the options are {either(known, last='and')}"


def _text(param: Param, value: Option) -> str | bool | tuple[str, ...]:
    if isinstance(value, bool | np.bool_):
        return bool(value) if param.kind is Kind.SWITCH else str(bool(value)).lower()
    if isinstance(value, str):
        return (value,) if param.repeated else value
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and not value.ndim):
        return repr(value.item())
    if isinstance(value, Mapping):  # a grid
        return tuple(f"{name}={_text(_VALUE, values)}" for name, values in value.items())
    if isinstance(value, Iterable):
        parts = tuple(str(_text(param._replace(repeated=False), part)) for part in value)
        return parts if param.repeated else (param.separator or ",").join(parts)
    if isinstance(value, int | float):
        return repr(value)
    raise user_error(param.name, "must be a number, a text or a list of them", got=type(value).__name__)


def _merged(line: CommandLine, given: dict[str, Any]) -> CommandLine:
    """Return a command line with more options."""
    more = CommandLine.of(given).options
    return replace(line, options={**line.options, **more})


def _notes(plan: Plan) -> tuple[str, ...]:
    from cosine_cli.render.milestone_notes import milestone_notes
    from cosine_cli.render.truncation import truncation_notes
    from cosine_cli.render.warmup_notes import warmup_notes

    notes = (*plan.remarks, *milestone_notes(plan), *warmup_notes(plan), *truncation_notes(plan))
    return tuple(_FLAG.sub(_argument, note) for note in notes)


@contextmanager
def _python_words() -> Iterator[None]:
    """Raise errors in the words of Python: ``warmup='50st'`` for ``--warmup 50st``."""
    try:
        yield
    except RequestError as error:
        raise RequestError(*map(_in_python, error.problems)) from None


def _in_python(problem: Problem) -> Problem:
    where, rule, got, hint = (text and _FLAG.sub(_argument, text) for text in problem)
    return Problem(where or "", rule or "", got, hint)


def _literal(value: str) -> str:
    return value if _NUMBER.fullmatch(value) else repr(value.strip("'"))


def _argument(flag: re.Match[str]) -> str:
    negated, name, value = flag.groups()
    name = name.replace("-", "_")
    if value is None:
        return f"{name}=False" if negated else name
    return f"{name}={_literal(value)}"
