"""The corpus of bad and strange inputs: one row per input, all under one contract.

A row that needs a shell, an environment or bytes runs as a process of its own; the others run in this process.

A row whose code is not 0 must write one line per problem to stderr, each beginning with ``cosine-lr: error: ``,
nothing to stdout, and leave its folder unchanged. A row whose code is 0 must write nothing to stderr that it does not
name. All end within bounded time and memory and without a traceback.
"""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest
from door import Answer, ask
from memory import bounded
from patience import SECONDS, guarded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

PREFIX = "cosine-lr: error: "
KIBIBYTES = 1 << 20
"""Address space of a process: what numpy, matplotlib and their libraries map, and not much more."""

SHELL = 'exec "$@"'

FORGOTTEN = ("COLUMNS", "LINES", "TERMINAL_WIDTH", "NO_COLOR", "FORCE_COLOR", "PYTHONWARNINGS", "PYTHONIOENCODING")


class Row(NamedTuple):
    """One input, and what it must get.

    - ``words``: all in stderr where the code is not 0, in stdout where it is 0.
    - ``files``: what stands in the folder before; ``links`` what is a link there.
    - ``how``: how the shell runs the command line, which is ``"$@"``.
    - ``lines``: how many lines on stderr.
    - ``makes``: the files that are in the folder afterwards and were not before.
    - ``warns``: words of the lines on stderr where the code is 0.
    """

    id: str
    argv: Sequence[str | bytes]
    words: tuple[str, ...]
    code: int = 2
    files: Mapping[str, str | bytes] = {}
    links: Mapping[str, str] = {}
    env: Mapping[str, str] = {}
    how: str = SHELL
    lines: int = 1
    makes: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    unless_root: bool = False

    @property
    def needs_process(self) -> bool:
        return bool(self.how != SHELL or self.env or any(isinstance(word, bytes) for word in self.argv))


def bad(name: str, argv: str | Sequence[str | bytes], *words: str, **more: object) -> Row:
    """Return a row for a request that the user can mend."""
    return Row(name, shlex.split(argv) if isinstance(argv, str) else argv, words, **more)  # type: ignore[arg-type]


def good(name: str, argv: str | Sequence[str | bytes], *words: str, **more: object) -> Row:
    """Return a row for an input that is strange, and fine."""
    return bad(name, argv, *words, code=0, lines=0, **more)


def config(name: str, text: str | bytes, *words: str, **more: object) -> Row:
    """Return a row for a config that is wrong."""
    return bad(name, "table --rows 2 c.yaml", *words, files={"c.yaml": text}, **more)


def fine(name: str, text: str | bytes, *words: str, **more: object) -> Row:
    """Return a row for a config that is strange, and fine."""
    return good(name, "table --rows 2 c.yaml", *words, files={"c.yaml": text}, **more)


RATE = "--lr: must be a finite number above 0"
EPOCHS = "--epochs: must be a whole number of at least 1"

FLAGS = [
    bad("1-lr-a-word", "table --lr abc", f"{RATE}, got 'abc'"),
    bad("2-lr-empty", ("table", "--lr", ""), f"{RATE}, got an empty string"),
    bad("3-lr-nan", "table --lr nan", f"{RATE}, got 'nan'"),
    bad("3-lr-inf", "table --lr inf", f"{RATE}, got 'inf'"),
    bad("3-lr-1e400", "table --lr 1e400", f"{RATE}, got '1e400'"),
    bad("4-lr-zero", "table --lr 0", f"{RATE}, got '0'"),
    bad("4-lr-negative", "table --lr -0.1", f"{RATE}, got '-0.1'"),
    bad("5-lr-comma", "table --lr 0,1", f"{RATE}, got '0,1'; did you mean 0.1?"),
    good("6-lr-subnormal", "table --lr 1e-320 --rows 2", "Peak 1e-320", "1.000e-320"),
    bad("7-lr-arabic-digit", "table --lr ٣", f"{RATE}, got '٣'"),
    bad("7-lr-full-width-digit", "table --lr １", f"{RATE}, got '１'"),
    bad("8-lr-underscore", "table --lr 1__000", f"{RATE}, got '1__000'"),
    bad("9-epochs-zero", "table --epochs 0", f"{EPOCHS}", "got '0'"),
    bad("9-epochs-negative", "table --epochs -5", f"{EPOCHS}", "got '-5'"),
    bad("10-epochs-fraction", "table --epochs 10.5", f"{EPOCHS}", "got '10.5'"),
    good("10-epochs-1e3", "table cosine --rows 2 --epochs 1e3", "1000 epochs"),
    good("10-epochs-10k", "table cosine --rows 2 --epochs 10k", "10k epochs", "end 10000"),
    good("11-one-epoch-table", "table --epochs 1", "1 epoch\n", "end 1"),
    good("11-one-epoch-plot", "plot --epochs 1", "cosine-lr.png", makes=("cosine-lr.png",)),
    good("12-table-1e12-epochs", "table cosine --epochs 1e12 --rows 2", "1T epochs", "end 1000000000000"),
    good("12-plot-1e12-epochs", "plot --epochs 1e12", makes=("cosine-lr.png",)),
    good("12-table-1e12-drops", "table step:step_size=1 --epochs 1e12 --rows 2", "×0.1 / 1\n"),
    bad("12-every-row", "table --epochs 1e12 --every 1", "rows: must be at most 1,000", "got 1,000,000,000,001"),
    bad("12-every-row-csv", "table --epochs 1e12 --every 1 --format csv", "at most 100,000,000", "1,000,000,000,001"),
    bad("12-a-billion-rows", "table --epochs 1e12 --rows 1e9 --format csv", "at most 100,000,000", "500,000,001"),
    good("12-more-rows-than-epochs", "table cosine --epochs 5 --rows 1000 --format csv", "epoch,cosine\n0,0.1\n1,"),
    good("12-lengthening-cycles", "table restarts:cycle=1,cycle_mult=1.0001 --epochs 1e9 --rows 2", "0.050001"),
    good("12-lengthening-cycles-2^53", "table sgdr:cycle=10,cycle_mult=1.0001 --epochs 9007199254740992 --rows 2"),
    good("12-cycles-of-197.98", "table cyclic:rise=98.99 --epochs 9007199254740992 --rows 2", "0.055000"),
    good(
        "12-keras-lengthening-cycles",
        "table keras.CosineDecayRestarts:initial_learning_rate=0.1,first_decay_steps=10,t_mul=1.001 --steps 1e12",
    ),
    bad(
        "12-torch-half-waves-of-2.5",
        "table torch.CosineAnnealingLR:T_max=2.5 --epochs 1e9",
        "T_max: is limited to 10,000,000 calls",
    ),
    bad(
        "12-stairs-on-lengthening-cycles",
        "table sgdr:cycle=10,cycle_mult=1.0001 --epochs 1e9 --steps-per-epoch 10 --update epoch",
        "every: must not sample a curve of more than 5,000 cycles of different lengths, got one of 92,110",
    ),
    bad("13-2^53+1-epochs", "table --epochs 9007199254740993", "--epochs: must be at most 2^53"),
    bad("13-product", "table --epochs 1e12 --steps-per-epoch 1e5", "--epochs: a run must be at most 2^53 steps"),
    bad("13-steps-per-epoch", "table --steps-per-epoch 1e15", "--steps-per-epoch: a run must be at most 2^53 steps"),
    good("13-2^53-epochs", "table cosine --epochs 9007199254740992 --rows 2", "end 9007199254740992"),
    bad("14-warmup-as-long", "table --warmup 100", "--warmup: ", "shorter than the run of 100 epochs, got 100 epochs"),
    bad("14-warmup-longer", "table --epochs 10 --warmup 15", "shorter than the run of 10 epochs, got 15 epochs"),
    bad("14-warmup-less-than-a-step", "table --warmup 0.05", "at least one step", "did you mean 5%?"),
    bad(
        "14-warmup-of-its-own",
        "table warmup:warmup=200",
        "curve 'warmup:warmup=200': must leave time for its inner curve",
    ),
    bad(
        "15-min-lr-above-lr",
        "table cosine --min-lr 0.2",
        "--min-lr, for curve 'cosine': must be at most lr (0.1), got '0.2'",
    ),
    bad("15-min-lr-of-a-curve", "table cosine:min_lr=1", "min_lr: must be at most lr (0.1), got '1'"),
    bad("15-min-lr-for-nothing", "table constant --min-lr 0.01", "--min-lr: no curve uses it (constant)"),
    bad("16-gamma-zero", "table step:gamma=0", "gamma: must be a finite number above 0 and at most 1, got '0'"),
    bad("16-gamma-nan", "table step:gamma=nan", "gamma: must be a finite number above 0 and at most 1, got 'nan'"),
    bad("16-gamma-two", "table step --gamma 2", "--gamma: must be a finite number above 0 and at most 1, got '2'"),
    bad("17-step-size-zero", "table step:step_size=0", "step_size: must be a finite number above 0, got '0'"),
    bad("17-step-size-tiny", "table step:step_size=1e-300", "step_size: must be at least one step, got '1e-300'"),
    good("17-step-size-huge", "table step:step_size=1e100 --rows 2", "×0.1 / 1e100\n", "never"),
    bad("17-step-size-too-huge", "table step:step_size=1e300", "step_size: must be at most 1e+200"),
    bad("17-timescale-tiny", "table inverse_sqrt:timescale=2.2e-308", "timescale: must be at least one step"),
    bad("17-decay-tiny", "table flat_cosine:decay=2.2e-308", "decay: must be at least one step"),
    bad("17-timescale-smallest", "table power_law:timescale=5e-324", "timescale: must be at least one step"),
    bad("17-decay-subnormal", "table warmup_hold_cosine:decay=1e-320", "decay: must be at least one step"),
    good("17-no-boundaries", "table --summary optax.piecewise_constant_schedule", "needs length"),
    bad("17-32-bits", "table --lr 1e100 --as optax", "--as optax: optax.cosine_decay_schedule: must have rates"),
    bad("18-schedule", "table cosin", "curve 'cosin': is not a schedule; did you mean cosine?"),
    bad("18-schedule-brought", "table CosineAnnealingLR", "did you mean cosine?"),
    bad("19-command", "tabel", "unknown command 'tabel'; did you mean table?"),
    bad("19-option", "table --epoch 5", "unknown option '--epoch'; did you mean --epochs 5?"),
    bad("19-option-before-the-command", "--lr 0.1 table", "option '--lr'", "did you mean cosine-lr table --lr 0.1?"),
    bad("19-option-of-a-curve", "table --T_max 50", "option '--T-max'", "did you mean cosine:total=50?"),
    bad("19-flag-for-nothing", "table exponential --gamma 0.95", "did you mean --decay-rate 0.95?"),
    bad("19-lr-for-nothing", "table cosine:lr=0.2 --lr 0.3", "--lr: no curve uses it", "the curve has its own"),
    bad("20-lr-twice", "table cosine --rows 2 --lr 0.5 --lr 0.2", "--lr: must be given only once, got '0.5' and '0.2'"),
    bad("21-unknown-parameter", "table step:gama=0.5", "no parameter 'gama'; did you mean gamma=0.5?"),
    bad("21-no-value", "table step:gamma", "write parameters as name=value, got 'gamma'"),
    bad("21-twice", "table step:gamma=0.1,gamma=0.2", "duplicate parameter 'gamma'"),
    bad("21-twice-by-two-names", "table exponential:gamma=0.9,decay_rate=0.8", "gamma must be given only once"),
    bad("21-colon-alone", "table :", "curve ':': must begin with the name of a schedule"),
    bad("21-empty-curve", ("table", ""), "curve '': must begin with the name of a schedule"),
    bad("21-trailing-comma", "table step:gamma=0.5,", "name=value, got nothing"),
    bad("21-open-quote", ("table", 'cosine:label="a'), "quotes must be closed"),
    bad("21-equal-milestones", "table multistep:milestones=30/30", "in rising order", "got '30/30'"),
    bad("21-sequence-of-nothing", "table sequence", "sequence needs a list of curves"),
    bad(
        "21-epochs-in-a-run-of-steps",
        "table --steps 100 --warmup 5ep",
        "--warmup: cannot be in epochs: the steps per epoch are not known",
    ),
    bad("21-update-in-a-run-of-steps", "table --steps 100 --update epoch", "--update: cannot be epoch"),
    bad(
        "21-warmup-shape",
        "table cosine:warmup=5,warmup_shape=lin",
        "must be linear, cosine, quadratic, exponential or constant",
    ),
    bad("21-warmup-never-leaves-0", "table cosine:warmup=5,warmup_shape=exponential", "warmup_start: must be above 0"),
    bad(
        "21-warmup-start-too-high",
        "table cosine:warmup=5,warmup_start=1",
        "must be at most the rate at the end of the warmup",
    ),
    bad("21-warmup-start-alone", "table cosine:warmup_start=0.01", "needs a warmup"),
    bad("22-no-value", "table --lr", "--lr: needs a value"),
    bad("22-option-as-a-value", "table --lr --epochs", f"{RATE}, got '--epochs'"),
    bad(
        "23-epochs-and-steps",
        "table --epochs 10 --steps 5",
        "--epochs and --steps: cannot be combined: a run has one length",
    ),
    bad("23-output-and-out-dir", "plot -o a.png --out-dir d", "--output and --out-dir: "),
    bad("23-schema-and-curve", "plan --schema cosine", "--schema: cannot be combined with curves", "got 'cosine'"),
    bad("23-schema-and-option", "plan --schema --lr 3", "--schema: cannot be combined with curves", "got --lr"),
    bad("24-below-the-smallest-float", "table --warmup 1e-400", "--warmup: must be 0 or at least 5e-324"),
    bad("23-every-and-rows", "table --rows 5 --every 2", "--rows and --every: cannot be combined"),
    bad("23-suffix-and-format", "table -o y.csv --format json", "--format: must be csv to match 'y.csv', got 'json'"),
    bad(
        "23-two-units",
        "table a.yaml b.yaml",
        "a.yaml: its 100 epochs cannot be shown beside the steps of b.yaml: the steps per epoch are not known; "
        "pass --steps-per-epoch N, or add steps_per_epoch to a.yaml",
        files={"a.yaml": "lr: 0.1", "b.yaml": "steps: 50"},
    ),
    bad("24-1000-parameters", ("table", "step:" + ",".join(f"p{i}=1" for i in range(1000))), "no parameter", lines=21),
    bad("24-10000-curves", ("table", *["cosine"] * 10_000), "curves must be at most 1,000, got 10,000"),
    bad("24a-dpi", "plot --dpi 1e9", "--dpi: a figure must be at most 30,000 pixels per side and 100,000,000 in total"),
    bad("24a-size", "plot --size 1e6x1e6", "--size: a figure must be at most 30,000 pixels per side"),
    bad("24a-less-than-a-pixel", "plot --size 1e-9x1", "--size: a figure must be at least one pixel per side"),
    bad("24a-no-side", "plot --size 8x", "--size: must be", "got '8x'"),
    bad("24a-unknown-size", "plot --size colum", "--size: must be", "got 'colum'"),
    bad(
        "25-long-curve",
        ("table", "x" * 100_000),
        f"curve '{'x' * 59}…': ",
        "is not a schedule; see 'cosine-lr explain'",
    ),
    bad("25-long-number", ("table", "--lr", "9" * 100_000), f"{RATE}, got '{'9' * 59}…'"),
    bad("26-bytes-in-a-curve", ("table", b"cos\xff\x80"), r"curve 'cos\xff\x80'"),
    bad("26-bytes-in-an-option", ("table", b"--\xff", "1"), r"option '--\xff'"),
    bad("26-bytes-in-a-command", (b"\xff",), r"command '\xff'"),
    bad("26-bytes-in-a-file", ("table", b"\xff.yaml"), r"config '\xff.yaml'"),
    good("26-bytes-in-a-label", ("table", "--rows", "2", b"cosine:label=\xff"), r"\xff"),
    good("27-terminal-width", "table --rows 2", "cosine   step decay", env={"TERMINAL_WIDTH": "abc"}),
    good("27-columns-zero", "table --rows 2", "cosine   step decay", env={"COLUMNS": "0"}),
    good("27-columns-a-word", "table --rows 2", "cosine   step decay", env={"COLUMNS": "abc"}),
    good("27-columns-one", "table --rows 2", "cosine   step decay", env={"COLUMNS": "1"}),
    good("27-columns-99999", "table --rows 2", "cosine   step decay", env={"COLUMNS": "99999"}),
]

OUTPUTS = [
    bad("28-a-directory", "table -o d", "output 'd': must be a file, got a directory", files={"d/x": ""}),
    bad(
        "29-no-parent",
        "table -o nope/x.csv",
        "output 'nope/x.csv': its directory must exist",
        "create it with mkdir -p 'nope'",
    ),
    bad("29-parent-is-a-file", "table -o f/x.csv", "must be in a directory, got the file 'f'", files={"f": ""}),
    good(
        "29-out-dir-is-made", "plot cosine --out-dir a/b", "a/b/cosine-lr.png", makes=("a", "a/b", "a/b/cosine-lr.png")
    ),
    bad("29-out-dir-is-a-file", "plot --out-dir f", "'f'", files={"f": ""}),
    bad("29-out-dir-empty", ("plot", "--out-dir", ""), "--out-dir: must be a string, got nothing"),
    bad(
        "29-one-stem-twice",
        "plot a/c.yaml b/c.yaml --out-dir d",
        "output 'd/c.png': must not be written by two figures, got 'a/c.yaml' and 'b/c.yaml'",
        files={"a/c.yaml": "lr: 0.1", "b/c.yaml": "lr: 0.2"},
    ),
    bad(
        "29-fault-before-the-out-dir",
        "plot c.yaml --out-dir d",
        "its directory must exist",
        files={"c.yaml": "figure: {output: x/y.png}"},
    ),
    bad("30-empty-name", ("table", "-o", ""), "output"),
    bad("31-suffix", "plot -o x.pgn", "output 'x.pgn': must end in .png, .svg or .pdf; did you mean x.png?"),
    bad("31-suffix-of-a-table", "table -o x.cvs", "must end in .txt, .csv, .json, .jsonl or .md; did you mean x.csv?"),
    bad("31-no-suffix", "table -o x", "must end in .txt, .csv, .json, .jsonl or .md; or pass --format txt"),
    bad(
        "32-no-permission",
        "table -o d/x.csv",
        "cannot write output 'd/x.csv': permission denied",
        code=1,
        files={"d/y": ""},
        how='chmod 555 d; "$@"; code=$?; chmod 755 d; exit $code',
        unless_root=True,
    ),
    bad(
        "33-no-room-in-a-device",
        "table -o /dev/full --format csv",
        "cannot write output '/dev/full': no space left",
        code=1,
    ),
    bad(
        "33-file-too-large",
        "table -o x.csv",
        "cannot write output 'x.csv': file too large",
        code=1,
        files={"x.csv": "old"},
        how='ulimit -f 0; exec "$@"',
    ),
    bad(
        "33-picture-too-large",
        "plot cosine -o x.svg",
        "cannot write output 'x.svg': file too large",
        code=1,
        files={"x.svg": "old"},
        how='ulimit -f 0; exec "$@"',
    ),
    bad("34-no-files-are-made-there", "table -o /proc/x.csv", "cannot write output '/proc/x.csv': ", code=1),
    bad(
        "37-link-loop",
        "table -o a.csv",
        "cannot write output 'a.csv': the link points to itself",
        code=1,
        links={"a.csv": "b.csv", "b.csv": "a.csv"},
    ),
    bad("40-name-of-300-bytes", ("table", "-o", "a" * 300 + ".csv"), "at most 255 bytes per file name"),
    good("40-name-of-255-bytes", ("table", "-o", "a" * 251 + ".csv"), makes=("a" * 251 + ".csv",)),
    bad("40-line-break", ("table", "-o", "a\nb.csv"), r"output 'a\nb.csv': must not contain NUL or line breaks"),
    bad(
        "41-table-over-its-config",
        "table c.csv -o ./c.csv",
        "output './c.csv': must not be an input, got the file 'c.csv'",
        files={"c.csv": "lr: 0.1"},
    ),
    bad(
        "41-figure-over-its-config",
        "plot c.png",
        "output 'c.png': must not be an input, got the file 'c.png'",
        files={"c.png": "lr: 0.1"},
    ),
    bad(
        "41-over-its-config-by-a-link",
        "plot c.yaml -o l.png",
        "output 'l.png': must not be an input, got the file 'c.yaml'",
        files={"c.yaml": "lr: 0.1"},
        links={"l.png": "c.yaml"},
    ),
    bad(
        "42-one-file-twice",
        "plot a.yaml b.yaml --each",
        "must not be written by two figures, got 'a.yaml' and 'b.yaml'",
        files={"a.yaml": "figure: {output: x.png}", "b.yaml": "figure: {output: ./X.png}"},
    ),
    bad(
        "42-one-output-for-two",
        "plot a.yaml b.yaml -o x.png --each",
        "--output: cannot be a single file for 2 figures, got 'x.png'; give --out-dir",
        files={"a.yaml": "lr: 0.1", "b.yaml": "lr: 0.1"},
    ),
    *(
        bad(
            f"43-{name}",
            "plot c.yaml",
            "must stay in the current directory or --out-dir, got",
            "pass -o on the command line",
            files={"c.yaml": f"figure: {{output: {output}}}", "d/x": ""},
            links={"d/out": "/", "d/l.png": "../../l.png"},
        )
        for name, output in {
            "absolute": "/tmp/x.png",  # noqa: S108
            "climbs-out": "../x.png",
            "climbs-out-later": "d/../../x.png",
            "out-by-a-linked-folder": "d/out/x.png",
            "out-by-a-linked-file": "d/l.png",
        }.items()
    ),
    good(
        "43-inside",
        "plot c.yaml",
        "d/x.svg",
        files={"c.yaml": "curves: [cosine]\nfigure: {output: d/../d/x.svg}", "d/y": ""},
        makes=("d/x.svg",),
    ),
    bad(
        "43-no-character",
        "plot c.yaml",
        r"output '\ud800.png': must be valid Unicode",
        files={"c.yaml": 'figure: {output: "\\ud800.png"}'},
    ),
    bad(
        "40-NUL",
        "plot c.yaml",
        r"output 'a\x00b.png': must not contain NUL or line breaks",
        files={"c.yaml": 'figure: {output: "a\\0b.png"}'},
    ),
    bad("46-stdout-closed", "table", "cannot write to standard output: it is closed", code=1, how='exec "$@" >&-'),
    bad(
        "46-stdout-closed-version",
        "--version",
        "cannot write to standard output: it is closed",
        code=1,
        how='exec "$@" >&-',
    ),
    bad(
        "47-stdout-full",
        "table",
        "cannot write to standard output: no space",
        code=1,
        how='"$@" >/dev/full',
    ),
    bad("47-stdout-full-csv", "table --format csv", "standard output", "no space", code=1, how='"$@" >/dev/full'),
    bad("50-stderr-closed", "table --lr abc", lines=0, how='exec "$@" 2>&-'),
    bad("50-stderr-full", "table --lr abc", lines=0, how='exec "$@" 2>/dev/full'),
    bad("50-both-closed", "table", lines=0, code=1, how='exec "$@" >&- 2>&-'),
    good("51-cwd-deleted", "table --rows 2 cosine", "end 100", how='mkdir g; cd g; rmdir ../g; exec "$@"'),
    bad("51-cwd-deleted-file", "table -o x.csv", "x.csv", code=1, how='mkdir g; cd g; rmdir ../g; exec "$@"'),
    good(
        "52-54-no-home-and-no-tmp",
        "plot cosine -o x.svg",
        makes=("x.svg",),
        env={
            "HOME": "/nonexistent",
            "MPLCONFIGDIR": "/proc/nonexistent",
            "XDG_CACHE_HOME": "/proc/nonexistent",
            "TMPDIR": "/nonexistent",
        },
    ),
    *(
        good(
            f"53-stdout-{encoding}",
            "table --rows 2 cosine:label=é日本",
            "Peak 0.1, 100 epochs\n",
            "epoch   ##**+~-.._\n --------------------\n",
            label,
            env={"PYTHONIOENCODING": encoding},
        )
        for encoding, label in {
            "ascii": r"\xe9\u65e5\u672c",
            "latin-1": r"\u65e5\u672c",
            "cp1252": r"\u65e5\u672c",
        }.items()
    ),
    good("54-no-tmp", "table cosine -o x.csv", makes=("x.csv",), env={"TMPDIR": "/nonexistent"}),
]

NUMBER = "must be a finite number above 0, got"
MAPPING = "c.yaml: must be a mapping of keys to values"
NO_YAML = "invalid YAML: "

CONFIGS = [
    bad("55-missing", "table nope.yaml", "cannot read config 'nope.yaml': no such file or directory"),
    bad("55-missing-flag", "table -c nope", "cannot read config 'nope': no such file or directory"),
    bad("55-empty-name", ("table", "-c", ""), "cannot read config '': no such file or directory"),
    bad("55-one-of-two", "plot a.yaml nope.yaml", "cannot read config 'nope.yaml': ", files={"a.yaml": "lr: 0.1"}),
    bad("56-directory", "table -c d", "folder 'd': must contain", files={"d/x": ""}),
    bad("56-endless", "table -c /dev/zero", "/dev/zero: must be at most 1 MiB"),
    bad(
        "56-more-than-1-MiB", "table c.yaml", "c.yaml: must be at most 1 MiB", files={"c.yaml": "#" * (1 << 20) + "\n"}
    ),
    bad(
        "56-unreadable",
        "table c.yaml",
        "cannot read config 'c.yaml': permission denied",
        files={"c.yaml": "lr: 0.1"},
        how='chmod 0 c.yaml; "$@"; code=$?; chmod 644 c.yaml; exit $code',
        unless_root=True,
    ),
    bad(
        "56-pipe-without-a-writer",
        "table -c p",
        "p: must be a mapping",
        how='mkfifo p; "$@"; code=$?; rm p; exit $code',
    ),
    config("57-empty", "", f"{MAPPING}, got an empty document"),
    config("57-list", "- cosine\n", f"{MAPPING}, got a list"),
    config("57-scalar", "cosine\n", f"{MAPPING}, got 'cosine'"),
    fine("58-exponent", "lr: 1e-3", "Peak 0.001"),
    config("59-true", "lr: true", f"c.yaml:1:5: {NUMBER} 'true'"),
    config("59-no", "lr: no", f"c.yaml:1:5: {NUMBER} 'no'"),
    config("59-null", "lr: ~", f"c.yaml:1:5: {NUMBER} '~'"),
    config("59-nothing", "epochs: 3\nlr:", f"c.yaml:2:4: {NUMBER} an empty string"),
    config("59-quoted", 'lr: "0.1"', f"c.yaml:1:5: {NUMBER} a quoted string; write the number without quotes"),
    config("59-date", "lr: 2024-01-01", f"c.yaml:1:5: {NUMBER} '2024-01-01'"),
    config("59-list", "lr: [1]", f"c.yaml:1:5: {NUMBER}"),
    config("59-mapping", "lr: {a: 1}", f"c.yaml:1:5: {NUMBER} a mapping"),
    config("59-switch", "figure: {log: yes}", "c.yaml:1:15: must be true or false, got 'yes'"),
    config("59-quoted-switch", 'figure: {log: "true"}', "c.yaml:1:15: must be true or false, got a quoted string"),
    config("59-title-list", "title: [x]", "c.yaml:1:8: must be a string, got '[x]'"),
    config("59-size", "figure: {size: -5}", "c.yaml:1:16: must be", "got '-5'"),
    config("59-size-of-three", "figure: {size: [1, 2, 3]}", "c.yaml:1:16: must be", "got '[1, 2, 3]'"),
    config("59-empty-warmup", "warmup: {}", "c.yaml:1:9: a warmup needs a length"),
    config("60-top", "lrr: 0.1", "c.yaml:1:1: unknown key 'lrr'; did you mean lr: 0.1?"),
    config("60-brought", "max_lr: 0.1", "c.yaml:1:1: ", "did you mean lr: 0.1?"),
    config(
        "60-curve", "curves: [step: {gama: 1}]", "c.yaml:1:23: step has no parameter 'gama'; did you mean gamma: 1?"
    ),
    config("60-inner", "curves: [sequence: [cosine: {foo: 1}]]", "c.yaml:1:35: cosine has no parameter 'foo'"),
    config(
        "60-warmup", "warmup: {for: 5, shap: cosine}", "c.yaml:1:24: warmup has no 'shap'; did you mean shape: cosine?"
    ),
    config(
        "60-all-at-once",
        "lrr: 1\nlr: abc\nepochs: 0\ncurves:\n- cosin\n- step: {gama: 1, step_size: 0}\nfigure: {dpi: -1, log: 3}\n",
        "c.yaml:1:1: ",
        "c.yaml:2:5: ",
        "c.yaml:3:9: ",
        "c.yaml:5:3: ",
        "c.yaml:6:16: ",
        "c.yaml:7:15: ",
        "c.yaml:7:24: ",
        lines=7,
    ),
    config(
        "60-all-of-the-curves-at-once",
        "curves:\n- cosin\n- step: {gama: 1, step_size: 0, label: [a]}\n- sequence: [cosine: {for: 5, x: 1}, linear: {y: 1}]\n",  # noqa: E501
        "c.yaml:2:3: ",
        "c.yaml:3:16: ",
        "c.yaml:3:30: ",
        "c.yaml:3:40: ",
        "c.yaml:4:34: ",
        "c.yaml:4:50: ",
        lines=6,
    ),
    config(
        "60-at-most-20",
        "curves: [cosine]\n" + "\n".join(f"k{i}: 1" for i in range(50)),
        "c.yaml:21:1: ",
        "c.yaml:22:1: and 30 more",
        lines=21,
    ),
    config("61-twice", "lr: 1\n\nlr: 2", "c.yaml:3:1: duplicate key 'lr', first on line 1"),
    config("61-twice-deeper", "curves: [step: {gamma: 1, gamma: 1}]", "c.yaml:1:27: duplicate key 'gamma'"),
    config("62-tab", "\tlr: 1", f"c.yaml:1:1: {NO_YAML}"),
    config("62-indent", "lr: 1\n  epochs: 2", f"c.yaml:2:9: {NO_YAML}"),
    config("62-bracket", "curves: [cosine", f"c.yaml:1:16: {NO_YAML}"),
    config("62-quote", 'lr: "abc', f"c.yaml:1:9: {NO_YAML}"),
    config("63-code", '!!python/object/apply:os.system ["touch x"]', "c.yaml:1:1: tags are not supported, got"),
    config("63-core-tag", "lr: !!set {a, b}", "c.yaml:1:5: tags are not supported, got '!!set'"),
    config("63-core-tag-of-a-string", "lr: !!str 1", f"c.yaml:1:5: {NUMBER} a quoted string"),
    config("63-local-tag", "lr: !x 1", "c.yaml:1:5: tags are not supported, got '!x'"),
    config(
        "64-alias-bomb",
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "\n".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
        "c.yaml:5:11: must have at most 20,000 values, got more",
    ),
    config("64-merge", "a: &a {lr: 1}\n<<: [*a, x]", "c.yaml:2:10: << must be a mapping or a list of mappings"),
    config("65-anchor-of-itself", "a: &a [*a]", "c.yaml:1:8: alias '*a' refers to a node that contains it"),
    config("65-alias-of-nothing", "lr: *x", "c.yaml:1:5: alias '*x' has no anchor before it"),
    config("66-deep-lists", "[" * 100_000, "c.yaml:1:34: must be at most 32 levels deep"),
    config("66-deep-mappings", "{a: " * 100_000, "must be at most 32 levels deep"),
    config("66-deep-blocks", "- " * 100_000, "must be at most 32 levels deep"),
    config("66-deep-curves", "curves: [" + "restarts: {of: {" * 20 + "cosine: {}" + "}}" * 20 + "]", "levels deep"),
    config("67-5000-digits", "lr: " + "9" * 5000, f"c.yaml:1:5: {NUMBER} '999"),
    config("68-400000-items", "curves: [" + "1," * 400_000 + "]", "must have at most 20,000 values"),
    config("69-NUL", "lr: 1\x00", r"c.yaml: must be text without control characters, got \x00 at offset 5"),
    config("69-ESC", "lr: \x1b[0m1", r"c.yaml: must be text without control characters, got \x1b at offset 4"),
    config("69-C1", "title: é\x9b", r"c.yaml: must be text without control characters, got \x9b at offset 9"),
    config("69-lone-surrogate", b"title: \xed\xa0\x80", "c.yaml: must be UTF-8, got byte 0xed at offset 7"),
    config("69-UTF-16", "lr: 0.1".encode("utf-16-le"), r"c.yaml: must be text", r"\x00 at offset 1"),
    config("69-UTF-16-with-a-mark", b"\xff\xfel\x00r\x00", "c.yaml: must be UTF-8, got byte 0xff at offset 0"),
    config("69-Latin-1", "title: café".encode("latin-1"), "c.yaml: must be UTF-8, got byte 0xe9 at offset 10"),
    fine("70-BOM-and-CRLF", b"\xef\xbb\xbflr: 0.2\r\nepochs: 10\r\n", "Peak 0.2, 10 epochs"),
    fine("70-no-final-newline", "lr: 0.2", "Peak 0.2, 100 epochs"),
    fine("70-JSON", '{"lr": 0.2, "curves": ["cosine"]}', "Peak 0.2, 100 epochs"),
    config("71-two-documents", "lr: 1\n---\nlr: 2", "c.yaml:2:1: must be a single document, got a second one"),
    config("72-list-as-a-key", "? [a]\n: 1", "c.yaml:1:3: keys must be strings, got a list"),
    config("72-mapping-as-a-key", "? {a: 1}\n: 1", "c.yaml:1:3: keys must be strings, got a mapping"),
    config("72-null-as-a-key", "curves: [cosine]\n~: 1", "c.yaml:2:1: unknown key '~'"),
    config("73-nan", "lr: .nan", f"c.yaml:1:5: {NUMBER} '.nan'"),
    config("73-inf", "epochs: .inf", "c.yaml:1:9: must be a whole number", "got '.inf'"),
    config("73-inf-warmup", "warmup: -.inf", "c.yaml:1:9: must be a finite number of at least 0, got '-.inf'"),
    config("73-nan-in-a-list", "curves: [multistep: {milestones: [.nan]}]", "c.yaml:1:35: must be finite numbers"),
    config("75-no-list", "curves: cosine", "c.yaml:1:9: must be a list of curves, got 'cosine'"),
    config("75-empty-list", "curves: []", "c.yaml:1:9: must be a list of curves, got an empty list"),
    config(
        "75-two-names", "curves: [{cosine: {}, step: {}}]", "c.yaml:1:10: must be the name of a schedule", "got 2 keys"
    ),
    config("75-milestones-repeat", "curves: [multistep: {milestones: [30, 30]}]", "in rising order above 0"),
    config(
        "75-sequence-too-short",
        "warmup: 5\ncurves: [sequence: [cosine: {for: 50}, linear: {for: 60}]]",
        "c.yaml:2:10: the lengths must add up to 95 epochs, got 50 + 60",
    ),
    config("75-two-without-a-length", "curves: [sequence: [cosine, step]]", "only one of its curves may omit for="),
    config("76-10000-curves", "curves: [" + "cosine," * 10_000 + "]", "c.yaml:1:7010: curves must be at most 1,000"),
    config(
        "77-one-label-twice",
        "curves: [cosine: {label: a}, step: {label: a}]",
        "c.yaml:1:44: labels must differ, got 'a'",
    ),
    fine("77-told-apart", "curves: [cosine, cosine: {min_lr: 1e-5}]", "cosine   cosine, min_lr 1e-5"),
]

DRAWN = (
    "$x^2$",
    r"$\frac{1$",
    "$$$",
    "$" + r"\sqrt{" * 120 + "x" + "}" * 120 + "$",
    r"\input{/etc/passwd}",
    "_label",
    "<script>&amp;</script>",
    "a\n" * 50,
    "abcd " * 150,
)
"""81-83, 85, 88: what matplotlib or SVG would take for more than text."""

LABELS = [
    *(
        good(f"79-{name}", ("table", "--rows", "2", f"cosine:label='{label}'"), label)
        for name, label in {
            "markup": "[red]x[/red]",
            "closing-markup": "[/x]",
            "link": "[link=https://x.org]y[/link]",
            "emoji-code": ":smile:",
        }.items()
    ),
    *(
        good(f"80-{name}-in-a-label", ("table", "--rows", "2", f"cosine:label=a{raw}b"), f"a{shown}b")
        for name, (raw, shown) in {
            "colour": ("\x1b[31m", r"\x1b[31m"),
            "link": ("\x1b]8;;x\x1b\\", r"\x1b]8;;x\x1b\\"[:-1]),
            "clipboard": ("\x1b]52;c;eA==\x07", r"\x1b]52;c;eA==\x07"),
            "C1": ("\x9b31m", r"\x9b31m"),
            "return": ("\r", r"\r"),
            "backspace": ("\x08", r"\x08"),
            "bidi": ("\u202e", r"\u202e"),
            "zero-width": ("\u200b", r"\u200b"),
        }.items()
    ),
    bad("80-colour-in-a-file-name", ("table", "\x1b[31m.yaml"), r"config '\x1b[31m.yaml'"),
    bad(
        "80-colour-in-an-output", ("table", "-o", "\x1b[31m/x.csv"), r"output '\x1b[31m/x.csv'", r"mkdir -p '\x1b[31m'"
    ),
    bad("80-colour-in-a-curve", ("table", "\x1b[31m"), r"curve '\x1b[31m'"),
    bad("80-bidi-in-an-option", ("table", "--\u202elr", "1"), r"option '--\u202elr'"),
    config("80-colour-in-a-key", 'curves: [cosine]\n"\\e[31m": 1', r"unknown key '\x1b[31m'"),
    config("80-colour-in-a-tag", "lr: !<\\x1b[31m> 1", "c.yaml:1:"),
    fine("80-colour-in-a-title", 'title: "\\e[31m"\ncurves: [cosine: {label: "\\e[0m"}]', r"\x1b[0m"),
    Row(
        "81-labels-that-are-no-formulas",
        (
            "plot",
            *(f"cosine:label='{label}'" for label in DRAWN),
            "--title",
            DRAWN[1],
            "--size",
            "16x20",
            "-o",
            "x.svg",
        ),
        ("x.svg",),
        code=0,
        makes=("x.svg",),
    ),
    Row(
        "84-not-in-the-font",
        ("plot", "cosine:label=日本", "-o", "x.svg"),
        ("x.svg",),
        code=0,
        makes=("x.svg",),
        warns=("cosine-lr: warning: ", "'日本'"),
    ),
    good("85-5000-characters-piped", ("table", "--rows", "2", "cosine:label=" + "x" * 5000), "x" * 5000),
    good(
        "85-5000-characters-whole",
        ("table", "--rows", "2", "--format", "json", "cosine:label=" + "x" * 5000),
        "x" * 5000,
    ),
    *(
        good(
            f"86-{ord(first):02x}",
            ("table", "--rows", "2", "--format", "csv", f"cosine:label='{first}x'"),
            f"'{first}x",
        )
        for first in "=+-@\t\r"
    ),
    good(
        "87-no-character", ("table", "--rows", "2", "--format", "csv", b"cosine:label=a\xff"), "epoch,a\\udcff\n0,0.1\n"
    ),
    good(
        "87-comma-and-quote",
        ("table", "--rows", "2", "--format", "csv", "cosine:label='a,\"b\"'"),
        '"a,""b"""\n0,0.1\n',
    ),
]

LAUGHS = (
    '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<svg xmlns="http://www.w3.org/2000/svg"><desc>&b;</desc></svg>'
)
MANY = ", ".join(str(i) for i in range(1, 10_000))
NOT_OURS = (
    "does not contain a config: it was not drawn by cosine-lr; pass a config, or a figure drawn by 'cosine-lr plot'"
)


def figure(name: str, file: str, data: str | bytes, *words: str) -> Row:
    """Return a row for a picture that is given as if it held a plan."""
    return bad(name, f"plot {file} -o new.png", *words, files={file: data})


FIGURES = [
    figure("fig-png-cut", "a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.png: invalid PNG: truncated file"),
    figure("fig-png-huge-chunk", "a.png", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXt", "invalid PNG"),
    figure("fig-png-by-content", "a.yaml", b"\x89PNG", "a.yaml: invalid PNG: damaged signature"),
    figure("fig-svg-not-ours", "a.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>', f"a.svg: {NOT_OURS}"),
    figure("fig-svg-laughs", "a.svg", LAUGHS, "a.svg: invalid SVG: declarations of its own"),
    figure("fig-html", "a.svg", "<!DOCTYPE html><html/>", "a.svg: invalid SVG: not an SVG document"),
    figure("fig-pdf-cut", "a.pdf", "%PDF-1.4\n", "a.pdf: invalid PDF: truncated file"),
    bad("grid-of-nothing", "plot --grid", "--grid: needs a value"),
    bad(
        "grid-of-no-parameter",
        "plot cosine --grid lrr=1",
        "--grid lrr: no curve has a parameter 'lrr'; did you mean --grid lr=1?",
    ),
    bad("grid-breaks-a-rule", "plot cosine --grid min_lr=0,1", "--grid min_lr: must be at most lr (0.1), got '1'"),
    bad("grid-of-three", "plot --grid lr=1 --grid min_lr=0 --grid warmup=1", "one or two parameters", "got 3"),
    config(
        "grid-without-end", f"figure: {{grid: {{lr: [{MANY}]}}}}", "c.yaml:1:21: panels must be at most 64, got 9,999"
    ),
    bad("check-missing", "plot cosine -o a.png --check", "figure 'a.png': is missing", code=1),
    bad("check-differs", "plot cosine -o a.png --check", "it does not contain a config", code=1, files={"a.png": "x"}),
    bad("check-stdout", "plot cosine -o - --check", "--check: needs a file to compare with, got standard output"),
]

ROWS = [*FLAGS, *OUTPUTS, *CONFIGS, *LABELS, *FIGURES]


def fill(folder: Path, row: Row) -> None:
    for name, content in row.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    for name, leads_to in row.links.items():
        (folder / name).symlink_to(leads_to)


def tree(folder: Path) -> dict[str, tuple[int, bytes | str]]:
    """Return all that stands in a folder: its mode, and its bytes or where it leads."""
    return {str(path.relative_to(folder)): (path.lstat().st_mode, held(path)) for path in walk(folder)}


def walk(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        yield entry
        if entry.is_dir() and not entry.is_symlink():
            yield from walk(entry)


def held(path: Path) -> bytes | str:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return os.readlink(path)
    return path.read_bytes() if stat.S_ISREG(mode) else ""


def run(row: Row, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Answer:
    for name in FORGOTTEN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)
    return in_a_process(row) if row.needs_process else in_this_process(row)


def in_a_process(row: Row) -> Answer:
    tool = [sys.executable, "-m", "cosine_cli", *row.argv]
    done = subprocess.run(
        ["/bin/sh", "-c", f"ulimit -v {KIBIBYTES}; {row.how}", "sh", *tool],
        env={**os.environ, "LC_ALL": "C.UTF-8", **row.env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr.decode("utf-8"))


def in_this_process(row: Row) -> Answer:
    with bounded(), guarded():
        return ask(*map(os.fsdecode, row.argv))


def check_refused(row: Row, stdout: bytes, stderr: str) -> None:
    assert stdout == b""
    lines = stderr.splitlines()
    assert len(lines) == row.lines, stderr
    assert all(line.startswith(PREFIX) for line in lines), stderr
    missing = [word for word in row.words if word not in stderr]
    assert not missing, stderr


def check_fine(row: Row, stdout: bytes, stderr: str) -> None:
    missing = [word for word in row.words if word.encode("utf-8") not in stdout]
    assert not missing, stdout.decode("utf-8", "backslashreplace")
    assert len(stderr.splitlines()) == bool(row.warns), stderr
    assert all(word in stderr for word in row.warns), stderr


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_corpus(row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if row.unless_root and os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    fill(tmp_path, row)
    before = tree(tmp_path)
    code, out, err = run(row, tmp_path, monkeypatch)
    after = tree(tmp_path)
    assert "Traceback" not in err
    assert "\x1b" not in err
    assert code == row.code, err
    (check_fine if row.code == 0 else check_refused)(row, out, err)
    assert {name: held for name, held in after.items() if name not in row.makes} == before
    assert sorted(set(after) - set(before)) == sorted(row.makes)


def test_rows_have_names_of_their_own() -> None:
    names = [row.id for row in ROWS]
    assert len(set(names)) == len(names)
