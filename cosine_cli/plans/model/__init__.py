"""The data model: plan, curves, clock, options of a run, settings of a figure."""
