from __future__ import annotations

from typing import TYPE_CHECKING

import documents
import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Return a folder with sample_configs/, like the root of the repository."""
    (tmp_path / "sample_configs").symlink_to(documents.ROOT / "sample_configs")
    return tmp_path
