"""How large a difference in the loss has to be before it matters: the loss of a model that knows nothing.

Ratios alone mislead: from 0.002 to 0.004 a loss doubles and nothing has happened. A difference is therefore
also set against what there was to learn.
"""

from __future__ import annotations

import math

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve
from lossclinic_kb.symptoms.levels import accuracy_curve, classes

_ALREADY_TRAINED = 0.8
"""A first logged accuracy above this: the log begins with a network that has learned most of it."""


def ignorance(run: Run, facts: Facts, train: Curve) -> float:
    """Return the loss of a model that knows nothing: ln K, or where the training loss was at first.

    ln K holds only for a loss that got below it; a sum over the batch, for one, never does. Where neither K is
    known nor the first value tells, because the first accuracy is already high, four classes are
    taken: two would make much of small differences, ten would hide that two classes are overfitted. A loss
    that goes below 0 has no such level: there it is the way from its first level to its lowest.
    """
    first = train.start
    if train.low < 0:
        return first - train.low
    known = classes(run, facts)
    if known is not None:
        return known.chance if train.low < known.chance else max(first, known.chance)
    accuracies = [accuracy_curve(run, "train_acc"), accuracy_curve(run, "val_acc")]
    trained = any(curve is not None and curve.y[0] > _ALREADY_TRAINED for curve in accuracies)
    return max(first, math.log(4)) if trained else first
