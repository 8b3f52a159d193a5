"""One conversation: it accumulates, can be corrected, undone and reset; nothing said is lost to an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossclinic import Clinic, InputError, Session, UnreadableLog
from lossclinic_kb.text import LANGUAGES, language_of

pytestmark = pytest.mark.slow

FLAT = "step,train_loss,val_loss\n" + "".join(f"{i},2.3026,2.3026\n" for i in range(0, 400, 4))


@pytest.fixture(scope="module")
def clinic(home: Path) -> Clinic:
    return Clinic(home=home)


@pytest.fixture
def session(clinic: Clinic) -> Session:
    return clinic.chat()


def test_words_then_a_log_are_one_case(session: Session) -> None:
    words = session.say("the validation figures do not change in any digit")
    both = session.say(log=FLAT.encode(), name="run.csv")
    assert words.run is None
    assert both.run is not None
    kinds = {line.kind for line in both.causes[0].evidence}
    assert "symptom" in kinds
    assert session.situation.words == ("the validation figures do not change in any digit",)


def test_the_answer_follows_the_language_of_the_question(session: Session) -> None:
    assert session.say("loss is nan from the first step").lang == "en"
    assert session.say("loss 一开始就是 nan").lang == "zh"


@pytest.mark.parametrize("said", ["the loss becomes nan within the first steps", "前几步 loss 就变成 nan"])
def test_what_a_description_is_close_to_is_quoted_in_the_language_shown(session: Session, said: str) -> None:
    session.say(said)
    for lang in LANGUAGES:
        made = session.speak(lang)
        assert made is not None
        quoted = [each for cause in made.causes for each in cause.evidence if each.kind == "words"]
        assert quoted
        for line in quoted:
            assert (language_of(line.ref), language_of(line.text)) == (lang, lang)


def test_a_pasted_log_is_read_as_one(session: Session) -> None:
    made = session.say(FLAT)
    assert made.run is not None
    assert session.situation.words == ()


@pytest.mark.parametrize(
    "message",
    [
        f"why does my loss not move at all?\n\n{FLAT}",
        f"{FLAT}\nwhy does my loss not move at all?",
        "why does my loss not move at all?\n" + "".join(f"step {i} loss 2.3026\n" for i in range(40)),
    ],
)
def test_words_around_a_pasted_log_are_kept(session: Session, message: str) -> None:
    made = session.say(message)
    assert made.run is not None
    assert session.situation.words == ("why does my loss not move at all?",)


@pytest.mark.parametrize(
    "words", ["My loss does not move at all, adam lr=0.1:", "loss 一直不动，学习率 0.1，为什么？"]
)
def test_words_with_numbers_around_a_pasted_log_are_kept(session: Session, words: str) -> None:
    made = session.say(f"{words}\n{FLAT}")
    assert made.run is not None
    assert session.situation.words == (words,)
    assert made.case.facts["lr"] == 0.1


def test_what_a_program_prints_around_its_log_is_nobodys_words(session: Session) -> None:
    session.say(
        "Loading checkpoint shards 1/2\nstep,train_loss\n"
        + "".join(f"{i},2.3\n" for i in range(40))
        + "Training of the model done in 12.3 s."
    )
    assert session.situation.words == ()


def test_a_description_with_numbers_is_no_log(session: Session) -> None:
    said = "I train a ResNet with lr 0.1.\nThe loss is 2.3 at first\nand 2.3 after 10 epochs."
    assert session.say(said).run is None
    assert session.situation.words == (said,)


def test_a_bad_log_leaves_the_conversation_as_it_was(session: Session) -> None:
    before = session.say("loss goes up and becomes nan")
    with pytest.raises(UnreadableLog):
        session.say(log=b"", name="empty.csv")
    assert session.diagnosis is before


def test_undo_and_reset(session: Session) -> None:
    first = session.say("loss goes up and becomes nan")
    session.say(log=FLAT.encode(), name="run.csv")
    assert session.undo() is first
    assert session.undo() is None
    session.say("loss is nan")
    session.reset()
    assert session.diagnosis is None


def test_facts_and_roles_can_be_corrected(session: Session) -> None:
    session.say(
        log=b"step,alpha,val_loss\n" + b"".join(b"%d,2.3,2.3\n" % i for i in range(40)), name="run.csv"
    )
    made = session.set_role("alpha", "train_loss")
    assert made is not None
    assert made.run is not None
    assert made.run.pick("train_loss") is not None
    again = session.set_facts({"optimizer": "adam", "lr": 1e-7})
    assert again is not None
    assert again.case.facts["lr"] == 1e-7
    with pytest.raises(InputError, match="no column"):
        session.set_role("nope", "train_loss")


def table(*names: str) -> bytes:
    """Return a log of forty rows with these columns besides the step."""
    rows = (",".join([str(i), *("2.3" for _ in names)]) for i in range(40))
    return ("\n".join([",".join(["step", *names]), *rows]) + "\n").encode()


def test_a_corrected_role_is_kept_for_the_conversation(session: Session) -> None:
    session.say(log=table("alpha", "val_loss"), name="first.csv")
    session.set_role("alpha", "train_loss")
    later = session.say(log=table("val_loss", "alpha"), name="second.csv")
    assert later.run is not None
    (column,) = later.run.all("train_loss")
    assert column.name == "alpha"
    assert "alpha counts as train_loss, as you said" in [note.en for note in later.run.notes]
    assert session.set_role("alpha", "train_loss") is later, "what is so already changes nothing"
    moved = session.set_role("val_loss", "train_loss")
    assert moved is not None
    assert moved.run is not None
    assert [series.name for series in moved.run.all("train_loss")] == ["val_loss"], (
        "one column holds the role"
    )
    other = session.say(log=table("loss"), name="third.csv")
    assert other.run is not None, "a correction of columns that a log does not have is no error"


def test_one_of_several_runs_is_chosen(session: Session, tmp_path: Path) -> None:
    for name, values in (("long", range(60)), ("short", range(30))):
        rows = "".join(f"{i},{2.3 - i / 100}\n" for i in values)
        (tmp_path / f"{name}.csv").write_text("step,train_loss\n" + rows)
    both = session.say(log=[tmp_path / "short.csv", tmp_path / "long.csv"])
    assert both.run is not None
    assert both.run.others == ("long.csv", "short.csv")
    assert both.run.name == "long.csv", "the longest, if nobody says which"
    made = session.choose_run("short.csv")
    assert made is not None
    assert made.run is not None
    assert len(made.run.series[0]) == 30
    with pytest.raises(InputError, match=r"no run 'none'.*long\.csv, short\.csv"):
        session.choose_run("none")
    assert session.undo() is both


def test_there_is_no_run_to_choose_without_a_log(session: Session) -> None:
    with pytest.raises(InputError, match="there is no log"):
        session.choose_run("x")


def test_a_file_among_several_that_is_no_log_is_told_of(session: Session, tmp_path: Path) -> None:
    (tmp_path / "run.csv").write_bytes(table("train_loss"))
    (tmp_path / "curve.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    made = session.say(log=[tmp_path / "run.csv", tmp_path / "curve.png"])
    assert made.run is not None
    assert any("curve.png: this is a PNG picture" in note.en for note in made.run.notes)


def test_answers_survive_a_new_message(session: Session) -> None:
    session.say("the loss diverges right at the start")
    session.answer("lr_down_10x", "loss_falls")
    made = session.say("I use plain SGD with momentum")
    assert [answer.check for answer in made.case.answers] == ["lr_down_10x"]


def test_small_talk_does_not_disturb_a_case(session: Session) -> None:
    before = session.say("the loss diverges right at the start and is nan after 50 steps")
    reply = session.say("what is the weather like in Paris tomorrow?")
    assert reply.status == "off_topic"
    assert session.diagnosis is before
    assert session.undo() is before, "undo takes back the small talk, not the case"


def test_nothing_said_is_refused(session: Session) -> None:
    with pytest.raises(InputError, match="nothing was said"):
        session.say("  ")
