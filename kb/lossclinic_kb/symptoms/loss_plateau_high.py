"""The training loss fell and then stalled at a high level.

What is seen: a descent at first, then a level stretch that ends far from zero.
Reported when: the loss has won at least 15 % of its first value, the last two fifths of the log are level,
and that level is above half of chance (K stated), or 60 % of the first value (K not stated); with more than
20 classes, as of characters and words, above three quarters. The floor of label smoothing is allowed for, and two
classes of which three in four answers are right, at a loss that so few errors cost anyway.
Not observable: with fewer than five values; for adversarial losses and those that reach zero or less; where K is not stated,
unless the first loss is a usual chance level, or the training accuracy ends below 75 % and the first loss is no
more than ln 12.
Not to be confused with: a loss that never fell (`loss_flat`, `loss_at_chance`), one that is still falling
(`loss_still_falling`, `loss_falls_slowly`). A task may simply be hard; no curve tells.
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.curve import Curve, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import NEAR, Classes, accuracy_curve, classes, known_floor
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_plateau_high"
TITLE = Text("Training loss stalls at a high level", "训练损失下降后停在高位")


_MANY = 20
_FREQUENCIES = 0.75
"""With so many classes as those of a text, the next is often open: its entropy leaves a language model at half of
ln K and more. Knowing only how frequent each character or word is takes a quarter off ln K already."""

_MOSTLY_RIGHT = 0.75
"""Of the answers: half of the way from guessing between two to perfect."""

_SEVERAL = 12
"""A first loss above the logarithm of this may be that of a text that has been learned from for some steps."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look for a level stretch at the end of the training loss, far above zero."""
    curve = read_curve(run, "train_loss")
    if curve is None or len(curve) < 5 or curve.low <= 0 or adversarial(run, facts):
        return not_observable(ID)
    known = classes(run, facts)
    stated = known is not None and known.stated
    if not stated and not _comparable(run, facts, curve, known):
        return not_observable(ID)
    floor = known_floor(known, facts) if known is not None else 0.0
    reference = known.chance if known is not None and known.stated else curve.start
    if (
        not _high(curve, floor, reference, known)
        or not _stalled(curve)
        or _as_good_as_its_answers(run, curve, known)
    ):
        return absent(ID)
    first = int(0.6 * len(curve))
    here, value = place(curve, first), number(reference)
    stood = (
        Text(f"chance is {value}", f"随机猜测为 {value}")
        if stated
        else Text(f"it started at {value}", f"起点为 {value}")
    )
    evidence = Text(
        f"{curve.name} has been level at about {number(curve.end)} since {here.en}; {stood.en}",
        f"{curve.name} 从{here.zh}起停在 {number(curve.end)} 左右不再下降；{stood.zh}",
    )
    strength = 1.0 if stated else 0.7  # the first value may be an average over much that was learned
    return report(
        ID, curve, first, len(curve) - 1, evidence, strength=strength, level=curve.end, start=curve.start
    )


def _comparable(run: Run, facts: Facts, curve: Curve, known: Classes | None) -> bool:
    """Whether a high level means little learned, although K is not stated.

    It does where the first loss is a known chance level, or the training accuracy is poor and the first loss that
    of some twelve classes at most: accuracies of language models are poor by nature. Regressions,
    contrastive losses and language models settle high by nature, and so does whatever was trained before.
    """
    accuracy = accuracy_curve(run)
    few = accuracy is not None and curve.start <= math.log(_SEVERAL)
    poor = accuracy is not None and few and accuracy.end < 0.75
    # A first loss near ln 3 alone may be the variance of a target; near ln 1000 it hardly is. One near ln 20 may
    # be that of some thirty characters after a few steps.
    implied = known is not None and (few or known.count >= 100)
    return not facts.get("pretrained") and (implied or poor)


def _high(curve: Curve, floor: float, reference: float, known: Classes | None) -> bool:
    if curve.start - curve.end < 0.15 * curve.start:  # less may be the luck of the first batches
        return False
    share = (curve.end - floor) / (reference - floor)
    least = _FREQUENCIES if known is not None and known.count > _MANY else 0.0
    if known is not None and known.stated:
        # Overlapping classes keep a healthy network at a third or so of chance.
        return max(0.5, least) <= share <= 1 - NEAR
    return share >= max(0.6, least)  # the first value may already be an average over an epoch of learning


def _as_good_as_its_answers(run: Run, curve: Curve, known: Classes | None) -> bool:
    """Whether a choice between two is mostly right, and costs what a network pays that knows how often it errs.

    Clicks, defaults and opinions are foreseen in part: the entropy of what is left is a floor, and half of ln 2 or more.
    """
    accuracy = accuracy_curve(run)
    if known is None or known.count != 2 or accuracy is None or not _MOSTLY_RIGHT <= accuracy.end < 1:
        return False
    errors = 1 - accuracy.end
    entropy = -errors * math.log(errors) - (1 - errors) * math.log(1 - errors)
    return curve.end <= known.unit * entropy


def _stalled(curve: Curve) -> bool:
    early, late = np.array_split(tail(curve.y, 0.4, at_least=4), 2)
    won = curve.start - curve.end
    error = 1.25 * curve.noise * (2 / len(late)) ** 0.5  # of the difference of two medians
    fell = float(np.median(early) - np.median(late))
    # Less than 4 % of the descent in a fifth of the log, or no more than noise explains: another log as long would
    # not win a quarter of it. Where noise could hide a tenth of the descent, nothing can be said to be level.
    return bool(abs(fell) <= max(0.04 * won, 1.5 * error) and error <= 0.1 * won)
