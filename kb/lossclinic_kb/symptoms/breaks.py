"""Where a loss stops being a number, and what came right before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossclinic_kb.run import FloatArray, Run, Series
from lossclinic_kb.symptoms.curve import Curve, block_medians, finest, numbered


@dataclass(frozen=True, eq=False)
class Break:
    """The first value of a loss that is NaN or infinite.

    Attributes:
        series: The loss, missing entries included.
        index: Entry of `series` with that value.
        before: Shape (n,), the finite values logged before it in the same part of the run, oldest first.
    """

    series: Series
    index: int
    before: FloatArray

    @property
    def curve(self) -> Curve:
        """The whole series as a curve, non-finite values included: for naming places only."""
        unit, x = numbered(self.series)
        return Curve(self.series.name, unit, x, self.series.values)


def losses(run: Run) -> tuple[Series, ...]:
    """Return every loss of the run, those of training first."""
    return (*run.all("train_loss"), *run.all("val_loss"))


def first_break(run: Run) -> Break | None:
    """Return the first non-finite value of the first loss that has one; None where all are finite."""
    for loss in losses(run):
        bad = np.flatnonzero(~np.isfinite(loss.values) & ~loss.missing)
        if len(bad):
            index = int(bad[0])
            starts = loss.restarts[
                loss.restarts <= index
            ]  # what an earlier attempt did is not "right before"
            begin = int(starts[-1]) if len(starts) else 0
            part = loss.values[begin:index][~loss.missing[begin:index]]
            return Break(loss, index, part)
    return None


def before_break(run: Run, curve: Curve) -> Curve | None:
    """Return what `curve` holds from before the training loss broke for good; None where that is nothing.

    A curve on another axis than the loss is returned as it is.
    """
    loss = finest(run, "train_loss")
    if loss is None or not loss.non_finite:
        return curve
    logged = loss.logged
    unit, x = numbered(logged)
    finite = np.flatnonzero(np.isfinite(logged.values))
    last = int(finite[-1]) if len(finite) else -1
    if last == len(logged) - 1 or unit != curve.unit:
        return curve
    sound = curve.x < x[last + 1]
    return curve.part(sound) if sound.any() else None


def has_loss(run: Run) -> bool:
    """Return whether any loss has a logged value."""
    return any(not loss.missing.all() for loss in losses(run))


def gradients_before(run: Run, found: Break) -> FloatArray | None:
    """Return the gradient norms logged before the break, oldest first; None where the log has none."""
    norm = finest(run, "grad_norm")
    if norm is None:
        return None
    (unit, x), (loss_unit, loss_x) = numbered(norm), numbered(found.series)
    if unit != loss_unit:
        return None
    earlier: FloatArray = norm.values[(x < loss_x[found.index]) & np.isfinite(norm.values)]
    return earlier


def growth(values: FloatArray) -> float:
    """Return by what factor the last of `values` exceed in size what was usual before; around 1 or less: ordinary.

    Sharp growth: the largest of the last three (the last, of fewer than six) against the 95th percentile of up
    to 100 before those, so that an ordinary tail of large values is no growth. Slow growth: the median of the
    last three against the median of the first half, if all sixths of the record rise.
    """
    if len(values) < 2:
        return 1.0
    sizes = np.abs(values)
    recent = 3 if len(sizes) >= 6 else 1
    least = 1e-6 * float(sizes.max()) or 1.0  # beyond a million the factor says nothing more
    usual = max(float(np.quantile(sizes[:-recent][-100:], 0.95)), least)
    sharp = float(sizes[-recent:].max()) / usual
    rising = len(sizes) >= 6 and bool(np.all(np.diff(block_medians(sizes, 6)) > 0))
    slow = float(np.median(sizes[-3:])) / max(float(np.median(sizes[: len(sizes) // 2])), least)
    return max(sharp, slow) if rising else sharp
