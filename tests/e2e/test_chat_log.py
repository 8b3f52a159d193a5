"""A case with a log, by everybody: its curve, what it was read as, evidence on it, reports, feedback."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from visit import WAIT, Visit

from lossclinic.feedback import feedback_file
from lossclinic.ui import texts
from lossclinic.ui.parts.starters import SAMPLES
from lossclinic_kb.text import Text

pytestmark = pytest.mark.browser
EXPLODES = SAMPLES / "falls-then-explodes.csv"
BROKEN = "".join(
    f"{step},{'nan' if step in (50, 51) else 'inf' if step == 60 else 2.3 - step / 100}\n"
    for step in (*range(80), *range(70, 120))
)


def test_evidence_is_marked_on_the_curve_and_lit_when_pointed_at(anyone: Visit) -> None:
    anyone.drop(EXPLODES)
    anyone.answered()
    expect(anyone.plot).to_be_visible(timeout=WAIT)
    expect(anyone.plot.locator(".lc-lit")).to_have_count(0)
    number = anyone.page.locator(".lc-card .lc-mark").first
    number.click()  # brings the curve into view, on a phone from far below
    expect(anyone.plot.locator(".lc-lit")).to_have_count(2)
    expect(anyone.plot.locator(".plot-container")).to_be_in_viewport(timeout=WAIT)
    if not anyone.phone:
        anyone.page.mouse.move(1, 1)
        expect(anyone.plot.locator(".lc-lit")).to_have_count(0)
        anyone.page.locator(".lc-card").first.locator("summary").hover()
        expect(anyone.plot.locator(".lc-lit").first).to_be_attached()
    panels = anyone.plot.locator(".infolayer [class^=g-y]")
    expect(panels).to_have_count(4)
    anyone.page.locator("#lc-scale").get_by_text(anyone(texts.run.SCALES["linear"])).click()
    anyone.page.locator("#lc-drawn").get_by_text(anyone(texts.run.DRAWN["smooth"])).click()
    expect(
        anyone.plot.get_by_text(re.compile("train_loss.*" + anyone(Text("smoothed", "平滑后"))))
    ).to_be_visible(timeout=WAIT)
    anyone.page.get_by_text(anyone(texts.run.IN_WORDS)).click()
    words = f"{anyone(texts.run.ROLE['train_loss'])}{anyone(Text(' (', '（'))}train_loss"
    expect(anyone.page.locator(".lc-words")).to_contain_text(words)


def test_what_is_no_number_is_a_mark_and_a_restart_a_line(anyone: Visit, tmp_path: Path) -> None:
    path = tmp_path / "resumed.csv"
    path.write_text(f"step,train_loss\n{BROKEN}")
    anyone.drop(path)
    anyone.answered()
    expect(anyone.plot).to_be_visible(timeout=WAIT)
    drawn = anyone.page.evaluate(
        """() => { const plot = document.querySelector("#lc-plot .js-plotly-plot");
        return [plot.data.map((t) => t.mode), plot.layout.shapes.map((s) => s.line?.dash)]; }"""
    )
    assert "markers" in drawn[0]
    assert "dot" in drawn[1]
    expect(anyone.plot.locator(".legend")).to_contain_text("NaN / +inf")


def test_causes_that_the_log_does_not_separate_are_shown_as_a_group(anyone: Visit, tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    losses = (math.nan if i > 40 else 2 * math.exp(-i / 9) + 0.02 for i in range(99))
    path.write_text("step,train_loss\n" + "".join(f"{i},{loss}\n" for i, loss in enumerate(losses)))
    anyone.drop(path)
    anyone.answered()
    group = anyone.page.locator(".lc-twins")
    expect(group).to_contain_text(anyone(texts.cards.TWINS_LONG), timeout=WAIT)
    titles = group.locator(".lc-title").all_inner_texts()
    assert len(titles) > 1
    for title in titles:
        expect(anyone.page.locator(".lc-summary")).to_contain_text(title)
    separating = anyone(texts.cards.SEPARATED_BY).split("{}")[0]
    expect(group).to_contain_text(separating)
    anyone.page.locator(".lc-check .lc-outcome").first.click()
    expect(anyone.page.locator(".lc-answers button")).to_be_visible(timeout=WAIT)
    expect(group.get_by_text(titles[0])).to_have_count(0, timeout=WAIT)


def test_a_misread_column_is_corrected(anyone: Visit, tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_text(
        "step,foo,train_loss\n" + "".join(f"{i},{2.3 + i / 50},{2.3 - i / 100}\n" for i in range(60))
    )
    anyone.drop(path)
    read_as = anyone.page.locator(".lc-note", has_text=anyone(texts.run.READ_AS))
    expect(read_as).to_contain_text(f"train_loss → {anyone(texts.run.ROLE['train_loss'])} (60)", timeout=WAIT)
    anyone.page.get_by_text(anyone(texts.run.CORRECT)).click()
    anyone.page.locator("#lc-roles input").nth(1).click()
    anyone.page.get_by_role("option", name=anyone(texts.run.ROLE["val_loss"])).click()
    expect(read_as).to_contain_text(f"foo → {anyone(texts.run.ROLE['val_loss'])}", timeout=WAIT)
    anyone.page.locator("#lc-undo").click()
    expect(read_as).to_contain_text(f"foo → {anyone(texts.run.ROLE['other'])}", timeout=WAIT)


def test_runs_of_a_log_are_chosen_and_compared(anyone: Visit, tmp_path: Path) -> None:
    for name, rows in (("long", 60), ("short", 30)):
        text = "step,train_loss\n" + "".join(f"{i},{2.3 - i / rows / 2}\n" for i in range(rows))
        (tmp_path / f"{name}.csv").write_text(text)
    anyone.drop(tmp_path / "long.csv", tmp_path / "short.csv")
    anyone.answered()
    anyone.page.locator("#lc-beside input").click()
    anyone.page.get_by_role("option", name="short.csv").click()
    table = anyone.page.locator("#lc-beside-table table")
    expect(table).to_contain_text("B: short.csv", timeout=WAIT)
    expect(anyone.plot.locator(".legend")).to_contain_text("B: train_loss")
    anyone.page.locator("#lc-run input").click()
    anyone.page.get_by_role("option", name="short.csv").click()
    expect(anyone.chat.locator(".user").last).to_contain_text("short.csv", timeout=WAIT)
    expect(anyone.page.locator(".lc-note", has_text=anyone(texts.run.READ_AS))).to_contain_text("(30)")
    expect(table).to_have_count(0)


def test_the_case_is_reported_and_judged(anyone: Visit) -> None:
    anyone.drop(SAMPLES / "validation-climbs.csv")
    anyone.answered()
    read: dict[str, str] = {}
    for kind, name in texts.cards.REPORTS.items():
        with anyone.page.expect_download(timeout=WAIT) as download:
            anyone.button(name, anyone.page.locator(".lc-reports")).click()
        read[kind] = Path(download.value.path()).read_text(encoding="utf-8")
    data = json.loads(read["json"])
    assert (data["causes"][0]["id"], data["lang"]) == ("overfitting", anyone.lang)
    assert f"## 1. {data['causes'][0]['title']}" in read["md"]
    assert "<!doctype html>" in read["html"]
    assert 'src="http' not in read["html"]
    cause = anyone.page.locator(".lc-card").first.get_attribute("data-cause")
    anyone.button(texts.cards.IT_WAS).first.click()
    expect(anyone.page.get_by_text(anyone(texts.talk.NOTED))).to_be_visible(timeout=WAIT)
    anyone.page.locator(".lc-shelf summary").click()
    with anyone.page.expect_download(timeout=WAIT) as download:
        anyone.button(texts.talk.SHELF["feedback"]).click()
    (entry,) = [json.loads(line) for line in Path(download.value.path()).read_text().splitlines()]
    assert (entry["cause"], entry["right"]) == (cause, True)
    assert json.dumps(entry, ensure_ascii=False) in feedback_file().read_text(encoding="utf-8")


def test_a_hostile_column_name_is_shown_not_rendered(anyone: Visit, tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_text(
        "step,<img src=x onerror=alert(1)> train_loss\n" + "".join(f"{s},2.3026\n" for s in range(60))
    )
    anyone.drop(path)
    anyone.answered()
    expect(anyone.page.get_by_text("onerror").first).to_be_visible(timeout=WAIT)
    assert anyone.page.locator("img[src='x']").count() == 0
