"""The pages and phrases of the causes as LangChain documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from langchain_core.documents import Document

from lossclinic_ingest.documents.chunk import is_code, split_text
from lossclinic_kb.causes import Cause
from lossclinic_kb.text import LANGUAGES, Lang


def cause_documents(causes: Iterable[Cause]) -> list[Document]:
    """Return what is searched of `causes`, in both languages: titles, phrases and what describes the cause itself.

    Each document carries `cause`, `lang`, `kind` ("title", "phrase" or "article") and `section` as metadata.
    """
    return [document for cause in causes for lang in LANGUAGES for document in _documents(cause, lang)]


def _documents(cause: Cause, lang: Lang) -> Iterator[Document]:
    def document(text: str, kind: str, section: str = "") -> Document:
        return Document(text, metadata={"cause": cause.id, "lang": lang, "kind": kind, "section": section})

    yield document(cause.title(lang), "title")
    for phrase in cause.phrases[lang]:
        yield document(phrase, "phrase")
    for section, text in cause.articles[lang].sections.items():
        if section == "lookalikes":  # it describes other causes
            continue
        for piece in split_text(text, lang):
            if not is_code(piece):  # names of functions are common to causes that have nothing else in common
                yield document(piece, "article", section)
