"""Parse text to raw values: command lines, curve specs, configs and numbers."""
