"""The curves of a plan in a terminal, in braille: decided in cells and dots by pure functions."""
