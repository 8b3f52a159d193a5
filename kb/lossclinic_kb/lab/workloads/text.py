"""Text that comes with every Python: the language reference behind `help()`, as numbered characters."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import torch
from torch import Tensor

CHARACTERS = 120_000
"""How much of the text a run sees at most; more would not be read within seconds."""

UNKNOWN = 0
"""The number of all characters that are too rare to have one of their own."""


@lru_cache(maxsize=4)
def numbered_text(vocabulary: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return training and validation text, shape (n,) each, int64 numbers below `vocabulary`.

    Args:
        vocabulary: How many numbers there are; the most frequent characters have their own.
        seed: Draws which paragraphs are read and in which order; the last ones are held out for validation.
    """
    from pydoc_data.topics import topics

    paragraphs = sorted({part for name in topics for part in topics[name].lower().split("\n\n")})
    order = torch.randperm(len(paragraphs), generator=torch.Generator().manual_seed(seed)).tolist()
    text = "\n\n".join(paragraphs[index] for index in order)[:CHARACTERS]
    frequent = [character for character, _ in Counter(text).most_common(vocabulary - 1)]
    number = {character: rank for rank, character in enumerate(frequent, 1)}
    codes = torch.tensor([number.get(character, UNKNOWN) for character in text])
    cut = int(0.9 * len(codes))
    return codes[:cut], codes[cut:]


def windows(codes: Tensor, length: int) -> tuple[Tensor, Tensor]:
    """Return inputs and targets, shape (n, length) each: every target is the character that follows."""
    count = (len(codes) - 1) // length
    return codes[: count * length].view(count, length), codes[1 : count * length + 1].view(count, length)
