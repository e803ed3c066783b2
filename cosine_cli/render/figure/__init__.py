"""The figure of a plan: decided in points by pure functions, and only then drawn by matplotlib."""

import logging

# A matplotlibrc that it can not read, a cache that it can not write: matplotlib says so while it is imported.
logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
