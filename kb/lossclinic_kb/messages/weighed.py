"""Which messages of a log are evidence of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossclinic_kb.case import Observations

if TYPE_CHECKING:
    from lossclinic_kb.messages.message import Message

QUOTED = 0.75
"""Exponent on the likelihood of a message that a person quotes: it may be of another run, or mended already."""


@dataclass(frozen=True)
class Weighed:
    """A message as evidence.

    Attributes:
        weight: Exponent on its likelihood.
    """

    message: Message
    weight: float


def weighed_messages(case: Observations) -> Sequence[Weighed]:
    """Return the messages of a case that say something which no symptom of the curve says already."""
    if not case.messages:
        return ()
    from lossclinic_kb.messages import load_messages

    seen = {finding.id for finding in case.findings if finding.present}
    known = load_messages()
    weighed = [Weighed(known[each.message], 1.0 if each.line else QUOTED) for each in case.messages]
    return [each for each in weighed if not seen.intersection(each.message.restates)]
