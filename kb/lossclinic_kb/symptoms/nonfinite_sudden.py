"""The loss turns non-finite out of the blue.

What is seen: loss and gradient are as usual, and the next value is NaN or infinite. One sample, one
division or one logarithm did it; a training that runs away announces itself.
Reported when: none of the last three losses before the break is more than half again what was usual, and
the gradient norm, where it is logged, is no more than three times.
Not observable: where the log has no loss, or has a single finite value before the break.
Not to be confused with: `nonfinite_after_growth`. Without gradient norms, or after fewer than five values
(a log of one value per epoch cannot show growth within the last epoch), the symptom is given less weight.
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.breaks import first_break, gradients_before, growth, has_loss
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "nonfinite_sudden"
TITLE = Text("Loss breaks suddenly", "损失毫无征兆地变成 NaN")

ORDINARY_LOSS, ORDINARY_GRADIENT = 1.5, 3.0
"""Times what was usual. Gradients have the heavier tail: three times the 95th percentile is no rarity."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Look at the values right before the loss breaks."""
    if not has_loss(run):
        return not_observable(ID)
    found = first_break(run)
    if found is None or not len(found.before):
        return absent(ID)
    if len(found.before) < 2:
        return not_observable(ID)
    gradients = gradients_before(run, found)
    seen = gradients is not None and len(gradients) >= 3
    by_gradient = growth(gradients) if gradients is not None and seen else 1.0
    if growth(found.before) > ORDINARY_LOSS or by_gradient > ORDINARY_GRADIENT:
        return absent(ID)
    value, here = number(float(found.series.values[found.index])), place(found.curve, found.index)
    losses = ", ".join(number(float(v)) for v in found.before[-3:])
    norms = ", ".join(number(float(v)) for v in gradients[-3:]) if gradients is not None and seen else ""
    calm = (
        Text(f"; the gradient norm before it: {norms}", f"；此前的梯度范数为 {norms}")
        if norms
        else Text("", "")
    )
    evidence = Text(
        f"{found.series.name} turns {value} at {here.en} out of the blue; the losses before it: {losses}{calm.en}",
        f"{found.series.name} 在{here.zh}突然变成 {value}；此前的损失为 {losses}{calm.zh}",
    )
    strength = 1.0 if seen and len(found.before) >= 5 else 0.6  # a gradient that climbed may not show yet
    return report(ID, found.curve, found.index, found.index, evidence, strength=strength)
