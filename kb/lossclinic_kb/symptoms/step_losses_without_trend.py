"""The losses of single steps scatter, and go nowhere.

What is seen: batches differ, so that every step has another loss; a straight line through all of them is level. However small
updates are, they add up, and hundreds of steps show it. None arrive, or they lead nowhere.
Reported when: the slope of the line is smaller than its own standard error, and over the whole log it changes the loss by
less than 5 %.
Not observable: without forty training losses by step; where the loss reaches zero; in a contest of two networks; in the
log of a resumed run or of a network that came trained.
Not to be confused with: a tiny fall that is there for certain (`step_losses_drift_down`): updates arrive, far too small.
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.trend import SMALL, read_trend
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text

ID = "step_losses_without_trend"
TITLE = Text("Step losses scatter without any trend", "逐步损失只有波动，没有任何趋势")

_ERRORS = 1.0
"""Standard errors: two in three lines through mere scatter are as level; one in some twenty that do fall a little."""


def detect(run: Run, facts: Facts) -> Finding:
    """Lay a straight line through the losses."""
    trend = read_trend(run, facts)
    if trend is None:
        return not_observable(ID)
    if abs(trend.errors) >= _ERRORS or abs(trend.change) > SMALL:
        return absent(ID)
    loss, count = trend.loss, len(trend.loss)
    return report(
        ID,
        loss,
        0,
        count - 1,
        Text(
            f"a straight line through the {count} values of {loss.name} changes by {100 * trend.change:.2g} % from end to end, "
            f"{abs(trend.errors):.1f} standard errors: they only scatter",
            f"用直线拟合 {loss.name} 的 {count} 个值，首尾只差 {100 * trend.change:.2g}%，不过 {abs(trend.errors):.1f} 个标准误：只有波动",
        ),
        errors=trend.errors,
        change=trend.change,
    )
