"""Frameworks' own schedules, by their own names: one file a framework; the listing of this folder lists them."""
