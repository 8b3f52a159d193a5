"""The gradient of a squared error is what the last bias alone gives, and the loss stays.

What is seen: a gradient norm of about 2 sqrt(loss / batch size) from first to last: the predictions do not depend on
the inputs, and the mean residual of each batch pulls at the output bias. All that is learned is a constant.
Reported when: in each third of the run the root mean square of the norm (its largest twentieth left out) lies between
0.6 and 1.5 times that value, and the loss ends at three quarters of its start or more.
Not observable: unless quantities are predicted with a squared error; without twenty gradient norms and twelve training
losses by step; in the log of a resumed run, or in a contest of two networks. Where the batch size is not stated, the
scatter of the losses tells it within a factor of two, and the upper limit is 2.2.
Not to be confused with: the same of a loss over classes (`grad_norm_at_bias_level_from_start`); a gradient that falls
below this level while the loss comes to rest (`gradient_gone_loss_left`).
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.squared_levels import SquaredLevels, squared_levels
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "grad_norm_at_bias_level_squared_loss"
TITLE = Text(
    "Gradient of a squared error at the level of the output bias", "平方误差的梯度只有输出偏置那一份"
)

_LEAST = 0.6
"""Of the closed form: with a score of norms to a third its root mean square scatters by a fifth; the rest is the
largest twentieth that is left out."""

_MOST = 1.5
_MOST_IMPLIED = 2.2
"""Gradients that carry anything from the inputs start at 2.2 times it where they starve, above 3 where they learn. A
batch size read off the scatter of constant predictions comes out up to twice too large."""

_STAYS = 0.75
"""Of the first loss: the mean of the targets may still be learned, and single batches scatter."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the norm of each third with the closed form."""
    seen = squared_levels(run, facts)
    if seen is None:
        return not_observable(ID)
    most = _MOST if seen.stated else _MOST_IMPLIED
    low, high = float(seen.thirds.min()), float(seen.thirds.max())
    if not _LEAST <= low <= high <= most or seen.loss.end < _STAYS * seen.loss.start:
        return absent(ID)
    return _found(seen)


def _found(seen: SquaredLevels) -> Finding:
    norm, loss, last = seen.norm, seen.loss, len(seen.norm) - 1
    here, floor = place(norm, 0), seen.bias_level
    size, batch = float(seen.thirds[-1]) * floor, round(seen.batch)
    said = Text("", "") if seen.stated else Text(" (by the scatter of the losses)", "（由损失的波动推出）")
    return report(
        ID,
        norm,
        0,
        last,
        Text(
            f"{norm.name} is of size {number(size)} from {here.en} to the end; at a {loss.name} of {number(loss.end)} the "
            f"mean residual of a batch of {batch}{said.en} gives {number(floor)} to the output bias alone",
            f"{norm.name} 从{here.zh}到最后都在 {number(size)} 左右；{loss.name} 为 {number(loss.end)} 时，一批 {batch} 个样本"
            f"{said.zh}的平均残差单在输出层偏置上就会产生 {number(floor)}",
        ),
        size=size,
        floor=floor,
        batch=seen.batch,
    )
