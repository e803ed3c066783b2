"""Plans as source text: one file a target; the listing of this folder is what ``code --to`` takes."""
