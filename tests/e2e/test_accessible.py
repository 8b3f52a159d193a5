"""Everybody can use it: no serious violation that axe finds, on every page, in both themes; nothing overflows a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from visit import WAIT, Visit

from lossclinic.ui.parts.starters import SAMPLES

pytestmark = pytest.mark.browser
READY = {
    "?view=knowledge": "#lc-view .lc-list",
    "?view=knowledge&cause=lr_too_high": "[data-page=cause]",
    "?view=learn&run=1": "[data-lesson]",
    "?view=compare": "#lc-compare",
    "?view=documents": "#lc-documents p",
}


def serious(visit: Visit) -> list[str]:
    """Return what axe calls serious or worse: rule, element, what to do."""
    found = Axe().run(visit.page).response["violations"]
    return [
        f"{each['id']}: {node['target']}: {node['failureSummary']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def flip_theme(visit: Visit) -> None:
    visit.page.locator("#lc-theme").click()
    visit.page.wait_for_timeout(400)  # colours fade over; axe must not measure half-way


def test_the_chat_in_both_themes(visit: Visit) -> None:
    assert serious(visit) == []
    visit.drop(SAMPLES / "falls-then-explodes.csv")
    visit.answered()
    expect(visit.page.locator("#lc-plot .js-plotly-plot")).to_be_visible(timeout=WAIT)
    visit.page.wait_for_timeout(900)  # bars move for .7 s
    assert serious(visit) == []
    flip_theme(visit)
    assert serious(visit) == []


def test_every_page_in_both_themes(visit: Visit) -> None:
    found = {}
    for query, ready in READY.items():
        visit.go(query)
        expect(visit.page.locator(ready).first).to_be_visible(timeout=WAIT)
        found[query] = serious(visit)
        flip_theme(visit)
        found[f"{query}, other theme"] = serious(visit)
    assert {where: what for where, what in found.items() if what} == {}


def test_nothing_overflows_a_phone(chinese_phone: Visit) -> None:
    page = chinese_phone.page
    widths = {}
    chinese_phone.drop(SAMPLES / "falls-then-explodes.csv")
    chinese_phone.answered()
    page.locator(".lc-card summary").nth(1).click()
    widths[""] = page.evaluate("document.documentElement.scrollWidth")
    for query, ready in READY.items():
        chinese_phone.go(query)
        expect(page.locator(ready).first).to_be_visible(timeout=WAIT)
        widths[query] = page.evaluate("document.documentElement.scrollWidth")
    assert {where: width for where, width in widths.items() if width > 390 + 1} == {}
    assert chinese_phone.errors == []
