"""What is read from sentences: for every statement in both languages, and what must not be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from lossclinic_kb.reading import load_statements, statements_in
from lossclinic_kb.reading.lexicon import load_lexicon
from lossclinic_kb.reading.load import ROOT, read_topic
from lossclinic_kb.reading.registry import TOPICS

SENTENCES = Path(__file__).with_name("said")


def sentences(topic: str) -> Mapping[str, Mapping[str, list[str]]]:
    """Return the sentences of a topic by statement, then by "en", "zh" or "not"."""
    read: Mapping[str, Mapping[str, list[str]]] = yaml.safe_load(
        (SENTENCES / f"{topic}.yaml").read_text(encoding="utf-8")
    )
    return read


CASES = [(statement, by_kind) for topic in TOPICS for statement, by_kind in sentences(topic).items()]


def read_from(statement: str, texts: list[str]) -> list[str]:
    """Return those of `texts` that make `statement`."""
    return [text for text in texts if statement in {said.statement for said in statements_in(text)}]


def test_there_is_a_file_for_every_topic_and_no_other() -> None:
    assert {path.stem for path in ROOT.glob("*.yaml")} == set(TOPICS)
    assert {path.stem for path in SENTENCES.glob("*.yaml")} == set(TOPICS)


def test_titles_and_patterns_serve_both_languages() -> None:
    titles = [statement.title for statement in load_statements().values()]
    assert len({title.en for title in titles}) == len({title.zh for title in titles}) == len(titles) >= 120
    assert all(re.search("[\u4e00-\u9fff]", title.zh) and title.en.isascii() for title in titles)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_statement_has_sentences_in_both_languages(topic: str) -> None:
    named = sentences(topic)
    assert list(named) == [statement.id for statement in read_topic(ROOT / f"{topic}.yaml", load_lexicon())]
    assert all(by_kind["en"] and by_kind["zh"] and by_kind["not"] for by_kind in named.values())


@pytest.mark.parametrize(("statement", "by_kind"), CASES, ids=[statement for statement, _ in CASES])
def test_is_read_where_it_is_said(statement: str, by_kind: Mapping[str, list[str]]) -> None:
    told = by_kind["en"] + by_kind["zh"]
    assert read_from(statement, told) == told
    assert read_from(statement, by_kind["not"]) == []


def test_traditional_characters_and_curly_quotes_are_read_as_others() -> None:
    assert "nan_said" in {said.statement for said in statements_in("訓練損失變成 NaN")}
    assert "loss_stuck" in {said.statement for said in statements_in("the loss doesn’t decrease")}


def test_the_words_are_quoted_as_they_were_written() -> None:
    quotes = {said.statement: said.quote for said in statements_in("On Monday:\nmy Loss is STUCK at 4.2")}
    assert quotes["loss_stuck"] == "Loss is STUCK"


def test_nothing_is_read_from_nothing() -> None:
    assert statements_in("") == statements_in(" \n ") == statements_in("thanks, see you tomorrow") == ()


def test_a_page_is_read_and_no_more() -> None:
    assert statements_in("x " * 5000 + "the loss is nan") == ()
