"""The loss jumps up where the learning rate does.

What is seen: a step in the rate column, and at the same place a step upward in the loss.
Reported when: the rate rises by half or more at once, after the first values, and the loss after it lies higher
than before by a tenth of what there was to learn and by far more than it scatters.
Not observable: without a rate and a training loss on one axis, or with fewer than six values of either.
Not to be confused with: a step decay, after which the loss falls; the rise of a warm-up, during which the loss
falls too; warm restarts, which shake the loss by much less.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, noise, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_jumps_with_lr"
TITLE = Text("Loss jumps when the learning rate changes", "学习率一变损失就跳升")

_FEWEST = 6
"""Three values before a step and three after it."""

_STEP = 1.5
"""A rate that rises by half at once is a step; warm-ups rise by less once they are under way."""

_OF_IGNORANCE = 0.1
"""Of what there was to learn: a restart of the schedule shakes a trained network by a few percent."""

_SIGMAS = 4.0
"""Of the scatter of a single value; several steps are tried, so that three would be too few."""

_MOST_RISES = 200
"""More steps upward than this are no schedule that somebody chose, and a column of noise would take minutes."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the loss before and after every rise of the rate."""
    rate, loss = read_curve(run, "lr"), read_curve(run, "train_loss")
    if rate is None or loss is None or len(rate) < _FEWEST or len(loss) < _FEWEST:
        return not_observable(ID)
    rate_at, loss_at = _axes(rate, loss)
    if rate_at is None or loss_at is None:
        return not_observable(ID)
    needed = _OF_IGNORANCE * ignorance(run, facts, loss)
    rises = _rises(rate.y)
    if len(rises) > _MOST_RISES:
        return absent(ID)
    found = [_jump(rate, index, rate_at, loss, loss_at, needed) for index in rises]
    jumps = [finding for finding in found if finding is not None]
    return max(
        jumps, key=lambda finding: finding.numbers["after"] - finding.numbers["before"], default=absent(ID)
    )


def _axes(rate: Curve, loss: Curve) -> tuple[FloatArray | None, FloatArray | None]:
    if rate.unit == loss.unit:
        return rate.x, loss.x
    return rate.epoch, loss.epoch


def _rises(values: FloatArray) -> list[int]:
    """Return the positions at which the rate is half as high again as just before, the first tenth left out."""
    before, after = values[:-1], values[1:]
    positions = np.flatnonzero((after >= _STEP * before) & (before > 0)) + 1
    return [int(index) for index in positions if index > max(2, len(values) // 10)]


def _jump(
    rate: Curve, index: int, rate_at: FloatArray, loss: Curve, loss_at: FloatArray, needed: float
) -> Finding | None:
    cut = int(np.searchsorted(loss_at, rate_at[index], side="left"))
    width = min(max(3, len(loss) // 20), 200)  # a level; of a long log 200 values are enough
    # A rate is logged with the loss of the step before it acts, or of the step itself: leave that value out.
    before, after = loss.y[max(0, cut - width) : cut], loss.y[cut + 1 : cut + 1 + width]
    if len(before) < 2 or not len(after):
        return None
    low, high = float(np.median(before)), float(np.median(after))
    if high - low < needed or high - low < _SIGMAS * noise(loss.y[:cut]):
        return None
    here = place(rate, index)
    old, new = float(rate.y[index - 1]), float(rate.y[index])
    return report(
        ID,
        loss,
        cut,
        min(cut + width, len(loss) - 1),
        Text(
            f"{rate.name} rises from {number(old)} to {number(new)} at {here.en}, and {loss.name} goes from about "
            f"{number(low)} to {number(high)}",
            f"{rate.name} 在{here.zh}从 {number(old)} 升到 {number(new)}，{loss.name} 随之从约 {number(low)} 跳到 "
            f"{number(high)}",
        ),
        before=low,
        after=high,
        rate_before=old,
        rate_after=new,
    )
