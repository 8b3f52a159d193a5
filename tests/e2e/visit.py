"""One person's visit to the chat, and everything that went wrong in it."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Route


class Visit:
    """One browser context with everything that went wrong in it."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        context.route("**/*", lambda route: self._route(route, address))
        self.page.goto(address)
        self.page.get_by_test_id("textbox").first.wait_for()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _route(self, route: Route, address: str) -> None:
        if route.request.url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()
