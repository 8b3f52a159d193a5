"""The training accuracy stops rising while many answers are still wrong.

What is seen: even on the data it is trained with the network gets no further: it underfits, or the labels cannot be
learned.
Reported when: with at most twenty classes, the training accuracy ends below 75 % and hardly rose over the second half
of the run; a validation accuracy, where there is one, ends below 75 % too; of two classes, only if the loss
knows no more than the answers show.
Not observable: without a training accuracy and a training loss of six values; with more classes, as in language
models, whose next word is open by nature, or with an unstated number and a first loss above that of ten, or first answers that
are right far more often than such a loss allows; in the log of a network that was trained before.
Not to be confused with: training on mixtures of samples, whose accuracy says little; an accuracy that is still rising; a task that is hard even for people, which no curve tells.
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.came_trained import came_trained
from lossclinic_kb.symptoms.curve import Curve, head, read_curve, running_median, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, classes, knows_more_than_it_answers
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "accuracy_stalls_low"
TITLE = Text("Training accuracy stalls at a low level", "训练准确率停在低位")

_FEWEST = 6
"""Two halves of three values."""

_POOR = 0.75
"""A quarter of the training data is got wrong: hardly anybody trains for that."""

_GAINED = 0.05
"""Of all answers, over the second half: another run as long would not change the picture."""

_MANY = 20
_UNKNOWN = 2.4
"""Classes; where their number is unknown, the first loss stands for it, a little above ln 10. That of a text is above 2.4
until more is learned than how frequent each character is (2.9)."""

_FEW = 10
"""Classes that a first loss may imply: beyond ln 10 it may as well be that of a text that has been learned from for some steps."""

_TIMES_GUESSING = 2.0
"""The first accuracy may be a mean over an epoch, in which some was learned; a text that is met with e^-2.4 a token is guessed in every third."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the ends of the second half of the training accuracy."""
    curve, loss = accuracy_curve(run, "train_acc"), read_curve(run, "train_loss")
    if curve is None or loss is None or min(len(curve), len(loss)) < _FEWEST or facts.get("pretrained"):
        return not_observable(ID)
    if not _few_classes(run, facts, loss) or came_trained(run, facts):
        return not_observable(ID)
    levels = running_median(curve.y, 3) if len(curve) >= 8 else curve.y
    later = levels[len(levels) // 2 :]
    before, after = float(np.median(head(later, 0.34))), float(np.median(tail(later, 0.34)))
    if after >= _POOR or after - before >= _GAINED or _answers_well(run):
        return absent(ID)
    if knows_more_than_it_answers(run, facts):
        return absent(ID)
    first = len(curve) // 2
    here = place(curve, first)
    evidence = Text(
        f"{curve.name} is {number(before)} at {here.en} and {number(after)} at the end",
        f"{curve.name} 在{here.zh}为 {number(before)}，到结束也只有 {number(after)}",
    )
    return report(ID, curve, first, len(curve) - 1, evidence, before=before, after=after)


def _few_classes(run: Run, facts: Facts, loss: Curve) -> bool:
    known = classes(run, facts)
    if known is not None and known.stated:
        return known.count <= _MANY
    if known is not None and known.count <= _FEW:
        return _began_by_guessing(run, 1 / known.count)
    return loss.start <= _UNKNOWN and _began_by_guessing(run, math.exp(-max(loss.start, 0.0)))


def _began_by_guessing(run: Run, guess: float) -> bool:
    """Return whether the first answers are right about as often as `guess`, a share: a text is guessed far better."""
    accuracy = accuracy_curve(run, "train_acc")
    return accuracy is None or float(accuracy.y[0]) <= _TIMES_GUESSING * guess


def _answers_well(run: Run) -> bool:
    validation = accuracy_curve(run, "val_acc")
    return validation is not None and float(np.median(tail(validation.y, 0.2))) >= _POOR
