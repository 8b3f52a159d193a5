"""Robust arithmetic on curves: medians instead of means, blocks instead of all pairs, linear in length."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np

from lossclinic_kb.run import BoolArray, FloatArray, Role, Run, Series

BLOCKS = 32
"""A curve is summed up in at most this many medians: enough for its shape, few enough for all pairs."""

Unit = Literal["step", "epoch", "row"]

_CURVES: WeakKeyDictionary[Series, Curve | None] = WeakKeyDictionary()
"""Every detector looks at the same few series, each of which becomes a curve once."""

_GAUSS = 1.4826
"""Median absolute deviation to standard deviation, for normal noise."""


@dataclass(frozen=True, eq=False)
class Curve:
    """The finite values of one series, as finally trained.

    Attributes:
        name: Name of the series.
        unit: What `x` counts.
        x: Shape (n,), the axis of the series; row numbers are those of the log.
        y: Shape (n,), finite values.
        epoch: Shape (n,), or None where the log has no epochs.
        broke: Whether the next logged value after the last of `y` is NaN or infinite.
    """

    name: str
    unit: Unit
    x: FloatArray
    y: FloatArray
    epoch: FloatArray | None = None
    broke: bool = False

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self.y)

    @property
    def from_start(self) -> bool:
        """Whether the log begins where training began, and not at the step of a resumed run."""
        covered = float(self.x[-1] - self.x[0])
        spacing = covered / max(len(self) - 1, 1)
        # The first value may stand for the steps before it; logs that skip the warm-up begin a little later.
        return self.unit == "row" or float(self.x[0]) <= max(2.0, 2 * spacing, 0.05 * covered)

    def part(self, which: BoolArray) -> Curve:
        """Return the curve with some of its values, at least one."""
        epoch = None if self.epoch is None else self.epoch[which]
        return replace(self, x=self.x[which], y=self.y[which], epoch=epoch)

    def scaled(self, factor: float) -> Curve:
        """Return the curve with its values multiplied by `factor`."""
        return replace(self, y=self.y * factor)

    @cached_property
    def blocks(self) -> FloatArray:
        """Shape (m,), m <= 32: the medians of equal stretches of the curve; of a short curve, its values."""
        return block_medians(self.y)

    @cached_property
    def noise(self) -> float:
        """Standard deviation of a single value about the curve, trend and rare jumps left out."""
        return noise(self.y)

    @cached_property
    def start(self) -> float:
        """Where it starts: the first value of a short curve, the median of the first three of a long one."""
        return float(self.y[0] if len(self.y) < 30 else np.median(self.y[:3]))

    @cached_property
    def end(self) -> float:
        """Where it ends: the median of the last tenth, of at least three values where there are ten."""
        return float(np.median(tail(self.y, 0.1, at_least=3 if len(self.y) >= 10 else 1)))

    @cached_property
    def scale(self) -> float:
        """What its movements are large or small against: its first level, or what it won if that is more."""
        return max(abs(self.start), self.start - self.low)

    @cached_property
    def low(self) -> float:
        """The lowest level it held: the smallest block median."""
        return float(self.blocks.min())


def finest(run: Run, role: Role) -> Series | None:
    """Return the series with `role` that has most logged values, missing entries included; None if none has any."""
    best = max(run.all(role), key=lambda s: len(s) - np.count_nonzero(s.missing), default=None)
    return None if best is None or best.missing.all() else best


def read_curve(run: Run, role: Role) -> Curve | None:
    """Return the finest series with `role` as a curve; None where the run has none with a finite value."""
    best = finest(run, role)
    return None if best is None else as_curve(best)


def as_curve(series: Series) -> Curve | None:
    """Return the finite values of `series` that the run went on from; None where there is none.

    Where the axis goes back, the run was resumed or begun anew: what it had logged beyond that point
    was undone and is left out. A new beginning of a few points does not hide a long run before it.
    """
    if series not in _CURVES:
        _CURVES[series] = _as_curve(series)
    return _CURVES[series]


def _as_curve(series: Series) -> Curve | None:
    keep = ~series.missing & _went_on(series)
    finite = keep & np.isfinite(series.values)
    if not finite.any():
        return None
    last = int(np.flatnonzero(finite)[-1])
    unit, x = numbered(series)
    return Curve(
        name=series.name,
        unit=unit,
        x=x[finite],
        y=series.values[finite],
        epoch=None if series.epoch is None or not np.isfinite(series.epoch).all() else series.epoch[finite],
        broke=bool(keep[last + 1 :].any()),
    )


def numbered(series: Series) -> tuple[Unit, FloatArray]:
    """Return what the axis of `series` counts and the axis; row numbers where the axis itself has gaps."""
    if np.isfinite(series.axis).all():
        return series.axis_name, series.axis
    return "row", np.arange(len(series), dtype=np.float64)


def _went_on(series: Series) -> BoolArray:
    axis = series.axis
    starts = series.restarts
    if series.step is not None and series.epoch is not None:  # steps counted anew in each epoch go back too
        starts = starts[series.epoch[starts] <= series.epoch[starts - 1]]
    everything = np.ones(len(axis), dtype=np.bool_)
    if not len(starts):
        return everything
    begins = np.full(len(axis) + 1, np.inf)
    begins[starts] = axis[starts]
    earliest_later = np.minimum.accumulate(begins[::-1])[::-1][1:]  # where any later part begins
    kept: BoolArray = axis < earliest_later
    edges = np.concatenate(([0], starts, [len(axis)]))
    longest = int(np.argmax(np.diff(edges)))
    if kept.sum() < 5 and kept.sum() < 0.5 * (edges[longest + 1] - edges[longest]):
        kept = np.zeros(len(axis), dtype=np.bool_)
        kept[edges[longest] : edges[longest + 1]] = True
    return kept


def block_medians(values: FloatArray, count: int = BLOCKS) -> FloatArray:
    """Return the medians of at most `count` equal stretches of `values`; itself if it is that short."""
    if len(values) <= count:
        return values
    return np.array([np.median(part) for part in np.array_split(values, count)], dtype=np.float64)


def block_starts(curve: Curve, count: int = BLOCKS) -> list[int]:
    """Return at which entry of `curve` each of its at most `count` blocks begins."""
    parts = np.array_split(np.arange(len(curve)), min(len(curve), count))
    return [int(part[0]) for part in parts]


def noise(values: FloatArray) -> float:
    """Return the standard deviation of a single value, from the steps between neighbours."""
    if len(values) < 3:
        return 0.0
    return _GAUSS * spread(np.diff(values)) / 2**0.5


def spread(values: FloatArray) -> float:
    """Return the median absolute deviation from the median."""
    return float(np.median(np.abs(values - np.median(values)))) if len(values) else 0.0


def tail(values: FloatArray, share: float, *, at_least: int = 1) -> FloatArray:
    """Return the last `share` of `values`, at least `at_least` of them, rounded up."""
    return values[-max(int(np.ceil(share * len(values))), at_least) :]


def head(values: FloatArray, share: float, *, at_least: int = 1) -> FloatArray:
    """Return the first `share` of `values`, at least `at_least` of them, rounded up."""
    return values[: max(int(np.ceil(share * len(values))), at_least)]


def gone_at(curve: Curve, share: float) -> int:
    """Return the first entry from which on `curve` stays at `share` of its peak or below; its length where it does not."""
    alive = np.flatnonzero(curve.y > share * curve.y.max())
    return int(alive[-1]) + 1 if len(alive) else 0


def running_median(values: FloatArray, width: int = 5) -> FloatArray:
    """Return the median of `width` (odd) neighbours; beyond its ends the curve is mirrored."""
    if len(values) < width:
        return np.full_like(values, np.median(values)) if len(values) else values
    half = width // 2
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, half, mode="reflect"), width)
    return np.asarray(np.median(windows, axis=1), dtype=np.float64)


def steadiness(values: FloatArray) -> float:
    """Return Kendall's tau of the blocks against time: 1 for an unbroken rise, -1 for an unbroken fall."""
    blocks = block_medians(values)
    left, right = np.triu_indices(len(blocks), k=1)
    return float(np.mean(np.sign(blocks[right] - blocks[left]))) if len(left) else 0.0
