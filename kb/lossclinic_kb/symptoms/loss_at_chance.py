"""The training loss has settled at chance, ln K for K classes.

What is seen: the second half of the log lies at the loss of a network that gives every class the same
probability: 0.6931 for 2 classes, 2.303 for 10, 6.908 for 1000.
Reported when: the medians of the last three sixths of the log all lie between 3 % below and 10 % above ln
K. Where K is not stated, it is taken from the first loss, and the loss must never have left that level.
Not observable: with fewer than four values; where K is neither stated nor implied; for regression.
Not to be confused with: the lower level of a network that has learned how often each class occurs
(`loss_plateau_high`), the floor of a doubled softmax (`loss_at_double_softmax_floor`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import block_medians, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import NEAR, classes
from lossclinic_kb.symptoms.wording import report, span
from lossclinic_kb.text import Text, number

ID = "loss_at_chance"
ABOVE = 0.1
"""A share of ln K: outputs that sway by half a unit about their mean cost a tenth of ln K at most."""

TITLE = Text("Training loss sits at chance level", "训练损失停在随机猜测的水平")


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the settled level of the training loss with ln K."""
    curve = read_curve(run, "train_loss")
    known = classes(run, facts)
    if curve is None or known is None or len(curve) < 4:
        return not_observable(ID)
    sixths = block_medians(curve.y, min(6, len(curve)))
    settled = sixths[len(sixths) // 2 :]
    if not known.stated:  # a loss that only passes by ln 3 must not make the task one of 3 classes
        settled = sixths
    # A network that is kicked about without learning lies somewhat above chance, never below it.
    above = ABOVE if known.stated else NEAR
    if np.any(settled < (1 - NEAR) * known.chance) or np.any(settled > (1 + above) * known.chance):
        return absent(ID)
    first = len(curve) - sum(len(part) for part in np.array_split(curve.y, len(sixths))[-len(settled) :])
    level, chance = float(np.median(settled)), number(known.chance)
    where = span(curve, first, len(curve) - 1)
    guess = (
        Text("", "")
        if known.stated
        else Text(", the number of classes its first value implies", "（类别数由初始损失推断）")
    )
    evidence = Text(
        f"{curve.name} lies at {number(level)} {where.en}; guessing among {known.count} classes gives "
        f"ln {known.count} = {chance}{guess.en}",
        f"{curve.name} {where.zh}停在 {number(level)}，而在 {known.count} 个类别中瞎猜的损失就是 ln {known.count} = {chance}{guess.zh}",
    )
    strength = 1.0 if known.stated else 0.7  # an inferred K rests on one number
    return report(
        ID, curve, first, len(curve) - 1, evidence, strength=strength, level=level, chance=known.chance
    )
