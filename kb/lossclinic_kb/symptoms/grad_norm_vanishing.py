"""The gradient norm is tiny while there is still much to learn.

What is seen: a gradient column that is next to nothing, or gets there, beside a loss that stays high.
Reported when: the loss ends at half or more of what there was to learn (nine tenths of the first loss where the
number of classes is not stated), and the norm has fallen to a thirtieth
of where it began, or is a ten-thousandth of the loss all along, or, at the level of guessing, is about what the
labels of a batch, drawn by chance, give to the bias of the last layer: sqrt((1 - 1/K) / batch size).
The last one shows that nothing but this bias still learns; it needs the batch size and the number of classes.
Not observable: without five gradient norms and five training losses.
Not to be confused with: a gradient that gets small because the loss does; one that is exactly zero
(`grad_norm_zero`); one below the level of the last bias all along (`grad_norm_below_bias_level`).
Blind to layers: a global norm cannot tell that only the first layers starve.
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, head, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.norm_levels import norm_levels
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "grad_norm_vanishing"
TITLE = Text("Gradient vanishes", "梯度消失")

_LOSS_LEFT = 0.5
"""Of what there was to learn: with half of it left, the gradient has no reason to be small."""

_LOSS_LEFT_UNSURE = 0.9
"""Of the first loss, where nobody stated K: a fine-tuned network starts low and has little left to gain."""

_FALLEN = 30.0
"""One and a half orders of magnitude. Healthy norms differ by a factor of five while the loss is high."""

_TINY = 1e-4
"""Of the loss. Networks that learn have norms of a hundredth of the loss and more."""

_AT_GUESSING = 0.9
"""Of ln K: with unequal classes a constant answer gets somewhat below it."""

_OF_BIAS = (0.5, 1.25)
"""The closed form is a mean over batches; networks whose other layers learn lie at half as much again. With less than
half of it not even the bias gets its gradient."""


def detect(run: Run, facts: Facts) -> Finding:
    """Try the three ways in which a norm can be too small for its loss."""
    norm, loss = read_curve(run, "grad_norm"), read_curve(run, "train_loss")
    if norm is None or loss is None or len(norm) < 5 or len(loss) < 5:
        return not_observable(ID)
    level = float(np.median(tail(loss.y, 0.25)))
    known = classes(run, facts)
    left = _LOSS_LEFT if known is not None and known.stated else _LOSS_LEFT_UNSURE
    if level < left * ignorance(run, facts, loss):
        return absent(ID)
    start, end = (float(np.median(part)) for part in (head(norm.y, 0.05, at_least=3), tail(norm.y, 0.25)))
    if end <= 0:
        return absent(ID)
    if end * _FALLEN <= start:
        return _fallen(norm, loss, start, end)
    if float(np.median(norm.y)) <= _TINY * level:
        return _tiny(norm, loss)
    return _only_bias(run, facts, norm, loss) or absent(ID)


def _fallen(norm: Curve, loss: Curve, start: float, end: float) -> Finding:
    first = int(np.argmax(norm.y * math.sqrt(_FALLEN) <= start))
    here = place(norm, first)
    return report(
        ID,
        norm,
        first,
        len(norm) - 1,
        Text(
            f"{norm.name} falls from {number(start)} to {number(end)} (already {number(float(norm.y[first]))} at "
            f"{here.en}), while {loss.name} ends at {number(loss.end)}",
            f"{norm.name} 从 {number(start)} 降到 {number(end)}（{here.zh}已是 {number(float(norm.y[first]))}），"
            f"而 {loss.name} 最后仍为 {number(loss.end)}",
        ),
        start=start,
        end=end,
        loss=loss.end,
    )


def _tiny(norm: Curve, loss: Curve) -> Finding:
    middle = float(np.median(norm.y))
    return report(
        ID,
        norm,
        0,
        len(norm) - 1,
        Text(
            f"{norm.name} is about {number(middle)} throughout, while {loss.name} is still {number(loss.end)}",
            f"{norm.name} 始终只有 {number(middle)} 左右，而 {loss.name} 仍为 {number(loss.end)}",
        ),
        middle=middle,
        loss=loss.end,
    )


def _only_bias(run: Run, facts: Facts, norm: Curve, loss: Curve) -> Finding | None:
    seen = norm_levels(run, facts)
    if seen is None or seen.bias_level is None or seen.batch is None or not seen.exact:
        return None
    floor, batch = seen.bias_level, seen.batch
    half = float(np.median(tail(norm.y, 0.5)))
    low, high = _OF_BIAS
    if loss.end < _AT_GUESSING * seen.known.chance or not low * floor <= half <= high * floor:
        return None
    middle = place(norm, len(norm) // 2)
    return report(
        ID,
        norm,
        len(norm) // 2,
        len(norm) - 1,
        Text(
            f"{norm.name} is about {number(half)} from {middle.en} on: the {number(floor)} that the random labels of "
            f"a batch of {number(batch)} give to the last bias, and nothing more; {loss.name} is {number(loss.end)}",
            f"{middle.zh}之后 {norm.name} 约为 {number(half)}，只相当于一批 {number(batch)} 个样本的标签波动在输出层偏置上"
            f"产生的 {number(floor)}，其余各层几乎没有梯度；{loss.name} 为 {number(loss.end)}",
        ),
        middle=half,
        floor=floor,
        loss=loss.end,
    )
