"""The validation loss jumps from one evaluation to the next while the training loss is smooth.

What is seen: neighbouring evaluations differ by much more than the training loss moves between them.
Reported when: the scatter of neighbouring evaluations is a quarter of the validation loss itself, a tenth of
what there was to learn, and four times the scatter of the training loss between evaluations.
Not observable: without both losses on one axis, or with fewer than six evaluations.
Not to be confused with: swings that both curves make together (`loss_oscillates`); the jitter of a loss that
is next to nothing.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.pairs import jitter, train_and_validation
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.text import Text, number

ID = "val_noisy"
TITLE = Text("Validation loss jumps about", "验证损失剧烈跳动")

_FEWEST = 6
"""A scatter estimated from fewer than five differences is a guess."""

_OF_ITSELF = 0.25
_OF_IGNORANCE = 0.1
"""Evaluations of the same small set differ by the weights only: some percent, far less than these."""

_OF_TRAIN = 4.0
"""Both curves share the noise of the weights; four times as much has another origin."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the scatter of neighbouring evaluations with that of the training loss."""
    pairs = train_and_validation(run)
    if pairs is None or len(pairs) < _FEWEST:
        return not_observable(ID)
    scatter, beside = jitter(pairs.value), jitter(pairs.mean)
    middle = float(np.median(pairs.value))
    needed = max(
        _OF_ITSELF * abs(middle), _OF_IGNORANCE * ignorance(run, facts, pairs.fine), _OF_TRAIN * beside
    )
    if scatter == 0 or scatter < needed:
        return absent(ID)
    worst = int(np.argmax(np.abs(np.diff(pairs.value))))
    here, there = pairs.place(worst), pairs.place(worst + 1)
    before, after = float(pairs.value[worst]), float(pairs.value[worst + 1])
    return pairs.report(
        ID,
        0,
        len(pairs) - 1,
        Text(
            f"{pairs.coarse.name} scatters by about {number(scatter)} between neighbouring evaluations (from "
            f"{number(before)} at {here.en} to {number(after)} at {there.en}), {pairs.fine.name} by {number(beside)}",
            f"{pairs.coarse.name} 相邻两次验证之间约波动 {number(scatter)}（{here.zh}为 {number(before)}，{there.zh}为 "
            f"{number(after)}），而 {pairs.fine.name} 只波动 {number(beside)}",
        ),
        scatter=scatter,
        train_scatter=beside,
        middle=middle,
    )
