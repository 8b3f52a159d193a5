"""One person's visit to the chat, and everything that went wrong in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from lossclinic.ui import texts
from lossclinic_kb.text import Lang, Text

WAIT = 90_000  # milliseconds; two cores that many share
LOCALES: dict[Lang, str] = {"en": "en-GB", "zh": "zh-CN"}
VISITORS: dict[str, tuple[Lang, bool]] = {"english_desktop": ("en", False), "chinese_phone": ("zh", True)}
"""Who walks every flow: the language that the browser prefers, and whether it is on a phone."""
OTHERS: dict[str, tuple[Lang, bool]] = {"chinese_desktop": ("zh", False), "english_phone": ("en", True)}
"""Who walks the longest flow beside them."""
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def visitor(browser: Browser, lang: Lang = "en", *, phone: bool = False) -> BrowserContext:
    """Return a person's browser: what it prefers, and whether it is on a small screen that is touched."""
    size: Any = PHONE if phone else DESKTOP
    context = browser.new_context(locale=LOCALES[lang], viewport=size, has_touch=phone)
    context.set_default_timeout(WAIT)
    return context


class Visit:
    """One person's page with everything that went wrong in it.

    Args:
        context: Their browser.
        address: Of the chat; nothing else should be asked for.
        lang: What the browser prefers.
    """

    def __init__(self, context: BrowserContext, address: str, lang: Lang = "en") -> None:
        self.context, self.address, self.lang = context, address, lang
        self.page: Page = context.new_page()
        size = self.page.viewport_size
        self.phone = size is not None and size["width"] == PHONE["width"]
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._request)
        self.go()

    def __call__(self, text: Text) -> str:
        """Return a text as this person sees it."""
        return text(self.lang)

    def go(self, query: str = "") -> None:
        """Load the chat anew, at one of its addresses."""
        before = len(self.errors)
        self.page.goto(f"{self.address}/{query}")
        self.page.locator(f"html[lang={self.lang}] #lc-pages [role=tab]").first.wait_for()
        self.forgive_leaving(before)
        if not query:
            self.box.wait_for()

    def forgive_leaving(self, since: int = 0) -> None:
        """Forget that a page which was left broke off its stream of events, which the browser calls an error.

        Args:
            since: How many errors there were before it was left.
        """
        left = ("AbortError", "Connection errored out")
        later = [error for error in self.errors[since:] if not any(each in error for each in left)]
        self.errors[since:] = later

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
        """Forget everything and close the page; nothing may have gone wrong, and nothing outside been asked for."""
        wrong = list(
            self.errors
        )  # a page that is left breaks off its stream of events, which is no fault of it
        self.page.goto(f"{self.address}/config")  # a script that still ran might keep what is cleared
        self.page.evaluate("localStorage.clear()")
        self.page.close()
        assert not wrong, wrong
        assert not self.outside, self.outside

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.outside.append(request.url)
