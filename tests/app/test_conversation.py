"""A conversation as data: done, undone, done again, kept and opened anew; a run survives being packed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lossclinic import Clinic, InputError
from lossclinic.beside import beside
from lossclinic.conversation import NEW_RUN, Conversation, Deed
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


def test_what_is_said_beside_a_bad_file_is_answered(empty: Conversation, tmp_path: Path) -> None:
    bad = tmp_path / "empty.csv"
    bad.write_bytes(b"")
    problem = Text("empty.csv: the file is empty", "empty.csv：文件是空的")
    made = empty.failed(failing("loss is nan, lr=0.1", [bad]), problem)
    assert made.messages()[0] == ("user", "loss is nan, lr=0.1\n[empty.csv]")
    assert made.turns[0].reply.startswith(f"{problem.en}\n")
    assert made.diagnosis is not None
    assert made.diagnosis.case.facts["lr"] == 0.1
    again = made.again(0)
    assert (again.turns[0].problem, again.diagnosis) == (problem, again.turns[0].made)
    opened = reopened(Clinic(), kept(made), "zh")
    assert opened.turns[0].problem == problem
    assert opened.diagnosis is not None


def test_a_bad_file_alone_stays_the_problem_when_tried_again(empty: Conversation, tmp_path: Path) -> None:
    bad = tmp_path / "empty.csv"
    bad.write_bytes(b"")
    problem = Text("empty.csv: the file is empty", "empty.csv：文件是空的")
    made = empty.failed(failing("", [bad]), problem)
    assert made.again(0).messages() == [("user", "[empty.csv]"), ("assistant", problem.en)]
    assert made.again(0, "loss is nan").diagnosis is not None


def test_an_edited_message_keeps_its_file_and_not_its_name_as_words(empty: Conversation, log: Path) -> None:
    made = empty.do(saying("it never moves", [log])).again(0, "it falls and falls\n[run.csv]")
    assert made.messages()[0] == ("user", "it falls and falls\n[run.csv]")
    assert made.session.situation.words == ("it falls and falls",)
    assert made.session.situation.run is not None


def test_a_new_run_leaves_words_and_answers_of_the_earlier_one_behind(
    empty: Conversation, log: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text(LOG.replace("2.3", "2.4"))
    first = empty.do(saying("my loss is nan", [log])).do(
        pressing({"act": "fact", "name": "lr", "value": "0.5"})
    )
    second = first.do(saying("", [other]))
    assert second.turns[-1].note == NEW_RUN
    assert second.turns[-1].reply.startswith(NEW_RUN.en)
    assert second.session.situation.words == ()
    assert second.diagnosis is not None
    assert second.diagnosis.case.facts["lr"] == 0.5
    assert second.back_to(2).session.situation.words == ("my loss is nan",)
    words = empty.do(saying("my loss is nan")).do(saying("", [log]))
    assert words.turns[-1].note is None  # the first log belongs to what was said
    assert words.session.situation.words == ("my loss is nan",)


def test_small_talk_in_a_case_is_answered_and_changes_nothing(empty: Conversation) -> None:
    made = empty.do(saying("the loss diverges right at the start and is nan after 50 steps"))
    after = made.do(saying("what is the weather like in Paris tomorrow?"))
    assert len(after.turns) == 2
    assert "does not sound like" in after.turns[1].reply
    assert after.diagnosis is made.diagnosis


def test_two_runs_of_a_log_are_laid_beside_each_other(empty: Conversation, tmp_path: Path) -> None:
    for name, step in (("up", 0.02), ("down", -0.02)):
        rows = "".join(f"{i},{2.3 + step * i}\n" for i in range(60))
        (tmp_path / f"{name}.csv").write_text(f"step,train_loss\n{rows}")
    made = empty.do(saying("my loss is nan", [tmp_path / "up.csv", tmp_path / "down.csv"]))
    here, there = beside(made.session, "up.csv", "zh")
    assert (here.source, there.source, there.lang) == ("down.csv", "up.csv", "zh")
    assert not here.case.words  # both by their curves alone
    with pytest.raises(InputError):
        beside(made.session, "sideways.csv", "en")
    with pytest.raises(InputError, match="no log"):
        beside(empty.session, "down.csv", "en")


def test_words_in_a_long_paste_are_kept_beside_its_log(empty: Conversation, tmp_path: Path) -> None:
    pasted = tmp_path / "pasted_text.txt"
    lines = "".join(f"Epoch {i}/60 - loss: {2.3 + 0.4 * i:.4f}\n" for i in range(1, 40))
    pasted.write_text(f"My loss only goes up, I use adam with lr=0.1, why?\n{lines}")
    deed = saying("", [pasted])
    assert deed.log is not None
    assert deed.what["text"] == "My loss only goes up, I use adam with lr=0.1, why?"
    made = empty.do(deed)
    assert made.diagnosis is not None
    assert made.diagnosis.case.facts["lr"] == 0.1
