"""The validation loss moves a little, and always downward.

What is seen: figures that change in the third or fourth digit only, but at nearly every evaluation for the
better. Evaluations of the same samples have no noise of their own: the network does learn, far too slowly.
Reported when: of at least five evaluations nine in ten pairs are in falling order, and all together won between
0.05 and 12 % of the first, which was at the level where training began. Where the level of guessing is not known, the creep has
to be an unbroken straight line. A first evaluation that stands apart is left out: batch normalisation has not settled by then.
Not observable: without training and validation losses, with fewer than five evaluations; a creep that slows down where
the level of guessing is not known, for then a slow start and the slow end of an earlier training look alike; in
the log of a resumed run or of a network that came trained.
Not to be confused with: values that jitter about one level (vanished gradients), or do not change in any digit
(`val_bit_identical`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.came_trained import came_trained
from lossclinic_kb.symptoms.curve import read_curve, steadiness, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.settled import bend, settled
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "val_creeps_down"
TITLE = Text("Validation loss creeps down", "验证损失一点一点地降，次次都降")

_STEADY = -0.8
"""Kendall's tau: nine pairs in ten fall."""

_WON = (0.0005, 0.12)
"""Of the first evaluation: beyond rounding; less than any suitable rate wins."""

_AT_START = 0.85
"""Of what there was to learn: else the first epoch has taken most of the way, and a slow rest is ordinary."""


_UNBROKEN, _STRAIGHT, _WON_AT_MOST = -0.95, 0.9, 0.06
"""Kendall's tau, the second half's win as a share of the first's, and the whole win: what ends a training slows down, and a
network that came trained wins more than this where it is still in a straight descent."""

_FEWEST_STRAIGHT = 6


def detect(run: Run, facts: Facts) -> Finding:
    """Look at the order and the size of the steps between evaluations."""
    train, curve = read_curve(run, "train_loss"), read_curve(run, "val_loss")
    if train is None or curve is None or len(curve) < 5 or train.low <= 0 or came_trained(run, facts):
        return not_observable(ID)
    if not train.from_start or not curve.from_start or train.broke:
        return not_observable(ID)
    values = settled(curve.y)
    first = float(values[0])
    last = float(np.median(tail(values, 0.1, at_least=3 if len(values) >= 10 else 1)))
    won = (first - last) / first if first > 0 else 0.0
    at_start = first >= _AT_START * ignorance(run, facts, train) and train.end >= 0.8 * train.start
    if not at_start or not _WON[0] <= won <= _WON[1] or steadiness(values) > _STEADY:
        return absent(ID)
    if classes(run, facts) is None and (won > _WON_AT_MOST or not _unbroken(values)):
        return not_observable(ID)
    left_out = len(curve) - len(values)
    here, there = place(curve, left_out), place(curve, len(curve) - 1)
    return report(
        ID,
        curve,
        left_out,
        len(curve) - 1,
        Text(
            f"{curve.name} goes down step by step from {number(first)} at {here.en} to {number(float(curve.y[-1]))} at "
            f"{there.en}, {100 * won:.2g} % in {len(values)} evaluations",
            f"{curve.name} 从{here.zh}的 {number(first)} 一步步降到{there.zh}的 {number(float(curve.y[-1]))}，"
            f"{len(values)} 次验证一共只降了 {100 * won:.2g}%",
        ),
        first=first,
        last=float(curve.y[-1]),
    )


def _unbroken(values: FloatArray) -> bool:
    in_order = len(values) >= _FEWEST_STRAIGHT and steadiness(values) <= _UNBROKEN
    return in_order and bend(values) >= _STRAIGHT
