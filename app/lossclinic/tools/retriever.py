"""All that is known as a LangChain retriever. Importing this module imports LangChain."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from lossclinic.clinic import Clinic
from lossclinic.library import KINDS, Kind
from lossclinic.pages import cause_markdown, guide_markdown
from lossclinic.tools.knowledge import Found, search
from lossclinic_kb.checks import load_checks
from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Lang, Text, language_of


class KnowledgeRetriever(BaseRetriever):
    """Finds pages of the knowledge base, and passages of the person's own documents on request.

    A document holds the whole page as Markdown (of a passage its text as it stands), with `kind`, `id`, `title` and
    `lang` as metadata; `id` of a passage is a link to its place.

    Attributes:
        clinic: Whose index and documents are searched.
        k: How many documents to return.
        kinds: Only these kinds of pages; all where none is named.
        own: Search the person's own documents as well.
        lang: Language of the pages; None for that of the question.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    clinic: Clinic
    k: int = 4
    kinds: Sequence[Kind] = ()
    own: bool = False
    lang: Lang | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's signature
    ) -> list[Document]:
        say = self.lang or language_of(query)
        found = search(self.clinic, query, kinds=self.kinds, documents=self.own, limit=self.k, lang=say)
        return [
            Document(
                _page(each, say),
                metadata={"kind": each.kind, "id": each.id, "title": each.title, "lang": say},
            )
            for each in found
        ]


def retriever_over(
    clinic: Clinic, *, k: int, kinds: Collection[Kind], documents: bool, lang: Lang | None
) -> KnowledgeRetriever:
    """Return the retriever; arguments as for `Clinic.as_retriever`.

    Raises:
        InputError: `k` is below 1, or there is no such kind.
    """
    if k < 1:
        raise InputError(
            Text(f"k={k}: how many documents to return, from 1 on", f"k={k}：返回多少篇，至少为 1")
        )
    for kind in kinds:
        if kind not in KINDS:
            known = ", ".join(KINDS)
            raise InputError(
                Text(f"no kind is called {kind!r}; known: {known}", f"没有叫 {kind!r} 的类别；已有：{known}")
            )
    return KnowledgeRetriever(clinic=clinic, k=k, kinds=tuple(kinds), own=documents, lang=lang)


def _page(found: Found, lang: Lang) -> str:
    if found.kind == "cause":
        return cause_markdown(found.id, lang)
    if found.kind == "guide":
        return guide_markdown(found.id, lang)
    if found.kind == "check":
        check = load_checks()[found.id]
        return f"{check.question(lang)} {check.how(lang)}"
    return found.text
