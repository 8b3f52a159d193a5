"""Abbreviations of the field written out: `val acc` is validation accuracy, `lr` the learning rate."""

from __future__ import annotations

from collections.abc import Container
from functools import cache

from lossclinic_kb.glossary import load_glossary
from lossclinic_kb.glossary.load import key_of
from lossclinic_kb.retrieval.forms import EnglishTerms, Form, form_of


def written_out(text: str, known: Container[str] = ()) -> str:
    """Return `text` with its abbreviations replaced by what they are short for; `text` itself where there is none.

    Takes a time proportional to the length of `text`.

    Args:
        text: Any text, its slips put right.
        known: Words that are understood as they are. An abbreviation of such words alone stays.
    """
    pieces: list[str] = []
    at = 0
    for found in _terms().find(text):
        written, term = found.value
        own = text[found.start : found.end]
        if (written is not None and own != written) or all(word in known for word in form_of(own)):
            continue
        pieces += (text[at : found.start], term)
        at = found.end
    return "".join([*pieces, text[at:]]) if pieces else text


@cache
def _terms() -> EnglishTerms[tuple[str | None, str]]:
    """Return how each abbreviation must be written, None for any case, and the term that it stands for."""
    glossary = load_glossary()
    values: dict[Form, tuple[str | None, str]] = {}
    for concept in glossary.concepts.values():
        values |= {form_of(name): (name, concept.term) for name in concept.cased}
        for name in concept.short:
            if glossary.ambiguous.get(key_of(name), concept.term) == concept.term:
                values[form_of(name)] = (None, concept.term)
    return EnglishTerms(values)
