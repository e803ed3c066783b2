"""The sample configs have the rates of their sources, and the committed figures are what they draw."""

from __future__ import annotations

import json
import math
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import matplotlib as mpl
import pytest
from documents import shell
from door import ask
from jsonschema import Draft202012Validator
from matplotlib.lines import Line2D
from matplotlib.text import Text
from PIL import Image
from ruamel.yaml import YAML

from cosine_cli.plans.load import load_plan as plan_of
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.render.figure.mpl.draw import draw

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Plan

SAMPLES = Path(__file__).resolve().parents[2] / "sample_configs"
FIGURES = SAMPLES / "figures"
CONFIGS = sorted(path.stem for path in SAMPLES.glob("*.yaml"))
FAMILIES = ("decays", "phases", "cycles", "tables")
BOTH_THEMES = (*FAMILIES, "appendix", "imagenet", "cosine-lr", "own", "diagnosis")
PICTURES = sorted([*CONFIGS, "cosine-lr", "own", "diagnosis", *(f"{name}-dark" for name in BOTH_THEMES)])
KEY = "cosine-lr plan"
SCHEMA = Draft202012Validator(json.loads((SAMPLES / "cosine-lr.schema.json").read_text(encoding="utf-8")))

each_config = pytest.mark.parametrize("name", CONFIGS)
each_picture = pytest.mark.parametrize("name", PICTURES)


def text_of(name: str) -> str:
    return (SAMPLES / f"{name}.yaml").read_text(encoding="utf-8")


def load_plan(path: Path) -> Plan:
    return plan_of(CommandLine(curves=(), files=(str(path),), options={}))


def test_the_samples_are_there() -> None:
    expected = {"three_decays", "llm", "imagenet", "finetune", "restarts", "translation", "small_model"}
    assert expected <= set(CONFIGS)


# --- The configs ----------------------------------------------------------------------------------------------------


def cosine(u: float) -> float:
    return (1 + math.cos(math.pi * u)) / 2


RATES: dict[str, tuple[str, list[list[float]]]] = {
    # Times, and the rates of the sources at these times, one row per curve.
    "three_decays": (
        "0,30,50,60",
        [
            [0.1, 0.1 * cosine(0.3), 0.05, 0.1 * cosine(0.6)],
            [0.1, 0.01, 0.01, 0.001],
            [0.1, 0.1 * 0.95**30, 0.1 * 0.95**50, 0.1 * 0.95**60],
        ],
    ),
    "llm": ("0,2000,126000,250000", [[0, 3e-4, 1.65e-4, 3e-5], [0, 3e-4, 1.5e-4, 0]]),
    "imagenet": (
        "2.5,5,30,47.5,60,80",
        [
            [0.05, 0.1, 0.1 * cosine(25 / 85), 0.05, 0.1 * cosine(55 / 85), 0.1 * cosine(75 / 85)],
            [0.1, 0.1, 0.01, 0.01, 0.001, 1e-4],
        ],
    ),
    "finetune": ("1841st,3682st,20249st,3", [[1e-5, 2e-5, 1e-5, 0], [1e-5, 2e-5, 1e-5, 0]]),
    "restarts": (
        "0,5,10,20,30,50,70,110,150",
        [
            [0.05, 0.025, 0.05, 0.025, 0.05, 0.025, 0.05, 0.025, 0],
            [0.05 * cosine(t / 150) for t in (0, 5, 10, 20, 30, 50, 70, 110, 150)],
        ],
    ),
    "translation": (
        "2000,4000,52000,80000,90000,100000",
        [[3.5e-4, 7e-4, 7e-4, 7e-4, 3.5e-4, 0], [3.5e-4, 7e-4, 3.5e-4, 7e-4 / 4.8, 7e-4 / 9.6, 0]],
    ),
    "small_model": ("0,1,2,13.5", [[1, 0.7, 0.49, 0.7**13], [1, 1, 1, 1]]),
    "detection": (
        "0,500,1000,45500,60000,80000",
        [
            [2e-5, 0.01001, 0.02, 0.01, 0.02 * cosine(59 / 89), 0.02 * cosine(79 / 89)],
            [2e-5, 0.01001, 0.02, 0.02, 0.002, 2e-4],
        ],
    ),
    "decays": (
        "0,24,50,64,100",
        [
            [0.1, 0.1 * cosine(0.24), 0.05, 0.1 * cosine(0.64), 0],
            [0.1, 0.1 * 0.76 / 0.88, 0.1 * 2 / 3, 0.1 * 0.36 / 0.68, 0],
            [0.1, 0.1 * 10**-0.48, 0.01, 0.1 * 10**-1.28, 0.001],
            [0.1, 0.05, 0.1 / math.sqrt(7.25), 0.1 / 3, 0.1 / math.sqrt(13.5)],
        ],
    ),
    "phases": (
        "0,2.5,10,15,20,30,60,65,80,85,100",
        [
            [0, 0.05, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0],
            [
                0.004,
                0.1 - 0.096 * cosine(1 / 12),
                0.1 - 0.096 * cosine(1 / 3),
                0.052,
                0.1 - 0.096 * cosine(2 / 3),
                0.1,
                *(4e-7 + (0.1 - 4e-7) * cosine((t - 30) / 70) for t in (60, 65, 80, 85)),
                4e-7,
            ],
            [(1 + 31 * c) / 320 for c in (0, 0.125, 0.5, 0.75, 1, 0.875, 0.5, 0.4375, 0.25, 0.1875, 0)],
        ],
    ),
    "cycles": (
        "0,5,10,20,22.5,40,45,60,100,122.5,140",
        [
            [
                *(0.1, 0.1 * cosine(0.25), 0.05),
                *(0.08 * cosine(share) for share in (0, 1 / 16, 0.5, 5 / 8)),
                *(0.064 * cosine(share) for share in (0, 0.5, 25 / 32)),
                0,
            ],
            [0.02, 0.06, 0.1, 0.068, 0.06, 0.04, 0.06, 0.036, 0.024, 0.027, 0.02],
        ],
    ),
    "tables": (
        "0,5,10,20,30,50,60,80,90,100",
        [
            [0.01, 0.055, 0.1, 0.09, 0.08, 0.06, 0.05, 0.025, 0.0125, 0],
            [0.08, 0.08, 0.08, 0.06, 0.06, 0.03, 0.03, 0.01, 0.01, 0.01],
            [0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001, 1e-4, 1e-4],
        ],
    ),
    "appendix": ("0,25k,50k,100k", [[3e-4, 3e-4 * cosine(0.25), 1.5e-4, 0]]),
    "detr": ("0,199,200,299", [[1e-4, 1e-4, 1e-5, 1e-5], [1e-5, 1e-5, 1e-6, 1e-6]]),
    "segmentation": ("0,15000,30000", [[0.007, 0.007 * 0.5**0.9, 0], [0.007, 0.0035, 0]]),
}


@each_config
def test_the_rates_are_those_of_the_source(name: str) -> None:
    times, expected = RATES[name]
    answer = ask("table", str(SAMPLES / f"{name}.yaml"), "--at", times, "--format", "json")
    assert answer.code == 0, answer.err
    got = [curve["lr"] for curve in json.loads(answer.out)["curves"]]
    for rates, right in zip(got, expected, strict=True):
        assert rates == pytest.approx(right, rel=1e-12, abs=1e-18)


@each_config
def test_a_sample_names_its_source_and_its_figure(name: str) -> None:
    comment = "".join(line for line in text_of(name).splitlines(keepends=True) if line.startswith("#"))
    assert re.search(r"arXiv \d{4}\.\d{5}|pytorch/examples|facebookresearch/detectron2|CIFAR-10", comment), comment
    assert load_plan(SAMPLES / f"{name}.yaml").figure.output == f"{name}.png"


@each_config
def test_a_sample_keeps_the_schema(name: str) -> None:
    SCHEMA.validate(YAML(typ="safe").load(text_of(name)))


def test_one_sample_shows_the_line_for_editors() -> None:
    lines = [re.match(r"# yaml-language-server: \$schema=(\S+)\n", text_of(name)) for name in CONFIGS]
    (path,) = [match[1] for match in lines if match]
    assert path == "cosine-lr.schema.json"
    assert (SAMPLES / path).exists()


# --- figures.sh -----------------------------------------------------------------------------------------------------


class Picture(NamedTuple):
    """A PNG file: the embedded plan, width and height, and the pixels."""

    plan: str
    size: tuple[int, int]
    pixels: bytes


def picture_of(path: Path) -> Picture:
    with Image.open(path) as picture:
        return Picture(picture.text[KEY], picture.size, picture.tobytes())


def pictures_in(folder: Path) -> dict[str, Picture]:
    return {path.stem: picture_of(path) for path in folder.glob("*.png")}


def test_figures_sh_draws_what_is_committed(tmp_path: Path) -> None:
    ran = shell(f"bash {SAMPLES}/figures.sh figures", tmp_path)  # from another directory, into another folder
    assert ran.code == 0, ran.output
    assert sorted(ran.output.split()) == sorted(f"{name}.png" for name in PICTURES)
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {path.name for path in FIGURES.iterdir()}

    drawn, committed = pictures_in(tmp_path / "figures"), pictures_in(FIGURES)
    assert {name: (one.plan, one.size) for name, one in drawn.items()} == {
        name: (one.plan, one.size) for name, one in committed.items()
    }
    drew, today = ((folder / "drawn_by.txt").read_text().strip() for folder in (FIGURES, tmp_path / "figures"))
    assert today == f"Matplotlib v{mpl.__version__}"
    if drew == today:  # pixels, not bytes: the compression is not part of matplotlib
        assert [name for name in PICTURES if drawn[name].pixels != committed[name].pixels] == []


@each_picture
def test_a_picture_names_its_curves_and_no_folder(name: str, tmp_path: Path) -> None:
    text, size, _ = picture_of(FIGURES / f"{name}.png")
    assert not re.search(r"output: .*/", text)
    (tmp_path / "embedded.yaml").write_text(text, encoding="utf-8")
    plan = load_plan(tmp_path / "embedded.yaml")
    assert size == tuple(round(side * plan.figure.dpi) for side in plan.figure.size)
    figure = draw(plan, theme=plan.figure.theme)
    words = {artist.get_text() for artist in figure.findobj(Text)}
    assert {curve.label for curve in plan.curves} <= words
    assert plan.title is None or plan.title in words
    assert len(figure.findobj(Line2D)) >= len(plan.curves)


def test_the_first_picture_marks_half_the_peak(tmp_path: Path) -> None:
    (tmp_path / "embedded.yaml").write_text(picture_of(FIGURES / "cosine-lr.png").plan, encoding="utf-8")
    words = {artist.get_text() for artist in draw(load_plan(tmp_path / "embedded.yaml"), theme="light").findobj(Text)}
    assert {"half the peak", "50", "30", "15.05", "ends at", "0", "1e-4", "0.001"} <= words


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pictures_have_the_background_of_their_theme(theme: str) -> None:
    suffix = "-dark" if theme == "dark" else ""
    corners = {picture_of(FIGURES / f"{name}{suffix}.png").pixels[:3] for name in BOTH_THEMES}
    assert corners == {b"\x0d\x11\x17" if theme == "dark" else b"\xff\xff\xff"}


def test_figures_sh_stops_at_the_first_failure(tmp_path: Path) -> None:
    copy = tmp_path / "sample_configs"
    shutil.copytree(SAMPLES, copy, ignore=shutil.ignore_patterns("figures"))
    (copy / "imagenet.yaml").write_text("lr: -1\n", encoding="utf-8")
    ran = shell("bash sample_configs/figures.sh", tmp_path)
    assert ran.code == 2
    assert "imagenet.yaml:1:5: must be a finite number above 0" in ran.output
    assert not list((copy / "figures").iterdir())
