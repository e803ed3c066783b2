"""Figures drawn by matplotlib: the only modules that import it.

It is imported without the user's MPLBACKEND, since files need no window and an unknown backend would stop the import.
The variable itself is left as it is.
"""

import logging
import os

# While it is imported, matplotlib logs what it cannot read or cache.
logging.getLogger("matplotlib").setLevel(logging.CRITICAL)

_chosen = os.environ.pop("MPLBACKEND", None)
try:
    import matplotlib as mpl  # noqa: F401
finally:
    if _chosen is not None:
        os.environ["MPLBACKEND"] = _chosen
