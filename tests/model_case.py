"""One case that every test of the language model looks at."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from lossclinic import Clinic, Diagnosis
from lossclinic_kb.text import Lang

FACTS = {"optimizer": "adam", "lr": 0.5, "classes": 10, "framework": "pytorch"}


def log(name: str = "train_loss") -> bytes:
    """Return a run whose loss and gradient norm grow until they are NaN at step 60."""
    lines = [f"step,{name},lr,grad_norm"]
    for i in range(300):
        loss = 2.3 * 1.2**i * (1 + 0.5 * math.sin(2 * i)) if i < 60 else math.nan
        lines.append(f"{i},{loss},0.5,{1.5**i if i < 60 else math.nan}")
    return ("\n".join(lines) + "\n").encode()


def diagnosed(lang: Lang = "en", name: str = "train_loss", **config: Any) -> Diagnosis:
    """Return the diagnosis of the case without a model."""
    return Clinic().diagnose(log(name), config={**FACTS, **config}, lang=lang)


@cache
def plain(lang: Lang = "en") -> Diagnosis:
    """Return the same diagnosis, made once."""
    return diagnosed(lang)
