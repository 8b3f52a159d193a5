"""Telling a question about training from any other, with any encoder.

How near a question is to the knowledge base means something only on the scale of its encoder: unrelated texts have a
cosine of 0.1 with one and of 0.7 with another. So both ends of the scale are measured when an index is built.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lossclinic_kb.retrieval.fuse import Owners, best_per_cause
from lossclinic_kb.retrieval.passage import CauseMatch

RELEVANT = 0.5
"""From here on a question is taken to be about training."""
_HALF = 0.35
"""Where on the scale the two are equally likely: low, because turning away a real question is the worse mistake."""
_WIDTH = 0.08
"""How fast the one turns into the other; questions of one kind scatter by about twice as much."""
ELSEWHERE = (
    "how long should I boil potatoes",
    "is there a night train from Vienna to Venice",
    "recommend me a crime novel for the holidays",
    "my knee hurts when I climb stairs",
    "how do I renew my driving licence",
    "what does this contract clause mean",
    "why is the sky blue",
    "how to fix a leaking tap",
    "which phone has the best camera",
    "write a function that reverses a linked list",
    "my laptop battery drains too fast",
    "thanks a lot, see you tomorrow",
    "土豆要煮多久",
    "从上海到杭州怎么坐车",
    "推荐一部好看的电影",
    "膝盖疼应该看哪个科",
    "驾照怎么换证",
    "这条合同条款是什么意思",
    "天空为什么是蓝色的",
    "水龙头漏水怎么修",
    "哪款手机拍照最好",
    "用 Java 写一个链表反转",
    "笔记本电池掉电很快",
    "谢谢，明天见",
)
"""What people ask who ask about something else."""


@dataclass(frozen=True)
class Levels:
    """The scale of an encoder.

    Attributes:
        off: Nearness to the knowledge base of questions about anything else.
        on: Nearness of the knowledge base's own passages to the rest of it.
    """

    off: float
    on: float


def measure_levels(
    vectors: NDArray[np.float32], owners: Owners, count: int, elsewhere: NDArray[np.float32]
) -> Levels:
    """Return both ends of the scale.

    Args:
        vectors: Vectors of the passages, shape (n, d).
        owners: Their causes, shape (n,).
        count: Number of causes, at least two.
        elsewhere: Vectors of questions about anything else, shape (m, d).
    """
    off = [best_per_cause(cosines, owners, count).mean() for cosines in (elsewhere @ vectors.T).astype(float)]
    on = []
    for place in range(0, len(vectors), max(1, len(vectors) // 200)):  # two hundred passages settle a median
        best = best_per_cause((vectors @ vectors[place]).astype(float), owners, count)
        on.append(np.delete(best, owners[place]).mean())
    return Levels(off=float(np.median(off)), on=float(np.median(on)))


def relevance(matches: Sequence[CauseMatch], levels: Levels) -> float:
    """Return how probable it is, 0 to 1, that the question behind `matches` is about training.

    It goes by the mean over all causes of the nearest passage: a stray question may hit one passage by chance, but a
    question about training is somewhat near to all of them.

    Args:
        matches: All causes, as `find` returns them.
        levels: The scale of the encoder.
    """
    nearness = sum(match.dense for match in matches) / len(matches)
    position = (nearness - levels.off) / max(levels.on - levels.off, 1e-6)
    return 1 / (1 + math.exp(min((_HALF - position) / _WIDTH, 700)))
