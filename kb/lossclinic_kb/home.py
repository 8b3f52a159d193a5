"""Where lossclinic keeps what it makes."""

from __future__ import annotations

import os
from pathlib import Path


def own_folder() -> Path:
    """Return where lossclinic keeps what it makes: $LOSSCLINIC_HOME, else its folder in the user's cache."""
    from platformdirs import user_cache_dir

    return Path(os.environ.get("LOSSCLINIC_HOME") or user_cache_dir("lossclinic"))
