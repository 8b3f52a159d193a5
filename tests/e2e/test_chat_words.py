"""A case told in words, by everybody: asked, followed up, edited, retried, undone, begun anew."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from visit import OTHERS, VISITORS, WAIT, Visit

from lossclinic.ui import texts
from lossclinic_kb.causes import load_cause
from lossclinic_kb.text import Text

pytestmark = pytest.mark.browser
DIVERGES = Text(
    "the loss shoots up to huge values within the first steps and then becomes NaN, it diverges right away",
    "训练刚开始 loss 就往上窜，剧烈震荡，几十步以后变成 nan",
)
WITH_RATE = Text("I use SGD with lr=0.1", "用的是 SGD，学习率 0.1")
OVERFITS = Text(
    "validation loss rises while training loss keeps falling", "训练 loss 一直降，验证 loss 一直升"
)
NEWS = Text("what is the weather like in Paris tomorrow?", "明天北京天气怎么样？")
RATE, OVERFITTING = load_cause("lr_too_high").title, load_cause("overfitting").title


@pytest.mark.parametrize("anyone", {**VISITORS, **OTHERS}, indirect=True)
def test_a_case_is_told_followed_up_undone_and_begun_anew(anyone: Visit) -> None:
    first, users = anyone.page.locator(".lc-card").first, anyone.chat.locator(".user.message")
    anyone.say(anyone(DIVERGES))
    anyone.answered()
    expect(first).to_contain_text(anyone(RATE))
    expect(first.locator(".lc-evidence")).to_contain_text(anyone(texts.cards.FOR))
    expect(first.locator(".lc-badge")).to_have_text(anyone(texts.cards.VERIFIED["verified"]))
    expect(first.locator(".lc-code code").first).to_contain_text("lr=0.01")
    expect(anyone.page.locator(".lc-starters")).to_have_count(0)
    anyone.say(anyone(WITH_RATE))
    anyone.answered(2)
    expect(anyone.page.locator(".lc-chip", has_text="0.1")).to_be_visible()
    expect(first).to_contain_text(anyone(RATE))  # what was said before still counts
    anyone.say(anyone(NEWS))
    expect(anyone.chat.locator(".bot.message").last).to_contain_text(
        anyone(Text("does not sound like", "不像是训练出了问题")), timeout=WAIT
    )
    expect(first).to_contain_text(anyone(RATE))
    anyone.page.locator("#lc-undo").click()
    expect(users).to_have_count(2, timeout=WAIT)
    anyone.page.locator("#lc-undo").click()
    expect(users).to_have_count(1, timeout=WAIT)
    expect(anyone.page.locator(".lc-chip", has_text="0.1")).to_have_count(0)
    anyone.page.locator("#lc-new").click()
    expect(anyone.page.locator(".lc-card")).to_have_count(0, timeout=WAIT)
    expect(anyone.page.locator(".lc-starters")).to_be_visible()
    assert anyone.page.evaluate("document.documentElement.scrollWidth") <= anyone.page.viewport_size["width"]  # type: ignore[index]


def test_a_message_is_edited_and_sent_again(anyone: Visit) -> None:
    anyone.say(anyone(DIVERGES))
    anyone.answered()
    anyone.button(Text("Edit", "编辑"), anyone.chat).click()
    anyone.chat.locator("textarea").fill(anyone(OVERFITS))
    anyone.button(Text("Submit", "发送"), anyone.chat).click()
    expect(anyone.chat.locator(".user.message")).to_contain_text(anyone(OVERFITS), timeout=WAIT)
    expect(anyone.page.locator(".lc-card").first).to_contain_text(anyone(OVERFITTING), timeout=WAIT)
    anyone.button(Text("Retry", "重试"), anyone.chat).click()
    anyone.answered()
    anyone.button(Text("Undo", "撤销"), anyone.chat).click()
    expect(anyone.chat.locator(".user.message")).to_have_count(0, timeout=WAIT)


def test_examples_work_at_a_click(anyone: Visit) -> None:
    expect(anyone.chat).to_contain_text(anyone(texts.talk.WELCOME)[:20])
    anyone.button(texts.talk.QUESTIONS[1]).click()
    anyone.answered()
    expect(anyone.page.locator(".lc-card").first).to_contain_text(anyone(OVERFITTING))
    anyone.page.locator("#lc-new").click()
    anyone.button("▸ healthy.csv").click()
    expect(anyone.page.locator(".lc-summary")).to_contain_text(
        anyone(Text("Nothing looks wrong", "没有看出问题")), timeout=WAIT
    )
    expect(anyone.plot).to_be_visible(timeout=WAIT)


def test_markup_in_a_message_is_shown_not_rendered(anyone: Visit) -> None:
    anyone.say("loss is nan <img src=x onerror=alert(1)> <b>help</b>")
    expect(anyone.chat.locator(".user").first).to_contain_text("<b>help</b>", timeout=WAIT)
    assert anyone.page.locator("#lc-chat img[src='x']").count() == 0
