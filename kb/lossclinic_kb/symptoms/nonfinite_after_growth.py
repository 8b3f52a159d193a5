"""The loss turns non-finite after it, or the gradient norm, had climbed.

What is seen: the values before the break multiply from step to step, or have been rising for long.
Reported when: the last three losses before the break reach three times what was usual, or the gradient norm
five times; usual is the 95th percentile of the hundred values before, or, for a rise through the whole
record, the median of its first half. Losses that run away below zero count by their size.
Not observable: where the log has no loss, or has a single finite value before the break.
Not to be confused with: `nonfinite_sudden`. Between the two lies a grey zone in which neither is reported.
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.breaks import Break, first_break, gradients_before, growth, has_loss
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "nonfinite_after_growth"
TITLE = Text("Loss or gradient grows, then breaks", "损失或梯度先增大，再变成 NaN")

GROWN_LOSS, GROWN_GRADIENT = 3.0, 5.0
"""Times what was usual: beyond the noise of small batches, which reaches twice for losses and thrice for norms."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Look for growth before the loss breaks."""
    if not has_loss(run):
        return not_observable(ID)
    found = first_break(run)
    if found is None or not len(found.before):
        return absent(ID)
    gradients = gradients_before(run, found)
    if growth(found.before) >= GROWN_LOSS:
        return _describe(found, found.series.name, found.before)
    if gradients is not None and growth(gradients) >= GROWN_GRADIENT:
        return _describe(found, "grad_norm", gradients)
    return not_observable(ID) if len(found.before) < 2 else absent(ID)


def _describe(found: Break, name: str, values: FloatArray) -> Finding:
    value, here = number(float(found.series.values[found.index])), place(found.curve, found.index)
    last = ", ".join(number(float(v)) for v in values[-3:])
    factor = growth(values)
    times = "over a million" if factor > 0.99e6 else number(factor)
    zh_times = "一百万倍以上" if factor > 0.99e6 else f"{number(factor)} 倍"
    evidence = Text(
        f"{name} climbs to {times} times what was usual before ({last}), then {found.series.name} turns {value} "
        f"at {here.en}",
        f"{found.series.name} 在{here.zh}变成 {value} 之前，{name} 已涨到此前水平的{zh_times}（{last}）",
    )
    return report(ID, found.curve, found.index, found.index, evidence, factor=factor)
