"""Search for causes as LangChain knows it. Importing this module imports LangChain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, PrivateAttr

from lossclinic_kb.retrieval.passage import CauseMatch
from lossclinic_kb.retrieval.purpose import is_about_a_run
from lossclinic_kb.retrieval.relevance import relevance
from lossclinic_kb.retrieval.search import CauseSearch
from lossclinic_kb.retrieval.tokenise import tokenise
from lossclinic_kb.store import Store
from lossclinic_kb.text import Lang, language_of


class CauseRetriever(BaseRetriever):
    """Finds causes from words.

    As a LangChain retriever it returns one document per cause, best first: the passage of the cause that is nearest,
    with `cause`, `score`, `log_likelihood`, `lexical`, `dense`, `lang`, `kind` and `section` as metadata.

    Attributes:
        store: The loaded index.
        embeddings: The encoder that the index was built with.
        k: How many documents to return.
        lang: Language of the documents; None for that of the question.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: Store
    embeddings: Embeddings
    k: int = 5
    lang: Lang | None = None
    _search: CauseSearch = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:  # noqa: ARG002 - pydantic's signature
        """Prepare the search."""
        self._search = CauseSearch(
            self.store.passages,
            self.store.vectors,
            self.embeddings,
            self.store.regression,
            translated=self.store.manifest.translated,
        )

    def find(self, question: str, lang: Lang) -> tuple[CauseMatch, ...]:
        """Return every cause with how well `question` fits it, best first.

        Args:
            question: English, Chinese or both mixed.
            lang: Language of the passages to quote.

        Raises:
            StoreError: The encoder does not belong to the index.
        """
        return self._search.find(question, lang)

    def relevant(self, question: str, matches: Sequence[CauseMatch], said: int = 0) -> bool:
        """Whether `question`, of which `matches` are the result, is about a training that misbehaves.

        Args:
            question: What a person wrote.
            matches: All causes, as `find` returns them.
            said: How many statements about a training were read in it.
        """
        near = relevance(matches, self.store.manifest.levels)
        return bool(tokenise(question)) and is_about_a_run(question, near, said)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's signature
    ) -> list[Document]:
        matches = self.find(query, self.lang or language_of(query))
        return [_document(match) for match in matches[: self.k]]


def _document(match: CauseMatch) -> Document:
    nearest = match.passages[0]
    return Document(
        nearest.text,
        metadata={
            "cause": match.cause,
            "score": match.score,
            "log_likelihood": match.log_likelihood,
            "lexical": match.lexical,
            "dense": match.dense,
            "lang": nearest.lang,
            "kind": nearest.kind,
            "section": nearest.section,
        },
    )
