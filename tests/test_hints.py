"""Every hint works when it is typed."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest
from door import ask
from hinted import hint, mended

from cosine_cli.plans.model.figure_settings import Figure
from cosine_cli.plans.parse import parameter_aliases
from cosine_cli.plans.parse.schedule_aliases import known_parameters
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import params

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.usefixtures("here")


LINES = [
    # A line, and what its message says to type.
    ("cosine", "cosine-lr plot cosine"),
    ("cosine --epochs 50", "cosine-lr plot cosine --epochs 50"),
    ("cosine --rows 5", "cosine-lr table cosine --rows 5"),
    ("cosin", "cosine-lr plot cosine"),
    ("linear_warmup_cosine", "cosine-lr plot cosine:warmup=5"),
    ("--epochs 50 cosine", "cosine-lr plot --epochs 50 cosine"),
    ("--lr 0.1 table", "cosine-lr table --lr 0.1"),
    ("torch.StepLR:step_size=30", "cosine-lr plot torch.StepLR:step_size=30"),
    ("table --warmup-steps 50", "--warmup 50st"),
    ("table --warmup_steps=50", "--warmup 50st"),
    ("table --warmup-step 50", "--warmup 50st"),
    ("table --num-warmup-steps 10", "--warmup 10st"),
    ("table --warmup-epochs 5", "--warmup 5ep"),
    ("table --warmup-ratio 0.03", "--warmup 3%"),
    ("table --warmup-fraction 0.07", "--warmup 7%"),
    ("table --eta-min 0.01", "--min-lr 0.01"),
    ("table --min-lr-ratio 0.1", "--min-lr 10%"),
    ("table --min-lr-ratio 0.1 --lr 0.5", "--min-lr 10%"),
    ("table --lrr 1", "--lr 1"),
    ("table -lr 0.2", "--lr 0.2"),
    ("table --num-train-epochs 3", "--epochs 3"),
    ("table --max-steps 300", "--steps 300"),
    ("table --gama 0.5", "--gamma 0.5"),
    ("table multistep --lr-steps 16,22", "--milestones 16,22"),
    ("table multistep --boundaries 30,60", "--milestones 30st/60st"),
    ("table --T_max 50", "cosine:total=50"),
    ("table --T_max 50 cosine:min_lr=0", "cosine:min_lr=0,total=50"),
    ("table step --T_max 50 cosine", "cosine:total=50"),
    ("table --cycle 10", "restarts:cycle=10"),
    ("table --T_0 10 sgdr", "sgdr:cycle=10"),
    ("table --start-factor 0.1 cosine --warmup 5", "cosine:warmup_start=10%"),
    ("plot --lr-scheduler-type cosine", "--schedule cosine"),
    ("plot --shedule cosine", "--schedule cosine"),
    ("table cosine --num-epochs 90", "--epochs 90"),
    ("table cosine --total-steps 1000", "--steps 1000"),
    ("table cosine --max-update 1000", "--steps 1000"),
    ("table cosine --learning-rate 3e-4", "--lr 3e-4"),
    ("table wsd --decay-steps 20", "wsd:decay=20st"),
    ("plot cosine --dark", "--theme dark"),
    ("plot cosine --step 10k", "--steps 10k"),
    ("plot --dark cosine", "--theme dark"),
    ("code cosine --pytorch", "--to pytorch"),
    ("table cosine --compare torch", "--as torch"),
    ("plot cosine --font-family 'DejaVu Sans'", "--font 'DejaVu Sans'"),
    ("plot cosine --color red", "cosine:color=red"),
    ("plot cosine --colour red", "--colors red"),
    ("plot cosine --svg", "--format svg"),
    ("table cosine --csv", "--format csv"),
    ("table cosine --output-format csv", "--format csv"),
    ("plot cosine --save a.png", "--output a.png"),
    ("plot cosine --width 8x4", "--size 8x4"),
    ("help cosine", "cosine-lr explain cosine"),
    ("list", "cosine-lr explain"),
    ("version", "cosine-lr --version"),
    ("draw cosine", "cosine-lr plot cosine"),
    ("plot --log-scale cosine", "--log"),
    ("plot --out a.png cosine", "--output a.png"),
    ("plot --figsize 8x4 cosine", "--size 8x4"),
    ("table --epochs 1,000", "1000"),
    ("table --steps 1,000,000", "1000000"),
    ("table --epochs 10m", "10M"),
    ("table --lr 0,1", "0.1"),
    ("table --lr 0,001", "0.001"),
    ("table --warmup '500 steps' --steps-per-epoch 100", "500st"),
    ("table --warmup 1,5 --steps-per-epoch 100", "1.5"),
    ("table multistep --milestones [30,60]", "30/60"),
    ("table multistep --milestones '30; 60'", "30/60"),
    ("plot --size 8*4 cosine", "8x4"),
    ("plot --color red", "cosine:color=red"),
    ("plot --colour red", "--colors red"),
    ("table exponential --gamma 0.95", "--decay-rate 0.95"),
    ("table step:gama=0.5", "gamma=0.5"),
    ("table cosine:warmup_steps=50,min_lr=0", "warmup=50st"),
    ("table multistep:gamma=0.5,boundaries=30,60", "milestones=30st/60st"),
    ("table cosine:min_lr_ratio=0.1 --lr 0.3", "min_lr=10%"),
    ("table restarts:T_0=10", "cycle=10"),
    ("table onecycle:anneal_strategy=cos", "anneal=cosine"),
    ("table torch.CosineAnnealingLR:T_max=50,min_lr=1e-5", "eta_min=1e-5"),
    ("table onecycle:pct_start=5", "5%"),
    ("table cosin:min_lr=0", "cosine:min_lr=0"),
    ("table linear_warmup_cosine", "cosine:warmup=5"),
    ("table cosine_with_warmup:warmup_steps=20", "cosine:warmup=20st"),
    ("table CosineAnnealingLR:T_max=50", "torch.CosineAnnealingLR:T_max=50"),
    ("table torch.optim.lr_scheduler.StepLRR:step_size=30", "torch.StepLR:step_size=30"),
    ("table cosine_restarts:T_0=10,T_mult=2", "sgdr:cycle=10,cycle_mult=2"),
    ("table triangular2", "cyclic:mode=triangular2"),
    ("plot exponential --grid gamma=0.9,0.99", "--grid decay_rate=0.9,0.99"),
    ("plot cosine --grid warmup_steps=5,10", "--grid warmup=5st,10st"),
    ("plot cosine -o x.pgn", "x.png"),
    ("table --format cvs", "csv"),
    ("table --as torhc cosine", "torch"),
    ("tabel cosine", "table"),
    ("explain CosineAnealing", "cosine"),
    ("table cosine(lr=0.2)", "cosine:lr=0.2"),
    ("table cosine_with_min_lr:min_lr=1e-5", "cosine:min_lr=1e-5"),
]


@pytest.mark.parametrize(("line", "text"), LINES, ids=[line for line, _ in LINES])
def test_a_hint_is_the_text_to_type(line: str, text: str) -> None:
    words = shlex.split(line)
    if "x.pgn" in words:
        answer = ask(*words)
        assert hint(answer) == text
        assert ask(*[text if word == "x.pgn" else word for word in words]).code == 0
        return
    answer = ask(*words)
    assert hint(answer) == text
    if words[0] == "tabel":
        assert ask(text, *words[1:]).code == 0
        return
    assert ask(*mended(words, answer)).code == 0, mended(words, answer)


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("plot --brightness red", "; see 'cosine-lr plot --help'"),
        ("plot --annotations", "; see 'cosine-lr plot --help'"),
        ("table --warmup-ratio 3", "; see 'cosine-lr table --help'"),
        ("table --lr 1,000", "got '1,000'"),
        ("table --warmup 1,000 --epochs 2000", "got '1,000'"),
        ("table --epochs 1,5", "got '1,5'"),
        ("table onecycle:pct_start=500", "got '500'"),
    ],
)
def test_an_ambiguous_value_gets_no_hint(line: str, end: str) -> None:
    answer = ask(*shlex.split(line))
    assert answer.code == 2
    assert answer.err.endswith(f"{end}\n")


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("table cosine warmup=5", "write parameters after the curve's name, as in cosine:warmup=5"),
        ("table step --milestones 30 60", "write the values of an option with / between them, as in 30/60/80"),
        ("table cosine,linear", "did you mean cosine linear?"),
        ("table cosine lr 0.1", "did you mean --lr?"),
        ("table wsd --T_max 50", "see 'cosine-lr table --help'"),
        ("table LinearLR:start_factor=0.1,by_epoch=false", "see 'cosine-lr explain torch.LinearLR'"),
        (
            "table CosineAnnealingWarmRestarts",
            (
                "torch.CosineAnnealingWarmRestarts differs from sgdr: T_0 and T_mult are whole numbers; every cycle "
                "begins at lr; the cycles never end; did you mean sgdr?"
            ),
        ),
        (
            "table ReduceLROnPlateau:patience=3",
            "cannot be computed before training: the rate depends on a metric of the training",
        ),
    ],
)
def test_a_line_in_the_words_of_others(line: str, rest: str) -> None:
    answer = ask(*line.split())
    assert answer.code == 2
    assert answer.err.splitlines()[0].endswith(rest)


def test_a_file_without_its_suffix_or_mistyped(here: Path) -> None:
    (here / "runs.yaml").write_text("epochs: 10\n", encoding="utf-8")
    for words in (["plan", "runs"], ["plan", "run.yaml"], ["plan", "runs.yml"]):
        assert hint(ask(*words)) == "runs.yaml"
    assert hint(ask("plan", "./runs")) == "./runs.yaml"
    (here / "runs.json").write_text("{}", encoding="utf-8")
    assert "did you mean" not in ask("plan", "runs").err


@pytest.mark.parametrize(
    ("words", "end"),
    [
        (["cosine", "x" * 1000], "plan, plot, show and table"),
        (["cosine", "--title", "\x1b[31m"], "plan, plot, show and table"),
        (["table", "cosine\x1b=1"], "see 'cosine-lr explain'"),
        (["table", "--lrr", "1" * 1000], "see 'cosine-lr table --help'"),
        (["table", "cosine:lable=" + "x" * 1000], "linestyle and linewidth"),
        (["table", "step:" + ",".join(f"p{i}=1" for i in range(200))], None),
    ],
    ids=[
        "long",
        "control characters",
        "control characters in a parameter",
        "a long value",
        "a long label",
        "many parameters",
    ],
)
def test_what_nobody_can_type_is_no_hint(words: list[str], end: str | None) -> None:
    answer = ask(*words)
    assert answer.code == 2
    assert all(len(line) < 1000 for line in answer.err.splitlines())
    assert end is None or answer.err.endswith(f"{end}\n")


# --- The whole table of names -----------------------------------------------------------------------------------------

VALUES = {
    "lr": "0.2", "min_lr": "0.01", "total": "50", "epochs": "20", "steps": "200", "steps_per_epoch": "10",
    "warmup": "10", "warmup_start": "0.01", "warmup_shape": "cosine", "step_size": "20", "gamma": "0.5",
    "milestones": "30/60", "power": "2", "cycle": "10", "cycle_mult": "2", "cycle_decay": "0.5", "div": "10",
    "final_div": "100", "anneal": "linear", "rise": "10", "fall": "20", "hold": "10", "stable": "70", "decay": "20",
    "decay_shape": "cosine", "times": "0/50/100", "values": "0.1/0.01/0.001/0", "between": "cosine", "cycles": "3",
    "dataset_size": "64", "tokens": "640", "sequence_length": "8", "batch_size": "8", "global_batch_size": "8",
    "devices": "2", "accumulate": "2", "drop_last": "",
    "label": "mine", "format": "csv", "schedule": "cosine", "as": "torch", "to": "torch",
}  # fmt: skip
"""A value for each parameter."""

ROWS = ("--format", "csv", "--rows", "2")
"""A table that is written fast."""

BESIDE = {"warmup_start": "warmup=10", "warmup_shape": "warmup=10"}
"""What a parameter requires."""

BUDGET = {
    "dataset_size": "--batch-size 8",
    "tokens": "--batch-size 8 --sequence-length 8",
    "sequence_length": "--batch-size 8 --steps 9",
    "batch_size": "--steps 9",
    "global_batch_size": "--steps 9",
    "devices": "--batch-size 8 --steps 9",
    "accumulate": "--batch-size 8 --steps 9",
    "drop_last": "--dataset-size 64 --batch-size 8",
}
"""What an option of a budget requires."""

CURVES = sorted(catalogue.names(), key=lambda name: name not in ("cosine", "step", "multistep", "wsd"))
FIGURE = {param.name for param in params(Figure)}
ALIASES = [
    pytest.param(name, ours, carry, id=name)
    for ours, carry, names in parameter_aliases._PARAMETERS  # noqa: SLF001
    for name in names.split()
]


def value_of(ours: str, carry: parameter_aliases.Carry) -> str:
    return "0.2" if carry == "share" else VALUES[ours]


@pytest.mark.parametrize(("name", "ours", "carry"), [a for a in ALIASES if a.values[1] not in FIGURE])
def test_every_alias_of_a_parameter_gets_a_hint_in_a_curve(
    name: str, ours: str, carry: parameter_aliases.Carry
) -> None:
    """In a curve with the parameter, or as an option of the run."""
    takers = [curve for curve in CURVES if ours in known_parameters(curve) and name not in known_parameters(curve)]
    if not takers:
        words = ["code" if ours == "to" else "table", f"--{name}", *filter(None, [value_of(ours, carry)])]
        words += BUDGET.get(ours, "").split()
    else:
        beside = f",{BESIDE[ours]}" if ours in BESIDE else ""
        words = ["table", f"{takers[0]}:{name}={value_of(ours, carry)}{beside}"]
    answer = ask(*words)
    text = hint(answer)
    assert text.lstrip("-").replace("-", "_").startswith(ours), text
    suffix = {"steps": "st", "epochs": "ep", "share": "%"}.get(carry, "")
    assert text.endswith(suffix)
    assert ask(*mended(words, answer), *([] if ours in ("format", "to") else ROWS)).code == 0, text


@pytest.mark.parametrize(("name", "ours", "carry"), ALIASES)
def test_every_alias_of_an_option_gets_a_hint(name: str, ours: str, carry: parameter_aliases.Carry) -> None:
    values = {**VALUES, "output": "a.png", "size": "8x4", "log": "", "font": "DejaVu Sans"}
    value = "0.2" if carry == "share" else values[ours]
    command = "plot" if ours in FIGURE else "code" if ours == "to" else "table"
    words = [command, f"--{name.replace('_', '-')}", *([value] if value else [])]
    if ours in BESIDE:
        words += ["cosine:warmup=10"]
    words += BUDGET.get(ours, "").split()
    answer = ask(*words)
    if ours in ("values", "times", "warmup_shape") and answer.err.endswith(" --help'\n"):
        return  # a row of values needs its row of times beside it, and a word alone tells no schedule
    rows = ROWS if command == "table" and ours != "format" else ()
    assert ask(*mended(words, answer), *rows).code == 0, answer.err


SYNONYMS = sorted(
    {other for name in catalogue.names() for other in catalogue.load(name).aliases.split()}
    | {
        other
        for name in catalogue.names()
        for other in catalogue.load(name).framework_names.values()
        if " " not in other
    }
)
NEEDS_A_CONFIG = {"join", "chain_of", "one_after_another", "SequentialLR", "join_schedules", "CompositeParamScheduler"}


@pytest.mark.parametrize("name", [name for name in SYNONYMS if name not in catalogue.names()])
def test_every_alias_of_a_schedule_gets_a_curve(name: str) -> None:
    answer = ask("table", name)
    assert ask("explain", name).code == 0
    if name not in NEEDS_A_CONFIG and answer.code:
        assert ask(*mended(["table", name], answer), *ROWS).code == 0, hint(answer)


@pytest.mark.parametrize("name", [name for name in SYNONYMS if "warmup" in name.lower()])
def test_a_warmup_in_a_name_is_a_warmup_in_the_curve(name: str) -> None:
    text = hint(ask("table", name))
    schedule = text.partition(":")[0]
    own = "warmup" in {param.name for param in params(catalogue.load(schedule))}
    assert own or text.endswith(":warmup=5"), text


# --- In a config ------------------------------------------------------------------------------------------------------

CONFIGS = [
    ("max_lr: 0.2", "lr: 0.2"),
    ("warmup_ratio: 0.05", "warmup: 5%"),
    ("warmup_steps: 50", "warmup: 50st"),
    ("lr: 0.3\nmin_lr_ratio: 0.1", "min_lr: 10%"),
    ("num_epochs: 20", "epochs: 20"),
    ("titel: x", "title: x"),
    ("figure: {outptu: a.png}", "output: a.png"),
    ("figure: {figsize: [8, 4]}", None),
    ("warmup: {epochs: 5}", "for: 5ep"),
    ("warmup: {for: 5, shap: cosine}", "shape: cosine"),
    ("warmup: {for: 5, start_lr: 0.01}", "start: 0.01"),
    ("curves: [step: {gama: 0.5}]", "gamma: 0.5"),
    ("curves: [multistep: {boundaries: [30, 60]}]", "milestones: [30st, 60st]"),
    ("curves: [CosineAnnealingLR: {T_max: 50}]", "torch.CosineAnnealingLR: {T_max: 50}"),
    ("curves: [cosine_with_warmup: {warmup_steps: 20}]", "cosine: {warmup: 20st}"),
    ("curves: [linear_warmup_cosine]", "cosine:warmup=5"),
    ("curves: ['linear_warmup_cosine']", "cosine:warmup=5"),
    ("curves: cosine", "[cosine]"),
    ("lr: 0,1", "0.1"),
    ("epochs: 1,000", "1000"),
]


@pytest.mark.parametrize(("config", "text"), CONFIGS, ids=[config for config, _ in CONFIGS])
def test_a_hint_is_the_text_to_type_in_a_config(config: str, text: str | None, here: Path) -> None:
    file = here / "c.yaml"
    file.write_text(config, encoding="utf-8")
    answer = ask("table", "c.yaml")
    if text is None:
        assert answer.code == 2
        return
    assert hint(answer) == text
    wrong = config.rpartition("\n")[2].removeprefix("figure: {").removeprefix("curves: [").strip("{}[]'")
    wrong = wrong.removeprefix("warmup: {").removeprefix("for: 5, ")
    if ": {" in wrong and wrong.startswith("step"):
        wrong = wrong.partition(": {")[2].rstrip("}")
    if wrong.startswith("multistep"):
        wrong = wrong.partition(": {")[2] + "]" * (wrong.count("[") > wrong.count("]"))
    if ": {" in wrong:
        wrong += "}" * (wrong.count("{") > wrong.count("}"))
    if text[0].isdigit() or text[0] == "[":
        wrong = wrong.partition(": ")[2]
    assert config.count(wrong) == 1, wrong
    file.write_text(config.replace(wrong, text), encoding="utf-8")
    again = ask("table", "c.yaml")
    assert again.code == 0, again.err
