"""Where lossclinic keeps what it makes."""

from __future__ import annotations

import os
from pathlib import Path

from lossclinic_kb.errors import StoreError
from lossclinic_kb.text import Text


def own_folder() -> Path:
    """Return where lossclinic keeps what it makes: $LOSSCLINIC_HOME, else its folder in the user's cache.

    Raises:
        StoreError: The user has no home folder, and nothing else is named.
    """
    from platformdirs import user_cache_dir

    try:
        folder = Path(os.environ.get("LOSSCLINIC_HOME") or user_cache_dir("lossclinic"))
    except RuntimeError:  # platformdirs knows no home either; older ones return a path with "~" in it
        folder = Path("~")
    if "~" in folder.parts:
        raise StoreError(
            Text(
                "this user has no home folder: set LOSSCLINIC_HOME to a folder that can be written",
                "当前用户没有主目录：请把 LOSSCLINIC_HOME 设为一个可写的目录",
            )
        )
    return folder
