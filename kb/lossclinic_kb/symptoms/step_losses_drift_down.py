"""The losses of single steps drift down by a few percent in all, hidden in their scatter but certain.

What is seen: a loss that looks as if it stood still; a straight line through all of its values falls. Updates arrive and
point the right way, and are many times too small.
Reported when: the line falls by at least four of its standard errors, and by no more than 5 % over the whole log.
Not observable: without forty training losses by step; where the loss reaches zero; in a contest of two networks; in the
log of a resumed run or of a network that came trained.
Not to be confused with: scatter without a trend (`step_losses_without_trend`), where no update arrives.
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.trend import SMALL, read_trend
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text

ID = "step_losses_drift_down"
TITLE = Text("Step losses drift down by a few percent", "逐步损失整体只下移了百分之几")

_ERRORS = 4.0
"""Standard errors of the slope: by accident in one log of some thirty thousand. At three, as many healthy runs more as faulty ones."""


def detect(run: Run, facts: Facts) -> Finding:
    """Lay a straight line through the losses."""
    trend = read_trend(run, facts)
    if trend is None:
        return not_observable(ID)
    if trend.errors > -_ERRORS or -trend.change > SMALL:
        return absent(ID)
    loss, count = trend.loss, len(trend.loss)
    return report(
        ID,
        loss,
        0,
        count - 1,
        Text(
            f"a straight line through the {count} values of {loss.name} falls by {-100 * trend.change:.2g} % in all, "
            f"{-trend.errors:.1f} standard errors: small, but no accident",
            f"用直线拟合 {loss.name} 的 {count} 个值，全程只降 {-100 * trend.change:.2g}%，却有 {-trend.errors:.1f} 个标准误：幅度很小，但不是偶然",
        ),
        errors=trend.errors,
        change=trend.change,
    )
