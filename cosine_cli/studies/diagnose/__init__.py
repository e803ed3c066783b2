"""Compare the rates of a log with a plan, and explain the difference.

A story is one way in which a run departs from its plan: one file of ``stories``, which nothing else lists.

1. The first line of its docstring describes the story.
2. ``RANK`` is its place among stories that fit equally well: a smaller number is a simpler story.
3. ``explanations(case: Case) -> Iterator[Explanation]`` yields the rates that the story predicts for the rows of a log,
   with the sentences of the answer. ``core/search.py`` decides which explanation fits.
"""
