"""Whether a log holds the loss of an opponent (`loss_d`, `critic/loss`) beside that of the network."""

from __future__ import annotations

import re

from lossclinic_kb.run import Run

_OPPONENTS = ("d", "dis", "disc", "discr", "discriminator", "netd", "critic")
_LOSS = ("loss", "losses", "err")
_IN_ONE_WORD = ("dloss", "lossd", "errd", "discloss")


def has_opponent(run: Run) -> bool:
    """Return whether one of the series is called the loss of an opponent."""
    return any(is_opponent(words_of(series.name)) for series in run.series)


def is_opponent(words: list[str]) -> bool:
    """Return whether the words of a name are those of the loss of an opponent."""
    both = any(word in _LOSS for word in words) and any(word in _OPPONENTS for word in words)
    return both or any(word in _IN_ONE_WORD for word in words)


def words_of(name: str) -> list[str]:
    """Return the words of a name, also of one in camel case: `netD_loss` and `lossD` hold "d" and "loss"."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]
