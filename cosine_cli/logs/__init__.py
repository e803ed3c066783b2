"""Readers of the learning rates that runs logged, one module per format.

To add a format, add a module to this folder; nothing else lists it.

1. Declare ``FORMAT``, a :class:`~cosine_cli.logs.core.formats.LogFormat`: its name, its place in the order in which
   formats are tried, the names of such files in the folder of a run, and the names of configs beside them.
2. Define ``matches(source: Source) -> bool``: whether a file has this format, by its content alone.
3. Define ``read(source: Source) -> RawLog``: the columns of the file as it has them. What the columns mean (which is a
   learning rate, which is the step, which rows belong to which run) is decided once for all formats, in ``core``.
"""
