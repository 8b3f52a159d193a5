"""The pages beside the chat: knowledge with addresses, comparing, practising, documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect
from visit import WAIT, Visit

from lossclinic.lessons import lesson
from lossclinic_kb.causes import load_cause

pytestmark = pytest.mark.browser


def test_the_knowledge_base_is_linked_searched_and_walked(visit: Visit) -> None:
    visit.go("?view=knowledge&cause=dying_relu")
    page = visit.page.locator("[data-page]")
    expect(page.locator("h2")).to_have_text("Dead ReLU units", timeout=WAIT)
    expect(page.locator("svg")).to_have_count(2)
    page.get_by_role("link", name="Share of dead units").click()
    expect(page.locator("h2")).to_have_text("Share of dead units", timeout=WAIT)
    assert visit.page.url.endswith("check=dead_unit_share")
    visit.page.go_back()
    expect(page.locator("h2")).to_have_text("Dead ReLU units", timeout=WAIT)
    visit.page.locator("#lc-search textarea, #lc-search input").fill("梯度爆炸")
    found = visit.page.locator("#lc-view .lc-list")
    expect(found.get_by_role("link", name="Exploding gradients").first).to_be_visible(timeout=WAIT)
    visit.page.locator("#lc-search textarea, #lc-search input").fill("<img src=x onerror=alert(1)> zzzz")
    expect(visit.page.locator("#lc-view")).to_contain_text("<img src=x", timeout=WAIT)
    visit.go("?view=knowledge&guide=optimizers")
    expect(visit.page.locator("#lc-figure .js-plotly-plot")).to_be_visible(timeout=WAIT)
    visit.go("?view=knowledge&cause=%3Cb%3E")
    expect(visit.page.locator("#lc-view")).to_contain_text("There is no page “<b>”", timeout=WAIT)
    assert visit.errors == []


def test_two_runs_are_compared(visit: Visit, tmp_path: Path) -> None:
    visit.page.get_by_role("tab", name="Compare").click()
    visit.page.locator("#lc-compare").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("two runs", timeout=WAIT)
    for letter, slope in (("A", 0.01), ("B", -0.01)):
        path = tmp_path / f"{letter}.csv"
        path.write_text("step,train_loss\n" + "".join(f"{i},{2 + slope * i}\n" for i in range(60)))
        visit.page.locator(f"#lc-run-{letter} input[type=file]").set_input_files(path)
        expect(visit.page.locator(f"#lc-run-{letter}")).to_contain_text(f"{letter}.csv", timeout=WAIT)
    visit.page.locator("#lc-compare").click()
    table = visit.page.locator("#lc-comparison table")
    expect(table).to_contain_text("A: A.csv", timeout=WAIT)
    expect(table.get_by_role("row", name="training loss, last")).to_contain_text("yes")
    expect(visit.page.locator("#lc-overlay .js-plotly-plot")).to_be_visible(timeout=WAIT)
    visit.page.get_by_label("中文").check()
    expect(table).to_contain_text("训练损失，终点", timeout=WAIT)
    assert visit.errors == []


def test_a_faulty_run_is_guessed_and_revealed(visit: Visit) -> None:
    visit.go("?view=learn")
    visit.page.get_by_role("link", name="Run 2", exact=True).click()
    wrong = next(each for each in lesson(2).choices if each != lesson(2).cause)
    title = load_cause(lesson(2).cause).title
    visit.page.locator(f"[data-cause={wrong}]").click()
    expect(visit.page.locator("[data-lesson] [role=status]")).to_contain_text(
        f"It was: {title.en}", timeout=WAIT
    )
    visit.page.get_by_role("link", name="Next run").click()
    visit.page.locator(f"[data-cause={lesson(3).cause}]").click()
    expect(visit.page.locator("[data-lesson='3'] [role=status]")).to_contain_text("Right", timeout=WAIT)
    visit.page.get_by_label("中文").check()
    expect(visit.page.locator("[data-lesson='3'] [role=status]")).to_contain_text("猜对了", timeout=WAIT)
    assert visit.errors == []


def test_own_documents_are_added_quoted_and_removed(visit: Visit, tmp_path: Path) -> None:
    notes = tmp_path / "runbook.md"
    notes.write_text(
        "# Cluster\n\nIf the loss becomes nan on node seven, switch off its faulty GPU and restart.\n"
    )
    visit.go("?view=documents")
    visit.page.locator("#lc-add-documents input[type=file]").set_input_files(notes)
    listed = visit.page.locator("#lc-documents")
    expect(listed.get_by_role("row", name="runbook.md")).to_be_visible(timeout=WAIT)
    visit.page.get_by_role("tab", name="Diagnose").click()
    visit.say("the loss becomes nan on node seven of the cluster")
    expect(visit.page.locator(".lc-documents")).to_contain_text("switch off its faulty GPU", timeout=WAIT)
    visit.page.get_by_role("tab", name="Your documents").click()
    listed.get_by_role("button", name="Remove").click()
    expect(listed).to_contain_text("There are no documents yet", timeout=WAIT)
    assert visit.errors == []
