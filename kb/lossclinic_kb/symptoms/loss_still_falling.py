"""The training loss is still clearly falling when the log ends.

What is seen: no bend towards a level; the last quarter goes on as before.
Reported when: the last quarter of the log wins at least a twelfth of all that was won and a twentieth of
its level, or a seventh of all that was won, beyond the noise. By itself this is no fault: it says that the
run ended early.
Not observable: with fewer than four values.
Not to be confused with: a loss near zero that keeps halving (nothing is left to win), a straight line over
the whole log (`loss_falls_slowly`, which may be reported too).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_still_falling"
TITLE = Text("Training loss is still falling at the end", "训练结束时损失仍在明显下降")


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Compare what the last quarter of the training loss wins with what was won before."""
    curve = read_curve(run, "train_loss")
    if curve is None or len(curve) < 4:
        return not_observable(ID)
    third, last = np.array_split(tail(curve.y, 0.5, at_least=2), 2)
    before, after = float(np.median(third)), float(np.median(last))
    won, fell = curve.start - after, before - after
    error = 1.25 * curve.noise * (2 / len(last)) ** 0.5  # of the difference of two medians
    if fell < 4 * error or not _clear(fell, won, before, curve.start):
        return absent(ID)
    first = len(curve) - len(last) - len(third)
    here, there = place(curve, first), place(curve, len(curve) - 1)
    evidence = Text(
        f"{curve.name} is still falling at the end: {number(before)} to {number(after)} between the third and "
        f"the last quarter ({here.en} to {there.en})",
        f"{curve.name} 到结束时仍在下降：后半程前后两段的中位数从 {number(before)} 降到 {number(after)}（{here.zh}至{there.zh}）",
    )
    return report(ID, curve, first, len(curve) - 1, evidence, before=before, end=after, start=curve.start)


def _clear(fell: float, won: float, before: float, start: float) -> bool:
    # A descent that halves its rest in each quarter wins a fifteenth in the last one: that is a converging run.
    if won <= 0 or fell < won / 12:
        return False
    # A twentieth of the level is plain on any plot. So is a straight line, however little it falls.
    return fell >= 0.05 * abs(before) or (fell >= 0.15 * won and won >= 0.03 * abs(start))
