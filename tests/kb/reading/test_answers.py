"""Answers to checks in words: asked and unasked, in both languages, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lossclinic_kb.checks import load_checks
from lossclinic_kb.checks.wording import load_wordings
from lossclinic_kb.reading import answers_in, load_statements
from lossclinic_kb.reading.answers import answer_to
from lossclinic_kb.reading.plain_replies import chosen, lead_of

FOLDER = Path(__file__).with_name("answers")
SEEN, KEPT = (
    [tuple(map(str, row)) for row in yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))]
    for name in ("seen", "kept")
)
NOTHING = "-"
READ_OF_KEPT = 0.85
"""Share of the kept sentences that are read as meant; of the seen ones it is all."""


def read(asked: str, text: str) -> set[tuple[str, str]]:
    """Return what is made of a message, as a conversation makes it."""
    reply = answer_to(asked, text) if asked != NOTHING else None
    heard = [reply] if reply is not None else answers_in(text)
    return {(each.check, each.outcome) for each in heard}


def meant(check: str, outcome: str) -> set[tuple[str, str]]:
    return set() if check == NOTHING else {(check, outcome)}


@pytest.mark.parametrize(("asked", "text", "check", "outcome"), SEEN)
def test_what_was_looked_at_is_read(asked: str, text: str, check: str, outcome: str) -> None:
    assert read(asked, text) == meant(check, outcome)


def test_what_was_not_looked_at_is_mostly_read_and_hardly_ever_misread() -> None:
    right = [read(asked, text) == meant(*rest) for asked, text, *rest in KEPT]
    misread = [text for asked, text, *rest in KEPT if read(asked, text) - meant(*rest)]
    assert sum(right) >= READ_OF_KEPT * len(KEPT)
    assert len(misread) <= 0.05 * len(KEPT), misread


def test_there_are_enough_sentences_and_their_answers_exist() -> None:
    assert len(SEEN) + len(KEPT) >= 150
    for _, _, check, outcome in (*SEEN, *KEPT):
        if check != NOTHING:
            load_checks()[check].outcome(outcome)


def test_every_pattern_is_an_expression() -> None:
    for wording in load_wordings().values():
        for pattern in (*wording.done, *(each for own in wording.heard.values() for each in own)):
            assert pattern.regex.pattern


def test_every_outcome_can_be_named_and_what_a_check_restates_is_said() -> None:
    groups = {statement.group for statement in load_statements().values()}
    for check in load_checks().values():
        assert set(check.restates) <= groups
        assert load_wordings()[check.id].heard.keys() == {outcome.id for outcome in check.outcomes}


@pytest.mark.parametrize("check", load_checks())
def test_the_name_of_an_outcome_is_an_answer(check: str) -> None:
    for lang in ("en", "zh"):
        for outcome in load_checks()[check].outcomes:
            heard = answer_to(check, outcome.title(lang))
            assert heard is not None
            assert heard.outcome == outcome.id, outcome.title(lang)


def test_the_person_is_quoted_as_they_wrote() -> None:
    (heard,) = answers_in("Adam, lr 1e-3. I tried a TENTH of the rate and it still diverges! Any idea?")
    assert heard.quote == "I tried a TENTH of the rate and it still diverges"
    assert heard.span == (14, 65)


@pytest.mark.parametrize(
    ("text", "says", "rest"),
    [("yes", "yes", ""), ("no, never", "no", "never"), ("是的", "yes", ""), ("note that", "", "note that")],
)
def test_how_a_reply_begins(text: str, says: str, rest: str) -> None:
    lead = lead_of(text)
    assert (lead.says, lead.rest.strip()) == (says, rest)


def test_an_outcome_that_there_is_not_is_not_chosen() -> None:
    assert chosen("lr_down_10x", "the fifth one") == ""
    assert chosen("lr_down_10x", "3") == "still_diverges"
