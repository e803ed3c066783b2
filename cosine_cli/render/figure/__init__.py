"""The figure of a plan: laid out in points by pure functions, then drawn by matplotlib (``mpl``)."""
