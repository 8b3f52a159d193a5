"""Conversations in both languages, turn by turn: what a message is taken for, and what is known and shown afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from lossclinic import Clinic, Session
from lossclinic.dialogue.reply import Reply

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).with_name("dialogues")
SEEN, KEPT = (
    yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("seen", "kept")
)
HELD_OF_KEPT = 0.85
"""Share of the turns kept apart of which all holds; of the others it is all."""


@pytest.fixture(scope="module")
def clinic(home: Path) -> Clinic:
    return Clinic(home=home)


def wrong(turn: dict[str, Any], session: Session, reply: Reply) -> list[str]:
    """Return what does not hold of a turn."""
    made, known = reply.diagnosis, session.situation
    seen: dict[str, Any] = {
        "intent": reply.intent,
        "status": made.status if made else None,
        "first": made.causes[0].id if made and made.causes else None,
        "facts": {name: made.case.facts.get(name) for name in turn.get("facts", {})} if made else None,
        "answers": {each.check: each.outcome for each in made.case.answers} if made else {},
        "words": len(known.words),
        "entry": f"{reply.entry.kind}/{reply.entry.id}" if reply.entry else None,
        "framework": reply.code[0].framework if reply.code else None,
        "none": made is None,
    }
    found = [
        f"{key}: {seen[key]!r}, not {value!r}"
        for key, value in turn.items()
        if key in seen and seen[key] != value
    ]
    if "heard" in turn and turn["heard"] not in known.words[-1]:
        found.append(f"heard: {known.words[-1]!r}")
    if not reply.text.strip():
        found.append("nothing is said")
    return found


def held(clinic: Clinic, dialogue: list[dict[str, Any]]) -> list[list[str]]:
    session = clinic.chat()
    return [wrong(turn, session, session.hear(turn["say"])) for turn in dialogue]


@pytest.mark.parametrize("dialogue", SEEN, ids=lambda dialogue: " / ".join(turn["say"] for turn in dialogue))
def test_what_must_hold_holds(clinic: Clinic, dialogue: list[dict[str, Any]]) -> None:
    assert not any(held(clinic, dialogue)), held(clinic, dialogue)


def test_most_of_what_was_not_looked_at_holds(clinic: Clinic) -> None:
    turns = [not found for dialogue in KEPT for found in held(clinic, dialogue)]
    assert len(SEEN) + len(KEPT) >= 60
    assert sum(turns) >= HELD_OF_KEPT * len(turns)


def test_a_turn_is_taken_back_at_once_whatever_it_was(clinic: Clinic) -> None:
    session = clinic.chat()
    before = []
    for turn in (
        "my loss diverges",
        "and with Adam?",
        "what is warmup?",
        "forget that",
        "start over",
        "thanks",
    ):
        before.append(session.situation)
        session.hear(turn)
        assert session.length == len(before)
    for known in reversed(before):
        session.undo()
        assert session.situation is known
