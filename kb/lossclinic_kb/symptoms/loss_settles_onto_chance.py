"""The loss starts a little above chance, comes down onto it, and stays there.

What is seen: a descent of half a percent to a tenth that ends exactly at ln K. The outputs were not all alike at
first, so something was there to be unlearned; once the output layer has made them alike, nothing follows.
Reported when: the mean of the first eighth is 0.4 to 12 % above ln K, that of the last quarter within 0.25 % of
it and at most half as far off, and no eighth is more than 0.4 % below.
Not observable: where K is neither stated nor implied by the first loss; with fewer than eight values; in the log
of a resumed run.
Not to be confused with: a loss that is at ln K from the first value on (units dead or weights zero before
training), one that stays above it (nothing is updated), and one that goes on below it (a rate that is too low).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_settles_onto_chance"
TITLE = Text("Loss comes down onto chance and stays there", "损失从略高处落到随机水平，然后不再动")

_ABOVE = (0.004, 0.12)
"""Of ln K. Answers that are nearly alike scatter less than that; usual initialisations are within a tenth."""

_FAR = 1e3
"""Times ln K. How far off it is does not matter there."""

_ONTO = 0.0025
"""Of ln K: the scatter of the class shares from batch to batch, and what the biases follow of it."""


def detect(run: Run, facts: Facts) -> Finding:
    """Set the means of eight stretches against ln K."""
    curve, known = read_curve(run, "train_loss"), classes(run, facts)
    if curve is None or known is None or len(curve) < 8 or not curve.from_start or curve.broke:
        return not_observable(ID)
    shares = (
        np.clip(curve.y / known.chance, -_FAR, _FAR) - 1
    )  # losses that diverge must not overflow the means
    means = np.array([part.mean() for part in np.array_split(shares, 8)])
    first, last = float(means[0]), float(means[-2:].mean())
    low, high = _ABOVE
    if not low <= first <= high or abs(last) > min(_ONTO, first / 2) or float(means.min()) < -low:
        return absent(ID)
    begin, there = place(curve, 0), place(curve, len(curve) - 1)
    value, end = (known.chance * (1 + share) for share in (first, last))
    return report(
        ID,
        curve,
        0,
        len(curve) - 1,
        Text(
            f"{curve.name} is {number(value)} on average in the first eighth ({begin.en} on) and {number(end)} in the last "
            f"quarter (to {there.en}); ln {known.count} is {number(known.chance)}",
            f"{curve.name} 前八分之一（{begin.zh}起）平均为 {number(value)}，最后四分之一（到{there.zh}）平均为 {number(end)}，"
            f"而 ln {known.count} = {number(known.chance)}",
        ),
        first=value,
        last=end,
    )
