"""Check a plan for common mistakes: one file per rule, whose docstring is the text of ``lint --explain``."""
