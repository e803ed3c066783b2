"""Lengths and moments that contain no update."""

from __future__ import annotations

import pytest
from door import ask

from cosine_cli.plans.registry import load
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Param, params

BESIDE = {"piecewise_constant": ",values=0.1/0.01", "piecewise_interpolated": ",values=0.1"}
"""What makes one time enough for a table."""

BESIDE_A_SHARE = {
    "cyclic:fall": ",rise=5",
    "hyperbolic:upper_bound": ",total=20%",
    "log_warmup:begin": ",warmup=30%",
    "onecycle:total": ",warmup=5",
}
"""What lets a parameter be 20% of the run."""

TIMES = [
    pytest.param(name, param, id=f"{name}-{param.name}")
    for name in catalogue.names()
    for param in params(load(name))
    if param.time is not None and not param.of_members and not param.is_offset
]


def curve(name: str, param: Param, text: str) -> str:
    return f"{name}:{param.name}={text}{BESIDE.get(name, '')}{BESIDE_A_SHARE.get(f'{name}:{param.name}', '')}"


@pytest.mark.parametrize(("name", "param"), TIMES)
def test_a_share_without_its_sign_is_refused_with_it(name: str, param: Param) -> None:
    """In 100 updates a length of 0.2 epochs contains none, and a moment at 0.2 comes before update 1."""
    refused = ask("table", curve(name, param, "0.2"))
    assert (refused.code, refused.out) == (2, b"")
    assert refused.err.endswith(": must be at least one step, got '0.2'; did you mean 20%?\n")
    assert refused.err.count(f": {param.name}: ") == 1
    assert ask("table", curve(name, param, "20%")).code == 0


@pytest.mark.parametrize(("name", "param"), TIMES)
@pytest.mark.parametrize("text", ["0.2st", "1e-308", "5e-324"])
def test_what_is_no_share_is_refused_without_a_hint(name: str, param: Param, text: str) -> None:
    refused = ask("table", curve(name, param, text))
    assert (refused.code, refused.out) == (2, b"")
    assert refused.err.endswith(f": must be at least one step, got '{text}'\n")


@pytest.mark.parametrize(("name", "param"), TIMES)
def test_a_part_of_an_epoch_is_fine_where_it_has_updates(name: str, param: Param) -> None:
    curve_of_parts = curve(name, param, "0.2").replace("total=20%", "total=0.1").replace("warmup=5", "warmup=0.1")
    answer = ask("table", curve_of_parts, "--steps-per-epoch", "50")
    assert answer.code == 0, answer.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("cosine --warmup 0.03", "--warmup: must be at least one step, got '0.03'; did you mean 3%?"),
        ("step --step-size 0.3", "--step-size: must be at least one step, got '0.3'; did you mean 30%?"),
        (
            "multistep --milestones 0.3/0.6",
            "--milestones: must be at least one step, got '0.3/0.6'; did you mean 30%/60%?",
        ),
        # 0.07 * 100 is 7.000000000000001
        ("wsd:decay=0.07", "curve 'wsd:decay=0.07': decay: must be at least one step, got '0.07'; did you mean 7%?"),
        (
            "piecewise_interpolated:times=0/0.5/1",
            (
                "curve 'piecewise_interpolated:times=0/0.5/1': times: must be at least one step, got '0/0.5/1'; "
                "did you mean 0%/50%/100%?"
            ),
        ),
        (
            "multistep:milestones=0.3/60",
            "curve 'multistep:milestones=0.3/60': milestones: must be at least one step, got '0.3/60'",
        ),
        (
            "flat_cosine:hold=99.5",
            (
                "curve 'flat_cosine:hold=99.5': decay: must be at least one step, got 0.5 epochs "
                "(default: what remains after hold)"
            ),
        ),
        (
            "cosine --warmup 99.5",
            "--warmup: a warmup must leave at least one step of the run of 100 epochs, got 99.5 epochs",
        ),
    ],
    ids=lambda text: text.partition(",")[0],
)
def test_the_message(words: str, message: str) -> None:
    answer = ask("table", *words.split())
    assert (answer.code, answer.err) == (2, f"cosine-lr: error: {message}\n")


@pytest.mark.parametrize("words", ["wsd:stable=0", "wsd:stable=0%", "wsd:warmup=0", "warmup_hold_cosine:hold=0%"])
def test_a_phase_of_no_length_is_fine(words: str) -> None:
    assert ask("table", words).code == 0


@pytest.mark.parametrize(
    ("config", "hint"),
    [
        ("curves: [multistep: {milestones: [0.3, 0.6]}]", "'[0.3, 0.6]'; did you mean [30%, 60%]?"),
        ("warmup: {for: 0.05}", "'0.05'; did you mean 5%?"),
        ("curves: [sequence: [linear: {for: 0.1}, cosine]]", "'0.1'; did you mean 10%?"),
    ],
    ids=["list", "warmup", "member"],
)
def test_in_a_config(config: str, hint: str, tmp_path: object) -> None:
    path = f"{tmp_path}/c.yaml"
    with open(path, "w", encoding="utf-8") as file:
        file.write(config)
    answer = ask("table", path)
    assert answer.code == 2
    assert answer.err.endswith(f": must be at least one step, got {hint}\n")


@pytest.mark.parametrize("updates", [1, 2, 3, 4])
@pytest.mark.parametrize("name", [name for name in catalogue.names() if name != "sequence"])
def test_the_defaults_of_a_short_run_contain_an_update(name: str, updates: int) -> None:
    """A decay of 20% of two updates is one update, not 0.4 of one."""
    answer = ask("table", name, "--steps", str(updates))
    assert answer.code == 0 or (name == "warmup" and updates == 1), answer.err
