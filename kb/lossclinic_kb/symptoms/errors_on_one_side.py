"""What error is left sits in a part of the samples.

What is seen: validation error stays high, and while it comes down a little the mean absolute error falls faster than the
root mean squared one: most samples are met ever better, the others not at all. Predictions that cannot go below or
above a value (a sigmoid or ReLU behind the last layer) miss all targets on its other side.
Reported when: the mean absolute over the root mean squared error of validation starts between 0.77 and 0.88, as
evenly shaped errors do, falls by 0.04 or more, and the squared error ends at half of its first value or more.
Not observable: without a mean absolute and a mean squared error (or its root) of validation, four evaluations of both.
Not to be confused with: targets of which few are extreme: there the ratio is low from the first evaluation on.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.error_shape import error_shape
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "errors_on_one_side"
TITLE = Text("The error that is left sits in part of the samples", "剩下的误差集中在一部分样本上")

_FEWEST = 4
"""Three evaluations make the end, one the beginning."""

_EVEN = (0.77, 0.88)
"""Normal errors have 0.80, evenly spread ones 0.87. Skewed or heavy-tailed targets lie below."""

_FALLS = 0.04
"""Over trainings that can reach their targets the ratio moves by 0.01 while so much of the error is left; up to 0.03
with a batch of eight, or where noise is memorised. Outputs cut off on one side let it fall by 0.03 to 0.09."""

_LEFT = 0.5
"""Of the first squared error: where more was learned, what is left is the noise of the targets, of whatever shape."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the shape of the last errors with that of the first."""
    del facts
    seen = error_shape(run)
    if seen is None or len(seen) < _FEWEST:
        return not_observable(ID)
    first, last = float(seen.ratio[0]), float(np.median(seen.ratio[-3:]))
    left = float(np.median(seen.squares[-3:]) / seen.squares[0])
    if not _EVEN[0] <= first <= _EVEN[1] or first - last < _FALLS or not _LEFT <= left <= 1:
        return absent(ID)
    here, there = place(seen.sizes, 0), place(seen.sizes, len(seen) - 1)
    return report(
        ID,
        seen.sizes,
        0,
        len(seen) - 1,
        Text(
            f"{seen.sizes.name} over the root mean squared error falls from {number(first)} at {here.en} to {number(last)} "
            f"at {there.en}, while {left:.0%} of the squared error is left: it sits in ever fewer samples",
            f"{seen.sizes.name} 与均方根误差之比从{here.zh}的 {number(first)} 降到{there.zh}的 {number(last)}，而平方误差还剩 "
            f"{left:.0%}：误差越来越集中在少数样本上",
        ),
        first=first,
        last=last,
        left=left,
    )
