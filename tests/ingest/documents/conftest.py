"""A folder of documents, and where collections are kept."""

from __future__ import annotations

from pathlib import Path

import handbook
import pytest


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with one document of every format, one below another, and what is none."""
    folder = tmp_path / "mine"
    (folder / "below").mkdir(parents=True)
    for name, make in handbook.FILES.items():
        (folder / name).write_bytes(make())
    (folder / "below" / "notes.md").write_text("# Notes\n\nThe tokenizer of run 12 has another vocabulary.\n")
    (folder / "weights.bin").write_bytes(bytes(100))
    (folder / ".hidden.md").write_text("# Hidden\n\nNobody reads this.\n")
    return folder


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """The folder of a collection."""
    return tmp_path / "home" / "documents" / "default"
