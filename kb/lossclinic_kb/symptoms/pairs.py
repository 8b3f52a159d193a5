"""Setting two curves side by side: a finely logged one, and one that is measured now and then.

Between two evaluations the training loss is averaged, so a log with a training value per step and a log with
a training mean per epoch say the same. A mean over the stretch *before* an evaluation is what the network was
half a stretch earlier: it lags. `Pairs.level` corrects for that; without the correction validation seems to be
below training in every healthy run that still learns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, read_curve
from lossclinic_kb.symptoms.finding import Finding
from lossclinic_kb.symptoms.wording import place_at, spaced
from lossclinic_kb.text import Text


@dataclass(frozen=True, eq=False)
class Pairs:
    """One entry per evaluation that has values of the fine curve before it.

    Attributes:
        fine: The curve that was averaged, as logged.
        coarse: The curve of the evaluations, as logged.
        unit: What `at` counts.
        at: Shape (n,), where the evaluations were made.
        mean: Shape (n,), mean of the fine curve since the evaluation before.
        value: Shape (n,), the evaluations.
    """

    fine: Curve
    coarse: Curve
    unit: Literal["step", "epoch", "row"]
    at: FloatArray
    mean: FloatArray
    value: FloatArray

    def __len__(self) -> int:
        """Return the number of evaluations."""
        return len(self.at)

    @cached_property
    def level(self) -> FloatArray:
        """Shape (n,), the fine curve at the moment of each evaluation: the middle of the means around it.

        After the last evaluation there is no mean; half of the last fall is taken off, never added. A loss
        falls ever more slowly, so that this is rather too low than too high.
        """
        if len(self.mean) < 2:
            return self.mean
        last = self.mean[-1] - max(0.0, (self.mean[-2] - self.mean[-1]) / 2)
        return np.append((self.mean[:-1] + self.mean[1:]) / 2, last)

    def report(
        self, symptom: str, first: int, last: int, evidence: Text, /, *, series: str = "", **numbers: float
    ) -> Finding:
        """Return the finding that `symptom` shows between two evaluations, on `series` or on the coarse curve."""
        where = (float(self.at[first]), float(self.at[last]))
        return Finding(
            symptom, "present", spaced(evidence), where, series or self.coarse.name, numbers=numbers
        )

    def place(self, index: int) -> Text:
        """Return where evaluation `index` was made: "step 310", "第 310 步"."""
        return place_at(self.unit, float(self.at[index]))


def pair(fine: Curve, coarse: Curve) -> Pairs | None:
    """Return both curves on the axis that they share; None where there is none, or no value between.

    The steps of both are taken, else the epochs of both; rows only of curves that are equally long.
    """
    axes = _common_axes(fine, coarse)
    if axes is None:
        return None
    unit, fine_at, at = axes
    reach = 1e-6 * float(np.ptp(fine_at)) if len(fine_at) > 1 else 0.0  # epochs are logged rounded
    ends = np.searchsorted(fine_at, at + reach, side="right")
    begins = np.concatenate(([0], ends[:-1]))
    some = ends > begins
    if not some.any():
        return None
    counts = (ends - begins)[some]
    shares = fine.y[: int(ends[some][-1])] / np.repeat(counts, counts)
    mean = np.add.reduceat(
        shares, begins[some]
    )  # not differences of one long sum: a peak would blur what follows
    return Pairs(fine, coarse, unit, at[some], mean, coarse.y[some])


def train_and_validation(run: Run) -> Pairs | None:
    """Return the training loss beside the validation loss; None where one is missing or no axis is shared."""
    train, validation = read_curve(run, "train_loss"), read_curve(run, "val_loss")
    return None if train is None or validation is None else pair(train, validation)


def jitter(values: FloatArray) -> float:
    """Return the standard deviation of a single value, from second differences: also for values that alternate."""
    # the variance of a second difference is 6
    return 1.4826 * float(np.median(np.abs(np.diff(values, 2)))) / 6**0.5


def _common_axes(
    fine: Curve, coarse: Curve
) -> tuple[Literal["step", "epoch", "row"], FloatArray, FloatArray] | None:
    same_rows = len(fine) == len(coarse)
    if fine.unit == coarse.unit and (fine.unit != "row" or same_rows) and _rises(fine.x) and _rises(coarse.x):
        return coarse.unit, fine.x, coarse.x
    if fine.epoch is not None and coarse.epoch is not None and _rises(fine.epoch) and _rises(coarse.epoch):
        return "epoch", fine.epoch, coarse.epoch
    return (coarse.unit, coarse.x, coarse.x) if same_rows and _rises(coarse.x) else None


def _rises(axis: FloatArray) -> bool:
    """Return whether `axis` never goes back, as steps that are counted anew in each epoch do."""
    return bool(np.all(np.diff(axis) >= 0))
