"""The first gradient of a squared error is hundreds of times what its loss explains.

What is seen: the norm of the very first gradient, divided by twice the root of the loss, is in the hundreds and more: small changes of the
weights change the outputs enormously.
Reported when: that quotient is above 500 at the first step.
Not observable: for losses over classes and scores of masks; without a gradient norm at the first value of the loss; in the log of a resumed run.
Not to be confused with: targets in large units (`loss_in_large_units`), which make loss and gradient large together and leave the
quotient as it is; a norm that grows in the course of the run (`grad_norm_growing`).
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.slope import STEEP, output_slope, over_classes
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "gradient_outruns_loss"
TITLE = Text("First gradient out of proportion to the loss", "最初的梯度与损失完全不成比例")


def detect(run: Run, facts: Facts) -> Finding:
    """Set the first gradient norm against the root of the first loss."""
    loss, norm, slope = read_curve(run, "train_loss"), read_curve(run, "grad_norm"), output_slope(run)
    if loss is None or norm is None or slope is None or over_classes(run, facts):
        return not_observable(ID)
    if slope <= STEEP:
        return absent(ID)
    here, size, value = place(norm, 0), number(float(norm.y[0])), number(float(loss.y[0]))
    evidence = Text(
        f"{norm.name} is {size} at {here.en}, where {loss.name} is {value}: the outputs change {number(slope)} times as much as the weights",
        f"{norm.name} 在{here.zh}为 {size}，而 {loss.name} 为 {value}：权重稍有变化，输出就要变 {number(slope)} 倍",
    )
    return report(ID, norm, 0, 0, evidence, slope=slope)
