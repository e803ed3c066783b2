"""The schedules by name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import cosine_cli.schedules
from cosine_cli.errors import RequestError
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.restarts import Restarts


def test_the_names_are_the_folder_s_files_in_order() -> None:
    folder = Path(next(iter(cosine_cli.schedules.__path__)))
    files = {path.name.removesuffix(".py") for path in folder.iterdir() if path.suffix == ".py"}
    assert list(catalogue.names()) == sorted(files - {"__init__"})
    assert {"constant", "cosine", "exponential", "linear", "multistep", "polynomial"} < set(catalogue.names())
    assert {"restarts", "sequence", "staircase", "step", "warmup"} < set(catalogue.names())


def test_a_name_loads_the_class_that_can_be_imported() -> None:
    assert catalogue.load("cosine") is Cosine
    assert catalogue.load("restarts") is Restarts
    assert catalogue.name_of(Restarts) == "restarts"


UNKNOWN = [
    pytest.param("cosin", "curve 'cosin': is not a schedule; did you mean cosine?", id="nearly"),
    pytest.param("Cosine", "curve 'Cosine': is not a schedule; did you mean cosine?", id="capital"),
    pytest.param("core", r"curve 'core': is not a schedule; .*", id="a folder"),
    pytest.param("__init__", r"curve '__init__': is not a schedule; .*", id="no schedule"),
    pytest.param("../errors", r"curve '\.\./errors': is not a schedule; .*", id="a path"),
    pytest.param(
        "",
        r"curve '': is not a schedule; see 'cosine-lr explain'",
        id="empty",
    ),
    pytest.param("a\x1b[31m", r"curve 'a\\x1b\[31m': is not a schedule; .*", id="an escape"),
]


@pytest.mark.parametrize(("name", "message"), UNKNOWN)
def test_an_unknown_name_is_refused_with_a_way_on(name: str, message: str) -> None:
    with pytest.raises(RequestError, match=f"^{message.replace('?', chr(92) + '?')}$") as caught:
        catalogue.load(name)
    assert caught.value.exit_code == 2


def test_what_is_compared_by_default_is_in_the_catalogue() -> None:
    assert set(catalogue.COMPARED) <= set(catalogue.names())


def test_the_names_cost_no_numpy() -> None:
    code = (
        "import sys; from cosine_cli.schedules.core.catalogue import names; names(); sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
