"""The training loss falls in stairs: level within each epoch, a step down where the next one begins.

What is seen: each epoch runs level, and the loss drops where the next one starts, as samples come back that
have been seen before.
Reported when: at two boundaries or more, and at a third of all, the loss drops by a tenth of its level and by
more than it scatters; these steps are most of its fall, and within the later epochs it falls by less than a quarter
of that.
Not observable: without an epoch column, with fewer than three epochs or fewer than eight values in each.
Not to be confused with: a rate that is lowered at each epoch (where the rate is logged, such steps are left out;
where it is not, the evidence says so), a displayed average that is begun anew in each epoch (it falls within epochs
as much as between them), the same pattern in every epoch (`loss_sawtooth_per_epoch`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, noise, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.loss_sawtooth_per_epoch import places
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_steps_down_at_epochs"
TITLE = Text("Training loss steps down at each new epoch", "训练损失在每个新 epoch 开始时下台阶")

_FEWEST_EPOCHS, _FEWEST_VALUES = 3, 8
"""Two boundaries are the least that can repeat; a quarter of an epoch has to be more than one value."""

_STEP = 0.1
"""Of the level: less is hard to see on a plot."""

_SIGMAS = 2.0
"""Of the difference of two medians; it has to hold at several boundaries, and for most of the fall."""

_WITHIN = 0.25
"""Of the steps: a loss that also falls within the epochs is one that learns."""

_STEADY = 0.7
"""A rate that falls by more than this at a boundary explains the step; a cosine over many epochs falls by less."""


@dataclass(frozen=True)
class _Stair:
    """One boundary between epochs: where it is, the level before it, the step down and whether it is one."""

    index: int
    level: float
    step: float
    plain: bool


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Compare what the loss wins across the boundaries of epochs with what it wins within them."""
    curve = read_curve(run, "train_loss")
    epochs = None if curve is None else _epochs(curve)
    if curve is None or epochs is None:
        return not_observable(ID)
    rate = read_curve(run, "lr")
    stairs = [_stair(curve, *pair, lowered=_lowered(rate, curve, pair[1][0])) for pair in pairwise(epochs)]
    plain = [stair for stair in stairs if stair.plain]
    across = sum(stair.step for stair in stairs)
    if (
        across <= 0
        or len(plain) < max(2, len(stairs) / 3)
        or sum(stair.step for stair in plain) < 2 / 3 * across
    ):
        return absent(ID)
    within = sum(_won(curve.y[first:last]) for first, last in epochs[1:])
    if (
        not -0.7 * across <= within <= _WITHIN * across
    ):  # what rises within the epochs must not undo the steps
        return absent(ID)
    return _describe(curve, plain, within / across, rate is None)


def _epochs(curve: Curve) -> list[tuple[int, int]] | None:
    """Return the first and the last position (exclusive) of every epoch; None where there are too few of them."""
    epoch = curve.epoch
    if epoch is None or np.any(np.diff(epoch) < 0) or np.ptp(epoch) > len(curve) / _FEWEST_VALUES + 1:
        return None
    number_of, _ = places(epoch)
    edges = np.flatnonzero(np.diff(number_of)) + 1
    spans = list(zip([0, *edges.tolist()], [*edges.tolist(), len(curve)], strict=True))
    if len(spans) > 1 and spans[-1][1] - spans[-1][0] < _FEWEST_VALUES:
        spans.pop()  # the log ends soon after the last boundary
    enough = len(spans) >= _FEWEST_EPOCHS and min(last - first for first, last in spans) >= _FEWEST_VALUES
    return spans if enough else None


def _stair(curve: Curve, before: tuple[int, int], after: tuple[int, int], *, lowered: bool) -> _Stair:
    old, new = curve.y[slice(*before)], curve.y[slice(*after)]
    width = max(2, min(len(old), len(new)) // 4)
    level, landing = float(np.median(old[-width:])), float(np.median(new[:width]))
    error = 1.25 * max(noise(old), noise(new)) * (2 / width) ** 0.5
    large = level - landing >= max(_STEP * abs(level), _SIGMAS * error)
    return _Stair(after[0], level, level - landing, large and not lowered)


def _won(values: FloatArray) -> float:
    """Return what an epoch wins between its first and its last quarter."""
    width = max(2, len(values) // 4)
    return float(np.median(values[:width]) - np.median(values[-width:]))


def _lowered(rate: Curve | None, curve: Curve, index: int) -> bool:
    """Whether the rate is lowered where the entry `index` of the loss is."""
    if rate is None:
        return False
    rate_at, loss_at = (rate.x, curve.x) if rate.unit == curve.unit else (rate.epoch, curve.epoch)
    if rate_at is None or loss_at is None:
        return False
    where = int(np.searchsorted(rate_at, loss_at[index], side="left"))
    around = rate.y[max(0, where - 2) : where + 3]
    return bool(len(around) > 1 and around[-1] < _STEADY * around[0])


def _describe(curve: Curve, stairs: list[_Stair], within: float, no_rate: bool) -> Finding:
    largest = max(stairs, key=lambda stair: stair.step)
    here = place(curve, largest.index)
    high, low = number(largest.level), number(largest.level - largest.step)
    caveat = (
        Text("; the log does not show whether the rate was lowered there", "；日志里看不出学习率是否同时下调")
        if no_rate
        else Text("", "")
    )
    evidence = Text(
        f"{curve.name} drops at {len(stairs)} boundaries between epochs, at {here.en} from about {high} to {low}, "
        f"and is level in between{caveat.en}",
        f"{curve.name} 在 {len(stairs)} 个 epoch 交界处下台阶，{here.zh}处从约 {high} 降到 {low}，中间基本持平{caveat.zh}",
    )
    strength = 0.7 if no_rate else 1.0
    return report(
        ID,
        curve,
        stairs[0].index,
        stairs[-1].index,
        evidence,
        strength=strength,
        steps=len(stairs),
        within=within,
    )
