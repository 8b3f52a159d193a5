"""What one person waits for in a real browser: the page, an answer to words, to a log of a megabyte, and its curve.

`python -m benchmarks.browser`, with Debian's package `chromium` or LOSSCLINIC_CHROMIUM. Beside it stands a bare chat of
the same library that answers at once with nothing: what it takes is the library's, the browser's and the machine's share.
Every page is opened in a browser that has kept nothing, and no two questions are the same.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.chat import free_port, long_log, served
from benchmarks.warm import questions

PAGES, WORDS, LOGS = 7, 20, 7
BARS = {"page ready": 3.0, "words: first answer": 1.0, "log of 1 MB: first answer": 1.0}
"""Seconds that nobody should wait longer for."""
WAIT = 120_000  # milliseconds
OFFLINE = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
BARE = """
import sys, gradio
chat = gradio.ChatInterface(lambda said, before: "heard: " + said, analytics_enabled=False)
chat.launch(server_port=int(sys.argv[1]), quiet=True)
"""
Times = dict[str, list[float]]


@contextmanager
def bare() -> Iterator[str]:
    """Yield the address of a chat that repeats what it is told, in a process of its own."""
    port = free_port()
    settings = os.environ | {"GRADIO_ANALYTICS_ENABLED": "False"}
    with subprocess.Popen([sys.executable, "-c", BARE, str(port)], env=settings) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            while True:
                try:
                    httpx.get(address).raise_for_status()
                    break
                except httpx.ConnectError:
                    time.sleep(0.2)
            yield address
        finally:
            server.terminate()


def seconds(act: Callable[[], object], seen: Callable[[], object]) -> float:
    """Return how long it takes from an act until something is seen."""
    began = time.perf_counter()
    act()
    seen()
    return time.perf_counter() - began


@contextmanager
def opened(browser: Browser) -> Iterator[Page]:
    """Yield a page of a browser that has kept nothing."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT)
    yield context.new_page()
    context.close()


def send(page: Page, text: str) -> Callable[[], None]:
    """Write something, and return what sends it."""
    box = page.get_by_test_id("textbox").first
    box.fill(text)
    return lambda: box.press("Enter")


def ready(page: Page, address: str) -> float:
    """Return how long it takes until a page is in its language and takes words."""

    def usable() -> None:
        page.locator("html[lang=en] #lc-pages [role=tab]").first.wait_for()
        page.locator("#lc-box textarea:enabled").wait_for()
        page.locator(".lc-shelf summary").wait_for()

    return seconds(lambda: page.goto(address), usable)


def visit(browser: Browser, address: str, log: Path) -> Times:
    """Return what one person waits for at lossclinic."""
    times: Times = {}

    def note(what: str, took: float) -> None:
        times.setdefault(what, []).append(took)

    with opened(browser) as page:
        ready(page, address)  # whatever the server loads for its first page is loaded now
    for _ in range(PAGES):
        with opened(browser) as page:
            note("page ready", ready(page, address))
    with opened(browser) as page:
        ready(page, address)
        page.wait_for_timeout(1000)
        for place, text in enumerate(questions("en")[:: len(questions("en")) // WORDS][:WORDS]):
            note("words: first answer", seconds(send(page, text), page.locator(".lc-summary").wait_for))
            new_case(page)
            if place < LOGS:
                attach(page, log)
                enter = send(page, "")
                note("log of 1 MB: first answer", seconds(enter, page.locator(".lc-summary").wait_for))
                curve = page.locator("#lc-plot .scatterlayer .trace").first
                note("log of 1 MB: its curve, after that", seconds(lambda: None, curve.wait_for))
                new_case(page)
    return times


def new_case(page: Page) -> None:
    """Begin a new case."""
    page.locator("#lc-new").click()
    page.locator(".lc-starters").wait_for()
    page.wait_for_timeout(300)


def attach(page: Page, log: Path) -> None:
    """Put a log into the box and wait until the server has it."""
    with (
        page.expect_file_chooser() as chooser
    ):  # the same file a second time is no change to the field itself
        page.locator("#lc-box [data-testid=upload-button]").click()
    chooser.value.set_files(log)
    page.locator("#lc-box [role=listitem]").wait_for()


def visit_bare(browser: Browser, address: str) -> Times:
    """Return what one person waits for at the bare chat."""
    times: Times = {"page ready": [], "words: first answer": []}
    for place in range(PAGES):
        with opened(browser) as page:
            box = page.get_by_test_id("textbox").first
            times["page ready"].append(seconds(lambda page=page: page.goto(address), box.wait_for))  # type: ignore[misc]
            page.wait_for_timeout(1000)
            answer = page.get_by_text(f"heard: {place}")
            times["words: first answer"].append(seconds(send(page, str(place)), answer.wait_for))
    return times


def main() -> None:
    """Measure both in turn, and say how busy the machine was."""
    command = os.environ.get("LOSSCLINIC_CHROMIUM") or shutil.which("chromium")
    if command is None:
        sys.exit("no Chromium found: install Debian's package `chromium`, or set LOSSCLINIC_CHROMIUM")
    load = os.getloadavg()[0]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with tempfile.TemporaryDirectory() as folder, served() as address, bare() as other:
        log = Path(folder) / "long.csv"
        log.write_bytes(long_log())
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=command, args=OFFLINE)
            least = visit_bare(browser, other)
            times = visit(browser, address, log)
            browser.close()
    print(f"load {load:.1f} before and {os.getloadavg()[0]:.1f} after, on {cores} cores")
    print(f"{'':36} {'n':>3} {'median':>8} {'longest':>8} {'bar':>6} {'bare chat':>10} {'ratio':>6}")
    for what, took in times.items():
        middle, base, bar = statistics.median(took), least.get(what), BARS.get(what)
        line = f"{what:36} {len(took):3} {middle:6.2f} s {max(took):6.2f} s {f'{bar:g} s' if bar else '':>6}"
        if base:
            line += f" {statistics.median(base):8.2f} s {middle / statistics.median(base):6.2f}"
        print(line)


if __name__ == "__main__":
    main()
