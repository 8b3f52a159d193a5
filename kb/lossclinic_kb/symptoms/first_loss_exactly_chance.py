"""The very first loss is ln K to the fourth digit: the outputs are zero before training begins.

What is seen: a log that opens with 0.6931, 2.3026 or 6.9078. The last layer begins at zero, on purpose or not, or
what comes before it is zero: blank inputs, units that are dead from the start.
Reported when: the first value of a log by steps lies within .05 % of ln K; the first mean of an epoch, or of some steps, within
.01 %, and the next one within .2 %: a mean stays there only if next to nothing moves.
Not observable: when K is neither stated nor implied by the curves; in the log of a resumed run; where fewer than three
decimals are logged, five of a mean.
Not to be confused with: a loss that stays there (`loss_exactly_at_chance`); an ordinary beginning a few percent above
ln K. It is no fault by itself: many let the last layer begin at zero.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text

ID = "first_loss_exactly_chance"
TITLE = Text("First loss is exactly chance", "第一个损失恰好等于随机水平")

_FEWEST = 4

_EXACT = 0.0005
"""Of ln K. Usual first values lie up to 20 % above ln K, so that one in a hundred comes this near by accident."""

_DECIMALS = 2
"""Logged with so many, .69 and 2.30 are all that can be seen."""

_FIRST_STEP = 1
"""Steps are counted from 0 or from 1; a value at step 10 is mostly the mean of ten, which meets ln K by accident."""

_EXACT_MEAN, _DECIMALS_OF_MEAN = 0.0001, 4
"""Of ln K: means that fall from above it to below pass this near in one log of a thousand. With four decimals, all near it look alike."""

_STAYS = 0.002
"""Of ln K, by which the next mean may have moved: an output bias alone wins no more of even classes in an epoch."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the first value with ln K."""
    curve, known = read_curve(run, "train_loss"), classes(run, facts)
    if curve is None or known is None or len(curve) < _FEWEST:
        return not_observable(ID)
    mean = curve.unit != "step" or curve.x[0] > _FIRST_STEP
    exact, decimals = (_EXACT_MEAN, _DECIMALS_OF_MEAN) if mean else (_EXACT, _DECIMALS)
    rough = np.allclose(curve.y, np.round(curve.y, decimals), rtol=0, atol=1e-9)
    if rough or not curve.from_start:
        return not_observable(ID)
    first, here = float(curve.y[0]), place(curve, 0)
    moved = mean and abs(float(curve.y[1]) - known.chance) > _STAYS * known.chance
    if moved or abs(first - known.chance) >= exact * known.chance:
        return absent(ID)
    evidence = Text(
        f"{curve.name} is {first:.5g} at {here.en}, exactly what guessing among {known.count} classes costs "
        f"({known.chance:.5g}): the outputs are zero before training",
        f"{curve.name} 在{here.zh}为 {first:.5g}，恰好是在 {known.count} 个类别中均匀猜测的损失（{known.chance:.5g}）：训练前输出全是零",
    )
    return report(ID, curve, 0, 0, evidence, first=first, chance=known.chance)
