"""What is read from sentences: for every statement in both languages, and what must not be read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from lossclinic_kb.reading import statements_in
from lossclinic_kb.reading.lexicon import load_lexicon
from lossclinic_kb.reading.load import ROOT, read_topic
from lossclinic_kb.reading.registry import TOPICS

SENTENCES = Path(__file__).with_name("said")
READ = [topic for topic in TOPICS if (SENTENCES / f"{topic}.yaml").exists()]


def sentences(topic: str) -> Mapping[str, Mapping[str, list[str]]]:
    """Return the sentences of a topic by statement, then by "en", "zh" or "not"."""
    read: Mapping[str, Mapping[str, list[str]]] = yaml.safe_load(
        (SENTENCES / f"{topic}.yaml").read_text(encoding="utf-8")
    )
    return read


CASES = [(statement, by_kind) for topic in READ for statement, by_kind in sentences(topic).items()]


def read_from(statement: str, texts: list[str]) -> list[str]:
    """Return those of `texts` that make `statement`."""
    return [text for text in texts if statement in {said.statement for said in statements_in(text)}]


@pytest.mark.parametrize("topic", READ)
def test_every_statement_has_sentences_in_both_languages(topic: str) -> None:
    named = sentences(topic)
    assert list(named) == [statement.id for statement in read_topic(ROOT / f"{topic}.yaml", load_lexicon())]
    assert all(by_kind["en"] and by_kind["zh"] and by_kind["not"] for by_kind in named.values())


@pytest.mark.parametrize(("statement", "by_kind"), CASES, ids=[statement for statement, _ in CASES])
def test_is_read_where_it_is_said(statement: str, by_kind: Mapping[str, list[str]]) -> None:
    told = by_kind["en"] + by_kind["zh"]
    assert read_from(statement, told) == told
    assert read_from(statement, by_kind["not"]) == []
