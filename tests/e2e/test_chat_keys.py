"""Without a mouse, by everybody: send, break the line, new case, search, tabs, copy."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from visit import WAIT, Visit

from lossclinic.ui import texts
from lossclinic_kb.text import Text

pytestmark = pytest.mark.browser


def test_keys_send_break_the_line_search_and_begin_anew(anyone: Visit) -> None:
    keyboard = anyone.page.keyboard
    anyone.box.fill(anyone(Text("the loss is nan", "loss 是 nan")))
    anyone.box.press("Shift+Enter")
    keyboard.type("lr=0.1")
    expect(anyone.chat.locator(".user")).to_have_count(0)
    keyboard.press("Enter")
    anyone.answered()
    expect(anyone.page.locator(".lc-chip", has_text="0.1")).to_be_visible()
    anyone.page.locator(".lc-card summary").first.focus()
    keyboard.press("/")
    expect(anyone.box).to_be_focused()
    expect(anyone.box).to_have_value("")
    keyboard.press("Alt+n")
    expect(anyone.page.locator(".lc-card")).to_have_count(0, timeout=WAIT)
    anyone.turn_to("knowledge")
    anyone.page.locator("#lc-view a").first.focus()
    keyboard.press("/")
    expect(anyone.page.locator("#lc-search").locator("input, textarea")).to_be_focused()


def test_tabs_are_walked_and_code_is_copied(anyone: Visit) -> None:
    anyone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    anyone.say(anyone(Text("the loss becomes nan within the first steps", "前几步 loss 就变成 nan")))
    anyone.answered()
    card = anyone.page.locator(".lc-card").first
    card.get_by_role("tab", name=anyone(texts.cards.FIX), exact=True).focus()
    anyone.page.keyboard.press("ArrowRight")
    confirm = card.get_by_role("tab", name=anyone(texts.cards.CONFIRM), exact=True)
    expect(confirm).to_have_attribute("aria-selected", "true")
    anyone.page.keyboard.press("ArrowLeft")
    code = card.locator(".lc-code:visible").first
    code.locator("[data-copy]").focus()
    anyone.page.keyboard.press("Enter")
    expect(code.locator("[data-copy]")).to_have_class("lc-done")
    assert anyone.page.evaluate("navigator.clipboard.readText()") == code.locator("code").text_content()
    card.get_by_role("tab", name=anyone(texts.cards.SHOW_ME), exact=True).click()
    expect(card.locator("svg:visible")).to_have_count(2)
