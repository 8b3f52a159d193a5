"""The loss is no number while the gradient beside it still is one.

What is seen: NaN in the column of the loss and ordinary figures in that of the gradient norm, in the same rows.
Reported when: that is so in two rows or more.
Not observable: where no training loss breaks, or no gradient norm is logged beside it.
Not to be confused with: a forward pass that overflows, or NaN in the data: there the gradient is no number in the same step. The other
order, a gradient that breaks first, is `grad_nonfinite_before_loss`.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, finest, numbered
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_broken_gradient_sound"
TITLE = Text("Loss is no number, the gradient is", "损失已是非数，梯度却正常")

_ROWS = 2
"""One row may be a logger that writes the norm of the step before."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Compare loss and gradient norm row by row."""
    losses, norms = finest(run, "train_loss"), finest(run, "grad_norm")
    if losses is None or norms is None or not losses.non_finite:
        return not_observable(ID)
    loss, norm = losses.logged, norms.logged
    (loss_unit, loss_x), (unit, x) = numbered(loss), numbered(norm)
    if unit != loss_unit or len(loss.restarts) or len(norm.restarts):
        return not_observable(ID)
    _, at_loss, at_norm = np.intersect1d(loss_x, x, return_indices=True)
    broken = ~np.isfinite(loss.values[at_loss])
    if not broken.any():
        return not_observable(ID)
    sound = np.flatnonzero(broken & np.isfinite(norm.values[at_norm]))
    if len(sound) < _ROWS:
        return absent(ID)
    curve = Curve(loss.name, loss_unit, loss_x, loss.values)
    first, last = int(at_loss[sound[0]]), int(at_loss[sound[-1]])
    here, beside = place(curve, first), norm.values[at_norm[sound[:3]]]
    norms_said = ", ".join(number(float(value)) for value in beside)
    evidence = Text(
        f"{loss.name} is no number from {here.en} on, while {norm.name} is still finite in {len(sound)} of these rows ({norms_said})",
        f"{loss.name} 从{here.zh}起成了非数，而其中 {len(sound)} 行的 {norm.name} 仍是有限值（{norms_said}）",
    )
    return report(ID, curve, first, last, evidence, rows=float(len(sound)))
