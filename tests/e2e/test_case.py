"""What one does with a case: evidence on the curve, facts, checks, tabs, editing, reports, feedback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect
from visit import WAIT, Visit

from lossclinic.feedback import feedback_file
from lossclinic.ui.parts.starters import SAMPLES

pytestmark = pytest.mark.browser
NAN = "the loss becomes nan within the first steps"


def test_pointing_at_evidence_lights_it_on_the_curve(visit: Visit) -> None:
    visit.drop(SAMPLES / "falls-then-explodes.csv")
    visit.answered()
    plot = visit.page.locator("#lc-plot .js-plotly-plot")
    expect(plot).to_be_visible(timeout=WAIT)
    expect(plot.locator(".lc-lit")).to_have_count(0)
    visit.page.locator(".lc-evidence [data-symptom]").first.hover()
    expect(plot.locator(".lc-lit")).to_have_count(2)
    visit.page.locator("#lc-scale").get_by_text("linear").click()
    visit.page.locator("#lc-drawn").get_by_text("smoothed").click()
    expect(plot.get_by_text("train_loss, smoothed")).to_be_visible(timeout=WAIT)
    visit.page.get_by_text("The curve in words").click()
    expect(visit.page.locator(".lc-words")).to_contain_text("training loss (train_loss): 516 values")
    assert visit.errors == []


def test_facts_are_added_corrected_and_taken_out(visit: Visit) -> None:
    visit.say(f"{NAN}, lr=0.1")
    visit.answered()
    chip = visit.page.locator(".lc-chip", has_text="learning rate")
    chip.locator("summary").click()
    chip.locator("input").fill("0.3")
    chip.get_by_role("button", name="Save").click()
    expect(visit.page.locator(".lc-chip", has_text="0.3")).to_be_visible(timeout=WAIT)
    visit.page.locator(".lc-add summary").click()
    visit.page.locator(".lc-add select").select_option("optimizer")
    visit.page.locator(".lc-add input").fill("<b>adam</b>")
    visit.page.locator(".lc-add").get_by_role("button").click()
    added = visit.page.locator(".lc-chip", has_text="optimizer:")
    expect(added.locator("summary")).to_have_text("optimizer: <b>adam</b>", timeout=WAIT)
    added.locator("summary").click()
    added.get_by_role("button", name="Remove").click()
    expect(added).to_have_count(0, timeout=WAIT)
    visit.page.locator("#lc-undo").click()
    expect(added).to_have_count(1, timeout=WAIT)
    assert visit.errors == []


def test_a_check_is_put_off_and_another_asked(visit: Visit) -> None:
    visit.say("accuracy never moves and the loss stays the same")
    question = visit.page.locator(".lc-check .lc-question")
    expect(question).to_be_visible(timeout=WAIT)
    first = question.inner_text()
    visit.page.get_by_role("button", name="Not now").click()
    expect(visit.page.locator("#lc-chat .user")).to_have_count(2, timeout=WAIT)
    expect(question.get_by_text(first)).to_have_count(0, timeout=WAIT)
    visit.page.locator(".lc-outcome").first.click()
    expect(visit.page.locator(".lc-was").first).to_contain_text("was", timeout=WAIT)


def test_a_message_is_edited_and_sent_again(visit: Visit) -> None:
    visit.say(NAN)
    visit.answered()
    visit.page.locator("#lc-chat").get_by_role("button", name="Edit").first.click()
    visit.page.locator("#lc-chat textarea").fill("validation loss rises while training loss keeps falling")
    visit.page.locator("#lc-chat").get_by_role("button", name="Submit").click()
    expect(visit.page.locator("#lc-chat .user")).to_contain_text("validation loss rises", timeout=WAIT)
    expect(visit.page.locator(".lc-card").first).to_contain_text("Overfitting", timeout=WAIT)
    visit.page.locator("#lc-chat").get_by_role("button", name="Retry").click()
    expect(visit.page.locator("#lc-chat .user")).to_have_count(1, timeout=WAIT)
    assert visit.errors == []


def test_tabs_by_keyboard_and_code_copied(visit: Visit) -> None:
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.say(NAN)
    visit.answered()
    card = visit.page.locator(".lc-card").first
    fix = card.get_by_role("tab", name="Fix", exact=True)
    fix.focus()
    visit.page.keyboard.press("ArrowRight")
    expect(card.get_by_role("tab", name="Confirm")).to_have_attribute("aria-selected", "true")
    visit.page.keyboard.press("ArrowLeft")
    code = card.locator(".lc-code:visible").first
    code.locator("[data-copy]").click()
    expect(code.locator("[data-copy]")).to_have_class("lc-done")
    assert visit.page.evaluate("navigator.clipboard.readText()") == code.locator("code").text_content()
    card.get_by_role("tab", name="Show me").click()
    expect(card.locator("svg:visible")).to_have_count(2)


def test_reports_of_the_case_are_saved(visit: Visit) -> None:
    visit.drop(SAMPLES / "validation-climbs.csv")
    visit.answered()
    read: dict[str, str] = {}
    for kind in ("Markdown", "HTML", "JSON"):
        with visit.page.expect_download(timeout=WAIT) as download:
            visit.page.locator(".lc-reports").get_by_role("button", name=kind).click()
        read[kind] = Path(download.value.path()).read_text(encoding="utf-8")
    data = json.loads(read["JSON"])
    assert data["status"] == "diagnosed"
    assert f"## 1. {data['causes'][0]['title']}" in read["Markdown"]
    assert "<!doctype html>" in read["HTML"]
    assert 'src="http' not in read["HTML"]


def test_feedback_stays_on_this_machine_and_can_be_exported(visit: Visit) -> None:
    visit.say(NAN)
    visit.answered()
    cause = visit.page.locator(".lc-card").first.get_attribute("data-cause")
    visit.page.get_by_role("button", name="It was", exact=True).first.click()
    expect(visit.page.get_by_text("Noted on this machine")).to_be_visible(timeout=WAIT)
    visit.page.locator(".lc-shelf summary").click()
    with visit.page.expect_download(timeout=WAIT) as download:
        visit.page.get_by_role("button", name="Export my feedback").click()
    (entry,) = [json.loads(line) for line in Path(download.value.path()).read_text().splitlines()]
    assert (entry["cause"], entry["right"], entry["words"]) == (cause, True, NAN)
    assert json.dumps(entry, ensure_ascii=False) in feedback_file().read_text(encoding="utf-8")
    assert visit.outside == []
