"""The gradient norm rises over the run.

What is seen: a gradient column that climbs from the first steps on and stays up.
Reported when: the norms end near their highest level, and either at five times the first ones, with hardly any
scatter from value to value or beside a loss below 0, or at ten times the first ones while the loss keeps half of what there was to learn.
Not observable: with fewer than six gradient norms, when the log begins after the start of training, or in
a contest of two networks, where the opponent decides how large a gradient is.
Not to be confused with: a norm that rises while the network leaves its first plateau, batch by batch, with a
loss that falls; single peaks, which medians leave out.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.curve import Curve, block_medians, read_curve, steadiness, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "grad_norm_growing"
TITLE = Text("Gradient norm grows", "梯度范数持续增大")

_FEWEST = 6
"""Two values for each third; with fewer a rise and a scatter look alike."""

_GROWN = 5.0
"""Networks that learn, and those that memorise, reach four times their first norm while their loss is high."""

_SUM_LIKE = 0.04
"""Scatter of a single norm. Norms of single batches scatter by a tenth and more; a sum over all batches so far
changes by one batch at a time."""

_FAR_GROWN = 10.0
_LOSS_LEFT = 0.5
"""Ten times, and half of the loss left: a network that learned in the meantime would have less."""

_LEARNING = 0.9
"""A loss that still falls by a tenth from the middle of the run to its end: then five times the norm may be a
phase."""

_STEADY = 0.8
"""Kendall's tau: a loss that falls without end goes faster all the time."""

_STAYS = 0.5
"""Of the highest level, at the end: what falls back by more was a phase."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the last norms with the first and with the highest."""
    norm = read_curve(run, "grad_norm")
    if norm is None or len(norm) < _FEWEST or not norm.from_start or adversarial(run, facts):
        return not_observable(ID)
    start, end = norm.start, float(np.median(tail(norm.y, 0.2, at_least=2)))
    levels = block_medians(norm.y, 10)
    still_up = end >= _STAYS * levels.max() or levels.argmax() >= len(levels) - 2
    if start <= 0 or end < _GROWN * start or not still_up:
        return absent(ID)
    far = end >= _FAR_GROWN * start
    sum_like = norm.noise <= _SUM_LIKE * end and (far or not _still_learning(run))
    if not sum_like and not (far and _much_is_left(run, facts)) and not _runs_below_zero(run, norm):
        return absent(ID)
    first = int(np.argmax(norm.y >= end / 2))
    here = place(norm, first)
    return report(
        ID,
        norm,
        0,
        len(norm) - 1,
        Text(
            f"{norm.name} grows from {number(start)} to {number(end)}, {number(end / start)} times as much; half of "
            f"the last level is reached at {here.en}",
            f"{norm.name} 从 {number(start)} 增大到 {number(end)}，是起初的 {number(end / start)} 倍；{here.zh}已达到最后水平的一半",
        ),
        start=start,
        end=end,
    )


def _much_is_left(run: Run, facts: Facts) -> bool:
    loss = read_curve(run, "train_loss")
    return loss is not None and loss.end >= _LOSS_LEFT * ignorance(run, facts, loss)


def _runs_below_zero(run: Run, norm: Curve) -> bool:
    """Return whether the loss has no floor to settle on, and the norm grows all along."""
    loss = read_curve(run, "train_loss")
    return loss is not None and loss.low < 0 and steadiness(norm.y) >= _STEADY


def _still_learning(run: Run) -> bool:
    loss = read_curve(run, "train_loss")
    return loss is not None and loss.end < _LEARNING * float(
        np.median(tail(loss.y, 0.6)[: len(loss) // 5 + 1])
    )
