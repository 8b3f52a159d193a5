"""A served chat and a real browser in front of it, with the network off."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from visit import Visit

from lossclinic_kb.text import Lang

CHROMIUM = (
    os.environ.get("LOSSCLINIC_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("LOSSCLINIC_BROWSER") == "required":
            pytest.fail("no Chromium found: install Debian's package `chromium`, or set LOSSCLINIC_CHROMIUM")
        pytest.skip("no Chromium found: install Debian's package `chromium`, or set LOSSCLINIC_CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    from lossclinic import Clinic
    from lossclinic.ui.serve import launch
    from lossclinic.ui.warming import warm

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clinic = Clinic(home=home)
    warm(clinic)  # loaded here, so that no test waits for it
    app = launch(clinic, host="127.0.0.1", port=port)
    yield f"http://127.0.0.1:{port}"
    app.close()


VISITORS: dict[str, tuple[Lang, bool]] = {
    "english_desktop": ("en", False),
    "chinese_desktop": ("zh", False),
    "english_phone": ("en", True),
    "chinese_phone": ("zh", True),
}
"""Who walks every flow: the language that the browser prefers, and whether it is on a phone."""


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """An English desktop, for what does not depend on either."""
    visitor = Visit(browser, address)
    yield visitor
    visitor.leave()


@pytest.fixture(params=VISITORS)
def anyone(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Visit]:
    """Every visitor in turn."""
    lang, phone = VISITORS[request.param]
    visitor = Visit(browser, address, lang, phone=phone)
    yield visitor
    visitor.leave()
