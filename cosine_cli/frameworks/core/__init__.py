"""What the schedules of all frameworks share, and the lookup of frameworks and schedules.

A core schedule is one of ``cosine_cli.schedules``. Its equivalent in a framework is the framework's schedule with the
same parameters as far as it has them: exact or nearest to it. The ``nearest.py`` of each framework converts core
schedules to their equivalents.
"""
