"""Analyses of curves; nothing here prints."""
