"""One person's visit to the chat, and everything that went wrong in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Route, expect

from lossclinic.ui import texts
from lossclinic_kb.text import Lang, Text

WAIT = 30_000  # milliseconds; two busy cores
LOCALES: dict[Lang, str] = {"en": "en-GB", "zh": "zh-CN"}
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class Visit:
    """One browser context with everything that went wrong in it.

    Args:
        browser: In which a context of its own is opened.
        address: Of the chat; nothing else can be reached.
        lang: What the browser prefers.
        phone: On a small screen that is touched, instead of a desktop.
    """

    def __init__(self, browser: Browser, address: str, lang: Lang = "en", *, phone: bool = False) -> None:
        size: Any = PHONE if phone else DESKTOP
        self.context = browser.new_context(locale=LOCALES[lang], viewport=size, has_touch=phone)
        self.context.set_default_timeout(WAIT)
        self.address, self.lang, self.phone = address, lang, phone
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.context.route("**/*", self._route)
        self.go()

    def __call__(self, text: Text) -> str:
        """Return a text as this person sees it."""
        return text(self.lang)

    def go(self, query: str = "") -> None:
        """Load the chat anew, at one of its addresses."""
        before = list(self.errors)
        self.page.goto(f"{self.address}/{query}")
        self.page.locator(f"html[lang={self.lang}] #lc-pages [role=tab]").first.wait_for()
        # A page that is left breaks off its stream of events, and the browser calls that an error.
        left = ("AbortError", "Connection errored out")
        self.errors[:] = [
            *before,
            *(e for e in self.errors[len(before) :] if not any(each in e for each in left)),
        ]
        if not query:
            self.box.wait_for()

    def turn_to(self, page: str) -> None:
        """Press the tab of a page, which on a phone may be in a menu."""
        title, wrapper = self(texts.frame.PAGES[page]), self.page.locator("#lc-pages > .tab-wrapper")
        tab = wrapper.locator(f"[role=tab][data-tab-id={page}]")
        if tab.count():
            tab.click()
            return
        wrapper.locator(".overflow-menu > button").click()
        wrapper.locator(".overflow-dropdown").get_by_text(title, exact=True).click()

    @property
    def box(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_test_id("textbox").first

    @property
    def chat(self) -> Locator:
        """What was said."""
        return self.page.locator("#lc-chat")

    @property
    def plot(self) -> Locator:
        """The curve."""
        return self.page.locator("#lc-plot .js-plotly-plot")

    def say(self, text: str) -> None:
        """Send a message."""
        self.box.fill(text)
        self.box.press("Enter")

    def attach(self, *files: Path) -> None:
        """Put files into the box."""
        self.page.locator("#lc-box input[type=file]").set_input_files(list(files))
        self.attached(len(files))

    def attached(self, count: int) -> None:
        """Wait until the box holds so many files."""
        thumbnails = self.page.locator("#lc-box [role=listitem]")
        expect(thumbnails).to_have_count(count, timeout=WAIT)

    def drop(self, *files: Path) -> None:
        """Send files."""
        self.attach(*files)
        self.box.press("Enter")

    def answered(self, turns: int = 1) -> None:
        """Wait for the answer to so many messages."""
        expect(self.chat.locator(".bot.message")).to_have_count(turns, timeout=WAIT)
        expect(self.chat).not_to_contain_text(f"{self(texts.talk.BUSY)} …", timeout=WAIT)
        expect(self.page.locator(".lc-summary")).to_be_visible(timeout=WAIT)

    def button(self, name: Text | str, within: Locator | None = None) -> Locator:
        """Return a button by its name as this person sees it."""
        title = name if isinstance(name, str) else self(name)
        return (within or self.page).get_by_role("button", name=title, exact=True)

    def leave(self) -> None:
        """Close everything; nothing may have gone wrong, and nothing outside been asked for."""
        self.context.close()
        assert (self.errors, self.outside) == ([], [])

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _route(self, route: Route) -> None:
        if route.request.url.startswith((self.address, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()
