"""What a browser keeps: the language, and conversations that are opened again, renamed, exported and deleted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, expect
from visit import WAIT, Visit

from lossclinic.ui.parts.starters import SAMPLES

pytestmark = pytest.mark.browser


def test_conversations_outlive_the_page(visit: Visit) -> None:
    visit.drop(SAMPLES / "validation-climbs.csv")
    visit.answered()
    title = visit.page.locator(".lc-card .lc-title").first.inner_text()
    shelf = visit.page.locator(".lc-shelf")
    expect(shelf.locator("summary")).to_contain_text("(1)", timeout=WAIT)
    visit.go()
    expect(visit.page.locator(".lc-card")).to_have_count(0)
    shelf.locator("summary").click()
    shelf.get_by_role("button", name="[validation-climbs.csv]", exact=True).click()
    expect(visit.page.locator(".lc-card .lc-title").first).to_have_text(title, timeout=WAIT)
    expect(visit.page.locator("#lc-plot .js-plotly-plot")).to_be_visible(timeout=WAIT)
    visit.page.once("dialog", lambda dialog: dialog.accept("The <i>second</i> run"))
    shelf.get_by_role("button", name="Rename").click()
    expect(shelf.get_by_role("button", name="The <i>second</i> run", exact=True)).to_be_visible(timeout=WAIT)
    with visit.page.expect_download() as download:
        shelf.get_by_role("button", name="Export: ").click()
    exported = Path(download.value.path())
    assert json.loads(exported.read_text())["lossclinic"] == 1
    visit.page.once("dialog", Dialog.accept)
    shelf.get_by_role("button", name="Delete").click()
    expect(shelf.locator("summary")).to_contain_text("(0)", timeout=WAIT)
    visit.page.locator("#lc-new").click()
    expect(visit.page.locator(".lc-card")).to_have_count(0, timeout=WAIT)
    shelf.locator("input[type=file]").set_input_files(exported)
    visit.answered()
    assert visit.errors == []


def test_the_language_is_remembered_and_everything_follows_it(visit: Visit) -> None:
    visit.say("the loss diverges to infinity within a few steps")
    visit.answered()
    visit.page.get_by_label("中文").check()
    expect(visit.page.locator("#lc-chat .bot")).to_contain_text("学习率过大", timeout=WAIT)
    expect(visit.page.get_by_role("tab", name="知识库")).to_be_visible()
    expect(visit.page.locator(".lc-shelf summary")).to_contain_text("保存的对话")
    visit.go("?view=learn")
    expect(visit.page.get_by_role("link", name="第 1 次训练")).to_be_visible(timeout=WAIT)
    expect(visit.page.locator("html")).to_have_attribute("lang", "zh")


def test_one_person_sees_nothing_of_another(visit: Visit, browser: Browser, address: str) -> None:
    visit.say("my secret run: loss is nan")
    visit.answered()
    other = browser.new_context(locale="en-GB")
    try:
        stranger = Visit(other, address)
        expect(stranger.page.locator(".lc-shelf summary")).to_contain_text("(0)", timeout=WAIT)
        expect(stranger.page.locator("#lc-chat .user")).to_have_count(0)
    finally:
        other.close()


def test_a_damaged_conversation_is_refused_with_a_line(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{}")
    visit.page.locator(".lc-shelf input[type=file]").set_input_files(path)
    expect(visit.page.get_by_text("no conversation that lossclinic kept")).to_be_visible(timeout=WAIT)
