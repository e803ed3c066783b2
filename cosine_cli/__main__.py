"""The first door: a version is answered before anything is loaded."""

from __future__ import annotations

import sys

from cosine_cli import __version__


def main() -> int:
    """Run the command line and return its exit code."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        try:
            print(f"cosine-lr {__version__}", flush=True)  # noqa: T201 - the answer, before the door that prints answers
        except OSError:
            pass  # the door below tells a reader that left from a disk that is full
        else:
            return 0
    from cosine_cli.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
