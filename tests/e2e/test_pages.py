"""The pages beside the chat, by everybody: knowledge with addresses, comparing, practising, documents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect
from visit import WAIT, Visit

from lossclinic.lessons import lesson
from lossclinic.ui import texts
from lossclinic_kb.causes import load_cause
from lossclinic_kb.checks import load_checks
from lossclinic_kb.symptoms import SYMPTOMS
from lossclinic_kb.text import Text

pytestmark = pytest.mark.browser
DEAD, SHARE = load_cause("dying_relu").title, load_checks()["dead_unit_share"].title


def test_the_knowledge_base_is_linked_searched_and_walked(anyone: Visit) -> None:
    anyone.go("?view=knowledge&cause=dying_relu")
    page = anyone.page.locator("[data-page]")
    expect(page.locator("h2")).to_have_text(anyone(DEAD), timeout=WAIT)
    expect(page.locator("svg")).to_have_count(2)
    page.get_by_role("link", name=anyone(SHARE)).click()
    expect(page.locator("h2")).to_have_text(anyone(SHARE), timeout=WAIT)
    assert anyone.page.url.endswith("check=dead_unit_share")
    anyone.page.go_back()
    expect(page.locator("h2")).to_have_text(anyone(DEAD), timeout=WAIT)
    search, view = (
        anyone.page.locator("#lc-search").locator("textarea, input"),
        anyone.page.locator("#lc-view"),
    )
    search.fill(anyone(Text("exploding gradients", "梯度爆炸")))
    exploding = anyone(load_cause("exploding_gradients").title)
    expect(view.get_by_role("link", name=exploding).first).to_be_visible(timeout=WAIT)
    search.fill("<img src=x onerror=alert(1)> zzzz")
    expect(view).to_contain_text("<img src=x", timeout=WAIT)
    anyone.go("?view=knowledge&guide=optimizers")
    expect(anyone.page.locator("#lc-figure .js-plotly-plot")).to_be_visible(timeout=WAIT)
    anyone.go("?view=knowledge&cause=%3Cb%3E")
    expect(view).to_contain_text(anyone(texts.library.NO_SUCH_PAGE).format("<b>"), timeout=WAIT)


def test_a_symptom_leads_to_its_neighbours(anyone: Visit) -> None:
    anyone.go("?view=knowledge&symptom=loss_flat")
    page = anyone.page.locator("[data-page=symptom]")
    expect(page).to_contain_text(anyone(Text("Reported when", "报告条件")), timeout=WAIT)
    near = anyone(SYMPTOMS["loss_at_chance"].TITLE)
    page.get_by_role("link", name=near).click()
    expect(page.locator("h2")).to_have_text(near, timeout=WAIT)
    assert anyone.page.url.endswith("symptom=loss_at_chance")


@pytest.mark.parametrize("anyone", ["chinese_desktop"], indirect=True)
def test_a_tab_pressed_before_the_page_is_ready_stays_open(anyone: Visit) -> None:
    held: list[Route] = []
    anyone.page.route("**/gradio_api/queue/join*", lambda route: held.append(route))
    anyone.page.goto(anyone.address)
    tab = anyone.page.locator("#lc-pages [role=tab][data-tab-id=compare]")
    tab.click()
    assert held, "the page asked for nothing when it was opened"
    for route in held:
        route.continue_()
    anyone.page.unroute("**/gradio_api/queue/join*")
    expect(anyone.page.locator("html[lang=zh]")).to_be_attached(timeout=WAIT)
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(anyone.page.locator("#lc-compare")).to_be_visible()
    anyone.forgive_leaving()


def test_two_runs_are_compared(anyone: Visit, tmp_path: Path) -> None:
    anyone.turn_to("compare")
    assert anyone.page.url.endswith("?view=compare")
    anyone.page.locator("#lc-compare").click()
    expect(anyone.page.get_by_role("alert")).to_contain_text(anyone(texts.pages.TWO_RUNS), timeout=WAIT)
    for letter, slope in (("A", 0.01), ("B", -0.01)):
        path = tmp_path / f"{letter}.csv"
        path.write_text("step,train_loss\n" + "".join(f"{i},{2 + slope * i}\n" for i in range(60)))
        anyone.page.locator(f"#lc-run-{letter} input[type=file]").set_input_files(path)
        given = re.compile(rf"{letter}\s*\.csv")  # the stem and the ending are boxes of their own
        expect(anyone.page.locator(f"#lc-run-{letter}")).to_contain_text(given, timeout=WAIT)
    anyone.page.locator("#lc-compare").click()
    table = anyone.page.locator("#lc-comparison table")
    expect(table).to_contain_text("A: A.csv", timeout=WAIT)
    last = anyone(Text("training loss, last", "训练损失，终点"))
    expect(table.get_by_role("row", name=last)).to_contain_text(anyone(texts.facts.YES_NO[True]))
    expect(anyone.page.locator("#lc-overlay .js-plotly-plot")).to_be_visible(timeout=WAIT)


def test_a_faulty_run_is_guessed_and_revealed(anyone: Visit) -> None:
    anyone.go("?view=learn")
    anyone.page.get_by_role("link", name=anyone(texts.pages.LESSON).format(2), exact=True).click()
    wrong = next(each for each in lesson(2).choices if each != lesson(2).cause)
    anyone.page.locator(f"[data-cause={wrong}]").click()
    told = f"{anyone(texts.pages.GUESSED_WRONG)} {anyone(load_cause(lesson(2).cause).title)}"
    expect(anyone.page.locator("[data-lesson] [role=status]")).to_contain_text(told, timeout=WAIT)
    anyone.page.get_by_role("link", name=anyone(texts.pages.NEXT_LESSON)).click()
    anyone.page.locator(f"[data-cause={lesson(3).cause}]").click()
    told = anyone(texts.pages.GUESSED_RIGHT)
    expect(anyone.page.locator("[data-lesson='3'] [role=status]")).to_contain_text(told, timeout=WAIT)


def test_own_documents_are_added_quoted_and_removed(anyone: Visit, tmp_path: Path) -> None:
    notes = tmp_path / "runbook.md"
    notes.write_text(
        "# Cluster\n\nIf the loss becomes nan on node seven, switch off its faulty GPU and restart.\n"
    )
    anyone.go("?view=documents")
    anyone.page.locator("#lc-add-documents input[type=file]").set_input_files(notes)
    listed = anyone.page.locator("#lc-documents")
    expect(listed.get_by_role("row", name="runbook.md")).to_be_visible(timeout=WAIT)
    anyone.turn_to("chat")
    anyone.say("the loss becomes nan on node seven of the cluster")
    expect(anyone.page.locator(".lc-documents")).to_contain_text("switch off its faulty GPU", timeout=WAIT)
    anyone.turn_to("documents")
    anyone.button(f"{anyone(texts.facts.REMOVE)}: runbook.md", listed).click()
    expect(listed).to_contain_text(anyone(texts.pages.NO_DOCUMENTS), timeout=WAIT)
