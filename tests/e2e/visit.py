"""One person's visit to the chat, and everything that went wrong in it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Route, expect

WAIT = 30_000  # milliseconds; two busy cores


class Visit:
    """One browser context with everything that went wrong in it."""

    def __init__(self, context: BrowserContext, address: str, query: str = "") -> None:
        self.context, self.address = context, address
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        context.route("**/*", lambda route: self._route(route, address))
        self.go(query)

    def go(self, query: str = "") -> None:
        """Load the chat anew, at one of its addresses."""
        before = list(self.errors)
        self.page.goto(f"{self.address}/{query}")
        self.page.locator("#lc-pages [role=tab]").first.wait_for()
        # A page that is left breaks off its stream of events, and the browser calls that an error.
        left = ("AbortError", "Connection errored out")
        self.errors[:] = [
            *before,
            *(e for e in self.errors[len(before) :] if not any(each in e for each in left)),
        ]
        if not query:
            self.page.get_by_test_id("textbox").first.wait_for()

    def say(self, text: str) -> None:
        """Send a message."""
        self.page.get_by_test_id("textbox").first.fill(text)
        self.page.keyboard.press("Enter")

    def drop(self, *files: Path) -> None:
        """Send files."""
        self.page.locator("#lc-box input[type=file]").set_input_files(list(files))
        thumbnails = self.page.get_by_role("listitem", name="File thumbnail")
        expect(thumbnails).to_have_count(len(files), timeout=WAIT)
        self.page.get_by_test_id("textbox").first.press("Enter")

    def answered(self) -> None:
        """Wait for the first card."""
        expect(self.page.locator(".lc-card").first).to_be_visible(timeout=WAIT)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _route(self, route: Route, address: str) -> None:
        if route.request.url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()
