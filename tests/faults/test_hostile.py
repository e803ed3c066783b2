"""Files that ask for much: each gets one line or its answer, in 300 MB and long before an alarm.

Each is as large as its kind may be, so that work in proportion to its square would take minutes or hours.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING, NamedTuple

import pytest
from plans.embedded.test_pdf import pdf
from plans.embedded.test_png import KEYED, SIGNATURE, chunk, png
from plans.embedded.test_svg import svg

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECONDS = 60
MOST_KIB = 300 << 10
MIB = 1 << 20
RUN = """
import sys
from cosine_cli.cli import run
code = run(sys.argv[2:])
sys.stdout.flush()
with open("/proc/self/status") as status, open(sys.argv[1], "w") as peak:
    peak.write(status.read())
sys.exit(code)
"""

NO_PLAN = "does not contain a config: it was not drawn by cosine-lr"
RATES = b"lr: \n" * (MIB // 5)
"""What a pattern that looks for the rate and then for the curves goes over once for each line."""


class Case(NamedTuple):
    """A file, and words of the line that it gets; of one that is fine, none."""

    name: str
    data: Callable[[], bytes | str]
    words: str | None


def packed(text: bytes, kind: bytes = b"zTXt", before: bytes = KEYED + b"\0") -> bytes:
    return chunk(kind, before + zlib.compress(text, 9))


def described(text: str) -> bytes:
    return svg(f"<dc:description>{text}</dc:description>")


def logged(entries: str) -> str:
    return f'{{"log_history": [{entries}], "max_steps": 9}}'


DEFAULTS = " ".join(f'a{number} CDATA "{"x" * 1000}"' for number in range(1000))

PNG = [
    Case("rates.png", lambda: png(packed(RATES)), NO_PLAN),
    Case("rates-in-utf8.png", lambda: png(packed(RATES, b"iTXt", KEYED + b"\1\0\0\0")), NO_PLAN),
    Case("packed-2000-times.png", lambda: png(packed(b"x" * MIB) * 2000), "more than one config"),
    Case("packed-under-other-keys.png", lambda: png(packed(b"x" * MIB, before=b"x\0\0") * 2000), NO_PLAN),
    Case("tiny-chunks.png", lambda: png(chunk(b"abCd", b"") * 2_000_000), "more than 100,000 chunks"),
    Case("chunk-of-60-mib.png", lambda: png(chunk(b"zTXt", KEYED + b"\0" + b"x" * 60 * MIB)), "of more than 1 MiB"),
    Case("pixels-of-60-mib.png", lambda: png(chunk(b"IDAT", bytes(60 * MIB))), NO_PLAN),
    Case("of-70-mib.png", lambda: SIGNATURE + bytes(70 * MIB), "a figure must be at most 64 MiB, got more"),
]

SVG = [
    Case("rates.svg", lambda: described(RATES.decode()[:-100]), NO_PLAN),
    Case(
        "default-attributes.svg", lambda: svg("<g/>" * 100_000, f"<!DOCTYPE svg [<!ATTLIST g {DEFAULTS}>]>"), "its own"
    ),
    Case("deep-model.svg", lambda: svg("", f"<!DOCTYPE svg [<!ELEMENT g {'(' * MIB}"), "declarations of its own"),
    Case("attribute-of-60-mib.svg", lambda: svg(f'<g a="{"x" * 60 * MIB}"/>'), "4 MiB without an element"),
    Case("comment-of-60-mib.svg", lambda: svg(f"<!--{'x' * 60 * MIB}-->"), "4 MiB without an element"),
    Case("attributes.svg", lambda: svg("<g " + " ".join(f"a{n}=''" for n in range(2 * MIB)) + "/>"), "4 MiB without"),
    Case("names.svg", lambda: svg("".join(f"<a{number}/>" for number in range(2 * MIB))), "500,000 elements"),
    Case("prefixes.svg", lambda: svg("".join(f'<a xmlns:a{n}="u"/>' for n in range(MIB))), "500,000 elements"),
    Case("references.svg", lambda: described("&#65;" * 12 * MIB), "text of more than 1 MiB"),
    Case("deep.svg", lambda: svg("<g>" * 10 * MIB), "elements more than 1000 deep"),
]

PDF = [
    Case("rates.pdf", lambda: pdf(b"/Subject (" + RATES + b")"), NO_PLAN),
    Case("rates-as-digits.pdf", lambda: pdf(b"/Subject <" + RATES.hex().encode() + b">"), NO_PLAN),
    Case(
        "digits-of-60-mib.pdf",
        lambda: pdf(b"/Subject <" + b"4 1\n" * 15 * MIB + b">"),
        "damaged information dictionary",
    ),
    Case("digits-of-2-mib.pdf", lambda: pdf(b"/Subject <" + b"41" * 2 * MIB + b">"), "text of more than 1 MiB"),
    Case("brackets.pdf", lambda: pdf(b"/Subject (" + b"(" * 60 * MIB + b")"), "text of more than 1 MiB"),
    Case("texts.pdf", lambda: pdf(b"()" * 30 * MIB), "information dictionary of more than 1,000 words"),
    Case("spaces.pdf", lambda: pdf(b" " * 60 * MIB), "damaged information dictionary"),
    Case("trailers.pdf", lambda: pdf(b"/Subject (x)", trailer=b"/Info 1 " * 7 * MIB), NO_PLAN),
]

YAML = [
    Case("tag.yaml", lambda: "a: !" + "x" * (MIB - 9), "1:4: tags are not supported, got '!xxx"),
    Case("bangs.yaml", lambda: "a: " + "!" * (MIB - 9), "1:4: tags are not supported, got '!!!"),
    Case("anchor.yaml", lambda: "a: &" + "x" * (MIB - 9), "1:4: anchors and aliases are not supported"),
    Case("directives.yaml", lambda: "%x y\n" * (MIB // 5), "1:1: directives are not supported, got '%x'"),
    Case("comment-behind-a-bar.yaml", lambda: "title: | #" + "x" * (MIB - 99), None),
    Case("comment.yaml", lambda: "# " + "x" * (MIB - 99) + "\nlr: 0.1", None),
    Case("deep.yaml", lambda: "[{" * (MIB // 2), "1:34: must be at most 32 levels deep, got more"),
    Case("values.yaml", lambda: "[" + "a," * (MIB // 2 - 9) + "]", "must have at most 20,000 values, got more"),
    Case("documents.yaml", lambda: "--- a\n" * (MIB // 6), "2:1: must be a single document, got a second one"),
    Case("key.yaml", lambda: "x" * (MIB - 9) + ": 1", "invalid YAML: mapping values are not allowed here"),
    Case("key-twice.yaml", lambda: f"? {'x' * (MIB // 3)}\n: 1\n" * 2, "duplicate key 'xxx"),
    Case("folded.yaml", lambda: "title: x\n" + "  y\n" * (MIB // 4 - 9), None),
    Case("escapes.yaml", lambda: 'title: "' + "\\u0041" * (MIB // 6 - 9) + '"', None),
    Case("label.yaml", lambda: "curves: [cosine: {label: " + "x" * (MIB - 99) + "}]", None),
    Case("quotes-in-a-curve.yaml", lambda: "curves:\n- cosine:label=a" + "'" * (MIB - 99), None),
    Case("commas-in-a-curve.yaml", lambda: "curves:\n- cosine:label=a" + "," * (MIB - 99), "name=value, got nothing"),
    Case("rates-in-a-curve.yaml", lambda: "curves:\n- multistep:milestones=1" + ",1" * (MIB // 3), "at most 20,000"),
    Case(
        "parameters-in-a-curve.yaml",
        lambda: "curves:\n- step:" + ",".join(f"p{number}=1" for number in range(90_000)),
        "2:3: must have at most 1,000 parameters, got more",
    ),
    Case(
        "milestones.yaml",
        lambda: f"epochs: 1e6\ncurves: [multistep: {{milestones: {'/'.join(map(str, range(1, 20_000)))}}}]",
        None,
    ),
    Case(
        "lines.yaml",
        lambda: (
            f"epochs: 1e6\ncurves: [piecewise_interpolated: {{times: {'/'.join(map(str, range(20_000)))}, "
            f"values: {'/'.join(['1', '2'] * 10_000)}}}]"
        ),
        None,
    ),
]

JSON = [
    Case("numbers.json", lambda: logged("1," * 15 * MIB), "log_history[0]: must be a mapping, got '1'"),
    Case("lists.json", lambda: logged("[]," * 10 * MIB), "log_history[0]: must be a mapping, got a list"),
    Case("entry-of-numbers.json", lambda: logged(f'{{"a": [{"1," * 15 * MIB}]}}'), "1:18: a value must be at most"),
    Case("digits.json", lambda: logged("9" * 30 * MIB), "1:18: a value must be at most 262,144 characters, got more"),
    Case("text.json", lambda: logged('"' + "x" * 30 * MIB + '"'), "1:18: a value must be at most 262,144 characters"),
    Case("deep.json", lambda: logged("[" * 30 * MIB), "JSON is nested too deeply"),
    Case(
        "keys.json",
        lambda: '{"log_history": [], ' + ",".join(f'"k{number}": 1' for number in range(2 * MIB)) + "}",
        "must have at most 1,000 keys, got more",
    ),
    Case(
        "rates.json",
        lambda: logged(",".join(['{"learning_rate":1,"step":1}'] * MIB)),
        "must have at most 250,000 logged",
    ),
    Case(
        "no-rates.json", lambda: logged(",".join(["{}"] * MIB)), "must contain entries with a learning_rate, got none"
    ),
]

CASES = [*PNG, *SVG, *PDF, *YAML, *JSON]


def run(folder: Path, *words: str) -> tuple[subprocess.CompletedProcess[str], int]:
    """Run a command line; return what it printed, and the most memory that it took (KiB)."""
    peak = folder / "peak"
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(peak), *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    found = re.search(r"VmHWM:\s+([0-9]+) kB", peak.read_text())
    assert found is not None
    return done, int(found[1])


def check(done: subprocess.CompletedProcess[str], words: str | None) -> None:
    if words is None:
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout
        return
    assert (done.returncode, done.stdout) == (2, ""), done.stderr[:2000]
    assert done.stderr.startswith("cosine-lr: error: ")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr
    assert len(done.stderr) < 1000


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_file(case: Case, tmp_path: Path) -> None:
    data = case.data()
    path = tmp_path / case.name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    done, peak = run(tmp_path, "table", "--rows", "2", case.name)
    path.unlink()  # pytest keeps what stands there for three runs
    check(done, case.words)
    assert peak < MOST_KIB


LONG = 100_000
"""Characters: an argument has 128 KiB at most."""


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        ("cosine:label=a" + "'" * LONG, None),
        ("cosine:" + "a='" * (LONG // 3), "quotes must be closed"),
        ("cosine:label=a" + "," * LONG, "name=value, got nothing"),
        ("cosine:label=a" + ",a" * (LONG // 2), None),
        ("cosine:label=" + "x" * LONG, None),
        ("multistep:milestones=1" + "/1" * (LONG // 2), "must have at most 20,000 values, got 50,001"),
        ("multistep:milestones=" + "/".join(map(str, range(1, 18_000))), None),
        ("cosine:" + ",".join(f"p{number}=1" for number in range(14_000)), "must have at most 1,000 parameters"),
        ("restarts:of=" * (LONG // 12) + "cosine", "must be at most 16 curves deep"),
        ("torch." + "x" * LONG, "must be the name of a schedule of torch"),
    ],
    ids=["quotes", "open quotes", "commas", "pieces", "label", "many", "rising", "parameters", "nested", "name"],
)
def test_a_curve(curve: str, words: str | None, tmp_path: Path) -> None:
    done, peak = run(tmp_path, "table", "--epochs", "20000", "--rows", "2", curve)
    check(done, words)
    assert peak < MOST_KIB


def test_a_figure_to_compare_with_may_be_of_any_size(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.touch()
    with path.open("r+b") as stream:
        stream.truncate(1 << 34)
    done, peak = run(tmp_path, "plot", "cosine", "-o", "x.png", "--check")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "figure 'x.png': differs from what would be written; it does not contain a config" in done.stderr
    assert peak < MOST_KIB
