"""A loss is NaN or infinite.

What is seen: `nan`, `inf` or `-inf` where a training or validation loss should be.
Reported when: at least one logged value of a loss is no finite number. A value that was never written does
not count.
Not observable: where the log has no loss.
Not to be confused with: an empty cell (a missing value), a loss of exactly 0 that hides a NaN
(`loss_zero_with_nan_grad`). How it came to it: `nonfinite_from_start`, `nonfinite_sudden`,
`nonfinite_after_growth`.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.breaks import Break, first_break, has_loss
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_not_finite"
TITLE = Text("Loss is NaN or infinite", "损失变成 NaN 或无穷大")


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Look for values that are no finite numbers."""
    if not has_loss(run):
        return not_observable(ID)
    found = first_break(run)
    return absent(ID) if found is None else _describe(found)


def _describe(found: Break) -> Finding:
    loss, first = found.series, found.index
    bad = np.flatnonzero(~np.isfinite(loss.values) & ~loss.missing)
    logged = int((~loss.missing).sum())
    here, value = place(found.curve, first), number(float(loss.values[first]))
    after = int((~loss.missing[first:]).sum())
    to_the_end = len(bad) == after and after > 1
    how_many = (
        Text("and never a number again", "此后再没有恢复正常")
        if to_the_end
        else Text(
            f"{len(bad)} of {logged} values are not finite", f"{logged} 个值中有 {len(bad)} 个不是有限数"
        )
    )
    evidence = Text(
        f"{loss.name} is {value} at {here.en}, {how_many.en}",
        f"{loss.name} 在{here.zh}为 {value}，{how_many.zh}",
    )
    return report(
        ID, found.curve, first, int(bad[-1]), evidence, count=float(len(bad)), share=len(bad) / logged
    )
