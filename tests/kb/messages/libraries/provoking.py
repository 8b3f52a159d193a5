"""Runs code that makes a library say something, and prints a heading with the id of the message before each."""

from __future__ import annotations

import sys
import traceback
import warnings
from collections.abc import Callable, Mapping

HEADING = "## "


def provoke(provocations: Mapping[str, Callable[[], object]]) -> None:
    """Run every function under its heading; what it warns of or breaks off with is printed as a person would see it."""
    warnings.simplefilter("always")
    for message, function in provocations.items():
        print(f"{HEADING}{message}", flush=True)
        try:
            function()
        except Exception:  # the error is what was asked for
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
