"""From text to raw values: command lines, curve specs, configs, numbers."""
