"""The training loss is ln K to the third digit and does not scatter: every input gets the same even answer.

What is seen: 0.6931 or 2.3026 in row after row. A network that has not learned scatters about chance, because its
answers differ from input to input; here they do not.
Reported when: over the last three fifths of the log the median lies within .4 % of ln K and the values scatter by
less than .4 % of it.
Not observable: when K is neither stated nor implied by the curves; with fewer than four values.
Not to be confused with: a loss near ln K that scatters with the batch (`loss_at_chance`); a first value of exactly
ln K, after which it moves (`first_loss_exactly_chance`).
Blind: a mean over an epoch hides the scatter of the batches, and an answer of the class shares costs ln K as well
where the classes are even.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.wording import report, span
from lossclinic_kb.text import Text, number

ID = "loss_exactly_at_chance"
TITLE = Text("Loss exactly at chance, without scatter", "损失恰好等于随机水平且没有波动")

_FEWEST = 4

_EXACT = 0.004
"""Of ln K. Outputs of an untrained network are off by a few tenths, which puts its batches 1 to 5 % above ln K and
scatters them by as much; logs are rounded to less than this."""

_LATE = 0.6
"""Of the log: weights may take some steps to become zero."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare level and scatter of the later part with ln K."""
    curve, known = read_curve(run, "train_loss"), classes(run, facts)
    if curve is None or known is None or len(curve) < _FEWEST:
        return not_observable(ID)
    late = tail(curve.y, _LATE, at_least=3)
    level, scatter = float(np.median(late)), float(np.std(late))
    if abs(level - known.chance) >= _EXACT * known.chance or scatter >= _EXACT * known.chance:
        return absent(ID)
    first = len(curve) - len(late)
    where = span(curve, first, len(curve) - 1)
    lowest, highest = number(float(late.min())), number(float(late.max()))
    guessing = (f"ln {known.count} = " if known.unit == 1 else "") + number(known.chance)
    evidence = Text(
        f"{curve.name} stays between {lowest} and {highest} {where.en}: exactly {guessing}, what even answers cost, "
        "whatever the batch holds",
        f"{where.zh}，{curve.name} 一直在 {lowest} 到 {highest} 之间，恰好是均匀猜测的 {guessing}，换哪一批数据都一样",
    )
    return report(
        ID, curve, first, len(curve) - 1, evidence, level=level, scatter=scatter, chance=known.chance
    )
