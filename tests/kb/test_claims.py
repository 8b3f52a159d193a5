"""Every claim of the articles is answered, and stands on the page as the data file says."""

from __future__ import annotations

import pytest

from lossclinic_kb.causes import load_cause
from lossclinic_kb.claims import Claim, load_claims
from lossclinic_kb.guides import load_guide
from lossclinic_kb.text import Lang

CLAIMS = load_claims()


def page(name: str, lang: Lang) -> str:
    kind, _, which = name.partition("/")
    if kind == "guide":
        return load_guide(which).pages[lang]
    return "\n\n".join(load_cause(which).articles[lang].sections.values())


def test_all_are_there() -> None:
    counted = {
        document: sum(claim.startswith(document) for claim in CLAIMS)
        for document in ("S0", "S1", "S2", "S3", "S4")
    }
    assert counted == {"S0": 21, "S1": 11, "S2": 15, "S3": 12, "S4": 16}


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_is_answered_word_for_word(claim: str) -> None:
    held: Claim = CLAIMS[claim]
    assert held.answers, "no page answers it"
    for answer in held.answers:
        assert answer.en in page(answer.page, "en"), f"{answer.page} does not say it in English"
        assert answer.zh in page(answer.page, "zh"), f"{answer.page} does not say it in Chinese"
