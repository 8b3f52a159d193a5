"""All along, the gradient is smaller than the last bias alone would make it.

What is seen: at chance, a gradient norm of less than half of sqrt((1 - 1/K) / batch size). The labels of a batch, drawn
by chance, pull so hard at any output bias that is trained, whatever the layers below do: this one is not trained.
Reported when: all levels of the loss lie within 12 % of ln K, and the medians of the first and of the last third of
the norms are both at most half of that value.
Not observable: without the batch size and the number of classes, ten gradient norms and five training losses; where
every sample has many labels, as in texts and masks; in the log of a resumed run.
Not to be confused with: a norm at that level, where the bias learns and nothing else does
(`grad_norm_at_bias_level_from_start`); one that is exactly zero (`grad_norm_zero`).
Blind to: outputs without a bias, a norm logged after clipping, and batches that are collected over several steps of
which only one is stated: each lowers the norm, too.
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.norm_levels import norm_levels
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "grad_norm_below_bias_level"
TITLE = Text("Gradient smaller than the output bias alone would make it", "梯度比仅由输出偏置产生的还小")

_BELOW = 0.5
"""Of the closed form. Where only the bias learns, medians lie between 0.6 and 1.25 of it."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the first and the last norms with the closed form."""
    seen = norm_levels(run, facts)
    if seen is None or seen.bias_level is None or seen.batch is None or seen.course is None or not seen.exact:
        return not_observable(ID)
    norm, floor, went = seen.norm, seen.bias_level, seen.course
    if not seen.stays or max(went.first, went.last) > _BELOW * floor:
        return absent(ID)
    here, there = place(norm, 0), place(norm, len(norm) - 1)
    return report(
        ID,
        norm,
        0,
        len(norm) - 1,
        Text(
            f"{norm.name} is about {number(went.first)} from {here.en} on and {number(went.last)} up to {there.en}; the "
            f"labels of a batch of {number(seen.batch)} would give {number(floor)} to a trained output bias alone",
            f"{norm.name} 从{here.zh}起约为 {number(went.first)}，到{there.zh}为止约为 {number(went.last)}；只要输出层偏置在训练，"
            f"一批 {number(seen.batch)} 个样本的标签波动就会给它 {number(floor)}",
        ),
        first=went.first,
        last=went.last,
        floor=floor,
    )
