"""Plans as source code: one file per target, the names that ``code --to`` accepts."""
