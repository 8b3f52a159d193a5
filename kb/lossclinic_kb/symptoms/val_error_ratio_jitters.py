"""The shape of the validation errors changes from evaluation to evaluation.

What is seen: the mean absolute error and the root mean squared one of validation do not keep in step: their ratio jumps
up and down. How large the errors are cancels out of it, and over hundreds of samples their shape hardly moves, so
that only a set of some ten samples can do this.
Reported when: the square of that ratio changes by 0.05 or more from one evaluation to the next as a rule, after the
first third, in at least eight evaluations.
Not observable: without a mean absolute and a mean squared error (or its root) of validation, eight evaluations of both.
Not to be confused with: a validation loss that is noisy because the network is thrown about (`val_noisy`): that changes
the size of all errors, and their shape by less.
Blind to: small sets beside a rate so low that predictions hardly move between evaluations.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.error_shape import error_shape
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "val_error_ratio_jitters"
TITLE = Text("Shape of the validation errors jumps about", "验证误差的分布形状忽上忽下")

_FEWEST = 8
"""Evaluations: of fewer, a median of changes says little."""

_JUMPS = 0.05
"""Sets of 8 to 40 samples reach 0.02 to 0.15, of a hundred at most 0.03, of three hundred 0.02, even at a rate that
throws the predictions about; a rate that is far too high has been seen at 0.04 on thousands."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look at the changes of the ratio between neighbouring evaluations."""
    del facts
    seen = error_shape(run)
    if seen is None or len(seen) < _FEWEST:
        return not_observable(ID)
    begin = len(seen) // 3
    squared = seen.ratio[begin:] ** 2
    change = float(np.median(np.abs(np.diff(squared))))
    if change < _JUMPS:
        return absent(ID)
    here, low, high = place(seen.sizes, begin), float(squared.min()) ** 0.5, float(squared.max()) ** 0.5
    return report(
        ID,
        seen.sizes,
        begin,
        len(seen) - 1,
        Text(
            f"{seen.sizes.name} over the root mean squared error jumps between {number(low)} and {number(high)} from "
            f"{here.en} on; its square changes by about {number(change)} from evaluation to evaluation",
            f"{here.zh}之后，{seen.sizes.name} 与均方根误差之比在 {number(low)} 和 {number(high)} 之间跳动，其平方在相邻两次验证"
            f"之间一般相差 {number(change)}",
        ),
        change=change,
        lowest=low,
        highest=high,
    )
