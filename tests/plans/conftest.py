"""Plans, as all tests here make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from plans_of import planned

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.model.plan import Plan


@pytest.fixture(scope="session")
def plan() -> Callable[..., Plan]:
    return planned
