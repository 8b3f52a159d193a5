"""Whether the training loss is one side of a contest: then neither has to fall, for the other side learns as well."""

from __future__ import annotations

import re

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.levels import named

_SAID = ("adversarial", "gan", "wgan", "lsgan", "dcgan", "gail")
_OPPONENTS = ("d", "dis", "disc", "discriminator", "critic")


def adversarial(run: Run, facts: Facts) -> bool:
    """Return whether `facts` say so, or the log has the loss of an opponent (`loss_d`, `critic/loss`) beside it."""
    return named(facts, _SAID) or any(_is_opponent(series.name) for series in run.series)


def _is_opponent(name: str) -> bool:
    words = re.findall(r"[a-z]+", name.lower())
    return "loss" in words and any(word in _OPPONENTS for word in words)
