"""A conversation as data: done, undone, done again, kept and opened anew; a run survives being packed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lossclinic import Clinic, InputError
from lossclinic.conversation import Conversation, Deed
from lossclinic.kept import MOST_POINTS, TOO_LARGE, kept, reopened
from lossclinic.packing import packed, unpacked
from lossclinic.ui.deeds import choosing, correcting, failing, pressing, saying
from lossclinic_kb.run import Run, series
from lossclinic_kb.text import Text

LOG = "step,train_loss,foo\n" + "".join(f"{i},{2.3 - i / 100},{i}\n" for i in range(60))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "run.csv"
    path.write_text(LOG)
    return path


@pytest.fixture
def empty() -> Conversation:
    return Conversation.new(Clinic())


def test_nothing_that_is_done_changes_the_conversation_before_it(empty: Conversation, log: Path) -> None:
    after = empty.do(saying("", [log]))
    assert empty.turns == ()
    assert empty.diagnosis is None
    assert after.diagnosis is not None
    assert after.messages()[0] == ("user", "[run.csv]")
    assert after.back_to(0).diagnosis is None


def test_a_correction_a_fact_and_its_removal_are_turns(empty: Conversation, log: Path) -> None:
    made = empty.do(saying("", [log])).do(correcting("foo", "val_loss"))
    made = made.do(pressing({"act": "fact", "name": "lr", "value": "0.5"}))
    assert made.diagnosis is not None
    assert made.diagnosis.case.facts["lr"] == 0.5
    assert made.turns[-1].deed.said == Text("learning rate: 0.5", "学习率: 0.5")
    gone = made.do(pressing({"act": "drop", "name": "lr"}))
    assert gone.diagnosis is not None
    assert "lr" not in gone.diagnosis.case.facts
    roles = {each.name: each.role for each in gone.session.situation.run.series}  # type: ignore[union-attr]
    assert roles["foo"] == "val_loss"


def test_a_value_that_is_none_is_an_answer_and_not_a_fact(empty: Conversation, log: Path) -> None:
    made = empty.do(saying("", [log]))
    with pytest.raises(InputError, match="lr"):
        pressing({"act": "fact", "name": "lr", "value": "quick"})
    unknown = made.do(choosing("another"))
    assert unknown.turns[-1].problem is not None
    assert unknown.diagnosis is made.diagnosis


def test_what_was_answered_can_be_put_off_and_taken_back(empty: Conversation) -> None:
    flat = "step,train_loss,train_acc\n" + "".join(f"{i},2.3026,0.1\n" for i in range(80))
    made = empty.do(saying(flat))
    assert made.diagnosis is not None
    assert made.diagnosis.next_check is not None
    first = made.diagnosis.next_check
    later = made.do(pressing({"act": "later", "check": first.id}))
    assert later.diagnosis is not None
    assert later.diagnosis.next_check is None or later.diagnosis.next_check.id != first.id
    told = {"act": "answer", "check": first.id, "outcome": first.outcomes[0].id}
    answered = made.do(pressing(told))
    assert answered.diagnosis is not None
    assert [each.check for each in answered.diagnosis.case.answers] == [first.id]
    back = answered.do(pressing({"act": "take_back", "check": first.id}))
    assert back.diagnosis is not None
    assert [c.probability for c in back.diagnosis.causes] == pytest.approx(
        [c.probability for c in made.diagnosis.causes]
    )


@pytest.mark.parametrize("act", [{}, {"act": "answer", "check": "no"}, {"act": "__init__"}])
def test_what_no_button_says_is_refused(act: dict[str, str]) -> None:
    with pytest.raises(InputError):
        pressing(act)


def test_a_kept_conversation_opens_with_the_same_answer(empty: Conversation, log: Path) -> None:
    made = (
        empty.do(saying("", [log]))
        .do(correcting("foo", "val_loss"))
        .do(pressing({"act": "fact", "name": "lr", "value": "1"}))
    )
    again = reopened(Clinic(), kept(made))
    assert again.id == made.id
    assert again.messages() == made.messages()
    assert made.diagnosis is not None
    assert again.diagnosis is not None
    assert again.diagnosis.to_dict() == made.diagnosis.to_dict()
    assert again.back_to(1).messages() == made.back_to(1).messages()


def test_a_large_log_is_not_kept_and_opening_says_so(empty: Conversation, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("step,train_loss\n" + "".join(f"{i},{2 / (i + 1)}\n" for i in range(MOST_POINTS + 1)))
    text = kept(empty.do(saying("", [path])))
    assert len(text) < 1000
    again = reopened(Clinic(), text)
    assert again.turns[0].problem == TOO_LARGE
    assert TOO_LARGE.zh in kept(again)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"lossclinic": 2, "turns": [], "title": ""}',
        '{"lossclinic": 1, "title": "", "turns": [{"kind": "__class__", "what": {}, "said": ["", ""]}]}',
        '{"lossclinic": 1, "title": "", "turns": [{"kind": "say", "what": {}, "said": ["", ""], "log": [{}]}]}',
    ],
)
def test_a_text_that_is_no_conversation_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        reopened(Clinic(), text)


def test_switching_the_language_changes_every_turn(empty: Conversation, log: Path) -> None:
    made = empty.do(saying("", [log])).do(correcting("foo", "val_loss")).speak("zh")
    assert made.messages()[2] == ("user", "foo → 验证损失")
    assert made.diagnosis is not None
    assert made.diagnosis.lang == "zh"
    assert made.messages()[1][1] == made.back_to(1).speak("zh").diagnosis.summary  # type: ignore[union-attr]


def test_a_failed_turn_is_undone_alone(empty: Conversation, log: Path) -> None:
    made = empty.do(saying("", [log]))
    failed = made.failed(failing("", [Path("broken.csv")]), Text("no log", "不是日志"))
    assert failed.messages()[-1] == ("assistant", "no log")
    assert failed.back_to(1).diagnosis is made.diagnosis


def test_a_packed_run_comes_back_with_its_five_kinds_of_values() -> None:
    values = [1.0, None, float("nan"), float("inf"), float("-inf"), -0.0, 1e-300, 0.1 + 0.2]
    run = Run("plain", (series("loss", "train_loss", values, step=list(range(8))),), notes=(Text("a", "甲"),))
    back = unpacked(json.loads(json.dumps(packed(run))))
    (one,) = back.series
    assert np.array_equal(one.values, run.series[0].values, equal_nan=True)
    assert np.array_equal(np.signbit(one.values), np.signbit(run.series[0].values))
    assert one.missing.tolist() == [value is None for value in values]
    assert back.notes == run.notes


def test_an_unknown_deed_cannot_be_done(empty: Conversation) -> None:
    with pytest.raises(KeyError):
        empty.do(Deed("steal", {}, Text("", "")))
