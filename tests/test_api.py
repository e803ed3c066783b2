"""The Python interface: the same plans, numbers, figures and errors as the command line."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from door import ask
from matplotlib import colors
from matplotlib.figure import Figure
from plans_of import planned

import cosine_cli as clr
from cosine_cli.frameworks.torch.cosine import CosineAnnealingLR
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.onecycle import Onecycle
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.schedules.wsd import Wsd

COMPOSED = Warmup(warmup=5, of=Cosine(lr=1, total=9))
ARGS = '{"lr_scheduler_type": "cosine", "learning_rate": 2e-5, "warmup_ratio": 0.03, "max_steps": 1000}'


def test_a_curve_is_a_function_of_the_step() -> None:
    cosine = clr.plan("cosine:warmup=5", "step", lr=0.1, epochs=100)["cosine"]
    t = np.array([[0, 5], [52.5, 100]])
    assert cosine(t) == pytest.approx(np.array([[0.0, 0.1], [0.05, 0.0]]), abs=1e-16)


def test_steps_are_updates_and_rates_are_at_epochs() -> None:
    plan = clr.plan("linear", lr=1, epochs=4, steps_per_epoch=10)
    rates = plan.rates()
    assert plan.steps == 40
    assert rates.t.tolist() == [0, 1, 2, 3, 4]
    assert rates.lr.tolist() == [[1.0, 0.75, 0.5, 0.25, 0.0]]
    assert plan.rates(at=[0.5, "25st"]).lr.tolist() == [[0.875, 0.375]]
    assert plan.rates(every=2).t.tolist() == [0, 2, 4]


@pytest.mark.parametrize(
    ("options", "same"),
    [
        pytest.param({"lr": np.float64(0.5), "epochs": np.int64(30)}, ["--lr", "0.5", "--epochs", "30"], id="numpy"),
        pytest.param({"warmup": "5%", "min_lr": 1e-5}, ["--warmup", "5%", "--min-lr", "1e-5"], id="texts"),
        pytest.param({"steps": 1000, "update": "step"}, ["--steps", "1000"], id="steps"),
        pytest.param({"lr": None}, [], id="none-is-not-given"),
    ],
)
def test_options_are_those_of_the_command_line(options: dict[str, Any], same: list[str]) -> None:
    asked = ask("table", "cosine", "linear", "--rows", "5", "--format", "json", *same)
    rates = clr.plan("cosine", "linear", **options).rates(rows=5)
    printed = json.loads(asked.out)
    assert rates.t.tolist() == printed["t"]
    assert rates.lr.tolist() == [curve["lr"] for curve in printed["curves"]]


@pytest.mark.parametrize(
    "schedule",
    [
        Cosine(lr=0.3, total=80.5, min_lr=1e-3),
        Multistep(lr=1, milestones=(10, 30.5), gamma=0.5),
        Wsd(warmup=3, stable=70, decay=27, decay_shape="sqrt"),
        Onecycle(total=100, warmup=30, three_phase=True),
    ],
    ids=lambda schedule: type(schedule).__name__,
)
@pytest.mark.parametrize("run", [{"epochs": 10, "steps_per_epoch": 10}, {"steps": 100}])
def test_a_schedule_is_a_curve_with_times_in_steps(schedule: Schedule, run: dict[str, int]) -> None:
    steps = np.arange(100)
    assert clr.plan(schedule, **run)[0](steps) == pytest.approx(schedule(steps), rel=1e-12)


def test_one_rate_is_a_float() -> None:
    cosine = clr.plan("cosine")["cosine"]
    assert [type(cosine(t)) for t in (50, 50.0, np.int64(50))] == [float] * 3
    assert cosine(50) == pytest.approx(0.05)


def test_a_curve_has_nothing_that_a_checkpoint_would_hold() -> None:
    assert clr.plan("cosine")["cosine"].__dict__ == {}


def test_matched_curves() -> None:
    plan = clr.plan("constant", "linear", match="area", epochs=100)
    sums = [curve(np.arange(100)).sum() for curve in plan.curves]
    assert sums == pytest.approx([10.0, 10.0])
    assert [its.sum for its in plan.statistics().values()] == pytest.approx([10.0, 10.0])
    ax = Figure().add_subplot()
    assert [line.get_label() for line in plan.draw(ax)] == ["constant ×1", "linear ×1.98"]
    assert ax.get_ylabel() == "Learning rate, equal sum"


def test_a_default_warmup_is_a_warning_in_python_words() -> None:
    with pytest.warns(clr.PlanWarning, match="^wsd .* warms up by default, cosine does not; warmup sets it for all"):
        clr.plan("cosine", "wsd")


def test_a_figure_shows_itself_in_a_notebook_at_its_size() -> None:
    data, metadata = clr.plan("cosine").figure(size=(4, 3), dpi=100)._repr_mimebundle_()  # type: ignore[attr-defined]
    assert data["image/png"].startswith(b"\x89PNG")
    assert int.from_bytes(data["image/png"][16:20]) == 400
    assert metadata["image/png"] == {"width": 384}


def test_a_list_is_a_list() -> None:
    plan = clr.plan("multistep", epochs=90, milestones=[30, 60], gamma=0.1)
    assert plan["multistep"]([29, 30, 60]).tolist() == pytest.approx([0.1, 0.01, 0.001])
    assert clr.plan("cosine").figure(size=(5, 3)).get_size_inches().tolist() == [5.0, 3.0]


@pytest.mark.parametrize(
    ("curves", "options", "message"),
    [
        pytest.param(
            ["cosine"],
            {"warmup_steps": 50},
            "warmup_steps: unknown option; did you mean warmup='50st'?",
            id="brought-flag",
        ),
        pytest.param(["cosine"], {"epoch": 3}, "epoch: unknown option; did you mean epochs=3?", id="mistyped"),
        pytest.param(
            ["cosine"], {"matched": "sum"}, "matched: unknown option; did you mean match='sum'?", id="mistyped-word"
        ),
        pytest.param(["cosin"], {}, "curve 'cosin': is not a schedule; did you mean cosine?", id="mistyped-curve"),
        pytest.param(["cosine"], {"lr": True}, "lr: must be a finite number above 0, got 'true'", id="boolean"),
        pytest.param(["cosine"], {"lr": -1}, "lr: must be a finite number above 0, got '-1'", id="bound"),
        pytest.param(["cosine"], {"lr": 1j}, "lr: must be a number, a text or a list of", id="complex"),
        pytest.param(
            [3], {}, "curve: must be a text such as 'cosine:warmup=5', a path or a schedule, got int", id="number"
        ),
        pytest.param([CosineAnnealingLR(T_max=9)], {}, "curve: must be a schedule of the catalogue, got C", id="torch"),
        pytest.param([COMPOSED], {}, "curve: must not be composed of others, got Warmup; write it in a", id="composed"),
        pytest.param(["cosine"], {"gamma": 0.9}, "gamma: no curve uses it", id="unused"),
        pytest.param(["step"], {"update": "day"}, "update: must be step or epoch, got 'day'", id="choice"),
    ],
)
def test_errors_are_exceptions_in_python_words(curves: list[Any], options: dict[str, Any], message: str) -> None:
    with pytest.raises(clr.RequestError) as raised:
        clr.plan(*curves, **options)
    assert str(raised.value).startswith(message)
    assert "--" not in str(raised.value)


def test_styles_are_options_too() -> None:
    plan = clr.plan("cosine", "step", colors=["crimson", "#00f"], ylabel="LR", size="84mm")
    ax = Figure().add_subplot()
    assert [colors.to_hex(line.get_color()) for line in plan.draw(ax)] == ["#dc143c", "#0000ff"]
    assert ax.get_ylabel() == "LR"
    assert plan.figure().get_figwidth() == pytest.approx(84 / 25.4)
    with pytest.raises(clr.RequestError, match=r"colour: unknown option; did you mean colors='red'\?"):
        clr.plan("cosine", colour="red")


def test_an_unknown_option_lists_the_options() -> None:
    with pytest.raises(clr.RequestError, match=r"frobnicate: unknown option; the options are .*, size,"):
        clr.plan("cosine", frobnicate="red")


def test_a_curve_is_found_by_label_schedule_or_position() -> None:
    plan = clr.plan("step", "cosine:label=mine")
    assert plan["step"] == plan["step decay"] == plan[0]
    assert plan["mine"] == plan["cosine"] == plan[-1]
    with pytest.raises(clr.RequestError, match=r"must be .*, got 'linear'; the curves are 'step decay' and 'mine'"):
        plan["linear"]
    with pytest.raises(clr.RequestError, match="got 'linear'; the curves are 'a' and 'b'"):
        clr.plan("linear:label=a", "linear:label=b")["linear"]


def test_a_plan_is_a_collection_of_its_curves() -> None:
    plan = clr.plan("step", "cosine")
    assert [curve.label for curve in plan] == ["step decay", "cosine"]
    assert len(plan) == 2
    assert ("step" in plan, "step decay" in plan, "linear" in plan) == (True, True, False)
    assert plan[np.int64(1)] == plan["cosine"]
    with pytest.raises(IndexError):
        plan[2]
    with pytest.raises(TypeError):
        plan[0.5]  # type: ignore[index]


def test_plans_and_curves_are_pickled() -> None:
    plan = clr.plan("cosine", "step")
    assert pickle.loads(pickle.dumps(plan["cosine"])) == plan["cosine"]  # noqa: S301 - written above
    assert pickle.loads(pickle.dumps(plan)).curves == plan.curves  # noqa: S301


def test_a_grid_is_a_mapping() -> None:
    grid = {"min_lr": [0, 1e-3], "warmup": "5%"}
    flags = "cosine --grid min_lr=0,0.001 --grid warmup=5%"
    assert clr.plan("cosine", grid=grid)._plan == planned(flags)  # noqa: SLF001 - panels are not public


def test_too_many_rates_are_an_error() -> None:
    with pytest.raises(clr.RequestError, match=r"rates must be at most 100,000,000, got 1,000,000,000,001; give"):
        clr.plan("cosine", steps=10**12).rates()


def test_a_file_is_read_with_a_warning_for_each_note(tmp_path: Path) -> None:
    path = tmp_path / "args.json"
    path.write_text(ARGS)
    with pytest.warns(clr.PlanWarning, match="read as .*: transformers.get_cosine_schedule_with_warmup, 1000 steps"):
        plan = clr.plan(path)
    assert plan.steps == 1000
    assert plan[0]([30, 515]).tolist() == pytest.approx([2e-5, 1e-5])
    assert "get_cosine_schedule_with_warmup" in plan.notes[0]


def test_the_format_of_a_file_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "args.json"
    path.write_text(ARGS.replace("{", '{"base_model": "m", ', 1))
    with pytest.raises(clr.RequestError, match="name it with read_as NAME"):
        clr.plan(path)
    with pytest.warns(clr.PlanWarning, match="read as .*: transformers.get_cosine_schedule_with_warmup, 1000 steps"):
        assert clr.plan(path, read_as="transformers").steps == 1000


def test_a_path_object_is_a_file_whatever_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cosine").write_text("lr: 3\ncurves: [linear]\n")
    monkeypatch.chdir(tmp_path)
    assert clr.plan(Path("cosine"))[0].name == "linear"


def test_the_figure_is_the_one_of_the_command_line() -> None:
    figure = clr.plan("cosine", "step").figure(theme="dark", title="Two")
    assert isinstance(figure, Figure)
    assert figure.get_facecolor() == colors.to_rgba("#0D1117")
    assert "Two" in {text.get_text() for text in figure.findobj(match=lambda a: hasattr(a, "get_text"))}
    with pytest.raises(clr.RequestError, match="theme: must be light or dark for one figure, got 'both'"):
        clr.plan("cosine", theme="both").figure()


def test_save_writes_the_bytes_of_the_command_line(tmp_path: Path) -> None:
    clr.plan("cosine", "step", epochs=30).save(tmp_path / "a.svg", theme="dark")
    ask("plot", "cosine", "step", "--epochs", "30", "--theme", "dark", "-o", str(tmp_path / "b.svg"))
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_draw_adds_one_labeled_line_per_curve_and_nothing_else() -> None:
    ax = Figure().add_subplot()
    ax.set_ylabel("rate")
    ax.set_xlim(0, 50)
    lines = clr.plan("cosine", "step", epochs=90).draw(ax)
    assert [line.get_label() for line in lines] == ["cosine", "step decay"]
    assert [text.get_text() for text in ax.legend().get_texts()] == ["cosine", "step decay"]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_xlim()) == ("Epoch", "rate", (0.0, 50.0))


def test_a_logarithmic_axis_ends_where_that_of_a_figure_does() -> None:
    ax = Figure().add_subplot()
    ax.set_yscale("log")
    lines = clr.plan("cosine", "step", "exponential", "restarts:cycle=10").draw(ax)
    drawn = np.concatenate([np.asarray(line.get_ydata(), dtype=float) for line in ax.lines])
    assert np.nanmin(drawn) == pytest.approx(1e-5)
    assert len(lines) == 4


def test_drawing_leaves_the_settings_of_matplotlib() -> None:
    code = (
        "import logging, cosine_cli; cosine_cli.plan('cosine').figure(); import matplotlib; "
        "print(matplotlib.get_backend(auto_select=False), logging.getLogger('matplotlib').level)"
    )
    environment = {**os.environ, "MPLBACKEND": "svg"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "svg 0\n"


def test_axes_have_one_theme() -> None:
    both = clr.plan("cosine", theme="both")
    with pytest.raises(clr.RequestError, match="theme: must be light or dark for one figure, got 'both'; pass theme="):
        both.draw(Figure().add_subplot())
    light = clr.plan("cosine").draw(Figure().add_subplot())
    assert both.draw(Figure().add_subplot(), theme="light")[0].get_color() == light[0].get_color()
    assert "data:image/png" in both._repr_html_()


def test_drawn_lines_have_the_rates_of_the_plan_and_break_at_jumps() -> None:
    ax = Figure().add_subplot()
    (line,) = clr.plan("step:step_size=30", epochs=90, steps_per_epoch=7).draw(ax)
    times, rates = (np.asarray(data, dtype=float) for data in line.get_data())
    assert np.isnan(rates).sum() == 2
    assert set(rates[~np.isnan(rates)].round(12)) == {0.1, 0.01, 0.001}
    assert times[~np.isnan(times)].max() == 90.0


def test_a_curve_of_many_cycles_is_drawn_as_a_band() -> None:
    ax = Figure().add_subplot()
    clr.plan("restarts:cycle=2", steps=10**9).draw(ax)
    assert len(ax.collections) == 1


def test_a_notebook_shows_the_figure_and_the_table() -> None:
    plan = clr.plan("cosine:label=<b>")
    shown = plan._repr_html_()
    assert shown.startswith('<img alt="" width="768" src="data:image/png;base64,')
    assert "<b>" not in shown
    assert repr(plan) in shown.replace("&lt;b&gt;", "<b>").replace("&#x27;", "'")


def test_the_interface_is_imported_when_it_is_used() -> None:
    code = (
        "import sys, cosine_cli; assert 'cosine_cli.api' not in sys.modules; cosine_cli.plan('cosine').figure(); "
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    with pytest.raises(AttributeError, match=r"^module 'cosine_cli' has no attribute 'nothing'$"):
        _ = clr.nothing
    assert {*clr.__all__, "__doc__"} <= {*dir(clr)}


def test_no_warning_without_a_note() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert clr.plan("cosine").notes == ()


def test_of_several_runs_each_curve_is_a_function_of_its_own_updates(tmp_path: Path) -> None:
    paths = tmp_path / "a.yaml", tmp_path / "b.yaml"
    paths[0].write_text("lr: 1\nepochs: 4\nsteps_per_epoch: 10\ncurves: [linear]\n", encoding="utf-8")
    paths[1].write_text("lr: 1\nepochs: 3\nsteps_per_epoch: 20\ncurves: [linear]\n", encoding="utf-8")
    with pytest.warns(clr.PlanWarning, match=r"^b\.yaml: the run ends at epoch 3$"):
        plan = clr.plan(*paths)
    assert plan.steps == 60
    assert plan["a.yaml: linear"]([0, 20, 40, 41]) == pytest.approx([1, 0.5, 0, np.nan], nan_ok=True)
    assert plan["b.yaml: linear"]([0, 30, 60, 61]) == pytest.approx([1, 0.5, 0, np.nan], nan_ok=True)
    assert plan.rates(at="2,3,4").lr[1] == pytest.approx([1 / 3, 0, np.nan], nan_ok=True)
