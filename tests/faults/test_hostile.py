"""Files that need much work: each gets one line or its answer, in bounded memory and long before an alarm.

Each goes beyond a limit of its kind, so that work in proportion to its square would take minutes or hours.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from door import Answer, ask
from memory import MORE, bounded
from patience import guarded
from plans.embedded.test_pdf import pdf
from plans.embedded.test_png import KEYED, SIGNATURE, chunk, png
from plans.embedded.test_svg import svg

if TYPE_CHECKING:
    from collections.abc import Callable

MIB = 1 << 20

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
    Case("attributes.svg", lambda: svg("<g " + " ".join(f"a{n}=''" for n in range(MIB)) + "/>"), "4 MiB without"),
    Case("names.svg", lambda: svg("".join(f"<a{number}/>" for number in range(600_000))), "500,000 elements"),
    Case("prefixes.svg", lambda: svg("".join(f'<a xmlns:a{n}="u"/>' for n in range(600_000))), "500,000 elements"),
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
    Case("anchor.yaml", lambda: "a: &" + "x" * (MIB - 9), "1:4: an anchor must have at most 100 characters, got more"),
    Case("alias.yaml", lambda: "a: *" + "x" * (MIB - 9), "1:4: an anchor must have at most 100 characters, got more"),
    Case("anchors.yaml", lambda: "[" + "&a x," * (MIB // 5 - 9) + "]", "must have at most 20,000 values, got more"),
    Case("aliases.yaml", lambda: "[&a x" + ",*a" * (MIB // 3 - 9) + "]", "must have at most 20,000 values, got more"),
    Case(
        "aliases-of-lists.yaml",
        lambda: f"- &a [{'x,' * 9_000}]\n" + "- &b [*a]\n" * 99_000,
        "must have at most 20,000 values, got more",
    ),
    Case("tags.yaml", lambda: "[" + "!!str x," * (MIB // 8 - 9) + "]", "must have at most 20,000 values, got more"),
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

NO_RATES = "must have a column of learning rates"

JSON = [
    Case("numbers.json", lambda: logged("1," * 15 * MIB), NO_RATES),
    Case("lists.json", lambda: logged("[]," * 10 * MIB), "needs more memory than there is"),
    Case("entry-of-numbers.json", lambda: logged(f'{{"a": [{"1," * 15 * MIB}]}}'), NO_RATES),
    Case("digits.json", lambda: logged("9" * 30 * MIB), NO_RATES),
    Case("text.json", lambda: logged('"' + "x" * 30 * MIB + '"'), NO_RATES),
    Case("deep.json", lambda: logged("[" * 30 * MIB), "is nested too deeply"),
    Case(
        "keys.json",
        lambda: '{"log_history": [], ' + ",".join(f'"k{number}": 1' for number in range(MIB)) + "}",
        NO_RATES,
    ),
    Case(
        "rates.json",
        lambda: logged(",".join(['{"learning_rate":1,"step":1}'] * 300_000)),
        "must have at least 5 rows with a learning rate, got 1",
    ),
    Case(
        "no-rates.json",
        lambda: logged(",".join(["{}"] * 300_000)),
        NO_RATES,
    ),
]

CASES = [*PNG, *SVG, *PDF, *YAML, *JSON]


pytestmark = pytest.mark.usefixtures("here")


def run(*words: str) -> Answer:
    with bounded(), guarded():
        return ask(*words)


def check(answer: Answer, words: str | None) -> None:
    if words is None:
        assert (answer.code, answer.err) == (0, "")
        assert answer.out
        return
    assert (answer.code, answer.out) == (2, b""), answer.err[:2000]
    assert answer.err.startswith("cosine-lr: error: ")
    assert answer.err.count("\n") == 1
    assert words in answer.err
    assert len(answer.err) < 1000


def test_memory_is_bounded() -> None:
    with pytest.raises(MemoryError), bounded():
        bytes(2 * MORE)  # more than what is free already


def write(path: Path, data: bytes | str) -> None:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_file(case: Case) -> None:
    path = Path(case.name)
    write(path, case.data())
    answer = run("table", "--rows", "2", case.name)
    path.unlink()  # pytest keeps the directories of three runs
    check(answer, case.words)


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
        ("restarts:of=" * (LONG // 12) + "cosine", "must be nested at most 16 curves deep"),
        ("torch." + "x" * LONG, "is not a schedule of torch"),
    ],
    ids=["quotes", "open quotes", "commas", "pieces", "label", "many", "rising", "parameters", "nested", "name"],
)
def test_a_curve(curve: str, words: str | None) -> None:
    check(run("table", "--epochs", "20000", "--rows", "2", curve), words)


def test_a_figure_to_compare_with_may_be_of_any_size() -> None:
    with Path("x.png").open("wb") as stream:
        stream.truncate(1 << 34)
    code, _, err = run("plot", "cosine", "-o", "x.png", "--check")
    assert (code, err.count("\n")) == (1, 1)
    assert "figure 'x.png': is out of date; it does not contain a config" in err
