"""A chat of its own and a browser before it, for the attacks of `served.py`."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.abuse.case import Case, Skipped
from benchmarks.abuse.served import ATTACKS, attempt

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KIND = "in a real browser"


@contextmanager
def _served(home: Path) -> Iterator[tuple[Browser, str]]:
    """Serve a chat and open a browser for it."""
    from playwright.sync_api import sync_playwright

    from lossclinic import Clinic
    from lossclinic.ui.serve import launch
    from lossclinic.ui.warming import warm

    found = (
        os.environ.get("LOSSCLINIC_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if found is None:
        raise Skipped("no Chromium here")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clinic = Clinic(home=home)
    warm(clinic)
    app = launch(clinic, host="127.0.0.1", port=port)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=found, args=["--no-sandbox", "--disable-gpu"]
            )
            yield browser, f"http://127.0.0.1:{port}"
            browser.close()
    finally:
        app.close()


def _take_index(home: Path) -> None:
    """Copy the index that there is: to build one takes minutes."""
    from lossclinic_kb.home import own_folder

    if (own_folder() / "index").is_dir():
        shutil.copytree(own_folder() / "index", home / "index")


class _Together:
    """The chat and the browser, started for the first attack and stopped after the last."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        self.held: tuple[Browser, str] | None = None
        self.left = set(ATTACKS)

    def try_one(self, name: str) -> None:
        """Try one attack; a chat of its own home, so that nobody's documents are touched."""
        try:
            if self.held is None:
                home = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
                _take_index(home)
                self.held = self.stack.enter_context(_served(home))
            with tempfile.TemporaryDirectory() as folder:
                attempt(name, *self.held, Path(folder))
        finally:
            self.left.discard(name)
            if not self.left:
                self.stack.close()


def cases() -> Iterator[Case]:
    """Yield every attack."""
    together = _Together()
    for name in ATTACKS:
        yield Case(KIND, name, partial(together.try_one, name), short=False)
