"""Whether an accuracy lies below what guessing gives: then something is learned, and taken for its opposite."""

from __future__ import annotations

from typing import Literal

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import head, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, classes, count_at, has_chance
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

_FEWEST = 3
"""One value may be that of a rare class."""

_BELOW = 0.6
"""Of 1 / K: a network that always names the rarest of uneven classes is rarely that bad."""

_MOST = 20
"""Classes: of more, a small set may hold none of the right ones by luck."""

_RISEN = 0.03
"""Of all answers: an accuracy that is on its way up is merely early."""


def find_below_chance(symptom: str, role: Literal["train_acc", "val_acc"], run: Run, facts: Facts) -> Finding:
    """Compare the level at which the accuracy ends with guessing."""
    curve = accuracy_curve(run, role)
    count = _count(run, facts)
    if curve is None or count is None or len(curve) < _FEWEST or count > _MOST:
        return not_observable(symptom)
    level = float(np.median(tail(curve.y, 0.5, at_least=2)))
    if level >= _BELOW / count or level > float(np.median(head(curve.y, 0.1))) + _RISEN:
        return absent(symptom)
    first = len(curve) // 2
    chance = number(1 / count)
    evidence = Text(
        f"{curve.name} stays at about {number(level)} over the second half; guessing gives {chance}",
        f"{curve.name} 后半程停在 {number(level)} 左右，而随机猜测就有 {chance}",
    )
    return report(symptom, curve, first, len(curve) - 1, evidence, level=level, chance=1 / count)


def _count(run: Run, facts: Facts) -> int | None:
    """Return K, also where the sign of the loss is turned: its first level still tells."""
    known = classes(run, facts)
    if known is not None:
        return known.count
    loss = read_curve(run, "train_loss")
    if loss is None or not has_chance(facts) or not loss.from_start or loss.start >= 0:
        return None
    return count_at(-loss.start)
