"""Entry point: install the signal handlers and answer ``--version`` before anything else is imported."""

from __future__ import annotations

import sys

from cosine_cli import __version__, signals


def main() -> int:
    """Run the command line and return its exit code."""
    signals.end_at_once()
    try:
        return _run()
    finally:
        signals.ignore()


def _run() -> int:
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        try:
            print(f"cosine-lr {__version__}", flush=True)  # noqa: T201 - this is the output
        except OSError:
            pass  # reported below, which distinguishes a closed pipe from a full disk
        else:
            return 0
    from cosine_cli.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
