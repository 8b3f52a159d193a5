"""Scripts of strangers, in a real browser, at every place where the chat shows a text."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.abuse.served import ATTACKS, attempt
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "name", [name for name in ATTACKS if name != "own documents"]
)  # those stay in the home
def test_no_script_of_a_stranger_runs(name: str, browser: Browser, address: str, tmp_path: Path) -> None:
    attempt(name, browser, address, tmp_path)
