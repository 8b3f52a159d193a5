"""The gradient norm is many times the loss already at the first steps.

What is seen: the first gradients are in the tens or hundreds while the loss is that of guessing, or little more.
The derivative of cross-entropy by the outputs is at most sqrt(2) a sample; what is larger was made so on the way
back, by large inputs or by layers that amplify.
Reported when: the median of the first three norms is at least four times the first loss and chance.
Not observable: for regression and losses with further terms; where neither the number of classes is known nor an
accuracy, or a score of masks (IoU, Dice), says that there are any, or where the loss is a sum (it falls just as the
errors do); without three gradient norms and losses; in the log of a resumed run or of a pretrained network, whose
features are large and whose head is new.
Not to be confused with: a norm that grows in the course of the run (`grad_norm_growing`). A rate that is too
high does not show here: it cannot change the first gradient.
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, classes, has_chance
from lossclinic_kb.symptoms.quality import mask_scores
from lossclinic_kb.symptoms.units import falls_with_errors
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "grad_norm_large_from_start"
TITLE = Text("Gradient norm far above the loss from the first steps", "梯度范数从一开始就远大于损失")

_TIMES = 4.0
"""Usual initialisations start at a fifth of the loss up to twice of it, batch normalisation included."""

_ANY_USUAL = math.log(1000)
"""Above this a loss that falls in step with the errors is hardly a mean."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the first gradient norms with the first losses."""
    norm, loss = read_curve(run, "grad_norm"), read_curve(run, "train_loss")
    if norm is None or loss is None or len(norm) < 3 or len(loss) < 3:
        return not_observable(ID)
    if facts.get("pretrained") or not has_chance(facts) or not norm.from_start or not loss.from_start:
        return not_observable(ID)
    known, accuracy = classes(run, facts), accuracy_curve(run)
    chance = math.log(4) if known is None else known.chance  # four: as in `ignorance`
    first, level = float(np.median(norm.y[:3])), float(np.median(loss.y[:3]))
    if first < _TIMES * max(level, chance):
        return absent(ID)
    if known is None and (_summed(loss, accuracy) if accuracy is not None else not mask_scores(run)):
        return not_observable(ID)
    here = place(norm, 0)
    return report(
        ID,
        norm,
        0,
        2,
        Text(
            f"{norm.name} is about {number(first)} from {here.en} on, where {loss.name} is {number(level)}",
            f"{norm.name} 从{here.zh}起就有 {number(first)} 左右，而此时 {loss.name} 为 {number(level)}",
        ),
        norm=first,
        loss=level,
    )


def _summed(loss: Curve, accuracy: Curve) -> bool:
    """Return whether the loss is beyond what guessing costs from any usual number of classes, and stays in step."""
    return loss.start > _ANY_USUAL and falls_with_errors(loss, accuracy, loss.start) is True
