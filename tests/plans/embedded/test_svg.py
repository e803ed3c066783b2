"""SVG: the description in the metadata, and protection against malicious XML."""

from __future__ import annotations

import pytest

from cosine_cli.plans.embedded.extract import BrokenError
from cosine_cli.plans.embedded.svg import description

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:dc="http://purl.org/dc/elements/1.1/">'


def svg(inside: str, before: str = "") -> bytes:
    return f"{before}{OPEN}{inside}</svg>".encode()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (svg("<metadata><dc:description>lr: 0.1\n</dc:description></metadata>"), "lr: 0.1\n"),
        (svg("<dc:description>a &lt;&amp;&gt; &#233;</dc:description>"), "a <&> é"),
        (svg("<dc:description><![CDATA[<b>]]></dc:description>"), "<b>"),
        (svg("<dc:description>1</dc:description><dc:description>2</dc:description>"), "1"),
        (svg("<dc:title>x</dc:title>"), None),
        (svg("<description>x</description>"), None),
        (svg("<dc:description/>"), ""),
        (svg("<dc:description>&#65;</dc:description>", '<?xml version="1.0"?>\n<!DOCTYPE svg SYSTEM "no.dtd">'), "A"),
        (f"{OPEN}<dc:description>é</dc:description></svg>".encode("utf-16"), "é"),
        (svg(f"<dc:description>{'&amp;' * (1 << 20)}</dc:description>"), "&" * (1 << 20)),
        (svg(f"{'<g>x</g>' * 100_000}<dc:description>1</dc:description>"), "1"),
        (svg(f"<dc:description>1</dc:description>{'x' * (3 << 20)}"), "1"),
    ],
    ids=[
        "plain",
        "escaped",
        "CDATA",
        "the first",
        "another",
        "another namespace",
        "empty",
        "doctype",
        "UTF-16",
        "references",
        "late",
        "long",
    ],
)
def test_descriptions(data: bytes, text: str | None) -> None:
    assert description(data) == text


LAUGHS = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]>'

ELSEWHERE = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
ATTRIBUTES = " ".join(f"a{number}=''" for number in range(60_000))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (svg("<dc:description>&b;</dc:description>", LAUGHS), "declarations of its own"),
        (svg("<dc:description>&x;</dc:description>", OUTSIDE), "declarations of its own"),
        (svg('<g a="1"/>', '<!DOCTYPE svg [<!ATTLIST g b CDATA "2">]>'), "declarations of its own"),
        (svg("<g/>", "<!DOCTYPE svg []>"), "declarations of its own"),
        (svg("<dc:description>lr: &tenth;</dc:description>", ELSEWHERE), "undeclared entity"),
        (svg("<dc:description>lr: &tenth;</dc:description>"), "undefined entity at line 1"),
        (svg("<dc:description>lr: <b>0.1</b></dc:description>"), "element in the description"),
        (svg("<dc:description>9<dc:description>1</dc:description></dc:description>"), "element in the description"),
        (svg(f"<g {ATTRIBUTES}/>" * 10), "more than 500,000 elements and attributes"),
        (svg('<g xmlns:a="u"/>' * 250_001), "more than 500,000 elements and attributes"),
        (svg(f'<g a="{"x" * (5 << 20)}"/>'), "more than 4 MiB without an element"),
        (svg(f"<!--{'x' * (5 << 20)}-->"), "more than 4 MiB without an element"),
        (b"<svg " + b"x" * (5 << 20), "more than 4 MiB without an element"),
        (b"<?xml version='1.0'?><html/>", "not an SVG document"),
        (svg("<g>" * 1001 + "</g>" * 1001), "elements more than 1000 deep"),
        (svg(f"<dc:description>{'x' * (1 << 20)}x</dc:description>"), "text of more than 1 MiB"),
        (svg("")[:-1], "unclosed token at line 1"),
        (svg("<g>"), "mismatched tag at line 1"),
        (b"<!", "unclosed token at line 1"),
        (b"<?xml version='1.0' encoding='klingon'?><svg/>", "unknown encoding"),
        (b"<?xml version='1.0' encoding='utf-7'?><svg/>", "unknown encoding"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_broken(data: bytes, message: str) -> None:
    with pytest.raises(BrokenError) as error:
        description(data)
    assert str(error.value) == message
