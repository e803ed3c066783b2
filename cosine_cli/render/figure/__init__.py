"""The figure of a plan: decided in points by pure functions, and only then drawn by matplotlib."""
