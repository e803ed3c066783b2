"""Figures drawn by matplotlib: the only modules that import it.

Files need no window, so an unknown backend in MPLBACKEND is not an error. A known one remains that of the process: a
notebook may plot with pyplot after us.
"""

import logging
import os
import sys
from contextlib import suppress

_is_first = "matplotlib" not in sys.modules

# While it is imported, with its fonts, matplotlib logs what it cannot read or cache.
_logger = logging.getLogger("matplotlib")
_level = _logger.level
_logger.setLevel(logging.CRITICAL)

_chosen = os.environ.pop("MPLBACKEND", None)
try:
    import matplotlib as mpl
    import matplotlib.font_manager
finally:
    _logger.setLevel(_level)
    if _chosen is not None:
        os.environ["MPLBACKEND"] = _chosen
if _is_first and _chosen:
    with suppress(ValueError):
        mpl.rcParams["backend"] = _chosen
