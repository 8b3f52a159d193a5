"""What is given to the chat, by everybody: dropped anywhere, pasted with words around it, unusable, or stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from visit import WAIT, Visit

from lossclinic.clinic import Clinic
from lossclinic.ui import texts
from lossclinic_kb.causes import load_cause
from lossclinic_kb.text import Text

pytestmark = pytest.mark.browser
GROWS = "".join(
    f"Epoch {i}/60 - loss: {2.3 + 0.4 * i:.4f} - val_loss: {2.4 + 0.5 * i:.4f}\n" for i in range(1, 60)
)
ASKED = Text(
    "My loss only ever goes up, I use adam with lr=0.1, why?\n",
    "我的 loss 一直往上走，adam，学习率 0.1，为什么？\n",
)
RATE = load_cause("lr_too_high").title
DROP = """([place, name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "text/csv" }));
  const target = document.querySelector(place);
  for (const kind of ["dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    if (kind === "dragover") window.seen = getComputedStyle(document.body, "::after").content;
  }
}"""
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const box = document.querySelector("#lc-box textarea");
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_a_file_is_dropped_anywhere_beside_words(anyone: Visit) -> None:
    anyone.box.fill(anyone(Text("the loss never moves", "loss 一直不动")))
    log = "step,train_loss,train_acc\n" + "".join(f"{i},2.3026,0.1\n" for i in range(60))
    anyone.page.evaluate(DROP, ["#lc-pages", "flat.csv", log])
    assert "⇩" in anyone.page.evaluate("window.seen")
    anyone.attached(1)
    anyone.box.press("Enter")
    anyone.answered()
    read_as = anyone.page.locator(".lc-note", has_text=anyone(texts.run.READ_AS))
    expect(read_as).to_contain_text("flat.csv", timeout=WAIT)
    expect(anyone.page.locator(".lc-evidence").first).to_contain_text("2.303")


def test_a_long_paste_is_read_as_log_and_words(anyone: Visit) -> None:
    anyone.page.evaluate(PASTE, anyone(ASKED) + GROWS)
    anyone.attached(1)
    anyone.box.press("Enter")
    anyone.answered()
    expect(anyone.plot).to_be_visible(timeout=WAIT)
    expect(anyone.page.locator(".lc-chip", has_text="0.1")).to_be_visible()
    expect(anyone.page.locator(".lc-card").first).to_contain_text(anyone(RATE))


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Keep every answer waiting until the event is set."""
    going, observe = threading.Event(), Clinic.observe

    def waiting(self: Clinic, *given: Any) -> Any:
        assert going.wait(WAIT / 1000)
        return observe(self, *given)

    monkeypatch.setattr(Clinic, "observe", waiting)
    yield going
    going.set()


def test_an_answer_is_stopped_and_the_message_comes_back(anyone: Visit, held: threading.Event) -> None:
    said = anyone(Text("the loss is nan", "loss 是 nan"))
    anyone.say(said)
    expect(anyone.chat).to_contain_text(f"{anyone(texts.talk.BUSY)} …", timeout=WAIT)
    anyone.page.locator("#lc-box .stop-button").click()
    expect(anyone.box).to_have_value(said, timeout=WAIT)
    expect(anyone.chat.locator(".message")).to_have_count(0)
    held.set()
    anyone.box.press("Enter")
    anyone.answered()
    expect(anyone.chat.locator(".user.message")).to_have_count(1)


BAD = {
    "empty.csv": b"",
    "picture.png": bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(64),
    "row.csv": b"step,train_loss\n1,0.5\n",
    "words.csv": b"name,city\nAnna,Bonn\nBen,Rome\n",
    "noise.bin": bytes((i * 131 + (i * i) % 251) % 256 for i in range(4000)),
}


def test_a_bad_file_gets_a_friendly_line(anyone: Visit, tmp_path: Path) -> None:
    for place, (name, content) in enumerate(BAD.items(), 1):
        (tmp_path / name).write_bytes(content)
        anyone.drop(tmp_path / name)
        expect(anyone.chat.locator(".bot.message")).to_have_count(place, timeout=WAIT)
        answer = anyone.chat.locator(".bot").last
        expect(answer).to_contain_text(name, timeout=WAIT)
        expect(answer).not_to_contain_text("Traceback")
        expect(anyone.box).to_be_enabled()
    anyone.errors.clear()  # the browser complains of a picture that is none


def test_what_is_said_beside_a_bad_file_is_answered_and_undone(anyone: Visit, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    anyone.attach(tmp_path / "empty.csv")
    anyone.say(anyone(ASKED).strip())
    anyone.answered()
    expect(anyone.chat.locator(".bot").last).to_contain_text("empty.csv")
    expect(anyone.page.locator(".lc-chip", has_text="0.1")).to_be_visible()
    (tmp_path / "bare.csv").write_bytes(b"")
    anyone.drop(tmp_path / "bare.csv")
    expect(anyone.chat.locator(".user.message")).to_have_count(2, timeout=WAIT)
    anyone.page.locator("#lc-undo").click()
    expect(anyone.chat.locator(".user.message")).to_have_count(1, timeout=WAIT)
    expect(anyone.page.locator(".lc-chip", has_text="0.1")).to_be_visible()
