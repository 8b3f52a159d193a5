"""The validation loss never gets better than where an untrained network starts, while training falls far.

What is seen: training looks fine; validation stays at the chance level, or leaves it upward.
Reported when: training lost more than a third of its loss, no evaluation is clearly better than chance (ln K
where the number of classes is known, otherwise the first training loss), and the first one was still near it.
Not observable: without both losses on one axis, with fewer than three evaluations, or when the log begins
after the start of training and the number of classes is unknown, or goes on with a pretrained network.
Not to be confused with: a validation loss that is several times chance from the first evaluation on, or whose
accuracy is good nevertheless (`val_far_above_train_from_start`); one that was good once and climbed
(`val_rises_while_train_falls`).
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, classes
from lossclinic_kb.symptoms.pairs import Pairs, train_and_validation
from lossclinic_kb.text import Text, number

ID = "val_never_learned"
TITLE = Text("Validation never learns", "验证集始终学不会")

_BETTER = 0.93
"""A few percent below chance is what a sample of some hundred does by luck, or the class shares explain."""

_NEAR = 1.6
"""A first evaluation beyond this multiple of chance may be a sum, or a network that is confident on foreign
data; without an accuracy at chance beside it, it is no sign that nothing was learned."""

_TRAIN_FELL = 2 / 3
"""Training must have lost a third at least; before that nobody expects anything of validation."""

_SOME_SKILL = 0.25
"""An accuracy a quarter of the way from chance to perfect is something learned, whatever the loss says."""

_NO_SKILL = 0.1
"""The best of many evaluations of a small set lies this far above chance by luck."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare every evaluation with the level of an untrained network."""
    pairs = train_and_validation(run)
    if pairs is None or len(pairs) < 3 or facts.get("pretrained"):
        return not_observable(ID)
    start = _untrained(run, facts, pairs)
    if start is None:
        return not_observable(ID)
    best, first = float(pairs.value.min()), float(pairs.value[0])
    end = float(np.median(tail(pairs.mean, 0.1)))
    skill = _skill(run, facts, start)
    if best < _BETTER * start or end > _TRAIN_FELL * start or (skill is not None and skill > _SOME_SKILL):
        return absent(ID)
    if first > _NEAR * start and (skill is None or skill > _NO_SKILL):
        return absent(ID)
    return _found(pairs, best, start, end, guessing=classes(run, facts) is not None)


def _found(pairs: Pairs, best: float, start: float, end: float, *, guessing: bool) -> Finding:
    here = pairs.place(int(pairs.value.argmin()))
    what = (
        Text("guessing", "随机猜测")
        if guessing
        else Text(f"the first {pairs.fine.name}", f"最初的 {pairs.fine.name}")
    )
    return pairs.report(
        ID,
        0,
        len(pairs) - 1,
        Text(
            f"the best {pairs.coarse.name} is {number(best)} ({here.en}), not clearly better than {what.en} "
            f"({number(start)}), while {pairs.fine.name} falls to {number(end)}",
            f"{pairs.coarse.name} 最好也只有 {number(best)}（{here.zh}），不比{what.zh}（{number(start)}）好多少，"
            f"而 {pairs.fine.name} 已降到 {number(end)}",
        ),
        best=best,
        untrained=start,
        train_end=end,
    )


def _untrained(run: Run, facts: Facts, pairs: Pairs) -> float | None:
    known = classes(run, facts)
    if known is not None:
        return known.chance
    # A level to compare with by ratio must be positive.
    start = pairs.fine.start
    return start if pairs.fine.from_start and start > 0 else None


def _skill(run: Run, facts: Facts, start: float) -> float | None:
    """Return how far the best validation accuracy got from chance (0) to perfect (1); None where not logged."""
    curve = accuracy_curve(run, "val_acc")
    if curve is None:
        return None
    known = classes(run, facts)
    chance = 1 / known.count if known is not None else min(0.5, math.exp(-start))
    return (float(curve.y.max()) - chance) / (1 - chance)
