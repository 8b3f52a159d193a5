"""The loss breaks when it has become small.

What is seen: the training goes well, the loss falls to a small part of its first value, and then it is NaN or
infinite: a division by, or a logarithm or root of, something that training drives to zero.
Reported when: the last losses before the break, none of which was negative, are below a tenth of the first one.
Not observable: where no loss breaks, or with fewer than four values before the break.
Not to be confused with: a rate that is too high from the start, which breaks a loss that is high
(`nonfinite_after_growth`); a loss that falls below 0 and on (`loss_negative`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.breaks import first_break
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "nonfinite_at_low_loss"
TITLE = Text("Loss breaks when it is low", "损失降得很低之后才变成非数")

_FEWEST = 4
_LAST = 3
"""The losses of single batches scatter by factors once they are small."""

_LEFT = 0.1
"""Of the first loss: most samples are fitted then, and what can only go to zero is near it."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Compare the losses right before the break with the first one."""
    found = first_break(run)
    if found is None:
        return not_observable(ID)
    before = found.before[np.isfinite(found.before)]
    if len(before) < _FEWEST:
        return not_observable(ID)
    first, last = float(before[0]), float(np.median(before[-_LAST:]))
    if before.min() < 0 or last >= _LEFT * first:
        return absent(ID)
    here = place(found.curve, found.index)
    value = number(float(found.series.values[found.index]))
    return report(
        ID,
        found.curve,
        found.index,
        found.index,
        Text(
            f"{found.series.name} had fallen from {number(first)} to about {number(last)} when it turned {value} at "
            f"{here.en}",
            f"{found.series.name} 已经从 {number(first)} 降到约 {number(last)}，到{here.zh}才变成 {value}",
        ),
        first=first,
        before=last,
    )
