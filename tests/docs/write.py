"""Write what is generated in README.md, docs/ and sample_configs/: ``python tests/docs/write.py``.

It prints the names of the files that it changed. Then read the diff.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

    from documents import GENERATED_FILES, ROOT, generated, read

    for name in GENERATED_FILES:
        text = generated(name)
        if text != read(name):
            (ROOT / name).write_text(text, encoding="utf-8")
            print(name)  # noqa: T201
