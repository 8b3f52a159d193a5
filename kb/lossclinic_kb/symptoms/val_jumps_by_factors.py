"""Neighbouring evaluations differ by factors, while the training loss does not.

What is seen: the validation loss is 0.009, then 0.004, then 0.016: it doubles and halves from one evaluation to
the next.
Reported when: the logarithm of the validation loss scatters by 0.28 or more between neighbouring evaluations,
and by three times as much as that of the training loss between them.
Not observable: without both losses on one axis, with fewer than six evaluations, or with losses of 0 and below.
Not to be confused with: jumps that are large against what there was to learn (`val_noisy`): by factors even a
small loss may jump, as it does on a set that holds few samples.
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.pairs import jitter, train_and_validation
from lossclinic_kb.text import Text, number

ID = "val_jumps_by_factors"
TITLE = Text("Validation loss jumps by factors", "验证损失成倍跳动")

_FEWEST = 6
"""A scatter estimated from fewer than four second differences is a guess."""

_SCATTER = 0.28
"""Of the logarithm: neighbours differ by a factor of 1.5 (e to the root of two times that). A loss that falls fast, by
a factor of three in some epochs and of one in others, comes up to 0.26."""

_OF_TRAIN = 3.0
"""Both curves share the noise of the weights; three times as much has another origin."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Compare the scatter of the logarithms of both losses."""
    pairs = train_and_validation(run)
    if pairs is None or len(pairs) < _FEWEST or pairs.value.min() <= 0 or pairs.mean.min() <= 0:
        return not_observable(ID)
    values = np.log(pairs.value)
    scatter, beside = jitter(values), jitter(np.log(pairs.mean))
    if scatter < max(_SCATTER, _OF_TRAIN * beside):
        return absent(ID)
    worst = int(np.argmax(np.abs(np.diff(values))))
    here, there = pairs.place(worst), pairs.place(worst + 1)
    before, after = number(float(pairs.value[worst])), number(float(pairs.value[worst + 1]))
    usual, calm = number(math.exp(2**0.5 * scatter)), number(math.exp(2**0.5 * beside))
    return pairs.report(
        ID,
        0,
        len(pairs) - 1,
        Text(
            f"neighbouring values of {pairs.coarse.name} differ by a factor of about {usual} (at most from {before} at "
            f"{here.en} to {after} at {there.en}), those of {pairs.fine.name} by one of {calm}",
            f"{pairs.coarse.name} 相邻两次之间一般相差约 {usual} 倍（最大的一次：{here.zh}为 {before}，{there.zh}为 "
            f"{after}），而 {pairs.fine.name} 只相差 {calm} 倍",
        ),
        scatter=scatter,
        train_scatter=beside,
    )
