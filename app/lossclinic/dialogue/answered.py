"""What a message answers, and what is left of it as a description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lossclinic_kb.case import Answer
from lossclinic_kb.reading import answers_in

if TYPE_CHECKING:
    from lossclinic.diagnosis import Diagnosis
    from lossclinic_kb.reading.answers import Heard

LEFT = 3
"""Letters from which what is left of a message says something; fewer are its punctuation."""


def heard_in(text: str, before: Diagnosis | None) -> tuple[tuple[Answer, ...], str]:
    """Return the answers to checks in a message, and the message without the sentences that give them.

    Args:
        text: What the person said.
        before: The diagnosis that asked for a check, or None.
    """
    from lossclinic_kb.reading.answers import answer_to

    if before is None or not text:
        return (), text
    asked = before.next_check
    reply = answer_to(asked.id, text) if asked is not None else None
    others = [each for each in answers_in(text) if reply is None or each.check != reply.check]
    heard = others if reply is None else _beside(reply, others, len(text))
    return tuple(Answer(each.check, each.outcome, each.quote) for each in heard), _rest(text, heard)


def _beside(reply: Heard, others: Sequence[Heard], length: int) -> list[Heard]:
    """Return a reply with what else was answered; where the whole message is the reply, nothing else is."""
    whole = reply.span == (0, length)
    return [reply] if whole else [reply, *others]


def _rest(text: str, heard: Sequence[Heard]) -> str:
    kept = list(text)
    for each in heard:
        start, end = each.span
        kept[start:end] = " " * (end - start)
    rest = " ".join("".join(kept).split()) if heard else text
    return rest if sum(map(str.isalnum, rest)) >= LEFT else ""
