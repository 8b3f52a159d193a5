"""Which messages of a log are evidence of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lossclinic_kb.case import Observations

if TYPE_CHECKING:
    from lossclinic_kb.messages.message import Message


def weighed_messages(case: Observations) -> Sequence[Message]:
    """Return the messages of a case that say something which no symptom of the curve says already."""
    if not case.messages:
        return ()
    from lossclinic_kb.messages import load_messages

    seen = {finding.id for finding in case.findings if finding.present}
    known = load_messages()
    printed = (known[each.message] for each in case.messages)
    return [message for message in printed if not seen.intersection(message.restates)]
