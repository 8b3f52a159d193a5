"""Logs of one value per epoch: each is a mean over many batches, so that a single one means something."""

from __future__ import annotations

import numpy as np

from lossclinic_kb.run import BoolArray, FloatArray, Run
from lossclinic_kb.symptoms.curve import BLOCKS, Curve, read_curve
from lossclinic_kb.symptoms.levels import accuracy_curve

_FEWEST = 5
"""A descent of a few epochs, and one that undoes it."""

_BACK = (0.6, 0.6, 0.3)
"""Of what was won, by how many others agree: validation loss, training accuracy. Epochs of a few small batches, or of which a few
batches were logged, differ by three tenths and more by chance."""

_OF_LOWEST, _PLAIN, _OF_WON = 0.15, 0.5, 0.1
"""Of the lowest level: next to zero, three tenths of the way back are plain on any plot only if the level moves too. Half of the level is
plain long before, except where next to nothing is left."""

_ERRORS, _SAMPLE = 1.25, 0.01
"""A quarter more wrong answers than in the best epoch before, and one in a hundred: else it was the luck of what was logged."""

_WON = 0.1
"""Of the start: before that nothing was won that could be lost."""

_RAISED = 1.3
"""A learning rate three tenths higher than at the lowest epoch explains a rise by itself."""


def is_by_epoch(curve: Curve) -> bool:
    """Return whether `curve` has one value for each of at most 32 epochs, from five on."""
    if curve.unit != "epoch" or not _FEWEST <= len(curve) <= BLOCKS:
        return False
    return bool(np.all(np.diff(curve.x) >= 0.9))


def lost_epoch(run: Run, train: Curve) -> int | None:
    """Return the epoch in which most of what was won is lost again, as an index into `train`; None where there is none.

    Args:
        run: May hold a validation loss, which then has to go up as well, a training accuracy, which has to fall, and a
            learning rate, which must not go up.
        train: Its training loss, one value per epoch.
    """
    _, won, rise = _against_lowest(train.y)
    validation, answers = _beside(read_curve(run, "val_loss"), train), _beside(accuracy_curve(run), train)
    witnesses = (validation is not None) + (answers is not None)
    lost = _is_back(train.y, _BACK[witnesses], doubled=witnesses == 2) & (won > _WON * abs(float(train.y[0])))
    if validation is not None:
        lost &= _is_back(validation, _BACK[witnesses], doubled=witnesses == 2)
    if answers is not None:
        errors = 1 - answers
        lost &= errors[1:] >= _ERRORS * np.minimum.accumulate(errors)[:-1] + _SAMPLE
    at = np.flatnonzero(lost & ~_rate_is_raised(run, train))
    return int(at[np.argmax(rise[at])]) + 1 if len(at) else None


def _beside(curve: Curve | None, train: Curve) -> FloatArray | None:
    """Return what `curve` was when each epoch of `train` was over, or soon after; None where it was hardly ever measured."""
    if curve is None or curve.unit != train.unit or 3 * len(curve) < len(train):
        return None
    at = np.searchsorted(curve.x, train.x - 1e-6).clip(max=len(curve) - 1)
    beside: FloatArray = curve.y[at]
    return beside


def _against_lowest(values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return for each value but the first: the lowest before it, what had been won by then, and how far it is above."""
    low = np.minimum.accumulate(values)[:-1]
    return low, float(values[0]) - low, values[1:] - low


def _is_back(values: FloatArray, share: float, *, doubled: bool) -> BoolArray:
    low, won, rise = _against_lowest(values)
    level = np.abs(low)
    plain = (rise >= share * won) & (rise >= _OF_LOWEST * level)
    half_as_much_again = (rise >= _PLAIN * level) & (rise >= _OF_WON * won)
    return (rise > 0) & ((plain | half_as_much_again) if doubled else plain)


def _rate_is_raised(run: Run, train: Curve) -> BoolArray:
    rate = read_curve(run, "lr")
    if rate is None or len(rate) != len(train):
        return np.zeros(len(train) - 1, dtype=np.bool_)
    lowest = np.array([int(np.argmin(train.y[: end + 1])) for end in range(len(train) - 1)])
    return np.asarray(rate.y[1:] > _RAISED * rate.y[lowest])
