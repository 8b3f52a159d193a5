"""`python tests/e2e/pictures.py [ADDRESS [PAGE...]]`: every page in both languages and themes, as docs/images shows them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import FloatRect, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
from conftest import CHROMIUM, QUIET

FOLDER = Path(__file__).parents[2] / "docs" / "images"
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
WIDTH, HEIGHT = 1280, 860
CODE = 2200  # down to the code of the first cause
PAGES = {
    "knowledge": ("?view=knowledge", "#lc-view .lc-list"),
    "cause": ("?view=knowledge&cause=dying_relu", "[data-page=cause] svg"),
    "learn": ("?view=learn", "#lc-learn .lc-list"),
    "compare": ("?view=compare", "#lc-compare"),
    "documents": ("?view=documents", "#lc-documents .lc-page"),
}


def take(page: Page, name: str, lang: str, address: str) -> None:
    """Save one page, light and dark."""
    if name == "chat":
        page.goto(address)
        page.locator(f"html[lang={lang}]").wait_for(state="attached")
        page.get_by_role("button", name="falls-then-explodes").click()
        page.locator("#lc-plot .js-plotly-plot").wait_for()
        page.locator(".lc-card").first.wait_for()
    else:
        query, ready = PAGES[name]
        page.goto(f"{address}/{query}")
        page.locator(f"html[lang={lang}]").wait_for(state="attached")
        page.locator(ready).first.wait_for()
    if name == "compare":
        page.locator(".lc-tools button:visible").last.click()
        page.locator("#lc-overlay .js-plotly-plot").wait_for()
    page.mouse.move(0, 0)
    page.wait_for_timeout(2500)
    for theme in ("light", "dark"):
        path = FOLDER / f"{name}-{lang}{'-dark' if theme == 'dark' else ''}.png"
        height = CODE if name == "chat" else HEIGHT
        clip: FloatRect = {"x": 0, "y": 0, "width": WIDTH, "height": height}
        page.screenshot(path=path, full_page=True, clip=clip)
        page.locator("#lc-theme").click()
        page.wait_for_timeout(600)


def main(address: str, names: Sequence[str]) -> None:
    """Photograph pages of the chat that is served at `address`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for lang, locale in LOCALES.items():
            for name in names:
                context = browser.new_context(locale=locale, viewport={"width": WIDTH, "height": HEIGHT})
                page = context.new_page()
                page.set_default_timeout(120_000)
                take(page, name, lang, address)
                context.close()
        browser.close()


if __name__ == "__main__":
    address, *names = sys.argv[1:] or ["http://127.0.0.1:7860"]
    main(address, names or ["chat", *PAGES])
