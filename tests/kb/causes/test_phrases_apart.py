"""No phrase of a cause is a rewording of a phrase of another, unless there is a reason; and how nearness is measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from lossclinic_kb.apart import (
    NEAR,
    Pair,
    Phrase,
    near_phrases,
    nearest_to,
    nearness,
    phrases_of,
    read_questions,
)
from lossclinic_kb.counts import main
from lossclinic_kb.errors import InputError
from lossclinic_kb.text import LANGUAGES, Lang

SHARED: Mapping[str, str] = {
    "lr_scheduler.step()": "PyTorch's warning has three reasons; the words around it tell which",
    "returned nan values in its 0th output": "anomaly detection words it alike; the name of the operation differs",
    "Expected more than 1 value per channel": "raised in training and in evaluation; the words around it tell which",
    "element 0 of tensors does not require grad": "raised where all is frozen and where the graph is cut",
    "'epoch': 0.": "one line of the Hugging Face Trainer's log; the figures in it differ",
}
"""What two phrases of different causes may share, and why: messages that people paste as they are."""


def shared_by(pair: Pair) -> str | None:
    """Return what of `SHARED` both phrases of a pair hold."""
    return next((text for text in SHARED if text in pair.one.text and text in pair.other.text), None)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_phrase_rewords_one_of_another_cause(lang: Lang) -> None:
    near = [pair for pair in near_phrases(lang) if shared_by(pair) is None]
    assert not near, "\n".join(
        f"{pair.nearness:.2f} {pair.one.owner}: {pair.one.text} | {pair.other.owner}: {pair.other.text}"
        for pair in near
    )


def test_every_reason_is_still_needed() -> None:
    assert {shared_by(pair) for lang in LANGUAGES for pair in near_phrases(lang)} - {None} == set(SHARED)


@pytest.mark.parametrize(
    ("lang", "length", "one", "other"),
    [
        ("en", 3, "loss is nan at step 3", "loss is nan at step 4"),
        ("zh", 2, "第三步就出现空值", "第四步就出现空值"),
    ],
)
def test_nearness_is_the_share_of_common_grams(lang: Lang, length: int, one: str, other: str) -> None:
    def grams(text: str) -> set[str]:
        return {text[start : start + length] for start in range(len(text) - length + 1)}

    shared, both = grams(one) & grams(other), grams(one) | grams(other)
    assert nearness([one], [other], lang)[0, 0] == pytest.approx(len(shared) / len(both))
    assert nearness([one.upper()], [one, "xyz"], lang)[0].tolist() == [1.0, 0.0]


def test_a_phrase_cut_out_of_a_long_question_is_found() -> None:
    phrase = phrases_of("en")[0]
    question = f"Hello everybody. I train a network at work. {phrase.text}. Thanks for any help with this, have a nice day!"
    assert nearness([phrase.text], [question], "en")[0, 0] < nearest_to([Phrase("q", question)])[0].nearness
    assert nearest_to([Phrase("q", question)])[0].one == phrase
    assert nearest_to([Phrase("q", question)])[0].nearness > NEAR


def test_the_command_prints_the_nearest_and_its_status(tmp_path: Path) -> None:
    far, near = tmp_path / "far.jsonl", tmp_path / "near.jsonl"
    far.write_text('{"id": "a", "query": "qqqqqqqq"}\n\n{"text": "啊啊啊啊"}\n', encoding="utf-8")
    copied = phrases_of("zh")[3]
    near.write_text(json.dumps({"text": copied.text}) + "\n", encoding="utf-8")
    said = CliRunner().invoke(main, ["--apart", str(far), "--show", "2"])
    assert said.exit_code == 0
    assert f"2 questions: nearest 0.00, 0 at {NEAR} or more" in said.output
    said = CliRunner().invoke(main, ["--apart", str(near), "--show", "2"])
    assert said.exit_code == 1
    assert f"1.00  {copied.owner}: {copied.text}" in said.output


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{]\n", "line 1: not JSON"),
        ('{"query": "a"}\n["b"]\n', "line 2: no text"),
        ('{"id": 3}\n', "line 1: no text"),
    ],
)
def test_a_malformed_file_of_questions_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=complaint):
        read_questions(file)
    said = CliRunner().invoke(main, ["--apart", str(file)])
    assert said.exit_code == 2
    assert complaint in said.output


def test_a_missing_file_of_questions_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.jsonl: cannot be read"):
        read_questions(tmp_path / "none.jsonl")
