"""What every test may rely on: no network, one index for the whole session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for the index and all else that is kept, so that no test touches the user's own."""
    folder = tmp_path_factory.mktemp("home")
    before = os.environ.get("LOSSCLINIC_HOME")
    os.environ["LOSSCLINIC_HOME"] = str(folder)
    yield folder
    if before is None:
        del os.environ["LOSSCLINIC_HOME"]
    else:
        os.environ["LOSSCLINIC_HOME"] = before
