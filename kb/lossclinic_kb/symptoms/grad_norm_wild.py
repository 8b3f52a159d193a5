"""The gradient norm differs by factors from one step to the next, to the end.

What is seen: 0.2, 1.9, 0.05, 3.1: neighbouring batches ask for steps of quite different size.
Reported when: over the second half the scatter between neighbours is four fifths of the middle norm or more.
Not observable: with fewer than twelve norms, or where they are zero.
Not to be confused with: single peaks (`loss_spikes`), which the measure leaves out; the norms of a network that
has nearly finished, which become wild too as each depends on the one sample that is still wrong: by itself no fault.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import noise, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "grad_norm_wild"
TITLE = Text("Gradient norm differs by factors from step to step", "梯度范数逐步成倍地变化")

_FEWEST = 12
_WILD = 0.8
"""Of the middle norm. Batches of thirty-two samples differ by a fifth to a half of it."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Compare the scatter of neighbouring norms with their middle."""
    norm = read_curve(run, "grad_norm")
    if norm is None or len(norm) < _FEWEST:
        return not_observable(ID)
    late = tail(norm.y, 0.5, at_least=6)
    middle = float(np.median(late))
    if middle <= 0:
        return not_observable(ID)
    scatter = noise(late)
    if scatter <= _WILD * middle:
        return absent(ID)
    first = len(norm) - len(late)
    evidence = Text(
        f"{norm.name} scatters by {number(scatter)} around {number(middle)} between neighbouring values of the second half",
        f"后半段 {norm.name} 在 {number(middle)} 上下波动，相邻值之间的波动达 {number(scatter)}",
    )
    return report(ID, norm, first, len(norm) - 1, evidence, scatter=scatter, middle=middle)
