"""Everybody can use it: no serious violation that axe finds, on every page, in both themes; nothing overflows a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from visit import PHONE, WAIT, Visit

from lossclinic.ui.parts.starters import SAMPLES

pytestmark = pytest.mark.browser
READY = {
    "?view=knowledge": "#lc-view .lc-list",
    "?view=knowledge&cause=lr_too_high": "[data-page=cause]",
    "?view=knowledge&symptom=loss_flat": "[data-page=symptom]",
    "?view=learn&run=1": "[data-lesson]",
    "?view=compare": "#lc-compare",
    "?view=documents": "#lc-documents .lc-page",
}
STILL = "*, *::before, *::after { animation: none !important; transition: none !important; }"


COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
"""What another theme can break: it changes colours alone."""


def serious(visit: Visit, options: dict[str, list[str]] | None = None) -> list[str]:
    """Return what axe calls serious or worse: rule, element, what to do."""
    axe = Axe()
    found = (axe.run(visit.page, options=options) if options else axe.run(visit.page)).response["violations"]
    return [
        f"{each['id']}: {node['target']}: {node['failureSummary']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def faults(visit: Visit) -> list[str]:
    """Return what is wrong with the page as it stands, in both themes."""
    visit.page.add_style_tag(content=STILL)  # colours that fade over are not measured half-way
    found = serious(visit)
    visit.page.locator("#lc-theme").click()
    found += [f"other theme: {each}" for each in serious(visit, COLOURS)]
    width = visit.page.evaluate("document.documentElement.scrollWidth")
    if visit.phone and width > PHONE["width"]:
        found.append(f"overflows: {width}")
    return found


def test_the_chat_empty_and_with_a_case(anyone: Visit) -> None:
    assert faults(anyone) == []
    anyone.drop(SAMPLES / "falls-then-explodes.csv")
    anyone.answered()
    expect(anyone.plot).to_be_visible(timeout=WAIT)
    anyone.page.locator(".lc-card summary").nth(1).click()
    assert faults(anyone) == []


def test_every_other_page(anyone: Visit) -> None:
    found = {}
    for query, ready in READY.items():
        anyone.go(query)
        expect(anyone.page.locator(ready).first).to_be_visible(timeout=WAIT)
        found[query] = faults(anyone)
    assert {where: what for where, what in found.items() if what} == {}
