"""Values: the plan and its curves, the clock, the options of a run and the settings of a figure."""
