"""The learning rate is down to a hundredth of its peak when much of the run is still to come.

What is seen: a rate that decays too fast, or in steps that come too early, and hardly trains from there on.
Reported when: before 60 % of the log the rate is at 1 % of its peak or less, after the peak, and stays there.
Not observable: with fewer than six rates, or with none above zero.
Not to be confused with: a rate that has vanished altogether, and a loss that was not done (`lr_reaches_zero`); a
schedule that is this low near its end. Nothing is lost where the loss had come down by then.
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import as_curve, gone_at
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "lr_gone_early"
TITLE = Text("Learning rate decays too early", "学习率衰减得太早")

_FEWEST = 6
_GONE = 0.01
"""Of the peak: two step decays by ten, after which usual schedules only polish."""

_EARLY = 0.6
"""Share of the log. A cosine is as low after 94 % of its way; two usual step decays take two thirds to three
quarters."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Find from where on the rate is gone for good."""
    rates = [curve for curve in map(as_curve, run.all("lr")) if curve is not None and len(curve) >= _FEWEST]
    rates = [rate for rate in rates if float(rate.y.max()) > 0]  # a frozen group of weights has rate 0
    if not rates:
        return not_observable(ID)
    rate = max(rates, key=lambda curve: gone_at(curve, _GONE) / len(curve))
    first = gone_at(rate, _GONE)
    if first >= _EARLY * len(rate):
        return absent(ID)
    here, end = place(rate, first), place(rate, len(rate) - 1)
    peak, value = float(rate.y.max()), float(rate.y[first])
    return report(
        ID,
        rate,
        first,
        len(rate) - 1,
        Text(
            f"{rate.name} is down from {number(peak)} to {number(value)} at {here.en} and stays as low; the log goes on "
            f"to {end.en}",
            f"{rate.name} 在{here.zh}就已从 {number(peak)} 降到 {number(value)}，此后没有回升，而日志一直到{end.zh}",
        ),
        peak=peak,
        value=value,
    )
