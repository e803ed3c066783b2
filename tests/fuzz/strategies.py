"""Words of a command line, made by its grammar and then broken."""

from __future__ import annotations

from hypothesis import strategies as st

from cosine_cli.plans.model.options import CurveFlags, Rows, Run
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import params

FIELDS = sorted({param.name for name in catalogue.names() for param in params(catalogue.load(name))})
FLAGS = sorted(
    f"--{param.name.replace('_', '-')}" for declared in (Run, CurveFlags, Rows) for param in params(declared)
)

numbers = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True).map(repr),
    st.integers(-10, 200).map(str),
    st.sampled_from(
        ["0", "1", "0.1", "1e-3", "1e400", "5%", "0%", "101%", "3ep", "500st", "10k", "1.5M", "1e12", "1_0", "٣", ""]
    ),
)
lists = st.lists(numbers, min_size=1, max_size=5).map("/".join)
names = st.sampled_from([*catalogue.names(), "cosin", "torch.StepLR", ""])
keys = st.sampled_from([*FIELDS, "label", "for", "T_max", "gama"])
values = st.one_of(numbers, lists, names, st.sampled_from(["linear", "exponential", "true", "~"]), st.text(max_size=8))


@st.composite
def curves(draw: st.DrawFn) -> str:
    """Draw a curve as the grammar has it."""
    name = draw(names)
    pairs = draw(st.lists(st.tuples(keys, values), max_size=4))
    return name + (":" + ",".join(f"{key}={value}" for key, value in pairs) if pairs else "")


@st.composite
def mutated(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Draw a text with some of its characters lost, doubled, or replaced."""
    text = list(draw(texts))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        text[at : at + draw(st.integers(0, 2))] = draw(st.text(st.sampled_from(':=,"/% \x00\x1b[]{}eE.-0'), max_size=2))
    return "".join(text)


def options(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.tuples(st.sampled_from(FLAGS), strategy), max_size=4).map(
        lambda pairs: [w for pair in pairs for w in pair]
    )
