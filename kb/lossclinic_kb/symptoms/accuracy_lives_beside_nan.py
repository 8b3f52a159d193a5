"""The loss is no number, and the accuracy beside it goes on taking different values, better than guessing.

What is seen: nan in the column of the loss, and in that of the accuracy .61, .64, .60, .67. Weights that are nan answer the
same for every sample; these are sound, so that nothing exploded. Only the loss is computed from a logarithm, a root or a
quotient of a few outputs that has no value, or its sum is broken on the way to the log.
Reported when: at four entries or more whose loss is nan or infinite, the accuracy of the same split takes four different
values or more, half of them beyond one and a half times guessing.
Not observable: without four such entries with an accuracy beside them; where the number of classes is neither stated nor implied,
guessing is what the lowest of all accuracies is, at least a tenth.
Not to be confused with: single losses that are missing and come back (`nonfinite_now_and_then`); an accuracy that stays at what
one answer gives, which is what broken weights leave (`accuracy_frozen`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import BoolArray, FloatArray, Role, Run, Series
from lossclinic_kb.symptoms.curve import Curve, finest, numbered
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "accuracy_lives_beside_nan"
TITLE = Text("Accuracy lives on beside a loss that is no number", "损失已是 NaN，准确率却仍在变化")

_SPLITS: tuple[tuple[Role, Role], ...] = (("train_loss", "train_acc"), ("val_loss", "val_acc"))

_FEWEST = 4
"""Entries and different values: weights that are nan give one, or two where sets of unequal size take turns."""

_BEYOND_GUESSING = 1.5
"""Times: batches of uneven classes make the share of a single answer differ by a third."""

_LEAST_GUESS = 0.1


def detect(run: Run, facts: Facts) -> Finding:
    """Look at the accuracies beside broken losses, of training first."""
    findings = [_of(run, facts, *roles) for roles in _SPLITS]
    seen = [finding for finding in findings if finding is not None]
    return next((finding for finding in seen if finding.present), seen[0]) if seen else not_observable(ID)


def _of(run: Run, facts: Facts, of_loss: Role, of_accuracy: Role) -> Finding | None:
    loss, accuracy = finest(run, of_loss), finest(run, of_accuracy)
    if loss is None or accuracy is None or len(loss) != len(accuracy):
        return None
    beside = _beside(loss, accuracy)
    if beside.sum() < _FEWEST:
        return None
    known, values = classes(run, facts), _shares(accuracy)
    guess = 1 / known.count if known is not None else max(_LEAST_GUESS, float(np.nanmin(values)))
    alive = values[beside]
    if len(np.unique(alive)) < _FEWEST or float(np.median(alive)) <= _BEYOND_GUESSING * guess:
        return absent(ID)
    return _found(loss, accuracy, np.flatnonzero(beside), alive)


def _beside(loss: Series, accuracy: Series) -> BoolArray:
    broken = ~loss.missing & ~np.isfinite(loss.values)
    return np.asarray(broken & ~accuracy.missing & np.isfinite(accuracy.values), dtype=np.bool_)


def _shares(accuracy: Series) -> FloatArray:
    values = np.where(np.isfinite(accuracy.values), accuracy.values, np.nan)
    return values / 100 if np.nanmax(values) > _BEYOND_GUESSING else values


def _found(
    loss: Series, accuracy: Series, entries: np.ndarray[tuple[int], np.dtype[np.intp]], alive: FloatArray
) -> Finding:
    unit, x = numbered(accuracy)
    curve, first, last = Curve(accuracy.name, unit, x, accuracy.values), int(entries[0]), int(entries[-1])
    here, there, different = place(curve, first), place(curve, last), len(np.unique(alive))
    low, high = number(float(alive.min())), number(float(alive.max()))
    evidence = Text(
        f"from {here.en} to {there.en} {loss.name} is no number {len(entries)} times, and {accuracy.name} beside it takes "
        f"{different} different values between {low} and {high}: the weights are sound",
        f"从{here.zh}到{there.zh}，{loss.name} 有 {len(entries)} 次不是数，而同时的 {accuracy.name} 有 {different} 个不同的值"
        f"（{low} 到 {high}）：权重本身没有坏",
    )
    return report(ID, curve, first, last, evidence, different=float(different), entries=float(len(entries)))
