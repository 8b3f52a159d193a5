"""Training gets better, slowly, and validation not at all.

What is seen: the two curves part at the level of guessing: training leaves it downward, validation stays or
leaves it upward. What is learned holds for the training samples alone; there is nothing in it that carries over.
Reported when: the first evaluation is at the level of guessing, none is clearly better, and training has won 3 %
of the loss and ends 5 % below validation; or the training accuracy has gained four points, and the validation
accuracy stays within three points of 1 / K.
Not observable: without both losses on one axis, with fewer than three evaluations, or where the level of guessing
is not known and the log does not begin at the start, or goes on with a pretrained network.
Not to be confused with: overfitting, where validation learned first (`val_rises_while_train_falls`).
`val_never_learned` is the same seen later, once training has fallen far.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, classes
from lossclinic_kb.symptoms.pairs import Pairs, pair, train_and_validation
from lossclinic_kb.text import Text, number

ID = "only_training_improves"
TITLE = Text("Only training improves, validation stays at guessing", "只有训练在变好，验证一直停在随机水平")

_BEST = 0.97
_FIRST = 1.12
"""Of the level of guessing: what luck gives on a few hundred samples, and where an untrained network may start."""

_WON = 0.03
_APART = 0.05
"""Of the level of guessing: beyond the scatter of epoch means, and a gap that no lag of a mean explains."""

_GAINED = 0.04
_AT_CHANCE = 0.03
"""Of all answers: beyond and within the luck of some thousand and of some hundred samples."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare both losses with guessing, then both accuracies."""
    pairs = train_and_validation(run)
    if pairs is None or len(pairs) < 3:
        return not_observable(ID)
    known = classes(run, facts)
    begins = pairs.fine.from_start and pairs.fine.start > 0 and not facts.get("pretrained")
    if known is None and not begins:
        return not_observable(ID)
    chance = pairs.fine.start if known is None else known.chance
    by_loss = _by_loss(pairs, chance)
    if by_loss is not None:
        return by_loss
    return (None if known is None else _by_accuracy(run, 1 / known.count)) or absent(ID)


def _by_loss(pairs: Pairs, chance: float) -> Finding | None:
    end = float(np.median(tail(pairs.mean, 0.2)))
    validation = float(np.median(tail(pairs.value, 0.2)))
    best, first = float(pairs.value.min()), float(pairs.value[0])
    at_guessing = best >= _BEST * chance and first <= _FIRST * chance
    parted = end <= (1 - _WON) * chance and validation - end >= _APART * chance
    if not (at_guessing and parted):
        return None
    last = pairs.place(len(pairs) - 1)
    return pairs.report(
        ID,
        0,
        len(pairs) - 1,
        Text(
            f"{pairs.fine.name} falls to {number(end)} by {last.en}, {pairs.coarse.name} goes from {number(first)} to "
            f"{number(validation)}; guessing gives {number(chance)}",
            f"到{last.zh}，{pairs.fine.name} 降到 {number(end)}，{pairs.coarse.name} 却由 {number(first)} 变为 "
            f"{number(validation)}；随机猜测的水平是 {number(chance)}",
        ),
        train=end,
        validation=validation,
        chance=chance,
    )


def _by_accuracy(run: Run, share: float) -> Finding | None:
    train, validation = accuracy_curve(run, "train_acc"), accuracy_curve(run, "val_acc")
    both = None if train is None or validation is None else pair(train, validation)
    if both is None or len(both) < 3:
        return None
    end, beside = float(np.median(tail(both.mean, 0.3))), float(np.median(both.value))
    gained = min(end - float(both.mean[0]), end - float(np.median(tail(both.value, 0.3))), end - share)
    if gained < _GAINED or abs(beside - share) > _AT_CHANCE or abs(both.value[0] - share) > 2 * _AT_CHANCE:
        return None
    last = both.place(len(both) - 1)
    return both.report(
        ID,
        0,
        len(both) - 1,
        Text(
            f"{both.fine.name} rises to {number(end)} by {last.en}, {both.coarse.name} stays at about "
            f"{number(beside)}; guessing gives {number(share)}",
            f"到{last.zh}，{both.fine.name} 升到 {number(end)}，{both.coarse.name} 却停在 {number(beside)} 左右；"
            f"随机猜测就有 {number(share)}",
        ),
        train=end,
        validation=beside,
        chance=share,
    )
