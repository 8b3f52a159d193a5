"""Each wrong answer on validation costs seven nats or more: the network is sure where it is wrong.

What is seen: a validation loss that is far too large for its accuracy: 2.4 where eight of ten answers are right.
Reported when: over the last third of the evaluations the validation loss is 7 times the share of wrong answers, and
at least 3 % are wrong. An error costs 7 nats where the right class was left a probability below .001; a network
that knows what it does not know pays 2 to 4.
Not observable: without loss and accuracy of validation in three places; for losses for which guessing does not cost
ln K; where the loss is a sum over the batch.
Not to be confused with: a validation loss that rises while the accuracy holds (`val_accuracy_holds_while_loss_rises`),
the course by which it comes to this; outputs of exactly 0 and 1 (`outputs_saturated`). It is no fault by itself: long
training on a set that is learned by heart leads here.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes, has_chance
from lossclinic_kb.symptoms.splits import loss_and_accuracy
from lossclinic_kb.text import Text, number

ID = "val_errors_cost_much"
TITLE = Text("Wrong answers given with great confidence", "验证集上错得非常自信")

_MUCH = 7.0
"""Nats: the cost of a confidence of .999 in something else. Guessing costs as much from a thousand classes on."""

_WRONG = 0.03
"""Of the answers: fewer errors are a handful, of which one can be labelled wrong and cost anything."""

_LAST = 3
"""A third of the run, at least two evaluations: a single one can be an accident."""


def detect(run: Run, facts: Facts) -> Finding:
    """Divide the loss by the share of wrong answers where the run ends."""
    if not has_chance(facts):
        return not_observable(ID)
    side, known = loss_and_accuracy(run, "val"), classes(run, facts)
    if side is None or len(side) < _LAST or (known is not None and known.unit > 1):
        return not_observable(ID)
    first = len(side) - max(2, len(side) // _LAST)
    losses, errors = side.mean[first:], 1 - np.clip(side.value[first:], 0, 1)
    loss, wrong = float(np.median(losses)), float(np.median(errors))
    if wrong < _WRONG:
        return absent(ID)
    cost = float(np.median(losses / np.maximum(errors, _WRONG)))
    if cost < _MUCH:
        return absent(ID)
    begin, end = side.place(first), side.place(len(side) - 1)
    evidence = Text(
        f"from {begin.en} to {end.en} {side.fine.name} is about {number(loss)} with {number(wrong)} of the answers wrong: "
        f"{number(cost)} for each of them; one that leaves the right class a thousandth costs 6.908",
        f"从{begin.zh}到{end.zh}，{side.fine.name} 约为 {number(loss)}，错误率为 {number(wrong)}：平均每个错误的损失为 "
        f"{number(cost)}，而只给正确类别千分之一的概率，损失也才 6.908",
    )
    return side.report(
        ID, first, len(side) - 1, evidence, series=side.fine.name, cost=cost, loss=loss, wrong=wrong
    )
