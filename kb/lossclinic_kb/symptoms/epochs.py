"""How many steps make an epoch, where a log tells both."""

from __future__ import annotations

import numpy as np

from lossclinic_kb.run import FloatArray

_COVERED = 2.0
"""Epochs that a log has to span: epochs are logged rounded, and over less than this the rounding shows."""


def steps_per_epoch(step: FloatArray, epoch: FloatArray) -> float | None:
    """Return by how many steps the log goes on in one epoch; None where either axis goes back or hardly on.

    Args:
        step: Shape (n,), steps counted over the whole run.
        epoch: Shape (n,), the epochs beside them, whole or fractional.
    """
    if len(step) < 2 or not (np.isfinite(step).all() and np.isfinite(epoch).all()):
        return None
    if np.any(np.diff(step) < 0) or np.any(np.diff(epoch) < 0) or epoch[-1] - epoch[0] < _COVERED:
        return None
    return float((step[-1] - step[0]) / (epoch[-1] - epoch[0]))
