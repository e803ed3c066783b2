"""Extract the config embedded in a figure (PNG, SVG or PDF)."""
