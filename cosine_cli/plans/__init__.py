"""From a command line or a config to a plan and its learning rates.

The path of a value, for example ``warmup: 5%``: ``parse`` reads it as a raw value with its place, ``resolve`` turns raw
values into a plan (see ``resolve/warmup_params.py``), ``evaluate`` computes the plan's rates. ``importers`` read the
configs of other programs, ``embedded`` the plan inside a figure, and ``writer`` writes a plan as a config again.
"""
