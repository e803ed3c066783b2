"""Shell completion; imports neither NumPy nor a schedule, so that it answers as fast as ``--help``."""

VARIABLE = "_COSINE_LR_COMPLETE"
"""The environment variable of completion: ``complete_SHELL`` for an answer, ``source_SHELL`` for the script."""
