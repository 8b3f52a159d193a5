"""What is read from sentences: for every statement in both languages, and what must not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def cases(*kinds: str) -> Iterator[tuple[str, str]]:
    for topic in READ:
        for statement, by_kind in sentences(topic).items():
            for kind in kinds:
                yield from ((statement, sentence) for sentence in by_kind[kind])


@pytest.mark.parametrize("topic", READ)
def test_every_statement_has_sentences_in_both_languages(topic: str) -> None:
    named = sentences(topic)
    assert list(named) == [statement.id for statement in read_topic(ROOT / f"{topic}.yaml", load_lexicon())]
    assert all(by_kind["en"] and by_kind["zh"] and by_kind["not"] for by_kind in named.values())


@pytest.mark.parametrize(("statement", "sentence"), list(cases("en", "zh")))
def test_is_read(statement: str, sentence: str) -> None:
    assert statement in {said.statement for said in statements_in(sentence)}


@pytest.mark.parametrize(("statement", "sentence"), list(cases("not")))
def test_is_not_read(statement: str, sentence: str) -> None:
    assert statement not in {said.statement for said in statements_in(sentence)}
