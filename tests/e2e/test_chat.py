"""The chat, as a person uses it: words in English and Chinese, a log, a bad file, a check, undo, a new case."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect
from visit import Visit

from lossclinic_kb.causes import load_cause, load_experiment

pytestmark = pytest.mark.browser
WAIT = 30_000  # milliseconds; two busy cores


def say(visit: Visit, text: str) -> None:
    visit.page.get_by_test_id("textbox").first.fill(text)
    visit.page.keyboard.press("Enter")


def first_card(visit: Visit, title: str) -> None:
    expect(visit.page.locator(".lc-card").first).to_contain_text(title, timeout=WAIT)


@pytest.fixture(scope="session")
def faulty_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of a real training that overfits, written as a generic CSV."""
    from lossclinic_kb.lab import World, fit
    from lossclinic_kb.lab.record import write_csv

    path = tmp_path_factory.mktemp("logs") / "run.csv"
    write_csv(fit(load_experiment("overfitting").broken(World())), path)
    return path


def test_a_symptom_in_english(visit: Visit) -> None:
    say(
        visit,
        "the loss shoots up to huge values within the first steps and then becomes NaN, it diverges right away",
    )
    first_card(visit, "Learning rate too high")
    expect(visit.page.locator(".lc-card .lc-code code").first).to_contain_text("lr=0.01")
    assert visit.errors == []
    assert visit.outside == []


def test_a_symptom_in_chinese_is_answered_in_chinese(visit: Visit) -> None:
    say(visit, "训练刚开始 loss 就往上窜，剧烈震荡，几十步以后变成 nan")
    first_card(visit, "学习率过大")
    expect(visit.page.locator(".lc-evidence").first).to_contain_text("支持")


def test_an_uploaded_log(visit: Visit, faulty_log: Path) -> None:
    visit.page.locator("input[type=file]").first.set_input_files(faulty_log)
    expect(visit.page.get_by_role("listitem", name="File thumbnail")).to_be_visible(timeout=WAIT)
    visit.page.get_by_test_id("textbox").first.press("Enter")
    first_card(visit, load_cause("overfitting").title.en)
    expect(visit.page.locator("#lc-plot .plotly, #lc-plot .js-plotly-plot").first).to_be_visible(timeout=WAIT)
    assert visit.errors == []


def test_a_role_is_corrected_and_a_run_chosen(visit: Visit, tmp_path: Path) -> None:
    for name, rows in (("long", 60), ("short", 30)):
        text = "step,foo,train_loss\n" + "".join(f"{i},{2.3 + i / 50},{2.3 - i / 100}\n" for i in range(rows))
        (tmp_path / f"{name}.csv").write_text(text)
    visit.page.locator("input[type=file]").first.set_input_files(
        [tmp_path / "long.csv", tmp_path / "short.csv"]
    )
    expect(visit.page.get_by_role("listitem", name="File thumbnail")).to_have_count(2, timeout=WAIT)
    visit.page.get_by_test_id("textbox").first.press("Enter")
    read_as = visit.page.locator(".lc-note", has_text="read as")
    expect(read_as).to_contain_text("run long.csv", timeout=WAIT)
    visit.page.locator("#lc-run input").click()
    visit.page.get_by_role("option", name="short.csv").click()
    expect(visit.page.locator("#lc-chat .user").last).to_contain_text("run short.csv", timeout=WAIT)
    expect(read_as).to_contain_text("(30)")
    visit.page.get_by_text("A column was misread?").click()
    roles = visit.page.locator("#lc-roles input")
    roles.nth(1).click()
    visit.page.get_by_role("option", name="validation loss").click()
    expect(read_as).to_contain_text("foo counts as val_loss, as you said", timeout=WAIT)
    visit.page.locator("#lc-undo").click()
    expect(read_as).not_to_contain_text("as you said", timeout=WAIT)
    assert visit.errors == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("picture.png", bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(64)),
        ("row.csv", b"step,train_loss\n1,0.5\n"),
        ("words.csv", b"name,city\nAnna,Bonn\nBen,Rome\n"),
        ("noise.bin", bytes((i * 131 + (i * i) % 251) % 256 for i in range(4000))),
    ],
)
def test_a_bad_file_gets_a_friendly_line(visit: Visit, name: str, content: bytes) -> None:
    visit.page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    expect(visit.page.get_by_role("listitem", name="File thumbnail")).to_be_visible(timeout=WAIT)
    visit.page.get_by_test_id("textbox").first.press("Enter")
    answer = visit.page.locator("#lc-chat .bot").last
    expect(answer).to_contain_text(name, timeout=WAIT)
    expect(answer).not_to_contain_text("Traceback")
    expect(visit.page.get_by_test_id("textbox").first).to_be_enabled()


def test_markup_in_a_message_is_shown_not_rendered(visit: Visit) -> None:
    say(visit, "loss is nan <img src=x onerror=alert(1)> <b>help</b>")
    expect(visit.page.locator("#lc-chat .user").first).to_contain_text("<b>help</b>", timeout=WAIT)
    assert visit.page.locator("#lc-chat img[src='x']").count() == 0


def test_a_check_moves_the_ranking_and_can_be_taken_back(visit: Visit) -> None:
    say(visit, "training accuracy does not change at all, the loss stays at exactly the same value")
    check = visit.page.locator(".lc-check").first
    expect(check).to_be_visible(timeout=WAIT)
    before = visit.page.locator(".lc-bar .figure").all_inner_texts()
    check.locator(".lc-outcome").first.click()
    taken = visit.page.get_by_role("button", name="take back")
    expect(taken).to_be_visible(timeout=WAIT)
    assert visit.page.locator(".lc-bar .figure").all_inner_texts() != before
    taken.click()
    expect(taken).to_have_count(0, timeout=WAIT)


def test_undo_and_new_case(visit: Visit) -> None:
    say(visit, "val loss climbs while train loss keeps falling")
    expect(visit.page.locator(".lc-card").first).to_be_visible(timeout=WAIT)
    visit.page.locator("#lc-undo").click()
    expect(visit.page.locator(".lc-card")).to_have_count(0, timeout=WAIT)
    say(visit, "loss is nan")
    expect(visit.page.locator(".lc-card").first).to_be_visible(timeout=WAIT)
    visit.page.get_by_role("button", name="New case").click()
    expect(visit.page.locator(".lc-card")).to_have_count(0, timeout=WAIT)
    expect(visit.page.locator("#lc-chat .user")).to_have_count(0)


def test_undo_after_a_bad_file_leaves_the_case(visit: Visit) -> None:
    say(visit, "val loss climbs while train loss keeps falling")
    expect(visit.page.locator(".lc-card").first).to_be_visible(timeout=WAIT)
    visit.page.locator("input[type=file]").first.set_input_files(
        {"name": "empty.csv", "mimeType": "text/csv", "buffer": b""}
    )
    expect(visit.page.get_by_role("listitem", name="File thumbnail")).to_be_visible(timeout=WAIT)
    visit.page.get_by_test_id("textbox").first.press("Enter")
    expect(visit.page.locator("#lc-chat .bot").last).to_contain_text("empty.csv", timeout=WAIT)
    visit.page.locator("#lc-undo").click()
    expect(visit.page.locator("#lc-chat .user")).to_have_count(1, timeout=WAIT)
    expect(visit.page.locator(".lc-card").first).to_be_visible()


def test_the_language_switch_changes_interface_and_answer(visit: Visit) -> None:
    say(visit, "the loss diverges to infinity within a few steps")
    first_card(visit, "Learning rate too high")
    visit.page.get_by_label("中文").check()
    first_card(visit, "学习率过大")
    expect(visit.page.locator("#lc-undo")).to_have_text("撤销")


def test_a_chinese_phone_is_greeted_in_chinese_and_nothing_overflows(chinese_phone: Visit) -> None:
    expect(chinese_phone.page.get_by_role("button", name="新的病例")).to_be_visible(timeout=WAIT)
    say(chinese_phone, "验证集 loss 一直上升，训练集 loss 一直下降")
    expect(chinese_phone.page.locator(".lc-card").first).to_be_visible(timeout=WAIT)
    width = chinese_phone.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390 + 1


def test_examples_work_at_a_click(visit: Visit) -> None:
    visit.page.get_by_role("button", name="healthy").click()
    expect(visit.page.locator(".lc-summary")).to_contain_text("Nothing looks wrong", timeout=WAIT)


def test_a_hostile_column_name_is_shown_not_rendered(visit: Visit) -> None:
    rows = "".join(f"{step},2.3026\n" for step in range(60))
    log = f"step,<img src=x onerror=alert(1)> train_loss\n{rows}".encode()
    visit.page.locator("input[type=file]").first.set_input_files(
        {"name": "run.csv", "mimeType": "text/csv", "buffer": log}
    )
    expect(visit.page.get_by_role("listitem", name="File thumbnail")).to_be_visible(timeout=WAIT)
    visit.page.get_by_test_id("textbox").first.press("Enter")
    expect(visit.page.locator(".lc-card").first).to_be_visible(timeout=WAIT)
    expect(visit.page.get_by_text("onerror").first).to_be_visible(timeout=WAIT)
    assert visit.page.locator("img[src='x']").count() == 0
    assert visit.errors == []
