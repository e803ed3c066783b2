"""Find the schedule of a log without a plan: one module per shape of a curve."""
