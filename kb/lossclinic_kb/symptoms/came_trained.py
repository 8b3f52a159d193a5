"""Whether a network was trained before its log begins: then it need not get better by much."""

from __future__ import annotations

import math
import re

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, as_curve, read_curve, tail
from lossclinic_kb.symptoms.levels import accuracy_curve, classes, has_chance

_LARGEST_NATS = 12.5
"""ln 256,000: a first cross-entropy above that of the largest vocabulary is a sum, or comes from wild weights."""

_LOW = math.log(2) / 2
"""No cross-entropy of an untrained network begins at half of ln 2."""

_R2 = re.compile(r"(?:train(?:ing)?[_/ ])?(?:r2|r_squared|r2[_ ]?score)")
_FEWEST_R2 = 8
_EXPLAINED, _HARDLY_RISES = 0.3, 0.8
"""R2 of an untrained network is 0 or less; of single batches it scatters, but learning shows by rising on."""

_TWICE, _LUCK, _AS_GOOD = 2.0, 0.05, 0.9
"""Twice guessing and five hundredths more: beyond the luck of a first small sample."""


def came_trained(run: Run, facts: Facts) -> bool:
    """Return whether the network was trained before the log begins: said, or as good at first as ever after.

    As good means an accuracy twice that of guessing and nine tenths of the final one. Guessing is 1 / K, or what the
    first loss makes of it where K is unknown. Of a regression, a coefficient of determination far above 0.
    """
    if facts.get("pretrained") or _explains_from_start(run):
        return True
    accuracy, loss = accuracy_curve(run), read_curve(run, "train_loss")
    known = classes(run, facts)
    if accuracy is None or loss is None or (known is None and not 0 < loss.start <= _LARGEST_NATS):
        return False
    guess = math.exp(-loss.start) if known is None else 1 / known.count
    first = float(accuracy.y[0])
    return first > _TWICE * guess + _LUCK and first >= _AS_GOOD * float(np.median(tail(accuracy.y, 0.25)))


def low_losses_alone(run: Run, facts: Facts) -> bool:
    """Return whether losses are all that is known, so low that a network that had learned before may have made them.

    Such a network knows its training samples better than others, and rightly.
    """
    train, validation = read_curve(run, "train_loss"), read_curve(run, "val_loss")
    if train is None or validation is None or not has_chance(facts) or "task" in facts:
        return False
    if accuracy_curve(run) is not None or accuracy_curve(run, "val_acc") is not None:
        return False
    return 0 < train.start < _LOW and float(np.median(validation.y)) < _LOW


def _explains_from_start(run: Run) -> bool:
    """Return whether a logged R2 of training is far above that of the mean at first, and hardly rises from there."""
    curve = explained_curve(run)
    if curve is None or len(curve) < _FEWEST_R2:
        return False
    first = float(np.median(curve.y[:3]))
    return first > _EXPLAINED and first >= _HARDLY_RISES * float(np.median(tail(curve.y, 0.25)))


def explained_curve(run: Run) -> Curve | None:
    """Return the R2 of training, the share of the targets' variance that is explained; None where none is logged."""
    logged = next((one for one in run.all("other") if _R2.fullmatch(one.name.lower())), None)
    return None if logged is None else as_curve(logged)
