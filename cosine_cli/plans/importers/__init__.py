"""Configs of other programs, each read as a plan: a file a kind, the listing is the list of kinds.

A kind says its ``TITLE``; by which keys a document is :func:`told`, and which keys it ``SHARES`` with a config of
ours; which parameters of the run it ``TAKES`` and what is said ``INSTEAD`` of others; and what was :func:`asked` in it.
Files are data: nothing in them is run. What could not be read is said.
"""
