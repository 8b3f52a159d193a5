"""Rate and gradient together are too small to have moved the loss.

What is seen: a tiny rate, or a tiny gradient norm, or both; whatever the loss does, it is not these steps that do it.
Reported when: rate times gradient norm (times the square of the norm for plain SGD), summed over the steps, is less than
3 % of what there was to learn.
Not observable: without a training loss, a gradient norm and a rate by step, eight values of the first two; in the
log of a resumed run; in a contest of two networks.
Not to be confused with: a gradient that promises much and changes nothing (`loss_ignores_gradient`). A network that
came trained has little to win and shows this rightly, and so may one whose optimiser multiplies small gradients.
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.promise import read_promise
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "gradient_promises_little"
TITLE = Text("Rate and gradient too small to move the loss", "学习率和梯度都太小，带不动损失")

_LITTLE = 0.03
"""Of what there was to learn: less is within the scatter of batches."""


def detect(run: Run, facts: Facts) -> Finding:
    """Sum up what the gradient promised."""
    seen = read_promise(run, facts)
    if seen is None:
        return not_observable(ID)
    if seen.usual >= _LITTLE * seen.to_learn:
        return absent(ID)
    loss, last = seen.loss, len(seen.loss) - 1
    end = place(loss, last)
    return report(
        ID,
        loss,
        0,
        last,
        Text(
            f"{seen.rate.name} (at most {number(float(seen.rate.y.max()))}) and {seen.norm.name} (at most "
            f"{number(float(seen.norm.y.max()))}), summed up to {end.en}, promise a fall of about "
            f"{number(seen.usual)} where {number(seen.to_learn)} could be learned",
            f"{seen.rate.name} 最大 {number(float(seen.rate.y.max()))}，{seen.norm.name} 最大 "
            f"{number(float(seen.norm.y.max()))}，累计到{end.zh}，损失大约只能下降 {number(seen.usual)}，"
            f"而可学的有 {number(seen.to_learn)}",
        ),
        promised=seen.usual,
        to_learn=seen.to_learn,
    )
