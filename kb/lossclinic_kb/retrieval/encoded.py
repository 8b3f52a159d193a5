"""What an encoder is given to read of a question or a passage."""

from __future__ import annotations

from lossclinic_kb.retrieval.spelling import put_right
from lossclinic_kb.retrieval.translate import to_english


def as_encoded(text: str, *, translated: bool) -> str:
    """Return `text` with its slips put right, in English where `translated`.

    Abbreviations stay as they are: questions and passages use the same, and written out they drown the other words.

    Args:
        text: A question or a passage.
        translated: Whether Chinese is put into English, for an encoder that reads English only.
    """
    right = put_right(text)
    return to_english(right) if translated else right
