"""Searching all that can be looked up, and the person's own documents beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Literal, cast

from lossclinic.library import KINDS, Entry, Kind, entries, find
from lossclinic_kb.text import Lang, language_of

if TYPE_CHECKING:
    from lossclinic.clinic import Clinic
    from lossclinic_ingest.encoders import Encoder


@dataclass(frozen=True)
class Found:
    """One result of a search.

    Attributes:
        kind: Kind of page, or "document" for a passage of the person's own documents.
        id: Of the page; of a passage its link.
        text: A sentence on the page; the whole passage.
    """

    kind: Kind | Literal["document"]
    id: str
    title: str
    text: str


def search(
    clinic: Clinic,
    query: str,
    *,
    kinds: Collection[Kind] = (),
    documents: bool = False,
    limit: int,
    lang: Lang,
) -> list[Found]:
    """Return what is about `query`: the best of the causes, of the other pages and of the documents in turn.

    Scores of the three searches have no common scale, so that only places are compared.

    Args:
        clinic: Whose index and documents are searched.
        query: Words in either language.
        kinds: Only these kinds of pages; all where none is named.
        documents: Search the person's own documents as well.
        limit: How many at most.
        lang: Of titles and sentences; a passage stands as it is in its document.
    """
    wanted = [kind for kind in KINDS if not kinds or kind in kinds]
    lists: list[Sequence[Found]] = []
    if "cause" in wanted:
        lists.append([_found(entry, lang) for entry in _causes(clinic, query)])
    others = [entry for entry in find(query) if entry.kind in wanted and entry.kind != "cause"]
    lists.append([_found(entry, lang) for entry in others])
    if documents:
        lists.append(list(_passages(clinic, query)))
    in_turn = chain.from_iterable(zip_longest(*lists))
    return [found for found in in_turn if found is not None][:limit]


def _causes(clinic: Clinic, query: str) -> list[Entry]:
    """Return causes by meaning and words where a training is described, then those that the words name."""
    matches = clinic.retriever.find(query, language_of(query))
    described = matches if clinic.retriever.relevant(query, matches) else ()
    named = find(query, "cause")
    known = entries()
    meant = [known["cause", match.cause] for match in described]
    return list({entry.id: entry for entry in (*named[:1], *meant, *named)}.values())


def _found(entry: Entry, lang: Lang) -> Found:
    return Found(entry.kind, entry.id, entry.title(lang), entry.summary(lang))


def _passages(clinic: Clinic, query: str) -> Iterator[Found]:
    from lossclinic.render import place_of

    encoder = cast("Encoder", clinic.retriever.embeddings)
    for passage in clinic.documents.find(query, encoder):
        yield Found("document", passage.link, place_of(passage), passage.text)
