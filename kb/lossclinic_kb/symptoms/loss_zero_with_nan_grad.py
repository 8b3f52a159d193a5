"""The loss reads exactly 0 while the gradient norm is NaN.

What is seen: `loss: 0.0` and `grad_norm: nan` in the same rows. The loss was NaN; the logger left NaN
values out of its average and wrote 0 (Hugging Face Trainer does, unless `logging_nan_inf_filter=False`).
Reported when: at least one row has a training loss of exactly 0 and a gradient norm that is NaN or
infinite.
Not observable: without a training loss, without a gradient norm, or where their rows cannot be matched.
Not to be confused with: a loss that really reaches 0 (the gradient norm is then 0 as well, not NaN).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import finest, numbered, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text

ID = "loss_zero_with_nan_grad"
TITLE = Text("Loss reads 0 while the gradient is NaN", "损失显示为 0，梯度却是 NaN")


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Look for rows with a loss of exactly 0 and a gradient norm that is not finite."""
    curve, norm = read_curve(run, "train_loss"), finest(run, "grad_norm")
    if curve is None or norm is None:
        return not_observable(ID)
    unit, x = numbered(norm)
    broken = x[~np.isfinite(norm.values) & ~norm.missing]
    both = np.flatnonzero((curve.y == 0) & np.isin(curve.x, broken))
    if unit != curve.unit:
        return not_observable(ID)
    if not len(both):
        return absent(ID)
    first, last = int(both[0]), int(both[-1])
    here = place(curve, first)
    evidence = Text(
        f"{curve.name} reads exactly 0 while {norm.name} is not finite, in {len(both)} rows from {here.en} on: the "
        "logger left NaN out of its average",
        f"从{here.zh}起有 {len(both)} 处 {curve.name} 恰好为 0，而 {norm.name} 不是有限数：记录器求平均时跳过了 NaN",
    )
    return report(ID, curve, first, last, evidence, rows=float(len(both)))
