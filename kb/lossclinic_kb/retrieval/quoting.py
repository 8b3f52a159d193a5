"""The passages of a cause that are nearest to a question, looked up for those causes that somebody looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lossclinic_kb.retrieval.fuse import Floats
from lossclinic_kb.retrieval.owned import Owned
from lossclinic_kb.retrieval.passage import Component, Passage, PassageMatch
from lossclinic_kb.text import Lang, Text

SHOWN = 3
"""Passages that a match carries: one to quote, two more to judge by."""
NEAREST = 30
"""Passages that count as found by a component: about as many as one cause has phrases in one language."""


class Quotes:
    """How near every passage is to one question.

    Args:
        passages: All of them, n.
        owned: Those of each cause, by language.
        lexical: Share of the question's word weight that each covers, shape (n,).
        dense: Cosine of each with the question, shape (n,).
    """

    def __init__(
        self, passages: Sequence[Passage], owned: Mapping[Lang, Owned], lexical: Floats, dense: Floats
    ) -> None:
        self._passages, self._owned = passages, owned
        self._scores: dict[Component, Floats] = {"words": lexical, "meaning": dense}
        self._near = dense + lexical  # both reach from about 0 to 1

    def nearest(self, cause: int, lang: Lang) -> tuple[PassageMatch, ...]:
        """Return the nearest passages of a cause in `lang`, best first."""
        own = self._owned[lang].of(cause)
        order = np.argsort(-self._near[own], kind="stable")[:SHOWN]
        return tuple(self._match(int(place)) for place in own[order])

    def first(self) -> list[Text]:
        """Return for each cause its nearest passage in either language."""
        places = {lang: owned.first(self._near).tolist() for lang, owned in self._owned.items()}
        return [
            Text(self._passages[en].text, self._passages[zh].text)
            for en, zh in zip(places["en"], places["zh"], strict=True)
        ]

    def _match(self, place: int) -> PassageMatch:
        passage = self._passages[place]
        return PassageMatch(
            text=passage.text,
            lang=passage.lang,
            kind=passage.kind,
            section=passage.section,
            lexical=float(self._scores["words"][place]),
            dense=float(self._scores["meaning"][place]),
            matched_by=tuple(name for name, scores in self._scores.items() if scores[place] >= _bar(scores)),
        )


def _bar(scores: Floats) -> float:
    """Return the score from which a passage is among the nearest of all."""
    rank = min(NEAREST, len(scores))
    return max(float(np.partition(scores, -rank)[-rank]), 1e-9)  # a passage that shares nothing is not near
