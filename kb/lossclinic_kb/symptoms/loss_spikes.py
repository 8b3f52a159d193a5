"""The training loss spikes: isolated jumps that recover.

What is seen: a curve that is otherwise smooth is interrupted by one or a few values far above their
neighbours, and goes on afterwards as if nothing had happened.
Reported when: a value stands out from the running median by eight times the spread around it and as many
times the larger deviations of its surroundings, is large against the whole curve, and the curve comes back.
In a log of fewer than thirty values: one value stands far above both neighbours, and four times as far as
any other. Jumps that last up to a hundredth of the log count too.
Not observable: with fewer than eight values.
Not to be confused with: the heavy tail of small batches, where large deviations are many and of all sizes;
swings without a calm level between them (`loss_oscillates`); a jump that stays (`loss_diverges`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import BoolArray, FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, block_medians, read_curve, running_median, spread
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_spikes"
TITLE = Text("Training loss spikes and recovers", "训练损失出现尖峰后恢复")

_STRETCHES = 400
"""A jump of up to a hundredth of the log fills four medians of 400: the running median of nine removes it."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look for values far above their neighbours, one by one and as short stretches."""
    curve = read_curve(run, "train_loss")
    if curve is None or len(curve) < 8:
        return not_observable(ID)
    known = classes(run, facts)
    # Where chance is not known the loss may have started low, and one hard batch then reaches beyond its start.
    unsure = max(1.5 * curve.scale, 0.0 if curve.low < 0 else ignorance(run, facts, curve))
    scale = max(curve.scale, known.chance) if known else unsure
    if len(curve) < 30:
        spikes = np.flatnonzero(_lone_peaks(curve, scale))
    else:
        spikes = np.flatnonzero(_spikes(curve.y, scale))
    if not len(spikes) and len(curve) > 2 * _STRETCHES:
        coarse = np.flatnonzero(_spikes(block_medians(curve.y, _STRETCHES), scale))
        parts = np.array_split(np.arange(len(curve)), _STRETCHES)
        spikes = np.array([parts[i][np.argmax(curve.y[parts[i]])] for i in coarse], dtype=np.int64)
    if not len(spikes):
        return absent(ID)
    return _describe(curve, spikes.tolist())


def _spikes(values: FloatArray, scale: float) -> BoolArray:
    base = running_median(values, 9)
    height = values - base
    spread_here, tail_here = _surroundings(height)
    # Large: beyond where an ignorant network stands. Less is common: with few samples a batch, one of them wrong
    # with certainty costs about as much. On a long curve that is smooth, and has not come down to near zero, a
    # quarter of its level is far outside the noise.
    smooth = (height > 30 * spread_here) & (np.abs(base) > 0.15 * scale) & (len(values) >= 200)
    large = (height > 1.2 * scale) | (smooth & (height > 0.25 * np.abs(base)))
    large &= np.abs(base) <= 1.5 * scale  # out of a calm: where all values are wild, none of them stands out
    found: BoolArray = large & (height > 8 * spread_here) & (height > 8 * tail_here)
    found[:2] = found[-2:] = False  # nothing before it shows a calm, or nothing after it a recovery
    many = found.sum() > max(2, 0.03 * len(values))  # one in thirty: that is a habit and no accident
    return np.zeros_like(found) if many else found


def _lone_peaks(curve: Curve, scale: float) -> BoolArray:
    """Find, in a log too short for running medians, the value that stands far above both its neighbours."""
    height = np.zeros_like(curve.y)
    height[1:-1] = curve.y[1:-1] - np.maximum(curve.y[:-2], curve.y[2:])
    second = float(np.partition(height, -2)[-2])
    # Averages over epochs hardly differ by half the first value; steps may be single batches, as above.
    large = (0.5 if curve.unit == "epoch" else 1.2) * scale
    calm = curve.y - height <= 1.5 * scale
    found: BoolArray = calm & (height > large) & (height > 4 * max(second, 0.0))
    return found


def _surroundings(height: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return, for each value, the spread of the deviations near it and their 95th percentile.

    Near means one of eight stretches of the log (fewer in a short one); a value of its own cannot raise its
    percentile, because the largest twentieth of the stretch, at least two values, is left out.
    """
    parts = np.array_split(height, max(1, min(8, len(height) // 40)))
    spreads, tails = [], []
    for part in parts:
        ordered = np.sort(np.abs(part))
        left_out = max(2, int(np.ceil(0.05 * len(part))))
        spreads.append(np.full(len(part), 1.4826 * spread(part)))
        tails.append(np.full(len(part), ordered[-left_out - 1]))
    return np.concatenate(spreads), np.concatenate(tails)


def _describe(curve: Curve, spikes: list[int]) -> Finding:
    top = max(spikes, key=lambda i: float(curve.y[i]))
    around = float(np.median(curve.y[max(0, top - 4) : top + 5]))
    there, peak = place(curve, top), number(float(curve.y[top]))
    others = len(spikes) - 1
    more = Text(f"; {others} more like it", f"；类似的还有 {others} 处") if others else Text("", "")
    evidence = Text(
        f"{curve.name} jumps to {peak} at {there.en} where its neighbours are about {number(around)}, "
        f"and comes back{more.en}",
        f"{curve.name} 在{there.zh}突然跳到 {peak}（前后约为 {number(around)}），随后又恢复{more.zh}",
    )
    return report(
        ID,
        curve,
        spikes[0],
        spikes[-1],
        evidence,
        peak=float(curve.y[top]),
        around=around,
        count=float(len(spikes)),
    )
