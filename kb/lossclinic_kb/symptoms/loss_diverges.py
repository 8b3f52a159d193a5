"""The training loss diverges: it ends far above where it began, or grows without bound.

What is seen: the loss climbs above its first value and stays there, or multiplies within its last few
values before the log ends or turns into NaN.
Reported when: the last quarter of the log lies at least at twice the first value (four times where the
number of classes is unknown) and hardly dips below it; or when the last three values each grow, to ten
times all that came before.
Not observable: with fewer than three finite values, or in the log of a resumed run, or in a contest of two networks
(the loss of a generator starts anywhere below its balance), unless it grows at the end.
Not to be confused with: a loss that falls first and then climbs part of the way back
(`loss_rises_after_falling`), a jump that recovers (`loss_spikes`), a first value that is high by itself
(`first_loss_far_above_chance`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.curve import Curve, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_diverges"
TITLE = Text("Training loss diverges", "训练损失发散")


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the end of the training loss with its start."""
    curve = read_curve(run, "train_loss")
    if curve is None or len(curve) < 3:
        return not_observable(ID)
    if _explodes(curve):
        return _explosion(curve)
    if not curve.from_start or adversarial(run, facts):
        return not_observable(ID)
    last = tail(curve.y, 0.25, at_least=min(3, len(curve) - 1))
    level = float(np.median(last))
    known = classes(run, facts)
    # Above chance, where no learning network goes, twice the very first value is plain: a rate that is too high
    # shows from the second value on. Without that anchor the first batch of a fine-tuned network may have been
    # a lucky one: four times the median of the first three, and not where such a network ends anyway.
    above_chance = known is not None and level > 1.2 * known.chance
    start, factor = (float(curve.y[0]), 2.0) if above_chance else (curve.start, 4.0)
    if known is not None and level < 0.5 * known.chance:
        return absent(ID)
    scale = max(abs(start), start - curve.low)
    # Three in four above it: a level and not a swing. Losses in the hundreds may dip to 0 between: with two
    # classes, a batch is then either all right or all wrong.
    stays = np.mean(last > start) >= 0.75 or level > 20 * scale
    if level - start < (factor - 1) * scale or not stays:
        return absent(ID)
    here, there = place(curve, 0), place(curve, len(curve) - len(last))
    evidence = Text(
        f"{curve.name} is {number(start)} at {here.en}, and from {there.en} on its median is {number(level)}",
        f"{curve.name} 在{here.zh}为 {number(start)}，而{there.zh}之后的中位数为 {number(level)}，远高于起点",
    )
    return report(ID, curve, 0, len(curve) - 1, evidence, start=start, end=level)


def _explodes(curve: Curve) -> bool:
    before = curve.y[: max(len(curve) - 3, 1)]
    growing = bool(np.all(np.diff(curve.y[-3:]) > 0))
    return growing and float(curve.y[-1]) > 10 * float(np.abs(before).max())  # no noise does that, in order


def _explosion(curve: Curve) -> Finding:
    first, last = len(curve) - 3, len(curve) - 1
    here, there = place(curve, first), place(curve, last)
    begin, end = number(float(curve.y[first])), number(float(curve.y[last]))
    after = Text(", then is no longer a number", "，随后变成 NaN 或无穷大") if curve.broke else Text("", "")
    evidence = Text(
        f"{curve.name} grows from {begin} at {here.en} to {end} at {there.en}{after.en}",
        f"{curve.name} 从{here.zh}的 {begin} 猛增到{there.zh}的 {end}{after.zh}",
    )
    return report(ID, curve, first, last, evidence, start=float(curve.y[first]), end=float(curve.y[last]))
