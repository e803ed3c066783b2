"""From raw values to a plan: clock, curves, warmup, defaults, groups, panels."""
