"""The training loss swings widely and gets nowhere.

What is seen: large ups and downs through the second half of the log, back and forth, without a trend.
Reported when: in a log of sixty values or more, medians over neighbouring values still swing by two fifths
of the starting level, or single values by more than twice that level; in a shorter log, when at least three
turns are each larger than half of it (of epochs) or four fifths of it (of steps).
Not observable: with fewer than six values (sixty steps where K is neither stated nor implied); for losses
about zero (policy gradients, critics), which have no level to swing from.
Not to be confused with: the ordinary noise of small batches (which medians remove), isolated jumps
(`loss_spikes`), a pattern that repeats with each epoch (`loss_sawtooth_per_epoch`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, block_medians, read_curve, running_median, steadiness
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.wording import report, span
from lossclinic_kb.text import Text, number

ID = "loss_oscillates"
TITLE = Text("Training loss swings widely", "训练损失大幅震荡")

_LONG = 60
"""From here on the second half has six medians of five values: fewer would be noise."""


def detect(run: Run, facts: Facts) -> Finding:
    """Measure the swings of the second half of the training loss against its starting level."""
    curve = read_curve(run, "train_loss")
    if curve is None or len(curve) < 6 or _about_zero(curve.y):
        return not_observable(ID)
    known = classes(run, facts)
    if known is None and len(curve) < _LONG and curve.unit != "epoch":
        return not_observable(ID)  # a few single batches at an unknown level: any swing may be their noise
    scale = max(curve.scale, known.chance) if known else _guarded_scale(curve)
    long = len(curve) >= _LONG
    begin = len(curve) // 2 if long else 1
    late = curve.y[begin:]
    if not (_long_swings(curve, late, scale) if long else _short_swings(curve, scale)) or _trend(late):
        return absent(ID)
    low, high = (float(q) for q in np.quantile(late, [0.1, 0.9]))
    where = span(curve, begin, len(curve) - 1)
    evidence = Text(
        f"{curve.name} keeps swinging between about {number(low)} and {number(high)} {where.en}; it started at "
        f"{number(curve.start)}",
        f"{curve.name} {where.zh}一直在约 {number(low)} 与 {number(high)} 之间来回摆动（起点 {number(curve.start)}）",
    )
    return report(ID, curve, begin, len(curve) - 1, evidence, low=low, high=high, start=curve.start)


def _guarded_scale(curve: Curve) -> float:
    # Where chance is not known the loss may have started low, and at a low level batches differ by a multiple of
    # it; averages over epochs do not.
    level = max(curve.scale, float(np.median(np.abs(curve.y))))
    return (1.5 if curve.unit == "epoch" else 3.0) * level


def _short_swings(curve: Curve, scale: float) -> bool:
    # Averages over epochs hardly differ by half the scale; single batches of a few samples do.
    return _turns(curve.y[1:], (0.5 if curve.unit == "epoch" else 0.8) * scale) >= 3


def _long_swings(curve: Curve, late: FloatArray, scale: float) -> bool:
    low, high = np.quantile(late, [0.1, 0.9])
    if high - low > 2 * scale:  # no batch is so easy and the next so hard for one and the same network
        return True
    smooth = block_medians(late, max(6, min(32, len(late) // 8)))  # eight values a median: batch noise / 2.3
    # Or slowly: down, up again by most of the way, and down.
    return _turns(smooth, 0.4 * scale) >= 3 or _turns(running_median(curve.blocks, 3), 0.6 * scale) >= 2


def _turns(values: FloatArray, size: float) -> int:
    """Count the reversals between swings of at least `size`."""
    turns, direction, extreme = 0, 0, float(values[0])
    for value in values.tolist():
        if direction * (value - extreme) >= 0 and direction:
            extreme = value
        elif abs(value - extreme) >= size:
            turns += direction != 0
            direction, extreme = (1 if value > extreme else -1), value
    return turns


def _trend(late: FloatArray) -> bool:
    if abs(steadiness(block_medians(late, 8))) > 0.6:  # a growing swing grows on most of the way
        return True
    early, last = np.array_split(late, 2)
    low, high = np.quantile(late, [0.1, 0.9])
    moved = abs(float(np.median(last) - np.median(early)))
    return len(late) >= _LONG // 2 and moved > 0.5 * float(high - low)  # of fewer, a median may be either end


def _about_zero(values: FloatArray) -> bool:
    low, high = np.quantile(values, [0.1, 0.9])
    return bool(low < 0 < high)
