"""Finding the causes that a question is about: by meaning, by words, and by what its words and letters point to, alone and together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from lossclinic_kb.retrieval.bayes import NaiveBayes
from lossclinic_kb.retrieval.dense import Dense, Index
from lossclinic_kb.retrieval.encoded import as_encoded
from lossclinic_kb.retrieval.fuse import (
    TOP,
    Discriminant,
    Floats,
    Part,
    best_per_cause,
    fuse,
    log_shares,
)
from lossclinic_kb.retrieval.letters import runs
from lossclinic_kb.retrieval.lexical import Lexical
from lossclinic_kb.retrieval.owned import Owned
from lossclinic_kb.retrieval.passage import CauseMatch, Passage
from lossclinic_kb.retrieval.quoting import Quotes
from lossclinic_kb.retrieval.regression import Regression
from lossclinic_kb.text import LANGUAGES, Lang

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings


class CauseSearch:
    """Search over passages that are loaded; safe from many threads if the encoder is.

    Args:
        passages: What is searched, at least one in each language for each cause.
        index: Their vectors in a flat inner-product FAISS index, in the same order.
        embeddings: What turned the passages into vectors.
        regression: Of the causes, in the order in which the passages name them, on their words.
        translated: Whether Chinese was put into English before it was encoded.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        index: Index,
        embeddings: Embeddings,
        regression: Regression,
        *,
        translated: bool,
    ) -> None:
        self._passages = tuple(passages)
        self._causes = tuple(dict.fromkeys(passage.cause for passage in passages))
        place = {cause: number for number, cause in enumerate(self._causes)}
        self._owners = np.array([place[passage.cause] for passage in passages], dtype=np.intp)
        self._lexical = Lexical([passage.text for passage in passages])
        self._dense = Dense(index, embeddings)
        count = len(self._causes)
        self._owned = Owned(self._owners, count)
        langs = np.array([passage.lang for passage in passages])
        self._quotable = {lang: Owned(self._owners, count, langs == lang) for lang in LANGUAGES}
        self._discriminant = Discriminant(self._dense.vectors(), self._owners, count)
        self._terms = NaiveBayes(self._lexical.documents, self._owners, count)
        self._letters = NaiveBayes([runs(passage.text) for passage in passages], self._owners, count)
        self._regression = regression
        self._translated = translated

    def find(self, question: str, lang: Lang) -> tuple[CauseMatch, ...]:
        """Return every cause with how well `question` fits it, best first.

        Args:
            question: English, Chinese or both mixed.
            lang: Language of the passages to quote.

        Raises:
            StoreError: The encoder does not belong to the index.
        """
        vector = self._dense.encode(as_encoded(question, translated=self._translated))
        dense = self._dense.scores(vector)
        asked = self._lexical.asked(question)
        lexical = self._lexical.scores_of(asked)
        count = len(self._causes)
        parts: dict[Part, Floats] = {
            "meaning": self._discriminant.scores(vector),
            "words": self._owned.mean_of_best(lexical, TOP),
            "terms": self._terms.scores(asked),
            "letters": self._letters.scores(runs(question)),
            "together": self._regression.scores(asked),
        }
        logs = log_shares(fuse(parts))
        best_dense = best_per_cause(dense, self._owners, count)
        best_lexical = best_per_cause(lexical, self._owners, count)
        quotes = Quotes(self._passages, self._quotable, lexical, dense)
        nearest = quotes.first()
        return tuple(
            CauseMatch(
                cause=self._causes[place],
                score=float(np.exp(logs[place])),
                log_likelihood=float(logs[place] + np.log(count)),
                lexical=float(best_lexical[place]),
                dense=float(best_dense[place]),
                nearest=nearest[place],
                look=partial(quotes.nearest, place, lang),
            )
            for place in np.argsort(-logs, kind="stable").tolist()
        )
