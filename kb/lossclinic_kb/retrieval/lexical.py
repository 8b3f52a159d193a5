"""Search by words: BM25 over the passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lossclinic_kb.retrieval.abbreviations import written_out
from lossclinic_kb.retrieval.senses import senses
from lossclinic_kb.retrieval.spelling import put_right
from lossclinic_kb.retrieval.tokenise import tokenise
from lossclinic_kb.retrieval.translate import to_english

K1 = 1.2
"""How fast repetitions of a word stop counting; phrases hardly repeat any, so it matters little."""
B = 0.75
"""How much a passage's length counts against it. Lucene's value; from 0.3 to 0.75 rankings hardly change."""


class Lexical:
    """BM25 over texts of both languages.

    A text is indexed under its words and under its senses, a Chinese one also under the words of its English, so a
    question in one language meets the passages of the other.

    Args:
        texts: What is searched; positions are the identities of the results.

    Attributes:
        documents: The terms of each text.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s

        self.documents = [terms(text) for text in texts]
        self._bm25 = bm25s.BM25(k1=K1, b=B, method="lucene", dtype="float64")
        self._bm25.index(self.documents, show_progress=False)
        self._count = len(texts)
        frequencies = Counter(term for document in self.documents for term in set(document))
        self._weights = {term: _weight(frequency, self._count) for term, frequency in frequencies.items()}
        self._unseen = _weight(0, self._count)

    def scores(self, question: str) -> NDArray[np.float64]:
        """Return for each text the share of the question's word weight that it covers, 0 to 1, shape (n,).

        It is BM25 over its own upper bound for this question, hence comparable across questions. Words that no
        text holds count in full against every text.
        """
        return self.scores_of(self.asked(question))

    def asked(self, question: str) -> list[str]:
        """Return the terms of `question`, each once, abbreviations that no text holds written out."""
        return list(dict.fromkeys(terms(written_out(put_right(question), known=self._weights))))

    def scores_of(self, asked: Sequence[str]) -> NDArray[np.float64]:
        """Return the scores of a question by its terms, as `asked` returns them, shape (n,)."""
        known = [term for term in asked if term in self._weights]
        if not known:
            return np.zeros(self._count)
        bound = sum(self._weights.get(term, self._unseen) for term in asked)
        found: NDArray[np.float64] = self._bm25.get_scores(known)
        return found / bound


def terms(text: str) -> list[str]:
    """Return the tokens of `text`, slips put right, those of its English where it is Chinese, and its senses."""
    right = put_right(text)
    own = tokenise(right)
    english = to_english(right)
    seen = set(own)
    translated = [token for token in tokenise(english) if token not in seen] if english != right else []
    return [*own, *translated, *senses(english)]


def _weight(frequency: int, count: int) -> float:
    """Return Lucene's inverse document frequency."""
    return float(np.log(1 + (count - frequency + 0.5) / (frequency + 0.5)))
