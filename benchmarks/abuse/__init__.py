"""Attacks on what gets in, each tried at every place where it could do harm: `python -m benchmarks.abuse`."""
