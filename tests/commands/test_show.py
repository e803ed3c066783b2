"""``cosine-lr show``, from its words to its characters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from door import ask
from screen import on_terminal

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


pytestmark = pytest.mark.usefixtures("here")


def out(words: str) -> str:
    answer = ask(*words.split())
    assert (answer.code, answer.err) == (0, "")
    return answer.out.decode()


DEFAULT = """\
 Cosine against step and exponential decay   Peak 0.1, 100 epochs
   0.1 ┤⡤⠤⠤⠤⣤⣤⣤⡤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤ step decay
       │⠹⡄     ⠉⠉⠓⠲⠤⣄⣀       ⠨
       │ ⠹⣄          ⠈⠙⠒⠦⣄⡀  ⠨
       │  ⠘⣆              ⠉⠓⢦⣨
 0.075 ┤   ⠈⢧                ⠨⠙⠲⣄⡀
       │    ⠈⠳⡄              ⠨   ⠉⠳⢤⡀   cosine
       │      ⠙⢦             ⠨      ⠉⠳⢤⡀
       │       ⠈⠳⣄ 15.05     ⠨         ⠉⠳⣄⡀  50 half the peak
  0.05 ┤╌╌╌╌╌╌╌╌╌⠈○⣄╌╌╌╌╌╌╌╌╌○╌30╌╌╌╌╌╌╌╌╌⠙⠲○⡀
       │           ⠈⠳⣄       ⠨               ⠙⠲⣄
       │             ⠈⠓⢦⡀    ⠨                 ⠈⠙⠦⣄
       │                ⠉⠳⢤⡀ ⠨                    ⠈⠙⠦⣄
 0.025 ┤ exponential decay ⠉⠓⠮⣄⡀                     ⠈⠙⠲⣄⡀
       │                     ⠨ ⠉⠓⠲⢤⣀⡀                    ⠉⠓⢦⣀
       │                     ⠨      ⠉⠙⠒⠲⠤⢤⣀⣀                ⠈⠙⠲⢤⣀⡀
       │                     ⠈⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠛⠛⠛⠻⠭⠥⠤⣄⣀⣀⣀⣀⣀      ⠉⠓⠲⠤⣄⣀
     0 ┤                                           ⠓⠒⠒⠒⠒⠒⠒⠚⠛⠛⠛⠛⠛⠛⠛⠛⠒⠒⠒⠚⠛⠻⠶⠶⠶⠶⠶⠶⠶
       └┬──────┬──────┬──────┬──────┬───────┬──────┬──────┬──────┬──────┬──────┬
 epoch  0      10     20     30     40      50     60     70     80     90   100
 cosine              half at 50      ends at 0        mean 0.0505
 step decay          half at 30      ends at 0.0001   mean 0.0333   drops at 30, 60, 90
 exponential decay   half at 15.05   ends at 0.001    mean 0.0220
"""

LOGARITHMIC = """\
 Peak 0.1, 100 epochs; logarithmic axis
   0.1 ┤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⣤⣤⣤⣤⣤⣤⣤⣤⣤⠤
       │                    ⠈⠩⠉⠉⠉⠉⠙⠒⠒⠒⠒⠦⠤⠤⢤⣀⣀⣀⡀
       │                     ⠨                ⠉⠉⠙⠒⠒⠦⠤⢤⣀⣀     cosine
       │                     ⠨                         ⠈⠉⠙⠒⠦⢤⣀⡀
  0.01 ┤                     ⠨⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠄          ⠉⠓⠲⢤⣀
       │                                           ⠅              ⠈⠙⠲⣄⡀
       │                                           ⠅                  ⠙⠲⣄
       │                                           ⠅                    ⠈⠳⡄
 0.001 ┤                                           ⠥⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤ ⠙⢦
       │                                  step decay                    ⠨  ⠈⢧
       │                                                                ⠨   ⠈⢧
       │                                                                ⠨    ⠸⡄
  1e-4 ┤                                                                ⠨⠤⠤⠤⠤⠤⢧⠤
       │                                                                      ⢸⡀
       │                                                                       ⡇
       │                                                                       ⡇
  1e-5 ┤                                                                       ▼
       └┬──────┬──────┬──────┬──────┬───────┬──────┬──────┬──────┬──────┬──────┬
 epoch  0      10     20     30     40      50     60     70     80     90   100
 cosine       half at 50   ends at 0        mean 0.0505
 step decay   half at 30   ends at 0.0001   mean 0.0333   drops at 30, 60, 90
"""

SPIKES = """\
 Peak 0.1, 1000 steps
   0.1 ┤⢤⣤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤a⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤⢤
       │⢕⢝⢝⢷⢵⣕⣕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕
       │⢕⢕⢕⢕⢕⢕⢝⢗⢷⢵⣕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕
       │⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢝⢝⢷⢵⣕⣕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕
 0.075 ┤⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢝⢗⢷⢵⣕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢵
       │⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢝⢝⢷⢵⣕⣕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕
       │⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢝⢗⢷⢵⣕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕
       │⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢝⢝⢷⢵⣕⣕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕
  0.05 ┤⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢝⢗⢷b⣕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕
       │⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢝⢝⢷⢵⣕⣕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕
       │⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢝⢗⢷⢵⣕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕
       │⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢝⢝⢷⢵⣕⣕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕
 0.025 ┤⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢝⢗⢷⢵⣕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕
       │⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢝⢝⢷⢵⣕⣕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕
       │⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢝⢗⢷⢵⣕⢕⢕⢕⢕⢕⢕⢕
       │⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢕⢝⢝⢷⢵⣕⣕⢕⢕
     0 ┤⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠵⠽⠷⠷
       └┬──────┬──────┬──────┬──────┬───────┬──────┬──────┬──────┬──────┬──────┬
  step  0     100    200    300    400     500    600    700    800    900  1000
 a restarts   half at 1.5   ends at 0.075   mean 0.0667
 b linear     half at 500   ends at 0       mean 0.0500
"""

ASCII = """\
 Peak 0.1, 90 epochs
   0.1 +********++++++++++++++
       |       *******       :
       |             ******  :
       |                  ****
 0.075 +                     *****
       |                     :   ****
       |                     :      ****
       |                     :         ****  45 half the peak
  0.05 +---------------------O-27---------**O*
       |                     :               ***
       |                     :                 ****
       |                     :                    ****   cosine
 0.025 +                     :                       *****
       |                     :                           ****
       |                     : step decay                   ******
       |                     +++++++++++++++++++++++             ******
     0 +                                           +++++++++++++++++++**********
       ++-------+-------+-------+-------+-------+-------+-------+-------+------+
 epoch  0       10      20      30      40      50      60      70      80    90
 * cosine       half at 45   ends at 0        mean 0.0506
 + step decay   half at 27   ends at 0.0001   mean 0.0333   drops at 27, 54, 81
"""

NARROW = """\
 Peak 0.1, 100 epochs, warmup over 5
   0.1 ┤  ⢠⣤⡤⢤⣤⣤⡤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⢤ wsd
       │  ⡏ ⠉⠓⠦⣄⡉⠙⠒⠦⣄⡀                           ⠈⢧
       │  ⡇     ⠉⠓⠦⣄⡀⠉⠓⠦⣄⡀  cosine                ⠈⣇
 0.075 ┤ ⢰⠃  linear ⠉⠓⠦⣄⡀⠙⠲⣄⡀                      ⠘⣆
       │ ⢸              ⠉⠙⠲⢤⣙⠲⣄                     ⠸⡄
       │ ⡼ half the peak    ⠈⠙⠺⢽⣦⣀  52.5             ⠹⡄
  0.05 ┤╌⡇╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌⠈⠙⠳○⣀╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌○⡀
       │ ⡇                          ⠙⠻⣶⢤⣀           90 ⢳
       │⢸⠁                            ⠈⠙⢮⣙⠒⠦⣄⡀         ⠈⢧
 0.025 ┤⢸                                ⠈⠓⢦⣀⠉⠓⠦⣄⡀      ⠈⢧
       │⡞                                   ⠈⠙⠦⣄⡀⠉⠓⠦⣄⡀   ⠘⣆
       │⡇                                       ⠉⠓⠦⣄⣀⠉⠓⠦⣄⡀⠘⡆
     0 ┤⠇                                           ⠈⠉⠓⠒⠲⠭⠷⠿
       └┬─────────┬─────────┬──────────┬─────────┬─────────┬
 epoch  0         20        40         60        80      100
 cosine   half at 52.5   ends at 0   mean 0.0500
 wsd      half at 90     ends at 0   mean 0.0875
 linear   half at 52.5   ends at 0   mean 0.0500
"""


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        pytest.param("show", DEFAULT, id="the-three-decays"),
        pytest.param("show cosine step --log", LOGARITHMIC, id="a-logarithmic-axis"),
        pytest.param("show restarts:cycle=3 linear --steps 1000", SPIKES, id="more-restarts-than-columns"),
    ],
)
def test_in_a_pipe(words: str, shown: str) -> None:
    assert out(words) == shown


def test_a_chart_in_a_pipe_is_80_by_20() -> None:
    chart = DEFAULT.splitlines()[:20]
    assert max(map(len, chart)) == 80
    assert chart[-1].split()[:2] == ["epoch", "0"]


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_on_a_narrow_terminal_without_colour(env: dict[str, str]) -> None:
    words = ("show", "cosine", "wsd", "linear", "--warmup", "5")
    assert on_terminal(*words, columns=60, env={**env, "LINES": "20"}) == (0, NARROW)


def test_where_the_encoding_has_no_braille() -> None:
    words = ("show", "cosine", "step", "--epochs", "90")
    assert on_terminal(*words, env={"NO_COLOR": "1", "LINES": "23"}, encoding="latin-1") == (0, ASCII)


def test_on_the_smallest_terminal() -> None:
    code, shown = on_terminal("show", columns=1, env={"COLUMNS": "1", "LINES": "1", "NO_COLOR": "1"})
    assert (code, shown) == (0, "⣧\n")


def test_curves_and_names_have_the_hues_of_the_table() -> None:
    _, shown = on_terminal("show", "cosine", "step")
    assert all(escape in shown for escape in ("\x1b[1;38;5;68mcosine", "\x1b[1;38;5;166mstep decay", "\x1b[2m   0.1 ┤"))


def test_colour_is_forced_into_a_pipe_and_never_into_a_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESCAPES.sub("", out("show")) == DEFAULT != out("show")
    assert out("show -o chart.txt") == "chart.txt\n"
    assert (here / "chart.txt").read_text(encoding="utf-8") == DEFAULT


def test_a_config_says_the_axis_and_the_title(here: Path) -> None:
    (here / "c.yaml").write_text("title: Two\ncurves: [cosine, step]\nfigure: {log: true}\n", encoding="utf-8")
    assert out("show c.yaml") == LOGARITHMIC.replace(" Peak", " Two   Peak")
    assert out("show c.yaml --title Three").startswith(" Three   Peak 0.1")


@pytest.mark.parametrize(
    ("words", "beginning", "numbers"),
    [
        pytest.param("constant --epochs 1", " Peak 0.1, 1 epoch\n", ["never", "0.1", "0.1000"], id="one-epoch"),
        pytest.param("linear --steps 1", " Peak 0.1, 1 step\n", ["0.5", "0", "0.1000"], id="one-step"),
        pytest.param("linear --lr 1e-5", " Peak 1e-5, 100 epochs\n", ["50", "0", "5.05e-6"], id="a-small-rate"),
        pytest.param("cosine --epochs 1e12", " Peak 0.1, 1T epochs\n", ["500G", "0", "0.0500"], id="a-long-run"),
        pytest.param("step:step_size=1 --epochs 1e12", " Peak 0.1", ["1", "0", "1.11e-13"], id="10^12-drops"),
    ],
)
def test_strange_runs(words: str, beginning: str, numbers: list[str]) -> None:
    shown = out(f"show {words}")
    assert shown.startswith(beginning)
    found = re.findall(r"(?:half at|ends at|mean) (\S+)", shown.splitlines()[-1])
    assert found == numbers


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("-o chart.png", "output 'chart.png': must end in .txt"),
        ("-o none/chart.txt", "output 'none/chart.txt': its directory must exist; create it with mkdir -p 'none'"),
        ("--size 8x4", "unknown option '--size'; see 'cosine-lr show --help'"),
    ],
)
def test_what_is_refused(here: Path, words: str, message: str) -> None:
    assert ask("show", *words.split()) == (2, b"", f"cosine-lr: error: {message}\n")
    assert list(here.iterdir()) == []


@pytest.mark.usefixtures("here")
def test_the_summary_is_below_the_chart() -> None:
    code, out, err = ask("show", "cosine", "wsd", "--match", "area", "--summary")
    assert (code, err) == (0, "")
    text = out.decode()
    assert text.startswith(" Peaks 0.0577143 to 0.1, 100 epochs, equal sum\n")
    assert " wsd ×0.577 " in text
    rows = [line.split() for line in text.partition("\n\n")[2].splitlines()]
    assert ["sum", "5.05000", "5.05000"] in rows
    assert text.endswith(" wsd (over 5 epochs) warms up by default, cosine does not; --warmup sets it for all curves\n")
    assert rows[0] == ["cosine", "wsd"]
