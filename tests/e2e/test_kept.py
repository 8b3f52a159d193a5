"""What a browser keeps: the language, the theme, and conversations that are reopened, renamed, exported and deleted."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, expect
from visit import WAIT, Visit, visitor

from lossclinic.kept import NOT_KEPT
from lossclinic.ui import texts
from lossclinic.ui.parts.starters import SAMPLES
from lossclinic_kb.causes import load_cause
from lossclinic_kb.text import Text

pytestmark = pytest.mark.browser
ENGLISH = re.compile(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}")


def test_conversations_outlive_the_page(anyone: Visit, tmp_path: Path) -> None:
    anyone.drop(SAMPLES / "validation-climbs.csv")
    anyone.answered()
    title = anyone.page.locator(".lc-card .lc-title").first.inner_text()
    shelf, words = anyone.page.locator(".lc-shelf"), texts.talk.SHELF
    expect(shelf.locator("summary")).to_contain_text("(1)", timeout=WAIT)
    anyone.go()
    expect(anyone.page.locator(".lc-card")).to_have_count(0)
    shelf.locator("summary").click()
    anyone.button("[validation-climbs.csv]", shelf).click()
    expect(anyone.page.locator(".lc-card .lc-title").first).to_have_text(title, timeout=WAIT)
    expect(anyone.plot).to_be_visible(timeout=WAIT)
    anyone.page.once("dialog", lambda dialog: dialog.accept("The <i>second</i> run"))
    shelf.get_by_role("button", name=f"{anyone(words['rename'])}: ").click()
    expect(anyone.button("The <i>second</i> run", shelf)).to_be_visible(timeout=WAIT)
    with anyone.page.expect_download() as download:
        shelf.get_by_role("button", name=f"{anyone(words['export'])}: ").click()
    exported = Path(download.value.path())
    assert json.loads(exported.read_text())["lossclinic"] == 1
    anyone.page.once("dialog", Dialog.accept)
    shelf.get_by_role("button", name=f"{anyone(words['delete'])}: ").click()
    expect(shelf.locator("summary")).to_contain_text("(0)", timeout=WAIT)
    anyone.page.locator("#lc-new").click()
    expect(anyone.page.locator(".lc-card")).to_have_count(0, timeout=WAIT)
    shelf.locator("input[type=file]").set_input_files(exported)
    anyone.answered()
    (tmp_path / "broken.json").write_text("{}")
    shelf.locator("input[type=file]").set_input_files(tmp_path / "broken.json")
    expect(anyone.page.get_by_text(anyone(NOT_KEPT)).first).to_be_visible(timeout=WAIT)


@pytest.mark.parametrize("anyone", ["english_desktop", "english_phone"], indirect=True)
def test_everything_follows_the_language_and_it_is_remembered(anyone: Visit) -> None:
    anyone.drop(SAMPLES / "falls-then-explodes.csv")
    anyone.answered()
    expect(anyone.plot).to_be_visible(timeout=WAIT)
    anyone.page.get_by_label("中文").check()
    anyone.lang = "zh"
    expect(anyone.chat.locator(".bot")).to_contain_text("依据：", timeout=WAIT)
    expect(anyone.plot.locator(".g-xtitle, .infolayer").first).to_contain_text("步", timeout=WAIT)
    anyone.page.locator(".lc-card summary").nth(1).click()
    shown = anyone.page.locator("body").inner_text()
    # Code speaks English in either language; whatever else is a sentence does not.
    code = anyone.page.locator("pre:visible").all_inner_texts()
    left = [
        line for line in shown.splitlines() if ENGLISH.search(line) and not any(line in each for each in code)
    ]
    assert left == []
    for name in anyone.page.locator("[aria-label]:visible").all():
        assert not ENGLISH.search(name.get_attribute("aria-label") or ""), name.evaluate(
            "(each) => each.outerHTML"
        )
    expect(anyone.button(Text("", "编辑"), anyone.chat)).to_be_visible()
    anyone.go("?view=compare")
    expect(anyone.page.locator("#lc-run-A")).to_contain_text("点击上传", timeout=WAIT)
    anyone.page.locator("#lc-theme").click()
    expect(anyone.page.locator("body")).to_have_class(re.compile("dark"))
    anyone.go("?view=learn")
    expect(anyone.page.get_by_role("link", name="第 1 次训练", exact=True)).to_be_visible(timeout=WAIT)
    expect(anyone.page.locator("body")).to_have_class(re.compile("dark"))


def test_one_person_sees_nothing_of_another(visit: Visit, browser: Browser, address: str) -> None:
    visit.say("my secret run: loss is nan")
    visit.answered()
    elsewhere = visitor(browser)
    stranger = Visit(elsewhere, address)
    expect(stranger.page.locator(".lc-shelf summary")).to_contain_text("(0)", timeout=WAIT)
    expect(stranger.chat.locator(".user")).to_have_count(0)
    stranger.leave()
    elsewhere.close()


def test_a_new_run_is_a_new_case(anyone: Visit) -> None:
    anyone.say(anyone(Text("the loss is nan, lr=0.1", "loss 是 nan，学习率 0.1")))
    anyone.answered()
    anyone.drop(SAMPLES / "falls-then-explodes.csv")
    anyone.answered(2)
    rate = re.compile(rf"{anyone(texts.facts.FACT['lr'])}(?!调度)")
    expect(anyone.page.locator(".lc-chip", has_text=rate)).to_have_count(1)
    anyone.drop(SAMPLES / "validation-climbs.csv")
    anyone.answered(3)
    expect(anyone.chat.locator(".bot").last).to_contain_text(anyone(Text("A new run", "新的一次训练")))
    expect(anyone.page.locator(".lc-card").first).to_contain_text(anyone(load_cause("overfitting").title))
