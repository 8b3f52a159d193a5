"""The loss falls fast, and from one entry to the next it stands still, far from done.

What is seen: an epoch or two of quick learning, then a level to which nothing is added any more: validation hardly moves in the
third digit. A network that has learned all it can arrives there gradually; one that stops within an entry was stopped by its
step size: a schedule that was over, updates that round to nothing.
Reported when: within the first half of the log the loss fell by a fifth, and from then on the training means stay within 10 %
and the evaluations within 2 %, without drift, above a quarter of the first value; the last win before it was at least five
times any later one. Where an accuracy is logged it is neither at guessing nor above .9.
Not observable: without means per epoch or validations (six entries); where losses reach zero or break; in a
contest of two networks; in the log of a resumed run or of a network that came trained.
Not to be confused with: a plateau that is reached slowly (`loss_plateau_high`); outputs that name one class for ever, which
costs ln K (`loss_exactly_at_chance`); the floor of a doubled softmax, where nearly all answers are right.
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.came_trained import came_trained
from lossclinic_kb.symptoms.curve import Curve, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, classes
from lossclinic_kb.symptoms.pairs import train_and_validation
from lossclinic_kb.symptoms.wording import place_at, spaced
from lossclinic_kb.text import Text, number

ID = "freezes_while_learning"
TITLE = Text("Learning stops dead while it went well", "学得正快时突然停住不动")

_FEWEST = 6
_MOST_EPOCHS = 40
"""Losses that are logged without validation are taken for means of epochs if they are no more than this, and not by step."""

_FINE = 4
"""Training losses for every evaluation: then the first one comes before anything was learned, and counts as an entry."""

_WON = 0.2
_LEVEL = 0.25
"""Of the first value: won before, and left after."""

_TRAIN_BAND, _VALIDATION_BAND = 0.1, 0.02
"""Of its level. Means over an epoch keep the scatter of dropout and augmentation; evaluations have none."""

_DRIFT = 0.1
"""Of what was won before: whoever is still learning wins more in the rest of the log."""

_ABRUPT = 5.0
"""Times any later win. A network that arrives gradually halves its wins from one entry to the next."""

_LEARNED, _GOOD = 0.15, 0.9
"""Above guessing; and what is as good as done."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look for the entry from which on nothing is won."""
    train = read_curve(run, "train_loss")
    if train is None or not train.from_start or train.broke or train.low <= 0 or adversarial(run, facts):
        return not_observable(ID)
    seen = _entries(run, train)
    if seen is None or len(seen[1]) < _FEWEST or came_trained(run, facts):
        return not_observable(ID)
    at, mean, validation = seen
    if not _half_learned(run, facts, train):
        return absent(ID)
    for entry in range(1, len(mean) // 2 + 1):
        if _frozen(mean, validation, entry):
            return _found(run, at, mean, validation, entry)
    return absent(ID)


def _entries(run: Run, train: Curve) -> tuple[FloatArray, FloatArray, FloatArray | None] | None:
    """Return where entries were made, the means of the training loss and the evaluations, the first of which may be NaN."""
    pairs = train_and_validation(run)
    if pairs is None or len(pairs) < _FEWEST - 1:
        by_epoch = train.unit != "step" and len(train) <= _MOST_EPOCHS
        return (train.x, train.y, None) if by_epoch else None
    if len(train) < _FINE * len(pairs):
        return pairs.at, pairs.mean, pairs.value
    first = max(train.start, float(pairs.mean[0]))
    return (
        np.concatenate((train.x[:1] if train.unit == pairs.unit else [0.0], pairs.at)),
        np.concatenate(([first], pairs.mean)),
        np.concatenate(([np.nan], pairs.value)),
    )


def _half_learned(run: Run, facts: Facts, train: Curve) -> bool:
    """Return whether the accuracy, where there is one, says that something was learned and much was not."""
    accuracy = accuracy_curve(run) or accuracy_curve(run, "val_acc")
    if accuracy is None:
        return True
    known = classes(run, facts)
    guess = math.exp(-train.start) if known is None else 1 / known.count
    return guess + _LEARNED <= accuracy.end <= _GOOD


def _frozen(mean: FloatArray, validation: FloatArray | None, entry: int) -> bool:
    late, won = mean[entry:], float(mean[0] - mean[entry])
    if won <= _WON * mean[0] or np.ptp(late) > _TRAIN_BAND * np.median(late):
        return False
    level = late if validation is None else validation[entry:]
    if np.median(level) < _LEVEL * mean[0] or (
        validation is not None and np.ptp(level) > _VALIDATION_BAND * np.median(level)
    ):
        return False
    at = np.arange(len(late)) - (len(late) - 1) / 2
    drift = float(at @ late / (at @ at)) * (len(late) - 1)
    last_win, later = float(mean[entry - 1] - mean[entry]), float(np.max(-np.diff(late)))
    return abs(drift) <= _DRIFT * won and last_win >= _ABRUPT * max(later, 1e-12)


def _found(run: Run, at: FloatArray, mean: FloatArray, validation: FloatArray | None, entry: int) -> Finding:
    pairs = train_and_validation(run)
    train = read_curve(run, "train_loss")
    assert train is not None
    unit = train.unit if validation is None or pairs is None else pairs.unit
    here, level = place_at(unit, float(at[entry])), float(np.median(mean[entry:]))
    evidence = Text(
        f"{train.name} falls from {number(float(mean[0]))} to {number(float(mean[entry]))} by {here.en}, and stays at about "
        f"{number(level)} from there on: no later entry wins a fifth of the last one",
        f"{train.name} 到{here.zh}已由 {number(float(mean[0]))} 降到 {number(float(mean[entry]))}，此后一直停在 {number(level)} 左右："
        f"后面再没有哪一次的降幅达到最后那次的五分之一",
    )
    where = (float(at[entry]), float(at[-1]))
    return Finding(ID, "present", spaced(evidence), where, train.name, numbers={"level": level})
