"""The learning rate reaches its peak only when most of the run is over.

What is seen: a rate that climbs over most of the log, from a small value to its highest near the end.
Reported when: the rate first comes within 1 % of its peak in the last 30 % of the run, and began below half of it.
Not observable: with fewer than eight rates; in the log of a resumed run; where the loss broke, which ends a run
before its schedule does.
Not to be confused with: an ordinary warm-up, or a cycle that is at its peak in the middle; a rate that never stops
rising (`lr_keeps_rising`), which shows here too. A log that was cut off during a long warm-up looks the same, and
so does a range test, which raises the rate on purpose.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.breaks import first_break
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "lr_still_warming_up"
TITLE = Text("Learning rate still warming up when the run is almost over", "训练快结束了，学习率还在预热")

_FEWEST = 8
_LATE = 0.7
"""Share of the run. Warm-ups take up to a tenth, one cycle is at its peak after a third to a half."""

_AT_PEAK = 0.99
"""Of the peak: cycles come back to it, give or take the rounding of the log."""

_BEGAN = 0.5
"""Of the peak: a rate that was raised by less was not warming up."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Find where the rate first is at its peak."""
    rate = read_curve(run, "lr")
    if rate is None or len(rate) < _FEWEST or not rate.from_start or first_break(run) is not None:
        return not_observable(ID)
    peak, began = float(rate.y.max()), float(rate.y[0])
    top = int(np.argmax(rate.y >= _AT_PEAK * peak))
    if peak <= 0 or top < _LATE * len(rate) or began >= _BEGAN * peak:
        return absent(ID)
    here, there, end = place(rate, 0), place(rate, top), place(rate, len(rate) - 1)
    return report(
        ID,
        rate,
        0,
        top,
        Text(
            f"{rate.name} climbs from {number(began)} at {here.en} to its highest value, {number(peak)}, only at "
            f"{there.en}; the log ends at {end.en}",
            f"{rate.name} 从{here.zh}的 {number(began)} 一路升，到{there.zh}才达到最高值 {number(peak)}，而日志到{end.zh}就结束了",
        ),
        began=began,
        peak=peak,
    )
