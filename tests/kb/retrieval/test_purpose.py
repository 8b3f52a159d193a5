"""Complaints about a training, and questions that ask for something else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lossclinic_kb.causes import load_causes
from lossclinic_kb.retrieval.purpose import asks_for_something_else, complains, is_about_a_run

OFF_TOPIC = yaml.safe_load((Path(__file__).parents[1] / "offtopic.yaml").read_text(encoding="utf-8"))


def test_the_set_is_large_and_in_both_languages() -> None:
    texts = [text for kind in OFF_TOPIC.values() for lang in ("en", "zh") for text in kind[lang]]
    assert len(texts) == len(set(texts)) >= 150
    assert all(len(kind["en"]) == len(kind["zh"]) for kind in OFF_TOPIC.values())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_questions_about_training_that_are_no_complaint_are_told_apart(lang: str) -> None:
    near = OFF_TOPIC["near"][lang]
    assert sum(map(asks_for_something_else, near)) / len(near) >= 0.95


def test_how_people_describe_faults_is_not_taken_for_such_a_question() -> None:
    phrases = [
        phrase for cause in load_causes().values() for each in cause.phrases.values() for phrase in each
    ]
    assert sum(map(asks_for_something_else, phrases)) / len(phrases) <= 0.005


@pytest.mark.parametrize(
    "text",
    [
        "what is wrong, my loss is nan",
        "how do I stop the loss from exploding",
        "loss 为什么不下降",
        "怎么解决过拟合",
        "acc 0.5",
    ],
)
def test_a_question_with_a_complaint_is_a_complaint(text: str) -> None:
    assert complains(text)
    assert not asks_for_something_else(text)
    assert is_about_a_run(text, near=0.9, said=0)


def test_what_was_read_makes_up_for_little_nearness() -> None:
    assert not is_about_a_run("dice is 0 on every image", near=0.3, said=0)
    assert is_about_a_run("dice is 0 on every image", near=0.3, said=2)
    assert not is_about_a_run("dice is 0 on every image", near=0.01, said=2)


def test_a_concept_is_no_complaint_however_near() -> None:
    assert not is_about_a_run("what is batch normalization", near=1.0, said=3)
    assert not is_about_a_run("批归一化是什么", near=1.0, said=3)
