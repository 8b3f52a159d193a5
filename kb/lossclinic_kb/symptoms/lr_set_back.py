"""The learning rate had come down, and is put back up at one place.

What is seen: a schedule that has lowered the rate, and begins anew: a resumed run whose scheduler was not restored,
or a second schedule that was started on top of the first.
Reported when: after the first 15 % of the log the rate at least doubles within a few entries, from at most half of
its peak so far to at least half of that peak, and it does so exactly once.
Not observable: with fewer than six rates.
Not to be confused with: warm restarts and cycles, which do so again and again; a warm-up, before which nothing came
down. A single restart from the very end of a schedule may be meant: the evidence says how far the rate had come
down. What it does to the loss is `loss_jumps_with_lr`.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "lr_set_back"
TITLE = Text("Learning rate put back up once", "学习率中途被调回高位")

_FEWEST = 6
_START = 0.15
"""Share of the log in which rises belong to a warm-up."""

_TIMES = 2.0
_HALF = 0.5
"""Of the peak so far: what had not come down by half, or does not come back to it, is an adjustment."""

_WITHIN = 0.05
"""Of the log: a restart may begin with a short warm-up of its own. The rise of a cycle takes longer."""

_OVER = 0.02
"""Of the peak: a cosine is as low as this in its last tenth. A rate that had come so far was at the end of its
schedule; one that had not was in the midst of it."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Look for the one place at which a lowered rate is as high again as before."""
    rate = read_curve(run, "lr")
    if rate is None or len(rate) < _FEWEST:
        return not_observable(ID)
    width = max(1, int(_WITHIN * len(rate)))
    rises = _rises(rate.y, width)
    if len(rises) != 1:
        return absent(ID)
    return _found(rate, rises[0], width)


def _rises(rate: FloatArray, width: int) -> list[int]:
    """Return after which entries the rate is set back, those `width` or less after another left out."""
    peak = np.maximum.accumulate(rate)
    before, after, top = rate[:-width], rate[width:], peak[:-width]
    back = (before <= _HALF * top) & (after >= _HALF * top) & (after >= _TIMES * before) & (top > 0)
    entries = np.flatnonzero(back)
    entries = entries[entries + 1 > _START * len(rate)]
    first = entries[np.diff(entries, prepend=-2 * width - 1) > width]
    return [int(entry) for entry in first]


def _found(rate: Curve, entry: int, width: int) -> Finding:
    part = rate.y[entry : entry + width + 1]
    last = entry + int(np.argmin(part[:-1]))
    landed = entry + int(np.argmax(part))
    low, high, peak = float(rate.y[last]), float(rate.y[landed]), float(rate.y[: entry + 1].max())
    here, there = place(rate, last), place(rate, landed)
    over = low < _OVER * peak
    so_far = f"{100 * low / peak:.2g}"
    state = (
        Text("at the end of its schedule", "调度已走到尽头")
        if over
        else Text("in the midst of its schedule", "调度才走到一半")
    )
    return report(
        ID,
        rate,
        last,
        landed,
        Text(
            f"{rate.name} had come down to {number(low)} at {here.en} ({so_far} % of its peak {number(peak)}, {state.en}) "
            f"and is back at {number(high)} at {there.en}",
            f"{rate.name} 在{here.zh}已降到 {number(low)}（峰值 {number(peak)} 的 {so_far}%，{state.zh}），"
            f"到{there.zh}又回到 {number(high)}",
        ),
        before=low,
        after=high,
        peak=peak,
    )
