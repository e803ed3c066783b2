"""Figures as inputs: a picture that we drew holds the plan that it shows."""
