"""One value of the training loss, or a few, are tens of times their neighbours, and the neighbours know nothing of it.

What is seen: a loss of 0.3, 0.3, 250, 0.3: the value before is ordinary, and within five values everything is as it was.
Reported when: a value is thirty times the larger of the medians of the six before it (three at least) and the three after it, and ten times what
there was to learn; the value before it is below three times its own median, the curve comes down to a tenth within five
values and back to the level before; and there are few such values.
Not observable: in logs of one value per epoch, where all are means over many batches; with fewer than nine values; where a loss
is not finite, or reaches 0.
Not to be confused with: hard batches of a network that is nearly done, which stay below what there was to learn ten
times over; a rate that is too high, under which the values around are wild as well (`loss_spikes` shows with both).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import BoolArray, FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, as_curve, finest
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "lone_huge_loss"
TITLE = Text("A single loss tens of times its neighbours", "个别损失值是相邻值的几十倍")

_BEFORE, _LEAST_BEFORE, _AFTER, _BACK_WITHIN = 6, 3, 3, 5

_TIMES = 30.0
"""Times the neighbours: the hardest batch of a sound training reaches ten, where little is left to learn."""

_OF_IGNORANCE = 10.0
"""Ten times what there was to learn: a batch answered wrongly with certainty costs less, whatever its neighbours cost."""

_CALM = 3.0
"""Times what is usual: the value before is no herald, and the level after is that before."""

_COMES_BACK = 0.1
_LOWEST = 0.2
"""Of the level before: what begins to learn after the peak was no level."""

_LEVEL = 3.0
"""Times what there was to learn, for the level around: a loss beyond has run away already."""

_MOST = 0.07
"""Of all values: a sample that is far off comes once an epoch. More is a habit."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look for values that stand far above both sides."""
    loss = finest(run, "train_loss")
    curve = None if loss is None or loss.non_finite else as_curve(loss)
    if curve is None or curve.unit == "epoch" or len(curve) < _BEFORE + _AFTER or curve.y.min() <= 0:
        return not_observable(ID)
    worth = ignorance(run, facts, curve)
    if curve.y.max() < _OF_IGNORANCE * worth:
        return absent(ID)
    lone = np.flatnonzero(_lone(curve.y, worth))
    return _describe(curve, lone.tolist()) if len(lone) else absent(ID)


def _lone(values: FloatArray, worth: float) -> BoolArray:
    before, after = _medians(values)
    high = values >= np.maximum(_TIMES * np.fmax(before, after), _OF_IGNORANCE * worth)
    none = np.zeros(len(values), dtype=np.bool_)
    if not high.any() or high.sum() > max(2, _MOST * len(values)):
        return none
    ordinary = np.append(False, values[:-1] < _CALM * before[1:])
    same_level = (after < _CALM * before) & (after > _LOWEST * before) & (before <= _LEVEL * worth)
    found: BoolArray = high & ordinary & same_level
    for at in np.flatnonzero(found).tolist():
        found[at] = _comes_back(values, at)
    return found


def _medians(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the medians of the values before and after each; NaN where there are too few."""
    windows = np.lib.stride_tricks.sliding_window_view
    before, after = np.full(len(values), np.nan), np.full(len(values), np.nan)
    before[_BEFORE:] = np.median(windows(values, _BEFORE), axis=1)[:-1]
    for at in range(_LEAST_BEFORE, _BEFORE):
        before[at] = np.median(values[:at])
    after[:-_AFTER] = np.median(windows(values, _AFTER), axis=1)[1:]
    return before, after


def _comes_back(values: FloatArray, at: int) -> bool:
    return bool(values[at + 1 : at + 1 + _BACK_WITHIN].min(initial=np.inf) <= _COMES_BACK * values[at])


def _describe(curve: Curve, lone: list[int]) -> Finding:
    worst = max(lone, key=lambda at: float(curve.y[at]))
    here, value = place(curve, worst), number(float(curve.y[worst]))
    before, after = number(float(curve.y[worst - 1])), number(float(curve.y[worst + 1]))
    others = (
        Text("", "")
        if len(lone) == 1
        else Text(f"; {len(lone)} such values", f"；这样的值共有 {len(lone)} 个")
    )
    evidence = Text(
        f"{curve.name} is {value} at {here.en}, between {before} and {after}{others.en}",
        f"{curve.name} 在{here.zh}为 {value}，而前后两个值是 {before} 和 {after}{others.zh}",
    )
    return report(
        ID, curve, min(lone), max(lone), evidence, count=float(len(lone)), highest=float(curve.y[worst])
    )
