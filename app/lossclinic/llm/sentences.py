"""A stream of text cut into whole sentences and whole blocks of code, as they become complete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

FENCE = "```"
_END = re.compile(r"[.!?…](?=[\s\"')\]*]*\s)|[。！？；]|\n")
_CLOSING = re.compile(r"[\"'”’)\]*】」]*(?:\s*[\[【][^\[\]【】\n]{1,160}[\]】])*[.。]?[ \t]*\n?")
_OPEN = re.compile(r"\s*[\[【][^\]】\n]*$")
LONGEST = 2000  # characters of a sentence; what is longer is cut, so that nothing waits forever


def pieces(text: str) -> list[str]:
    """Return the sentences and blocks of code of a text; together they are the text."""
    return list(streamed([text]))


def streamed(chunks: Iterable[str]) -> Iterator[str]:
    """Yield whole sentences and blocks of code of a stream, each with the space after it."""
    held = ""
    for chunk in chunks:
        held += chunk
        while (cut := _complete(held)) is not None:
            yield held[:cut]
            held = held[cut:]
    while held:
        cut = _complete(held, last=True) or len(held)
        yield held[:cut]
        held = held[cut:]


def _complete(text: str, *, last: bool = False) -> int | None:
    """Return where the first piece of a text ends; None where more may belong to it."""
    start = len(text) - len(text.lstrip())
    if text.startswith(FENCE, start):
        close = text.find(FENCE, start + len(FENCE))
        return None if close < 0 else close + len(FENCE)
    if not last and FENCE.startswith(text[start : start + len(FENCE)]):
        return None  # nothing yet, or what may become a fence
    fence = text.find(FENCE)
    end = _END.search(text, start)
    if end is not None and (fence < 0 or end.end() <= fence):
        after = _CLOSING.match(text, end.end()) if end[0] != "\n" else None
        cut = after.end() if after else end.end()
        # A citation or a bracket may follow the full stop: wait until something else does.
        waits = cut == len(text) or _OPEN.match(text, cut) is not None
        return cut if last or end[0] == "\n" or not waits else None
    if fence > 0:
        return fence
    return LONGEST if len(text) > LONGEST else None
