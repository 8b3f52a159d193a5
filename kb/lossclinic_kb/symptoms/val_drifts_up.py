"""The validation loss drifts up, by little and steadily, for most of the run.

What is seen: the best evaluation comes early; from there validation creeps upward while training goes on falling.
Reported when: two fifths of the evaluations or more come after the lowest, mostly uphill, and end 6 % above it,
3 % of what there was to learn, and beyond four times the scatter of neighbouring evaluations, with training below where it was.
Not observable: without both losses on one axis, or with fewer than eight evaluations, four of them beside training, unless
the lowest of them is the last.
Not to be confused with: a plain U (`val_rises_while_train_falls`), which shows this as well.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import noise, steadiness, tail
from lossclinic_kb.symptoms.evaluations import best_at_end, read_evaluations
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "val_drifts_up"
TITLE = Text("Validation loss drifts up", "验证损失缓慢爬升")

_FEWEST, _BESIDE = 8, 4
"""A drift of fewer evaluations is luck; whether training fell meanwhile, half as many tell."""

_AFTER = 0.4
"""Of all evaluations: most of what came after the best made it worse."""

_RISE = 0.06
_OF_IGNORANCE = 0.03
"""Of the lowest, and of what there was to learn: less is nobody's concern."""

_SIGMAS = 4.0
_UPHILL = 0.6
"""Beyond the scatter, and Kendall's tau of the climb: four of five pairs of evaluations rise."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look at what came after the lowest evaluation."""
    seen = read_evaluations(run, _FEWEST, _BESIDE)
    if seen is None:
        return absent(ID) if best_at_end(run, _FEWEST) else not_observable(ID)
    turn, curve = seen.lowest, seen.curve
    lowest, end = float(seen.levels[turn]), float(np.median(tail(curve.y, 0.1, at_least=3)))
    later = curve.y[turn:]
    uphill = len(later) >= max(5, _AFTER * len(seen)) and steadiness(later) >= _UPHILL
    matters = max(_RISE * abs(lowest), _OF_IGNORANCE * ignorance(run, facts, seen.pairs.fine))
    plain = end - lowest >= max(matters, _SIGMAS * noise(curve.y))
    fell = float(np.median(tail(seen.pairs.mean, 0.1))) < seen.train_at(turn)
    if not (uphill and plain and end > lowest and fell):
        return absent(ID)
    here = place(curve, turn)
    evidence = Text(
        f"{curve.name} is best at {here.en} ({number(lowest)}) and creeps up to {number(end)} over the "
        f"{len(later) - 1} evaluations after it",
        f"{curve.name} 在{here.zh}最好（{number(lowest)}），之后 {len(later) - 1} 次验证一路缓升到 {number(end)}",
    )
    return report(ID, curve, turn, len(seen) - 1, evidence, lowest=lowest, end=end)
