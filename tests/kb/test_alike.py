"""The situations told in both languages: every cause in each half, none twice, each in its language."""

from __future__ import annotations

from benchmarks.alike import HALVES, read

from lossclinic_kb.causes.registry import CAUSES
from lossclinic_kb.text import language_of


def test_each_half_tells_of_every_cause_in_both_languages() -> None:
    told = [read(half) for half in HALVES]
    assert sum(map(len, told)) >= 150
    for pairs in told:
        assert {pair.cause for pair in pairs} == set(CAUSES)
        assert {language_of(pair.en) for pair in pairs} == {"en"}
        assert {language_of(pair.zh) for pair in pairs} == {"zh"}


def test_no_situation_is_in_both_halves() -> None:
    texts = [text for half in HALVES for pair in read(half) for text in (pair.en, pair.zh)]
    assert len(set(texts)) == len(texts)
