"""cosine-lr: explore, compare and plot learning-rate schedules."""

__version__ = "0.2.0"
