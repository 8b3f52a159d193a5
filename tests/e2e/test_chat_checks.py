"""The next check and the facts of a case, by everybody: answered, put off, taken back; added, corrected, removed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from visit import WAIT, Visit

from lossclinic.ui import texts
from lossclinic_kb.checks import load_checks
from lossclinic_kb.text import Text

pytestmark = pytest.mark.browser
STUCK = Text("accuracy never moves and the loss stays the same", "准确率完全不动，loss 也一直是同一个值")
NAN_WITH_RATE = Text(
    "the loss becomes nan within the first steps, lr=0.1", "前几步 loss 就变成 nan，学习率 0.1"
)


def test_an_answer_moves_the_ranking_and_is_taken_back(anyone: Visit) -> None:
    anyone.say(anyone(STUCK))
    anyone.answered()
    check, figures = anyone.page.locator(".lc-check"), anyone.page.locator(".lc-bar .figure")
    first, before = check.locator(".lc-question").inner_text(), figures.all_inner_texts()
    anyone.button(texts.cards.NOT_NOW, check).click()
    expect(anyone.chat.locator(".user.message")).to_have_count(2, timeout=WAIT)
    expect(check.locator(".lc-question").get_by_text(first)).to_have_count(0, timeout=WAIT)
    if check.locator("select").count():  # many outcomes are a list
        check.locator("select").select_option(index=1)
    check.locator(".lc-outcome").first.click()
    taken = anyone.page.locator(".lc-answers button")
    expect(taken).to_be_visible(timeout=WAIT)
    moved = anyone(texts.cards.WAS).split("{}")[0]
    expect(anyone.page.locator(".lc-was").first).to_contain_text(moved, timeout=WAIT)
    assert figures.all_inner_texts() != before
    taken.click()
    expect(taken).to_have_count(0, timeout=WAIT)
    expect(anyone.chat.locator(".user.message")).to_have_count(4)


def test_the_first_line_of_a_probe_is_chosen_from_a_list(anyone: Visit) -> None:
    anyone.page.get_by_role("button", name="validation-climbs.csv").click()
    anyone.answered()
    check = anyone.page.locator(".lc-check")
    found = load_checks()["through_the_data"].outcome("few_in_train").title
    check.locator("select").select_option(label=anyone(found))
    anyone.button(texts.cards.ANSWER, check).click()
    expect(anyone.page.locator(".lc-answers")).to_contain_text(anyone(found), timeout=WAIT)


def test_facts_are_corrected_added_and_taken_out(anyone: Visit) -> None:
    anyone.say(anyone(NAN_WITH_RATE))
    anyone.answered()
    chips, rate = anyone.page.locator(".lc-chip"), anyone(texts.facts.FACT["lr"])
    chip = chips.filter(has_text=f"{rate}: 0.1")
    chip.locator("summary").click()
    chip.locator("input").fill("banana")
    anyone.button(texts.facts.SAVE, chip).click()
    refused = Text("lr: 'banana' is no finite number", "lr：'banana' 不是有限的数字")
    expect(anyone.page.get_by_text(anyone(refused)).first).to_be_visible(timeout=WAIT)
    chip.locator("input").fill("0.3")  # it stays open, to be mended
    anyone.button(texts.facts.SAVE, chip).click()
    expect(chips.filter(has_text=f"{rate}: 0.3")).to_be_visible(timeout=WAIT)
    adding, name = anyone.page.locator(".lc-add"), anyone(texts.facts.FACT["optimizer"])
    adding.locator("summary").click()
    adding.locator("select").select_option(label=name)
    adding.locator("input").fill("<b>adam</b>")
    anyone.button(texts.facts.ADD_FACT, adding).click()
    added = chips.filter(has_text=f"{name}: ")
    expect(added.locator("summary")).to_have_text(f"{name}: <b>adam</b>", timeout=WAIT)
    added.locator("summary").click()
    anyone.button(texts.facts.REMOVE, added).click()
    expect(added).to_have_count(0, timeout=WAIT)
    anyone.page.locator("#lc-undo").click()
    expect(added).to_have_count(1, timeout=WAIT)
