"""The learning rate is as good as zero well before the end, and the loss was not done.

What is seen: a rate column that falls to nothing, and a loss that stands still from there on.
Reported when: the rate falls to a two-thousandth of its peak (or is 0 throughout) with a quarter of the run or
more to go, never comes back, and the loss keeps a sixth or more of what there was to learn.
Not observable: without a rate and a training loss of five values each.
Not to be confused with: a schedule that ends at zero where the run ends; a step decay by ten or a hundred; a
rate that is zero only in the first steps of a warm-up.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, as_curve, gone_at, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "lr_reaches_zero"
TITLE = Text("Learning rate reaches zero too early", "学习率过早降到零")

_GONE = 5e-4
"""Of the peak. Three step decays by ten leave a thousandth, and that is a schedule people mean."""

_TO_GO = 0.25
"""Share of the run that is left. Cosine is below a two-thousandth of its peak for the last 1.5 % only."""

_LOSS_LEFT = 1 / 6
"""Of what there was to learn: below that the rate may as well be gone."""


def detect(run: Run, facts: Facts) -> Finding:
    """Find where the rate vanishes for good, and what the loss is from there on."""
    rates = [curve for curve in map(as_curve, run.all("lr")) if curve is not None and len(curve) >= 5]
    loss = read_curve(run, "train_loss")
    if not rates or loss is None or len(loss) < 5:
        return not_observable(ID)
    rate = max(
        rates, key=lambda curve: gone_at(curve, _GONE) / len(curve)
    )  # a frozen group of weights has rate 0
    first = gone_at(rate, _GONE)
    if len(rate) - first < max(2, _TO_GO * len(rate)):
        return absent(ID)
    left = loss.y[min(round(first / len(rate) * len(loss)), len(loss) - 1) :]
    level = float(np.median(left))
    if level < _LOSS_LEFT * ignorance(run, facts, loss):
        return absent(ID)
    return _found(rate, loss, first, level)


def _found(rate: Curve, loss: Curve, first: int, level: float) -> Finding:
    here, end = place(rate, first), place(rate, len(rate) - 1)
    peak, value = float(rate.y.max()), float(rate.y[first])
    return report(
        ID,
        rate,
        first,
        len(rate) - 1,
        Text(
            f"{rate.name} is down to {number(value)} at {here.en} (peak {number(peak)}, last {end.en}); from there "
            f"on {loss.name} stays at about {number(level)}",
            f"{rate.name} 在{here.zh}就已降到 {number(value)}（峰值 {number(peak)}，全程到{end.zh}），"
            f"此后 {loss.name} 停在 {number(level)} 附近",
        ),
        peak=peak,
        value=value,
        loss=level,
    )
