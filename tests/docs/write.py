"""``python tests/docs/write.py`` writes what is generated in README.md, docs/ and sample_configs/. Then read the diff."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from documents import GENERATED_FILES, ROOT, generated, read

for name in GENERATED_FILES:
    text = generated(name)
    if text != read(name):
        (ROOT / name).write_text(text, encoding="utf-8")
        print(name)  # noqa: T201
