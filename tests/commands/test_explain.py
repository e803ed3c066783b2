"""``cosine-lr explain``, from its words to its bytes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from door import ask
from screen import on_terminal

from cosine_cli.plans.importers.core.format_names import importers
from cosine_cli.plans.importers.core.formats import importer
from cosine_cli.plans.model.options import Run
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import params

if TYPE_CHECKING:
    from pathlib import Path

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


pytestmark = pytest.mark.usefixtures("here")


def out(words: str) -> str:
    answer = ask(*words.split())
    assert (answer.code, answer.err) == (0, "")
    return answer.out.decode()


def test_the_catalogue() -> None:
    shown = out("explain")
    assert shown.startswith("Decay\n")
    listed = re.findall(r"^  (\w+)  ", shown, re.MULTILINE)
    assert sorted(listed) == list(catalogue.names())
    assert listed.index("cosine") < listed.index("wsd") < listed.index("cyclic") < listed.index("multistep")
    assert "\n\nWhich one should I use?\n  Image classification from scratch\n" in shown


def test_a_page() -> None:
    shown = out("explain constant")
    assert shown.startswith("constant ────")
    assert "\n  η(t) = η₀\n" in shown
    assert out("explain constant --format text") == shown


def test_dashes_are_taken_for_underscores_and_a_name_twice_for_one() -> None:
    assert out("explain inverse-sqrt inverse_sqrt") == out("explain inverse_sqrt")


def test_several() -> None:
    assert out("explain linear constant") == f"{out('explain linear')}\n{out('explain constant')}"


def test_a_config(here: Path) -> None:
    (here / "plan.yaml").write_text("epochs: 60\ncurves: [cosine: {lr: 3e-4}, step, cosine]\n")
    text = out("explain plan.yaml")
    assert [line.split()[0] for line in text.splitlines() if "───── " in line] == ["cosine", "step"]
    assert text.count(" Peaks 3e-4 to 0.1, 60 epochs\n") == text.count(" Peak 0.1, 60 epochs\n") == 1


def test_a_config_of_another_program(here: Path) -> None:
    (here / "args.json").write_text('{"lr_scheduler_type": "linear", "learning_rate": 2e-5, "max_steps": 100}')
    answer = ask("explain", "args.json")
    assert answer.code == 0
    assert answer.err.startswith("cosine-lr: args.json: read as Hugging Face TrainingArguments: ")
    page, shown = answer.out.decode(), " Peak 2e-5, 100 steps\n"
    assert page.startswith("transformers.get_linear_schedule_with_warmup ")
    assert shown in page


def test_a_log_is_no_config(here: Path) -> None:
    (here / "log.csv").write_text("step,lr\n" + "".join(f"{step},0.1\n" for step in range(9)))
    answer = ask("explain", "log.csv")
    hint = "'cosine-lr diagnose log.csv' explains its rates"
    assert (answer.code, answer.err) == (
        2,
        f"cosine-lr: error: log.csv: must be a plan, got the log of a run; {hint}\n",
    )


def test_json() -> None:
    assert [one["name"] for one in json.loads(out("explain --format json"))] == list(catalogue.names())
    assert [one["name"] for one in json.loads(out("explain step cosine --format json"))] == ["step", "cosine"]
    for one in json.loads(out("explain --format json")):
        assert set(one) >= {"name", "about", "formula", "params", "source"}


def test_markdown() -> None:
    assert out("explain --format md").startswith("# Schedules\n\n## Decay\n")
    assert out("explain step cosine --format md").startswith("# step\n")
    assert "\n# cosine\n" in out("explain step cosine --format md")


def test_a_frameworks_name_lists_its_schedules() -> None:
    shown = out("explain torch")
    assert shown.startswith("PyTorch\n  torch.ConstantLR ")
    assert re.findall(r"^  (torch[.]\w+) ", shown, re.MULTILINE)[-1] == "torch.ChainedScheduler"
    assert out("explain timm --format md").startswith("# Schedules\n\n## timm\n")
    assert {one["framework"] for one in json.loads(out("explain timm keras --format json"))} == {"timm", "Keras"}


def test_a_framework_beside_a_schedule_is_pages() -> None:
    pages = out("explain timm constant")
    assert pages.startswith("timm.CosineLRScheduler ─")
    assert pages.endswith(out("explain constant"))


def test_a_frameworks_schedule_as_json_and_markdown() -> None:
    (found,) = json.loads(out("explain torch.OneCycleLR --format json"))
    assert (found["framework"], found["equivalent"], found["source"][:14]) == ("PyTorch", "onecycle", "PyTorch 2.13.0")
    assert set(found["boundary_behavior"]) == {"first update", "milestone", "end", "past the end"}
    assert "family" not in found
    assert out("explain torch.OneCycleLR --format md").startswith("# torch.OneCycleLR (PyTorch)\n")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("cosine annealing", "cosine"),
        ("cosine-annealing", "cosine"),
        ("Cosine learning rate schedule", "cosine"),
        ("one cycle", "onecycle"),
        ("cosine annealing with warm restarts", "sgdr"),
        ("Noam Scheduler", "noam"),
        ("exp", "exponential"),
        ("StepLR", "step"),
        ("CosineAnnealingLR", "torch.CosineAnnealingLR"),
        ("pytorch.steplr", "torch.StepLR"),
        ("torch.optim.lr_scheduler.StepLR", "torch.StepLR"),
        ("huggingface.cosine", "transformers.get_cosine_schedule_with_warmup"),
    ],
)
def test_a_name_in_the_words_of_others(words: str, name: str) -> None:
    assert out(f"explain {words}") == out(f"explain {name}")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("annealing", "did you mean cosine or sgdr?"),
        ("decay", "see 'cosine-lr explain'"),
    ],
)
def test_an_ambiguous_name_lists_its_candidates(words: str, hint: str) -> None:
    answer = ask("explain", words)
    assert (answer.code, answer.err) == (2, f"cosine-lr: error: name '{words}': is ambiguous; {hint}\n")


NAME = "is not a schedule"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("cosine linaer", f"name 'linaer': {NAME}; did you mean linear?"),
        (
            "lr reduce on plateau",
            (
                "name 'lr reduce on plateau': cannot be computed before training: the rate depends on a metric of the "
                "training"
            ),
        ),
        ("cosin", f"name 'cosin': {NAME}; did you mean cosine?"),
        ("torch.OneCycle", f"name 'torch.OneCycle': {NAME}; did you mean torch.OneCycleLR?"),
        ("cosine:min_lr=1e-5", f"name 'cosine:min_lr=1e-5': {NAME}; did you mean cosine?"),
        ("inverse-sqrt:timescale=3", f"name 'inverse-sqrt:timescale=3': {NAME}; did you mean inverse_sqrt?"),
        ("cosine --format yaml", "--format: must be text, json or md, got 'yaml'"),
        ("cosine --zzz 1", "unknown option '--zzz'; see 'cosine-lr explain --help'"),
    ],
)
def test_what_is_refused(words: str, message: str) -> None:
    code, shown, err = ask("explain", *words.split())
    assert (code, shown) == (2, b"")
    assert err.splitlines()[0].startswith(f"cosine-lr: error: {message}")
    assert err.count("\n") == 1


def test_all_unknown_names_are_told_at_once() -> None:
    code, shown, err = ask("explain", "cosin", "cosine", "\x1b[31m")
    assert (code, shown) == (2, b"")
    assert [line.partition(": is not")[0].removeprefix("cosine-lr: error: ") for line in err.splitlines()] == [
        "name 'cosin'",
        r"name '\x1b[31m'",
    ]


# --- On a terminal ---------------------------------------------------------------------------------------------------


def test_on_a_terminal_it_is_what_a_pipe_gets_in_colour() -> None:
    code, shown = on_terminal("explain", "wsd")
    assert code == 0
    assert "\x1b[1;38;5;68mwsd" in shown
    assert ESCAPES.sub("", shown) == out("explain wsd")


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_without_colour(env: dict[str, str]) -> None:
    assert on_terminal("explain", "wsd", env=env) == (0, out("explain wsd"))


@pytest.mark.parametrize("columns", [1, 40, 60])
def test_on_a_narrow_terminal(columns: int) -> None:
    for words in (("explain",), ("explain", "step"), ("explain", "formats"), ("explain", "formats", "trl")):
        code, shown = on_terminal(*words, columns=columns)
        assert code == 0
        assert max(map(len, ESCAPES.sub("", shown).splitlines())) <= max(columns, 40)


PYCLS = """\
pycls ───────────────────────────────────────────────────────────────────────────────── pycls config
Files
  YAML config

What is read
  OPTIM: BASE_LR, MAX_EPOCH, LR_POLICY with its parameters, and the warmup

Options that replace values of the file
  --lr, --epochs, --steps-per-epoch

Options that are refused
  --steps: pass --epochs, which the program counts
  --warmup: set WARMUP_EPOCHS in the file
  --min-lr: set MIN_LR in the file

Keys that such a file has
  OPTIM (a mapping)
  OPTIM.LR_POLICY (cos, exp, lin or steps)
  OPTIM.MAX_EPOCH or OPTIM.BASE_LR
  --read-as pycls reads a file that does not have them
"""


def test_the_formats_of_configs() -> None:
    shown = out("explain formats")
    assert re.findall(r"^  ([a-z]\w*) +\S", shown, re.MULTILINE) == [*importers()]
    assert "\n  gpt_neox             gpt-neox config; may need --steps\n" in shown
    assert "\n  pycls                pycls config\n" in shown


def test_a_format() -> None:
    assert out("explain formats pycls") == PYCLS
    assert out("explain formats gpt-neox") == out("explain formats gpt_neox")


def test_the_evidence_of_a_format() -> None:
    shown = out("explain formats gpt_neox trl")
    assert [*re.findall(r"^(\w+) ─", shown, re.MULTILINE)] == ["gpt_neox", "trl"]
    assert "\n  one of:\n    - num_generations and (max_completion_length, max_prompt_length, " in shown
    assert "\nOptions that are refused\n  --warmup: set warmup_steps in the file\n" in shown
    assert "\nTakes precedence over\n  transformers, llamafactory\n" in shown
    assert "\nKeys that such a file does not have\n" in shown


def test_a_program_that_counts_epochs_refuses_steps() -> None:
    shown = out("explain formats ultralytics")
    assert "\nOptions that replace values of the file\n  --lr, --epochs, --steps-per-epoch\n" in shown
    assert "\nOptions that are refused\n  --steps: pass --epochs, which the program counts\n  --warmup: set " in shown


def test_the_formats_of_configs_as_json_and_markdown() -> None:
    listed = json.loads(out("explain formats --format json"))
    assert [each["name"] for each in listed] == [*importers()]
    assert all(each["title"] and each["files"] and each["needs"] and each["reads"] for each in listed)
    rows = out("explain formats --format md").splitlines()[4:]
    assert [row.split("`")[1] for row in rows] == [*importers()]


def test_a_format_as_json_and_markdown() -> None:
    assert [each["name"] for each in json.loads(out("explain formats timm --format json"))] == ["timm"]
    shown = out("explain formats timm pycls --format md")
    assert re.findall(r"^# (.*)", shown, re.MULTILINE) == ["timm args.yaml", "pycls config"]
    assert "\n- `--lr`: the rate, if `lr` is missing\n" in shown


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("formats axolotle", "name 'axolotle': is not a format of configs; did you mean axolotl?"),
        ("formats cosine", "name 'cosine': is not a format of configs; see 'cosine-lr explain formats'"),
        ("formats neox", "name 'neox': is not a format of configs; did you mean gpt_neox?"),
        ("formats co", "name 'co': is not a format of configs; see 'cosine-lr explain formats'"),
        ("format", "name 'format': is not a schedule; did you mean formats?"),
        ("axolotl", "name 'axolotl': is a format of configs; see 'cosine-lr explain formats axolotl'"),
    ],
)
def test_names_of_formats(words: str, error: str) -> None:
    answer = ask("explain", *words.split())
    assert (answer.code, answer.err) == (2, f"cosine-lr: error: {error}\n")


def test_the_options_of_formats_exist() -> None:
    names = {param.long for param in params(Run)} | {"--combine"}
    for name in importers():
        declared = importer(name).FORMAT
        assert {option for options in declared.unknown for option in options.split(", ")} <= names
        assert {f"--{option.replace('_', '-')}" for option in declared.options} <= names


def test_a_schedule_beside_the_formats_is_refused() -> None:
    assert ask("explain", "cosine", "formats").code == 2
