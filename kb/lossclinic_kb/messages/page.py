"""The catalogue as a table: every message with the causes that it speaks for and the place that prints it."""

from __future__ import annotations

from collections.abc import Iterator

from lossclinic_kb.messages.load import load_messages
from lossclinic_kb.messages.message import Message
from lossclinic_kb.messages.registry import ORIGINS

STRONG = ("always", "often")
"""Words of the causes that are named; the others are in the catalogue."""


def table() -> str:
    """Return the catalogue as Markdown, one table for each origin."""
    known = load_messages().values()
    return "\n".join(
        line for origin in ORIGINS for line in _of(origin, [m for m in known if m.origin == origin])
    )


def _of(origin: str, messages: list[Message]) -> Iterator[str]:
    yield f"## {origin} ({len(messages)})"
    yield ""
    yield "| message | speaks for | printed by |"
    yield "|---|---|---|"
    for message in messages:
        causes = [cause for word in STRONG for cause, how in message.says.items() if how == word]
        fault = " **fault**" if message.is_fault else ""
        named = ", ".join(f"`{cause}`" for cause in causes) or "several, weakly"
        title, url = message.source
        yield f"| {message.title.en} / {message.title.zh}{fault} | {named} | [{title}]({url}) |"
    yield ""
