"""Ways to go on with a run after a stop or after its end, one module per way.

To add a way, add a module to this folder; nothing else lists it. Its name is what ``--only`` takes.

1. The first line of the docstring is what ``cosine-lr extend`` prints; then follows the source, with its year.
2. ``ORDER`` is its place in the output.
3. ``extended(run: Stopped) -> Curve`` returns the curve of the longer run. It raises RequestError if the run cannot go
   on in this way.
"""
