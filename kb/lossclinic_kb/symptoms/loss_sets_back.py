"""The training loss goes back up for a stretch, whatever comes after.

What is seen: a curve that was on its way down loses a good part of what it had won, stays up for a while, and
comes down again or does not.
Reported when: over a twelfth of the log or more, no stretch is less than three tenths of the way back up, by 15 % of
the lowest level and by four times the noise of a stretch. In a log of at most 32 epochs, whose values are means over many
batches, one epoch is enough if validation loss and training accuracy lose as much: three tenths of the way back up, or half
of the lowest level and a tenth of the way; six tenths of the way where one of the two is not logged.
Not observable: with fewer than eight values (five epochs); for adversarial losses, which rise and fall with their opponent.
Not to be confused with: a loss that rises because the learning rate goes back to where it began (a warm restart), which
is left out where the log holds the rate; spikes of a few steps (`loss_spikes`); a climb up to the end
(`loss_rises_after_falling`), which shows this as well.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.curve import Curve, block_starts, noise, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.lost_epoch import is_by_epoch, lost_epoch
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_sets_back"
TITLE = Text("Training loss goes back up for a stretch", "训练损失中途回升过一段")

_FEWEST = 8
"""A way down, and a stretch of two values above it, with room on both sides."""

_LONG = 1 / 12
"""Of the log: spikes that recover are shorter."""

_BACK = 0.3
_OF_LOWEST = 0.15
"""Of what was won, and of the level: three tenths of the way back are plain on any plot, but not next to zero."""

_WON = 0.1
"""Of the start: before that nothing was won that could be lost."""

_SIGMAS = 4.0
"""The highest of thirty stretches lies two standard deviations up by chance alone."""

_RAISED = 1.3
"""A learning rate three tenths higher than before explains a rise by itself, where it had been as high already."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look for the largest stretch that stays above the lowest level before it."""
    curve = read_curve(run, "train_loss")
    if curve is None or adversarial(run, facts):
        return not_observable(ID)
    epoch = lost_epoch(run, curve) if is_by_epoch(curve) else None
    if epoch is not None:
        return _found_epoch(curve, epoch)
    if len(curve) < _FEWEST:
        return absent(ID) if is_by_epoch(curve) else not_observable(ID)
    blocks = curve.blocks
    held = max(2, int(np.ceil(_LONG * len(blocks))))
    low = np.minimum.accumulate(blocks)[:-held]
    # The lowest of each window of `held` stretches that begins after entry i: all of them are up there.
    floor = np.lib.stride_tricks.sliding_window_view(blocks[1:], held).min(axis=1)
    won, rise = max(curve.start, float(blocks[0])) - low, floor - low
    scatter = _scatter(curve)
    lost = (won > np.maximum(_WON * abs(curve.start), 3 * scatter)) & (
        rise
        >= np.maximum.reduce([_BACK * won, _OF_LOWEST * np.abs(low), np.full_like(low, _SIGMAS * scatter)])
    )
    starts = block_starts(curve)
    for index in np.flatnonzero(lost)[np.argsort(-rise[lost])].tolist():
        if not _restarted(run, curve, starts, index, held):
            return _found(curve, starts, index, held, float(low[index]), float(floor[index]))
    return absent(ID)


def _found_epoch(curve: Curve, epoch: int) -> Finding:
    lowest = int(np.argmin(curve.y[:epoch]))
    low, level = float(curve.y[lowest]), float(curve.y[epoch])
    here, there = place(curve, lowest), place(curve, epoch)
    evidence = Text(
        f"{curve.name} is down at {number(low)} by {here.en}, then back up at {number(level)} in {there.en}, though that is the "
        f"mean of a whole epoch; it had started at {number(curve.start)}",
        f"{curve.name} 到{here.zh}已降到 {number(low)}，{there.zh}又回到 {number(level)}，而这是整个 epoch 的平均值"
        f"（起点 {number(curve.start)}）",
    )
    return report(ID, curve, lowest, epoch, evidence, low=low, level=level, start=curve.start)


def _scatter(curve: Curve) -> float:
    """Return the standard deviation of a block median; 1.25 is what a median has more than a mean."""
    per_block = len(curve) / len(curve.blocks)
    return 1.25 * curve.noise / per_block**0.5 if per_block > 1 else noise(curve.blocks)


def _restarted(run: Run, curve: Curve, starts: list[int], index: int, held: int) -> bool:
    """Whether the rate was raised after the lowest stretch, to no more than it had been before: a warm restart."""
    rate = read_curve(run, "lr")
    if rate is None or len(rate) != len(curve):
        return False
    ends = [*starts[1:], len(curve)]
    lowest = int(np.argmin(curve.blocks[: index + 1]))
    then, now = (
        _middle(rate.y[a:b])
        for a, b in ((starts[lowest], ends[lowest]), (starts[index + 1], ends[index + held]))
    )
    return _RAISED * then < now <= float(rate.y[: ends[lowest]].max())


def _middle(values: FloatArray) -> float:
    return float(np.median(values))


def _found(curve: Curve, starts: list[int], index: int, held: int, low: float, level: float) -> Finding:
    first, last = starts[index], starts[min(index + held, len(starts) - 1)]
    here, there = place(curve, first), place(curve, last)
    evidence = Text(
        f"{curve.name} is down at about {number(low)} by {here.en}, then stays above {number(level)} until "
        f"{there.en}; it had started at {number(curve.start)}",
        f"{curve.name} 到{here.zh}已降到约 {number(low)}，之后直到{there.zh}一直高于 {number(level)}"
        f"（起点 {number(curve.start)}）",
    )
    return report(ID, curve, first, last, evidence, low=low, level=level, start=curve.start)
