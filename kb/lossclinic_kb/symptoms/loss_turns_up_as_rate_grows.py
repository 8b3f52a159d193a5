"""The loss turns and climbs while the learning rate is being raised.

What is seen: a rate that only goes up, and a loss that is best at some rate on the way and gets worse with every further one.
Reported when: the rate never falls; the lowest of the smoothed losses lies in the first nine tenths of the log and below four fifths of the
first; by the end the rate is five times what it was there, and the loss twice.
Not observable: without learning rates beside the training loss, with fewer than eight of both, or for losses that reach 0.
Not to be confused with: a warm-up that ends, after which the rate stays or falls; a jump where a schedule raises the rate
at once (`loss_jumps_with_lr`). It is meant in a range test, which is there to find that place.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve, running_median
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_turns_up_as_rate_grows"
TITLE = Text("Loss turns up while the rate is raised", "学习率一路上升，损失掉头变差")

_FEWEST = 8

_LATEST, _FELL = 0.9, 0.8
"""Of the log, and of the first loss: it was on its way down before it turned."""

_RATE, _LOSS = 5.0, 2.0
"""By the end, times what they were at the lowest loss: the rate that suits a network leaves it a factor of three to both sides."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Set the loss against the rate at which it was lowest."""
    loss, rate = read_curve(run, "train_loss"), read_curve(run, "lr")
    if loss is None or rate is None or min(len(loss), len(rate)) < _FEWEST or loss.unit != rate.unit:
        return not_observable(ID)
    if loss.y.min() <= 0 or np.any(np.diff(rate.x) < 0):
        return not_observable(ID)
    smooth, beside = running_median(loss.y), np.interp(loss.x, rate.x, rate.y)
    lowest = int(np.argmin(smooth))
    there, then = float(smooth[lowest]), float(beside[lowest])
    raised = bool(np.all(np.diff(rate.y) >= 0)) and then > 0 and float(rate.y[-1]) >= _RATE * then
    turned = lowest < _LATEST * len(loss) and there <= _FELL * float(smooth[0])
    if not (raised and turned and float(smooth[-1]) >= _LOSS * there):
        return absent(ID)
    here, last = place(loss, lowest), len(loss) - 1
    evidence = Text(
        f"{loss.name} is lowest near {here.en} ({number(there)}), where {rate.name} is {number(then)}; {rate.name} goes on to "
        f"{number(float(rate.y[-1]))}, and {loss.name} to {number(float(smooth[-1]))}",
        f"{loss.name} 在{here.zh}附近最低（{number(there)}），当时 {rate.name} 为 {number(then)}；之后 {rate.name} 一直升到 "
        f"{number(float(rate.y[-1]))}，{loss.name} 也升到 {number(float(smooth[-1]))}",
    )
    return report(ID, loss, lowest, last, evidence, low=there, rate=then)
