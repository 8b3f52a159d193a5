"""The LangChain seam."""

from __future__ import annotations

import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from lossclinic_kb.retrieval import CauseRetriever
from lossclinic_kb.store import Store


@pytest.fixture(scope="module")
def retriever(store: Store, embeddings: Embeddings) -> CauseRetriever:
    return CauseRetriever(store=store, embeddings=embeddings, k=2)


def test_it_is_a_langchain_retriever(retriever: CauseRetriever) -> None:
    assert isinstance(retriever, BaseRetriever)
    documents = retriever.invoke("the loss diverges")
    assert documents[0].metadata["cause"] == "lr_too_high"
    assert documents[0].page_content == "the loss diverges"
    assert len(documents) == 2


def test_documents_say_what_the_matches_say(retriever: CauseRetriever) -> None:
    match = retriever.find("训练发散", "zh")[0]
    document = retriever.invoke("训练发散")[0]
    assert document.metadata == {
        "cause": match.cause,
        "score": match.score,
        "log_likelihood": match.log_likelihood,
        "lexical": match.lexical,
        "dense": match.dense,
        "lang": "zh",
        "kind": "phrase",
        "section": "",
    }


def test_a_language_may_be_set(store: Store, embeddings: Embeddings) -> None:
    chinese = CauseRetriever(store=store, embeddings=embeddings, lang="zh")
    assert chinese.invoke("the loss diverges")[0].metadata["lang"] == "zh"


def test_a_question_without_words_is_not_relevant(retriever: CauseRetriever) -> None:
    assert not retriever.relevant("?!", retriever.find("?!", "en"))


def test_importing_the_package_does_not_import_langchain() -> None:
    import subprocess
    import sys

    code = "import sys, lossclinic_kb.retrieval, lossclinic_kb.store; print('langchain_core' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_an_unknown_name_of_the_package_is_refused() -> None:
    import lossclinic_kb.retrieval as package

    with pytest.raises(AttributeError, match="Retriver"):
        package.Retriver  # noqa: B018
