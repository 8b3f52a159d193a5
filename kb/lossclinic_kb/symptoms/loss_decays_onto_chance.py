"""The loss comes down from far above, by the same share each time, and ends at what guessing costs.

What is seen: 41, 17, 6.7, 2.9, 1.7, and then ln K. What is above ln K shrinks geometrically: so do weights that a penalty pulls to
zero, each step by the same share. The penalty is part of the logged loss, and in the end all answers are even.
Reported when: the loss began above twice ln K and ends within 2 % of it; the rest above ln K shrank at 95 % of the entries, and
its logarithm is a straight line (95 % of its variance). Where validation is logged, it ends within 5 % of ln K too.
Not observable: with fewer than eight values, or fewer than four of them above; for losses said to be no cross-entropy; in a contest of
two networks; in the log of a resumed run.
Not to be confused with: weights that were too large and are learned down, which ends below ln K; a rate so high that the first steps explode, whose
return is neither even nor monotone (`loss_settles_onto_chance`).
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.curve import Curve, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes, has_chance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_decays_onto_chance"
TITLE = Text("Loss decays geometrically onto chance", "损失按固定比例衰减到随机水平")

_FEWEST, _FEWEST_ABOVE = 8, 4
_AT = 0.02
"""Of ln K: weights that are nearly gone still know a little of the classes."""

_VALIDATION_AT = 0.05
"""Of ln K: evaluations of few samples."""

_ABOVE = 2.0
"""Times ln K: what untrained networks begin with is below."""

_GONE = 0.05
"""Of ln K: nearer to it, the batches scatter more than the penalty shrinks."""

_DOWN, _STRAIGHT = 0.95, 0.95
_MOST = 20
"""Classes that are tried where K is not stated; from there on the levels lie within 2 % of each other."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look at the logarithm of what is above ln K."""
    curve = read_curve(run, "train_loss")
    if curve is None or len(curve) < _FEWEST or not curve.from_start or curve.low <= 0:
        return not_observable(ID)
    if adversarial(run, facts) or not has_chance(facts):
        return not_observable(ID)
    level = float(np.median(tail(curve.y, 0.2, at_least=3)))
    count = _count_at(run, facts, level)
    if count is None or float(curve.y[0]) <= _ABOVE * math.log(count) or not _validation_too(run, count):
        return absent(ID)
    chance = math.log(count)
    above = _above(curve, min(chance, level), _GONE * chance)
    if len(above) < _FEWEST_ABOVE:
        return not_observable(ID)
    return _found(curve, count, len(above)) if _geometric(above) else absent(ID)


def _validation_too(run: Run, count: int) -> bool:
    """Return whether validation ends at ln K as well: weights that are gone answer all samples alike."""
    validation = read_curve(run, "val_loss")
    return validation is None or abs(validation.end / math.log(count) - 1) <= _VALIDATION_AT


def _count_at(run: Run, facts: Facts, level: float) -> int | None:
    """Return the number of classes at whose ln K the loss ends; None where it ends at none."""
    known = classes(run, facts)
    if known is not None and known.stated and known.unit != 1:
        return None
    counts = [known.count] if known is not None and known.stated else range(2, _MOST + 1)
    nearest = min(counts, key=lambda count: abs(math.log(count) - level))
    return nearest if abs(level / math.log(nearest) - 1) <= _AT else None


def _above(curve: Curve, base: float, least: float) -> FloatArray:
    rest = curve.y - base
    gone = np.flatnonzero(rest <= least)
    return rest[: int(gone[0])] if len(gone) else rest


def _geometric(above: FloatArray) -> bool:
    logs, at = np.log(above), np.arange(len(above))
    straight = float(np.corrcoef(logs, at)[0, 1]) ** 2 if np.ptp(logs) > 0 else 0.0
    return bool(np.mean(np.diff(above) < 0) >= _DOWN and straight > _STRAIGHT)


def _found(curve: Curve, count: int, entries: int) -> Finding:
    here, chance = place(curve, entries - 1), math.log(count)
    rest = (curve.y[:entries] - chance).clip(1e-12)
    share = float(np.exp(np.median(np.diff(np.log(rest)))))
    return report(
        ID,
        curve,
        0,
        len(curve) - 1,
        Text(
            f"{curve.name} comes down from {number(float(curve.y[0]))} to {number(float(curve.y[-1]))}, what guessing among {count} "
            f"classes costs ({chance:.4g}); up to {here.en} each entry leaves about {share:.2g} of what is above",
            f"{curve.name} 从 {number(float(curve.y[0]))} 降到 {number(float(curve.y[-1]))}，即在 {count} 个类别中猜测的损失（{chance:.4g}）；"
            f"到{here.zh}为止，每次记录大约只留下超出部分的 {share:.2g}",
        ),
        chance=chance,
        share=share,
    )
