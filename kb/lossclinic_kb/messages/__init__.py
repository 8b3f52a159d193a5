"""What libraries print into a log besides numbers: warnings and errors that speak for causes.

Each is an entry of `catalogue/<origin>.yaml`. Nothing of it is read before a log of lines was opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lossclinic_kb.messages.message import Message
    from lossclinic_kb.run import Printed

__all__ = ["load_messages", "printed_in", "quoted_in"]


def load_messages() -> Mapping[str, Message]:
    """Return every message by id.

    Raises:
        KnowledgeError: A file is missing or malformed.
    """
    from lossclinic_kb.messages import load

    return load.load_messages()


def printed_in(text: str) -> tuple[Printed, ...]:
    """Return the messages that the lines of a log hold; see `messages.find`."""
    from lossclinic_kb.messages import find

    return find.printed_in(text)


def quoted_in(words: str) -> tuple[Printed, ...]:
    """Return the messages that a person quotes; see `messages.find`."""
    if not words.strip():
        return ()
    from lossclinic_kb.messages import find

    return find.quoted_in(words)
