"""The loss hovers a little above chance and never rests.

What is seen: evaluations that wander between ln K and a tenth or more above it, without a trend. Outputs that do not depend on
the input cost exactly ln K; above it they are kicked about by updates that are too large.
Reported when: over the last three fifths the validation loss (the training loss where there is none) has no trend, lies on
average .3 to 40 % above ln K, and scatters by half a percent of it or more; training does not get below chance either.
Not observable: where K is neither stated nor implied; with fewer than five values; in the log of a resumed run.
Not to be confused with: a loss exactly at chance that moves in its fourth digit only (`loss_at_chance`): there nothing moves.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve, steadiness, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "loss_hovers_above_chance"
TITLE = Text("Loss hovers restlessly just above chance", "损失在随机水平上方来回晃，静不下来")

_ABOVE = (0.003, 0.4)
"""Of ln K: more than the scatter of class shares, less than a network that blew up."""

_RESTLESS = 0.005
"""Of ln K. Biases that have learned the class shares leave a tenth of that."""

_TREND = 0.6
"""Kendall's tau: four of five pairs in one direction are a trend."""

_LEARNED = 0.97
"""Of ln K: training below this has learned something."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look at level and scatter of the later evaluations."""
    loss, validation, known = read_curve(run, "train_loss"), read_curve(run, "val_loss"), classes(run, facts)
    curve = validation if validation is not None and len(validation) >= 5 else loss
    if curve is None or loss is None or known is None or len(curve) < 5 or not loss.from_start:
        return not_observable(ID)
    late = tail(curve.blocks, 0.6, at_least=4) / known.chance
    low, high = _ABOVE
    inside = low <= float(late.mean()) - 1 <= high and float(late.min()) > _LEARNED
    trained = float(np.median(tail(loss.y, 0.25))) < _LEARNED * known.chance
    if not inside or trained or float(late.std()) < _RESTLESS or abs(steadiness(late)) > _TREND:
        return absent(ID)
    first = len(curve) - max(int(np.ceil(0.6 * len(curve))), 4)
    values = curve.y[first:]
    evidence = Text(
        f"{curve.name} wanders between {number(float(values.min()))} and {number(float(values.max()))} and never comes to rest; "
        f"answers that ignore the input would lie still at ln {known.count} = {number(known.chance)}",
        f"{curve.name} 在 {number(float(values.min()))} 和 {number(float(values.max()))} 之间晃动，静不下来；"
        f"与输入无关的输出本应稳稳停在 ln {known.count} = {number(known.chance)}",
    )
    return report(
        ID, curve, first, len(curve) - 1, evidence, low=float(values.min()), high=float(values.max())
    )
