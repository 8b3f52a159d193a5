"""How much the messages of a case weigh beside what else is known."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossclinic_kb.case import Observations

if TYPE_CHECKING:
    from lossclinic_kb.messages.message import Message

QUOTED = 0.75
"""Exponent on the likelihood of a message that a person quotes: it may be of another run, or mended already."""


RESTATED = 2**0.5 - 1
"""What remains of a message where a symptom of the curve says the same: two that restate each other count as sqrt(2) of one."""


@dataclass(frozen=True)
class Weighed:
    """A message as evidence.

    Attributes:
        weight: Exponent on its likelihood.
    """

    message: Message
    weight: float


def weighed_messages(case: Observations) -> Sequence[Weighed]:
    """Return the messages of a case; one that restates a symptom of the curve, or is quoted, weighs less."""
    if not case.messages:
        return ()
    from lossclinic_kb.messages import load_messages

    seen = {finding.id for finding in case.findings if finding.present}
    known = load_messages()
    return [_weighed(known[each.message], quoted=not each.line, seen=seen) for each in case.messages]


def _weighed(message: Message, *, quoted: bool, seen: Collection[str]) -> Weighed:
    restated = any(symptom in seen for symptom in message.restates)
    return Weighed(message, (QUOTED if quoted else 1.0) * (RESTATED if restated else 1.0))
