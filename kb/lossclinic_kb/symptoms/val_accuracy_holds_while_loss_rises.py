"""The validation loss rises while the validation accuracy holds or still rises.

What is seen: by its loss validation gets worse, by its answers it does not: the network grows too sure of itself.
Reported when: the validation loss ends 6 % and more above its lowest, beyond its scatter and mostly uphill since, and the
accuracy of the last evaluations is not a hundredth below that at the turn.
Not observable: without a validation loss and accuracy on one axis, or with fewer than five evaluations.
Not to be confused with: overfitting that costs answers, where both get worse.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import noise, read_curve, running_median, steadiness, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.pairs import pair
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.text import Text, number

ID = "val_accuracy_holds_while_loss_rises"
TITLE = Text("Validation loss rises, validation accuracy does not fall", "验证损失上升，验证准确率却没有下降")

_FEWEST = 5
"""A turn and a climb of three."""

_RISE = 0.06
_OF_IGNORANCE = 0.03
_SIGMAS = 3.0
_UPHILL = 0.5
"""Of the lowest; of what there was to learn; beyond the scatter of neighbouring evaluations; Kendall's tau of what came after the lowest."""

_HELD = 0.01
"""Of all answers: one in a hundred is the luck of one evaluation."""

_SKILL = 0.3
"""Of all answers: an accuracy near guessing has nothing to lose."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare both at the turn of the loss and at the end."""
    loss, accuracy = read_curve(run, "val_loss"), accuracy_curve(run, "val_acc")
    both = None if loss is None or accuracy is None else pair(loss, accuracy)
    if both is None or len(both) < _FEWEST:
        return not_observable(ID)
    smooth = running_median(both.mean, 3)
    turn = int(np.argmin(smooth))
    lowest, end = float(smooth[turn]), float(np.median(tail(both.mean, 0.1, at_least=2)))
    before = float(np.median(both.value[max(0, turn - 1) : turn + 2]))
    after = float(np.median(tail(both.value, 0.1, at_least=2)))
    train = read_curve(run, "train_loss")
    there = abs(both.mean[0]) if train is None else ignorance(run, facts, train)
    matters = max(_RISE * abs(lowest), _OF_IGNORANCE * there, _SIGMAS * noise(both.mean))
    if (
        end - lowest < matters
        or len(both) - turn < 3
        or steadiness(both.mean[turn:]) < _UPHILL
        or after < max(before - _HELD, _SKILL)
    ):
        return absent(ID)
    here = both.place(turn)
    evidence = Text(
        f"{both.fine.name} is lowest at {here.en} ({number(lowest)}) and ends at {number(end)}, while "
        f"{both.coarse.name} goes from {number(before)} to {number(after)}",
        f"{both.fine.name} 在{here.zh}最低（{number(lowest)}），最后为 {number(end)}，"
        f"而 {both.coarse.name} 从 {number(before)} 变到 {number(after)}",
    )
    return both.report(ID, turn, len(both) - 1, evidence, series=both.fine.name, lowest=lowest, end=end)
