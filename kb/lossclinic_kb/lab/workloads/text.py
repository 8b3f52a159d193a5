"""Text that comes with every Python: the language reference behind `help()`, as numbered characters."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Sequence
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
    text = _prose(seed)
    codes = numbered(text, frequent_characters(text, vocabulary))
    cut = int(0.9 * len(codes))
    return codes[:cut], codes[cut:]


def frequent_characters(text: str, vocabulary: int) -> list[str]:
    """Return the characters of `text` that get a number of their own, the most frequent first."""
    return [character for character, _ in Counter(text).most_common(vocabulary - 1)]


def numbered(text: str, characters: Sequence[str]) -> Tensor:
    """Return `text` as numbers, shape (n,): 1 for the first of `characters`, `UNKNOWN` for all that are not among them."""
    number = {character: rank for rank, character in enumerate(characters, 1)}
    return torch.tensor([number.get(character, UNKNOWN) for character in text])


@lru_cache(maxsize=1)
def program_text(vocabulary: int) -> Tensor:
    """Return the source of some of Python's modules, shape (n,), in the numbers of the prose of seed 0."""
    import argparse
    import ast
    import dataclasses

    text = "".join(inspect.getsource(module) for module in (argparse, ast, dataclasses)).lower()
    return numbered(text, frequent_characters(_prose(0), vocabulary))


def _prose(seed: int) -> str:
    from pydoc_data.topics import topics

    paragraphs = sorted({part for name in topics for part in topics[name].lower().split("\n\n")})
    order = torch.randperm(len(paragraphs), generator=torch.Generator().manual_seed(seed)).tolist()
    return "\n\n".join(paragraphs[index] for index in order)[:CHARACTERS]


def windows(codes: Tensor, length: int) -> tuple[Tensor, Tensor]:
    """Return inputs and targets, shape (n, length) each: every target is the character that follows."""
    count = (len(codes) - 1) // length
    return codes[: count * length].view(count, length), codes[1 : count * length + 1].view(count, length)
