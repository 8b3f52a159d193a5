"""From text to the series of a run: cells, columns, axes, roles."""
