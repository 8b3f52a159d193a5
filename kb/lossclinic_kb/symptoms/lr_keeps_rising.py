"""The learning rate is still rising when the log ends.

What is seen: a warm-up that never ends, or a schedule that multiplies the rate by more than one.
Reported when: the last rate is the highest of all and at least half as high again as in the middle of the log,
and the rate never came down on the way.
Not observable: with fewer than five rates; in the log of a resumed run.
Not to be confused with: an ordinary warm-up, which takes a few percent of the run; cycles, which come down
again. Of a log that was cut off during a long warm-up the same is seen.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "lr_keeps_rising"
TITLE = Text("Learning rate rises to the very end", "学习率直到最后还在上升")

_AGAIN = 1.5
"""An endless linear warm-up doubles the rate over the second half, growth by factors does more."""

_DOWN = 0.9
"""Of the highest rate so far: a rate that falls back by a tenth goes in cycles, whatever its last value is."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Compare the last rate with the highest and with the one in the middle."""
    rate = read_curve(run, "lr")
    if rate is None or len(rate) < 5 or not rate.from_start:
        return not_observable(ID)
    half = len(rate) // 2
    middle, last = float(rate.y[half]), float(rate.y[-1])
    if last < 0.999 * float(rate.y.max()) or last < _AGAIN * middle or last <= 0:
        return absent(ID)
    if np.any(rate.y < _DOWN * np.maximum.accumulate(rate.y)):
        return absent(ID)
    here, there = place(rate, half), place(rate, len(rate) - 1)
    return report(
        ID,
        rate,
        half,
        len(rate) - 1,
        Text(
            f"{rate.name} rises from {number(middle)} at {here.en} to {number(last)} at {there.en}, its highest value",
            f"{rate.name} 从{here.zh}的 {number(middle)} 一直升到{there.zh}的 {number(last)}，最后才是最高值",
        ),
        middle=middle,
        last=last,
    )
