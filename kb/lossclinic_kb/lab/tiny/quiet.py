"""A place to run snippets in: a folder that goes away, and frameworks that keep to themselves what is not the point."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TALKATIVE = ("lightning.pytorch", "lightning.fabric", "lightning.pytorch.utilities.rank_zero")


@contextmanager
def workplace() -> Iterator[Path]:
    """Yield an empty folder.

    Frameworks warn about each other's versions and about too few workers; neither says anything on a snippet.
    """
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield Path(folder)
