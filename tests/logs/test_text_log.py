"""Text logs: lines as programs print them."""

from __future__ import annotations

from random import Random
from time import process_time
from typing import TYPE_CHECKING, Any

import pytest
from logs.made_lines import EPOCHS, STEPS, WITHIN
from logs.made_logs import log_of, only_run, refusal

from cosine_cli.logs.core.printed_lines import read_lines
from cosine_cli.logs.core.printed_rows import lines_in

if TYPE_CHECKING:
    from pathlib import Path

    from cosine_cli.logs.core.raw_log import RawLog

COUNT = 20
RATES = [1e-3 * (1 - row / COUNT) for row in range(COUNT)]


def lines_of(form: str, first: int = 0) -> str:
    """Return a log with the number, the epoch of 5 rows, the position in it and the rate of each row in its line."""
    rows = []
    for at, rate in enumerate(RATES):
        values = {"n": at + first, "ten": 10 * (at + 1), "epoch": at // 5 + first, "inner": at % 5 * 20 + first}
        rows.append(form.format(**values, lr=rate, part=(at + 1) / 8, start=at == 0))
    return "\n".join(rows) + "\n"


def found_in(*sections: str, whole: bool = True) -> RawLog:
    return read_lines(map(lines_in, sections), whole=whole)


@pytest.mark.parametrize("form", STEPS)
def test_steps(tmp_path: Path, form: str) -> None:
    series = only_run(log_of(tmp_path, lines_of(form)))
    assert (series.unit, series.times.tolist()) == ("step", [*range(COUNT)])
    assert all(
        abs(rate - logged) <= tolerance
        for rate, logged, tolerance in zip(RATES, series.rates, series.tolerances, strict=True)
    )


@pytest.mark.parametrize("form", EPOCHS)
def test_epochs(tmp_path: Path, form: str) -> None:
    series = only_run(log_of(tmp_path, lines_of(form, 1)))
    assert (series.unit, series.times.tolist()) == ("epoch", [*range(1, COUNT + 1)])
    assert all(
        abs(rate - logged) <= tolerance
        for rate, logged, tolerance in zip(RATES, series.rates, series.tolerances, strict=True)
    )


@pytest.mark.parametrize(("form", "first"), WITHIN)
def test_positions_in_epochs(tmp_path: Path, form: str, first: int) -> None:
    log = log_of(tmp_path, lines_of(form, first))
    series = only_run(log)
    assert series.unit == "step"
    assert series.times.tolist() == [row // 5 * 100 + row % 5 * 20 + first for row in range(COUNT)]
    assert series.epochs is not None
    assert log.notes == (f"step = {'(epoch - 1)' if first else 'epoch'} x 100 + step in epoch",)


def test_positions_of_which_the_log_has_no_number(tmp_path: Path) -> None:
    text = "".join(
        f"epoch:[ {epoch}/25 ] train step:{step} lr: {1 / epoch:.6f} top1: 0.5\n"
        for epoch in range(1, 9)
        for step in (0, 100)
    )
    series = only_run(log_of(tmp_path, text))
    assert (series.unit, series.times.tolist()) == ("epoch", [*range(1, 9)])
    series = only_run(log_of(tmp_path, text, steps_per_epoch=150))
    assert (series.unit, series.times.tolist()[:4]) == ("step", [0, 100, 150, 250])


def test_digits_stay_text() -> None:
    (table,) = found_in(lines_of("step {n} lr: {lr:.6f}")).tables
    assert table.columns["lr"] == [f"{rate:.6f}" for rate in RATES]


def test_skipped_updates() -> None:
    deepspeed = "".join(f"step={step}, skipped={step // 2}, lr=[0.1, 0.1]\n" for step in range(6))
    (table,) = found_in(deepspeed).tables
    assert table.columns["skipped"] == [0, 0, 1, 1, 2, 2]
    megatron = "".join(
        f" iteration {step} | learning rate: 1E-4 | number of skipped iterations: 2 |\n" for step in range(6)
    )
    (table,) = found_in(megatron).tables
    assert table.columns["skipped"] == [2, 4, 6, 8, 10, 12]


def test_two_optimizers(tmp_path: Path) -> None:
    text = "".join(f"step={at}, lr=[{rate}]\nstep={at}, lr=[{rate / 2}]\n" for at, rate in enumerate(RATES))
    for whole in (text, text + "step=20, lr=[0.5]\n"):
        actor, critic = log_of(tmp_path, whole).runs
        assert actor.rates.tolist()[:COUNT] == RATES
        assert critic.rates.tolist() == [rate / 2 for rate in RATES]


@pytest.mark.parametrize(
    ("damage", "missing", "lost"),
    [(("step=3, ", "step=9, "), [3], 2), (("step=3, ", "step=4, "), [3, 4], 4), (("step=3, ", "stxp=3, "), [3], 1)],
)
def test_a_damaged_line_of_two_optimizers(
    tmp_path: Path, damage: tuple[str, str], missing: list[int], lost: int
) -> None:
    text = "".join(f"step={at}, lr=[{rate}]\nstep={at}, lr=[{rate / 2}]\n" for at, rate in enumerate(RATES))
    half = text.index("step=3, ") + 1
    log = log_of(tmp_path, text[:half] + text[half:].replace(*damage, 1))
    steps = [step for step in range(COUNT) if step not in missing]
    actor, critic = log.runs
    assert actor.times.tolist() == critic.times.tolist() == steps
    assert actor.rates.tolist() == [RATES[step] for step in steps]
    assert critic.rates.tolist() == [RATES[step] / 2 for step in steps]
    which = "1 line is" if lost == 1 else f"{lost} lines are"
    assert log.notes[0] == f"{which} not read, whose step is not printed 2 times"


@pytest.mark.parametrize("word", ["sxep", "st\ufffdp"])
def test_a_damaged_word_of_a_time_is_counted(tmp_path: Path, word: str) -> None:
    text = lines_of("step {n} | lr {lr} | loss 3")
    log = log_of(tmp_path, text.replace("step 7", f"{word} 7"))
    assert len(only_run(log).rates) == COUNT - 1
    assert log.notes == ("1 line is not read, whose rates or times are printed in another way, in line 8",)


def test_a_line_that_is_printed_twice_is_one_row(tmp_path: Path) -> None:
    text = "".join(f"step={at}, lr={rate}\n" * 2 for at, rate in enumerate(RATES))
    assert only_run(log_of(tmp_path, text)).rates.tolist() == RATES


def test_parameter_groups_in_lines_of_their_own(tmp_path: Path) -> None:
    form = "[step={n}/1000]\n  optim/learning_rate_group0={lr}\n  optim/learning_rate_group1={lr}"
    series = only_run(log_of(tmp_path, lines_of(form)))
    assert (series.column, series.also) == ("optim/learning_rate_group0", ("optim/learning_rate_group1",))


def test_lines_of_hugging_face_with_a_progress_bar(tmp_path: Path) -> None:
    text = "".join(
        f"{{'loss': 1.2, 'learning_rate': {rate}, 'epoch': {round(5 * (at + 1) / 977, 2)}}}\n"
        f"  1%|#   | {5 * (at + 1)}/2931 [00:01<19:00,  8.3it/s]\r"
        for at, rate in enumerate(RATES)
    )
    log = log_of(tmp_path, text)
    series = only_run(log)
    assert (series.unit, series.times.tolist()) == ("step", [*range(5, 105, 5)])
    assert log.notes == ("the steps are those of the progress bar",)


def test_epochs_that_are_rounded_too_much(tmp_path: Path) -> None:
    text = "".join(f"{{'learning_rate': {rate}, 'epoch': {at // 3 / 100}}}\n" for at, rate in enumerate(RATES))
    log = log_of(tmp_path, text)
    assert only_run(log).unit == "row"
    assert log.notes[0] == "the epochs are printed with too few decimals to tell the rows apart: rows are counted"


def test_averages_do_not_count_beside_the_rows_of_steps(tmp_path: Path) -> None:
    text = "".join(
        f"Epoch: [0]  [{at}/100]  lr: {rate}\n" + ("Averaged stats: lr: 0.5\n" if at % 3 == 0 else "")
        for at, rate in enumerate(RATES)
    )
    log = log_of(tmp_path, text)
    assert only_run(log).rates.tolist() == RATES
    assert log.notes[1] == "7 lines are not read, whose rates or times are printed in another way, the first in line 2"


@pytest.mark.parametrize(
    "line",
    [
        "step {n} resnet_sgd_lr0.1] loss 0.3",
        "step {n} run_lr{n} loss 0.3",
        "step {n} min_lr: 0.1 lr_decay: 0.5 warmup_lr=0.1 lr_scheduler: 3",
        "step {n} lr: none",
        "step {n} color: 0.1 alr: 0.2",
        "step {n} Iter(val) lr: 0.1",
        "step {n} lr:",
    ],
)
def test_what_is_not_a_rate(line: str) -> None:
    found = found_in(lines_of(line))
    assert not found.tables[0].columns


def test_a_column_of_a_text_without_rates(tmp_path: Path) -> None:
    assert refusal(tmp_path, "lr\nstep 1\n", column="loss") == (
        "log: must have a column of learning rates, such as lr or learning_rate, got no numbers"
    )


@pytest.mark.parametrize("text", ["5%", "1.2.3", "0x1", "1e", "1\x10", "1_0", "0.1\ufffd"])
def test_what_is_not_a_number_is_counted(tmp_path: Path, text: str) -> None:
    log = log_of(tmp_path, lines_of("step {n} lr: {lr}") + f"step 30 lr: {text} loss\n")
    assert only_run(log).rates.tolist() == RATES
    assert log.notes == ("1 line is not read, with a rate that is not a number or with 64 rates",)


def test_settings_are_not_the_time() -> None:
    settings = "steps per epoch: 100, warmup_steps=500, max steps 300, 10k steps, step 10k, steps: 1.5,"
    (table,) = found_in(lines_of(settings + " lr: {lr}")).tables
    assert [*table.columns] == ["lr"]


@pytest.mark.parametrize("count", [1, 4])
def test_few_rates(tmp_path: Path, count: int) -> None:
    assert refusal(tmp_path, "step 1 lr: 0.1\n" * count) == (
        f"log: must have at least 5 rows with a learning rate, got {count}"
    )


def test_a_last_line_without_its_end(tmp_path: Path) -> None:
    text = lines_of("step {n} lr: {lr}")
    for end in range(len("".join(text.splitlines(keepends=True)[:7])), len(text)):
        log = log_of(tmp_path, text[:end])
        rates = only_run(log).rates.tolist()
        assert rates == RATES[: len(rates)]
    assert log.notes == ("the last line may be cut off in its rate or time and is not read, as no line break follows",)


def test_random_lines() -> None:
    words = (
        *(
            "lr",
            "LR",
            "learning_rate",
            "learning rate",
            "step",
            "epoch",
            "iter",
            "Epoch(train)",
            "skipped",
            "batch",
            "up.",
        ),
        *(
            ":",
            "=",
            " ",
            "\t",
            "[",
            "]",
            "(",
            ")",
            ",",
            "/",
            "'",
            "{",
            "}",
            "|",
            "to",
            "of group",
            "100%|##|",
            "[00:01<00:02",
        ),
        *(
            "0",
            "1",
            "2",
            "10",
            "0.1",
            "1e-3",
            "1.",
            ".5",
            "-1",
            "1e400",
            "9" * 50,
            "1,000",
            "nan",
            "\n",
            "\r",
            "\x1b[0m",
        ),
    )
    random = Random(3)  # noqa: S311 - a repeatable choice
    for _ in range(300):
        line = "".join(random.choice(words) for _ in range(12))
        changed = "".join(line.replace("1", str(row)) + "\n" for row in range(6))
        for table in found_in(changed, line, whole=False).tables:
            assert len({len(cells) for cells in table.columns.values()}) <= 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "lr",
            "lr_",
            "lr: ",
            "lr: [",
            "learning rate ",
            "a_b/",
            "epoch [",
            "lr-a-a-a",
            "train_",
            "lr of group 1",
            "1,000",
        ),
        *("lr: 0.1, ", "lr: 1e", "it 1 lr", "\x1b[", "step 1/", "1epoch:train:1-", "9/9 ", "of ", "skipped=1"),
    ],
)
def test_long_lines_take_linear_time(unit: str) -> None:
    def seconds(length: int) -> float:
        line = "lr " + unit * (length // len(unit)) + "\n"
        start = process_time()
        found_in(line * 20)
        return process_time() - start

    assert min(seconds(60_000) for _ in range(2)) < 30 * min(seconds(6000) for _ in range(2)) + 0.3


def test_too_long_lines() -> None:
    found = found_in("lr: 0.1 " * 10_000 + "\n" + lines_of("step {n} lr: {lr}"))
    assert found.notes == ("1 line is not read, of more than 65536 characters",)


def test_other_columns(tmp_path: Path) -> None:
    options: dict[str, Any] = {"column": "lr/1"}
    text = lines_of("step={n}, lr=[{lr}, 0.5]")
    assert only_run(log_of(tmp_path, text, **options)).rates.tolist() == [0.5] * COUNT
    assert "--column lr/0 or --column lr/1" in refusal(tmp_path, text)


def test_hugging_face_after_its_progress_bar(tmp_path: Path) -> None:
    text = "\r".join(
        f" 84%|###| {10 * at}/200 [06:28<00:32, 6.4it/s]{{'loss': 0.7, 'learning_rate': {rate}, 'epoch': {at / 20}}}\n"
        for at, rate in enumerate(RATES, 1)
    )
    series = only_run(log_of(tmp_path, text))
    assert (series.unit, series.times.tolist()) == ("step", [*range(10, 210, 10)])


def test_rates_printed_twice_with_other_digits(tmp_path: Path) -> None:
    rates = [1e-3, *(rate / 3 for rate in RATES[:-1])]
    text = "".join(
        f"  2%|#  | {5 * at}/300 [00:26<25:00,  5.09s/it][INFO|2025] callbacks:143 >> "
        f"{{'loss': 1.4229, 'learning_rate': {rate:.4e}, 'epoch': {at / 10}, 'throughput': 1828.21}}\n"
        f"{{'loss': 1.4229, 'grad_norm': 0.77, 'learning_rate': {rate}, 'epoch': {at / 10}}}\n"
        for at, rate in enumerate(rates, 1)
    )
    series = only_run(log_of(tmp_path, text))
    assert series.rates.tolist() == rates
    assert (series.unit, series.times.tolist()) == ("step", [*range(5, 105, 5)])


def test_a_note_on_a_change_is_not_the_log(tmp_path: Path) -> None:
    text = "".join(
        f"Epoch {at}/500\nEpoch {at}: ReduceLROnPlateau reducing learning rate to {rate / 2}.\n"
        f"155/155 ---- 1s 6ms/step - loss: 0.1097 - val_loss: 0.0931 - learning_rate: {rate:.4e}\n"
        for at, rate in enumerate(RATES, 1)
    )
    assert only_run(log_of(tmp_path, text)).rates.tolist() == [float(f"{rate:.4e}") for rate in RATES]


def test_a_progress_bar_of_the_whole_run(tmp_path: Path) -> None:
    text = "".join(
        f"Epoch {at // 5}:  10%|#  | {at * 20}/400 [00:22<00:00,  4.34it/s, lr={rate}]\r"
        for at, rate in enumerate(RATES)
    )
    series = only_run(log_of(tmp_path, text))
    assert (series.unit, series.times.tolist()) == ("step", [*range(0, 400, 20)])


def test_the_lines_of_espnet(tmp_path: Path) -> None:
    text = "".join(
        f"{epoch}epoch:train:{batch - 99}-{batch}batch: loss=1, optim0_lr0={1e-3 / epoch:.3e}, time=0.3\n"
        for epoch in range(1, 8)
        for batch in (100, 200)
    )
    series = only_run(log_of(tmp_path, text, steps_per_epoch=250))
    assert (series.column, series.times.tolist()[:4]) == ("optim0_lr0", [100, 200, 350, 450])


def test_a_rate_in_the_name_of_a_run(tmp_path: Path) -> None:
    for name in ("sgd_lr0.1", "sgd_lr=0.1_bs=32"):
        series = only_run(log_of(tmp_path, lines_of(f"[{name}] Epoch {{n}}/30 lr: {{lr}} loss: 3", 1)))
        assert (series.column, series.rates.tolist()) == ("lr", RATES)


def test_a_damaged_rate_beside_another_is_counted(tmp_path: Path) -> None:
    log = log_of(tmp_path, lines_of("step {n} lr: {lr} lr_head: {lr}") + "step 30 lr: 0.1 lr_head: 0.\x10 loss\n")
    assert only_run(log).rates.tolist() == RATES
    assert log.notes == ("1 line is not read, whose rates or times are printed in another way, in line 21",)


def test_progress_bars_from_zero_to_their_end(tmp_path: Path) -> None:
    text = "".join(
        f"Train Epoch: [{epoch}/3], lr: {1e-3 / epoch - at * 1e-5:.6f}: {at}%|##| {at}/10 [00:22<00:00,  4.34it/s]\r"
        for epoch in (1, 2, 3)
        for at in range(11)
    )
    log = log_of(tmp_path, text)
    assert only_run(log).times.tolist() == [*range(1, 31)]
    assert log.notes == ("3 progress bars at 0 are not read", "step = (epoch - 1) x 10 + step in epoch")


@pytest.mark.parametrize("printed", ["nan", "NaN", "inf", "-inf", "Infinity"])
def test_a_rate_that_is_not_a_number(tmp_path: Path, printed: str) -> None:
    lines = lines_of("step {n} | lr {lr:.4e} | loss 2.5").splitlines(keepends=True)
    lines[7] = f"step 7 | lr {printed} | loss 2.5\n"
    log = log_of(tmp_path, "".join(lines))
    assert only_run(log).times.tolist() == [*range(7), *range(8, COUNT)]
    assert log.notes == ("1 line is not read, with a rate that is not a number or with 64 rates",)


def test_words_that_begin_like_those_for_no_number(tmp_path: Path) -> None:
    text = lines_of("step {n} | lr {lr:.4e} | loss 2.5") + "lr info: 3\nlr: nano\n"
    assert log_of(tmp_path, text).notes == ()


@pytest.mark.parametrize("form", ["step {n} | lr {lr:.4e}", "Epoch {n}: lr {lr:.4e}", "iter: {n}/20 lr: {lr:.4e}"])
@pytest.mark.parametrize("time", ["", "9", "9x", "s9", "step 9y", "9\ufffd"])
def test_a_row_whose_time_cannot_be_read_is_counted(tmp_path: Path, form: str, time: str) -> None:
    lines = lines_of(form).splitlines(keepends=True)
    rate = form[form.index("lr") :].format(lr=RATES[9])
    log = log_of(tmp_path, "".join(["lr: 0.5\n", *lines[:9], f"{time} {rate}\n", *lines[10:]]))
    assert only_run(log).times.tolist() == [*range(9), *range(10, COUNT)]
    assert log.notes == ("1 line is not read, whose rates or times are printed in another way, in line 11",)


def test_the_line_of_the_file_is_counted_as_an_editor_does(tmp_path: Path) -> None:
    """Lines may be empty, have only colors, or be several to a program that overwrites them."""
    before = "\n\x1b[0m\nloading:  50%\rloading: 100%\r\n"
    text = before + lines_of("step {n} | lr {lr} | loss 3\n").replace("step 7", "sxep 7")
    line = text[: text.index("sxep")].count("\n") + 1
    way = "whose rates or times are printed in another way"
    assert log_of(tmp_path, text).notes == (f"1 line is not read, {way}, in line {line}",)


@pytest.mark.parametrize("form", ["lr {lr:.4e} step {n}", "lr: {lr:.4e} | Epoch {n}", "lr: {lr:.4e} iter {n}/20"])
def test_a_last_line_that_is_cut_off_in_its_time(tmp_path: Path, form: str) -> None:
    text = lines_of(form, first=100)
    for end in range(len(text) - len("lr: 1.0000e-03 iter 119/20"), len(text)):
        times = only_run(log_of(tmp_path, text[:end])).times.tolist()
        assert times == list(range(100, 100 + len(times)))
