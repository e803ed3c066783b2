"""From formulas to source text, whatever language writes them."""
