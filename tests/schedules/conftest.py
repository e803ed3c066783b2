"""What PyTorch gave, for the tests of single schedules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_RECORDED = Path(__file__).with_name("recorded") / "torch.json"


@pytest.fixture(scope="session")
def torch_rates() -> Callable[[str], NDArray[np.float64]]:
    """Return the function from a case in torch.json to the rates that PyTorch used for updates 0, 1, ..."""
    cases = json.loads(_RECORDED.read_text(encoding="utf-8"))["cases"]
    return lambda case: np.array(cases[case]["rates"])
