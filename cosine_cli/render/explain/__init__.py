"""Explanations of schedules from their declarations: as text, JSON and Markdown."""
