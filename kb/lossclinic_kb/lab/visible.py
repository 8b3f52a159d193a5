"""Whether a fault can be seen at all: beside the same run without it. One that nobody could see does not count."""

from __future__ import annotations

from typing import Final

import numpy as np

from lossclinic_kb.run import FloatArray, Run, Series

PARTS: Final = 20
"""Stretches of the run that are compared by their medians."""
AT_LEAST: Final = 2
"""Stretches that must differ: one alone is a spike that a thinned log may have missed."""
APART: Final = 0.15
"""Of the range over which the healthy run moves. Two healthy runs of different seeds stay within a tenth of it."""
TIMES: Final = 3.0
"""Between gradient norms; those of healthy runs of different seeds stay within a factor of two."""


SPIKE: Final = 0.5
"""Of the same range: a single value this far above the middle of its stretch stands out on any plot."""
MORE: Final = 3
"""Times as many spikes as in the healthy run, and `AT_LEAST`: batches differ in healthy runs too."""


def is_visible(broken: Run, cured: Run) -> bool:
    """Whether losses, accuracies or gradient norms of a run with a fault differ from those of the run without it.

    Levels are compared, and how often the training loss shoots up.

    Args:
        broken: With the fault.
        cured: The same world without it.
    """
    return any(
        _differs(broken.pick(role), cured.pick(role))
        for role in ("train_loss", "val_loss", "train_acc", "val_acc")
    ) or (
        _norms_differ(broken.pick("grad_norm"), cured.pick("grad_norm"))
        or _spikes(broken.pick("train_loss"), cured.pick("train_loss"))
    )


def _differs(ours: Series | None, healthy: Series | None) -> bool:
    if ours is None or healthy is None:
        return False
    if ours.non_finite > healthy.non_finite:
        return True
    one, other = _medians(ours), _medians(healthy)
    return _often(np.abs(one - other) > APART * max(float(np.ptp(other)), 1e-12))


def _spikes(ours: Series | None, healthy: Series | None) -> bool:
    if ours is None or healthy is None:
        return False
    least = SPIKE * max(float(np.ptp(_medians(healthy))), 1e-12)
    one, other = _spikes_above(ours, least), _spikes_above(healthy, least)
    return one >= AT_LEAST + MORE * other


def _spikes_above(series: Series, least: float) -> int:
    """Return how many values lie `least` above the median of their stretch; a first stretch may fall steeply."""
    values = series.finite.values
    if len(values) < 2 * PARTS:
        return 0
    return sum(
        int(np.count_nonzero(stretch > np.median(stretch) + least))
        for stretch in np.array_split(values, PARTS)[1:]
    )


def _norms_differ(ours: Series | None, healthy: Series | None) -> bool:
    if ours is None or healthy is None:
        return False
    if ours.non_finite > healthy.non_finite:
        return True
    tiny = 1e-30  # a norm of exactly zero is a finding, not a division
    ratio = np.log((_medians(ours) + tiny) / (_medians(healthy) + tiny))
    return _often(np.abs(ratio) > np.log(TIMES))


def _medians(series: Series) -> FloatArray:
    """Return the median of every stretch, of equal shares of the run; of each entry, where there are fewer."""
    values = series.finite.values
    if not len(values):
        return np.zeros(PARTS)
    stretches = np.array_split(values, PARTS) if len(values) >= PARTS else None
    if stretches is None:
        at = np.linspace(0, len(values) - 1, PARTS)
        return np.interp(at, np.arange(len(values)), values)
    return np.array([np.median(stretch) for stretch in stretches])


def _often(differ: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> bool:
    return int(np.count_nonzero(differ)) >= AT_LEAST
