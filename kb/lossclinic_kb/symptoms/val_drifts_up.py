"""The validation loss drifts up, by little and steadily, for most of the run.

What is seen: the best evaluation comes early; from there validation creeps upward while training goes on falling.
Reported when: two fifths of the evaluations or more come after the lowest, mostly uphill, and end 6 % above it,
3 % of what there was to learn, and beyond four times the scatter of neighbouring evaluations, with training below where it was.
Not observable: without both losses on one axis, or with fewer than eight evaluations.
Not to be confused with: a plain U (`val_rises_while_train_falls`), which shows this as well.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import noise, running_median, steadiness, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.pairs import train_and_validation
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.text import Text, number

ID = "val_drifts_up"
TITLE = Text("Validation loss drifts up", "验证损失缓慢爬升")

_FEWEST = 8
"""A drift of fewer evaluations is luck."""

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
    pairs = train_and_validation(run)
    if pairs is None or len(pairs) < _FEWEST:
        return not_observable(ID)
    smooth = running_median(pairs.value) if len(pairs) >= 15 else pairs.value
    turn = int(np.argmin(smooth))
    lowest, end = float(smooth[turn]), float(np.median(tail(pairs.value, 0.1, at_least=3)))
    later = pairs.value[turn:]
    uphill = len(later) >= max(5, _AFTER * len(pairs)) and steadiness(later) >= _UPHILL
    matters = max(_RISE * abs(lowest), _OF_IGNORANCE * ignorance(run, facts, pairs.fine))
    plain = end - lowest >= max(matters, _SIGMAS * noise(pairs.value))
    fell = float(np.median(tail(pairs.mean, 0.1))) < pairs.mean[turn]
    if not (uphill and plain and end > lowest and fell):
        return absent(ID)
    here = pairs.place(turn)
    evidence = Text(
        f"{pairs.coarse.name} is best at {here.en} ({number(lowest)}) and creeps up to {number(end)} over the "
        f"{len(later) - 1} evaluations after it",
        f"{pairs.coarse.name} 在{here.zh}最好（{number(lowest)}），之后 {len(later) - 1} 次验证一路缓升到 {number(end)}",
    )
    return pairs.report(ID, turn, len(pairs) - 1, evidence, lowest=lowest, end=end)
