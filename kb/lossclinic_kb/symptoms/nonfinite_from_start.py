"""The very first logged loss is already NaN or infinite.

What is seen: the column begins with `nan` or `inf`; there is no healthy stretch to look at.
Reported when: no finite value of that loss was logged before its first non-finite one.
Not observable: where the log has no loss.
Not to be confused with: a loss that breaks within the first steps after a finite one (`nonfinite_sudden`,
`nonfinite_after_growth`). In a log of one value per epoch the break may lie anywhere in the first epoch.
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.breaks import first_break, has_loss
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "nonfinite_from_start"
TITLE = Text("Loss is not finite from the start", "损失一开始就是 NaN 或无穷大")


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Look at the first logged loss."""
    if not has_loss(run):
        return not_observable(ID)
    found = first_break(run)
    if found is None or len(found.before):
        return absent(ID)
    value, here = number(float(found.series.values[found.index])), place(found.curve, found.index)
    evidence = Text(
        f"{found.series.name} is {value} in its first logged value ({here.en})",
        f"{found.series.name} 记录的第一个值（{here.zh}）就是 {value}",
    )
    return report(ID, found.curve, found.index, found.index, evidence)
