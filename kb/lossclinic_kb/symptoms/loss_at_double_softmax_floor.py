"""The training loss has settled just above the floor of a doubled softmax, ln(1 + (K - 1) / e).

What is seen: outputs that were already squashed into 0 to 1 leave cross-entropy no room. The best it can
reach is 0.3133 for 2 classes, 1.461 for 10, 5.909 for 1000; every sample that is wrong with certainty adds
up to 1.
Reported when: no value of the whole log lies below the floor or more than 1 above it, the end is level, and
it lies where the training accuracy puts it (floor plus the share of errors); without an accuracy, within an
eighth of the way from the floor to chance.
Not observable: with fewer than four values; where K is not stated, unless the log has a training accuracy and either the first loss
implies K or, with 97 % right and more, the level itself does.
Not to be confused with: noisy labels or label smoothing, whose floors lie elsewhere, and any other stall
(`loss_plateau_high`). With 2 classes an ordinary loss of 0.33 is common: the accuracy decides.
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, block_medians, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import Classes, accuracy_curve, classes, has_chance, smoothed_floor
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_at_double_softmax_floor"
TITLE = Text("Training loss sits at the floor of a doubled softmax", "训练损失停在“两次 softmax”的下限")


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the settled level of the training loss with the floor."""
    curve = read_curve(run, "train_loss")
    accuracy = accuracy_curve(run)
    known = classes(run, facts) or _implied_by_floor(curve, accuracy, facts)
    # An implied K and a level: many losses of regression pass both tests.
    if curve is None or known is None or len(curve) < 4 or not (known.stated or accuracy):
        return not_observable(ID)
    floor, room = known.double_softmax_floor, known.chance - known.double_softmax_floor
    inside = (
        curve.low >= floor
        and bool(np.all(curve.y >= floor - 1e-3))
        and bool(np.all(curve.y <= floor + 1.001))
    )
    if not inside or not _level(curve, room):
        return absent(ID)
    share = None if accuracy is None else float(np.median(tail(accuracy.y, 0.1)))
    if not _at_floor(curve, known, share):
        return absent(ID)
    there = place(curve, len(curve) - 1)
    right = (
        Text("", "")
        if share is None
        else Text(f" with accuracy {number(share)}", f"，准确率却有 {number(share)}")
    )
    evidence = Text(
        f"{curve.name} ends at {number(curve.end)} ({there.en}){right.en} and was never below {number(float(curve.y.min()))}: "
        f"a second softmax over {known.count} classes cannot get below ln(1 + {known.count - 1}/e) = {number(floor)}",
        f"{curve.name} 到{there.zh}为 {number(curve.end)}{right.zh}，全程从未低于 {number(float(curve.y.min()))}："
        f"{known.count} 类再多做一次 softmax，损失的下限正是 ln(1 + {known.count - 1}/e) = {number(floor)}",
    )
    # The level alone may be a coincidence; with two classes, level and accuracy together sometimes are.
    strength = 1.0 if share is not None and known.count > 2 else 0.7
    return report(
        ID,
        curve,
        0,
        len(curve) - 1,
        evidence,
        strength=strength,
        level=curve.end,
        floor=floor,
        chance=known.chance,
    )


def _implied_by_floor(curve: Curve | None, accuracy: Curve | None, facts: Facts) -> Classes | None:
    """Return K where almost every answer is right, and the loss rests where a doubled softmax over K classes must.

    Label smoothing cannot be meant: what lifts the floor of K classes that high is no usual share.
    """
    if curve is None or accuracy is None or len(curve) < 4 or not has_chance(facts):
        return None
    right = float(np.median(tail(accuracy.y, 0.1)))
    count = round(1 + math.e * (math.exp(min(max(curve.end - (1 - right), 0.0), _HIGHEST)) - 1))
    if right < _ALMOST_ALL or not 3 <= count <= _MOST or curve.end < smoothed_floor(count, _SMOOTHED):
        return None
    return Classes(count, stated=False)


_ALMOST_ALL = 0.97
_MOST = 1000
_HIGHEST = 10.0
_SMOOTHED = 0.25
"""More than any share of label smoothing in use."""


def _level(curve: Curve, room: float) -> bool:
    quarters = block_medians(curve.y, 4)
    error = 1.25 * curve.noise * (8 / len(curve)) ** 0.5  # of the difference of two quarters
    moved = abs(float(quarters[-1] - quarters[-2]))
    # Else it is only passing by: a slow ordinary loss may cross the level, with 2 classes it often does.
    return bool(moved <= max(0.1 * room, 2 * error) and moved <= 0.15 * (curve.start - curve.end))


def _at_floor(curve: Curve, known: Classes, share: float | None) -> bool:
    floor, room = known.double_softmax_floor, known.chance - known.double_softmax_floor
    if share is None:  # nothing but the level: it must be close
        return curve.end - floor <= room / 8
    # Outputs of exactly 0 and 1 give floor + (1 - accuracy). Unsaturated ones give somewhat more. Below three in
    # four right, an ordinary cross-entropy that is still high lies in the same place.
    excess = curve.end - (floor + 1 - share)
    near = curve.end - floor <= 0.5 * room
    return near and share > max(0.75, 1.2 / known.count) and -0.1 * room <= excess <= 0.25 * room
