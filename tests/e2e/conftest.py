"""A served chat and a real browser in front of it, with the network off."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from visit import OTHERS, VISITORS, Visit, visitor

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
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # the network is off
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


@pytest.fixture(scope="session")
def people(browser: Browser) -> Iterator[dict[str, BrowserContext]]:
    """A browser for each, kept for all tests: what it has loaded once it does not load again."""
    made = {
        name: visitor(browser, lang, phone=phone) for name, (lang, phone) in {**VISITORS, **OTHERS}.items()
    }
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def visit(people: dict[str, BrowserContext], address: str) -> Iterator[Visit]:
    """An English desktop, for what does not depend on either."""
    visiting = Visit(people["english_desktop"], address)
    yield visiting
    visiting.leave()


@pytest.fixture(params=VISITORS)
def anyone(
    request: pytest.FixtureRequest, people: dict[str, BrowserContext], address: str
) -> Iterator[Visit]:
    """Every visitor in turn; a test may ask for others by name."""
    lang, _ = {**VISITORS, **OTHERS}[request.param]
    visiting = Visit(people[request.param], address, lang)
    yield visiting
    visiting.leave()
