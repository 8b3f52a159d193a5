"""What a language model's reading and opinion are worth, replayed: `python -m benchmarks replay`."""

from benchmarks.replay.tables import main

__all__ = ["main"]
