"""The training loss repeats the same pattern in every epoch.

What is seen: within each epoch the loss goes up and down in the same places, as the same samples come by in
the same order; averages over epochs look fine.
Reported when: the profiles of the epochs after the first agree with each other far beyond chance, and their
swing is a quarter of the level and twice as large as what one epoch wins over the last.
Not observable: without an epoch column, with fewer than four epochs or fewer than five values in each.
Not to be confused with: steps down at each new epoch (memorised samples), and a displayed average that is
begun anew in each epoch; both fall in step with the trend. Swings at any time are `loss_oscillates`.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, IntArray, Run
from lossclinic_kb.symptoms.curve import Curve, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "loss_sawtooth_per_epoch"
TITLE = Text("Training loss repeats a pattern in each epoch", "训练损失随 epoch 周期性起伏")


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Compare the profiles of the training loss within each epoch."""
    curve = read_curve(run, "train_loss")
    profiles = None if curve is None else _profiles(curve)
    if curve is None or profiles is None:
        return not_observable(ID)
    level = np.abs(profiles.mean(axis=1))
    swing = float(np.median(np.ptp(profiles, axis=1)))
    steps = np.abs(np.diff(profiles.mean(axis=1)))
    agreement = _agreement(profiles)
    rows, bins = profiles.shape
    # Profiles of pure noise agree by 1/sqrt(bins) a pair; the mean over all pairs is far tighter, three times
    # the error of neighbours' pairs alone is safe.
    needed = max(0.5, 3 / (bins * (rows - 1)) ** 0.5)
    # Each epoch against its own step to the next: what grows or falls by factors swings within epochs as well.
    teeth = float(np.median(np.ptp(profiles[:-1], axis=1) - 2 * steps)) >= 0
    if swing == 0 or agreement < needed or swing < 0.25 * float(np.median(level)) or not teeth:
        return absent(ID)
    mean = profiles.mean(axis=0)
    low, high = number(float(mean.min())), number(float(mean.max()))
    evidence = Text(
        f"{curve.name} goes through the same pattern in each of {rows} epochs, between about {low} and "
        f"{high}; the ranks within the epochs correlate by {agreement:.2f}",
        f"{curve.name} 在 {rows} 个 epoch 中反复出现同样的起伏（约 {low} 到 {high}），各 epoch 内高低次序的平均相关系数为 {agreement:.2f}",
    )
    return report(
        ID, curve, 0, len(curve) - 1, evidence, agreement=agreement, swing=swing, epochs=float(rows)
    )


def _profiles(curve: Curve) -> FloatArray | None:
    """Return the loss by epoch (rows, the first left out) and by place within the epoch (at most ten bins)."""
    epoch = curve.epoch
    if epoch is None or np.ptp(epoch) > len(curve) or np.any(np.diff(epoch) < 0):  # fewer values than epochs
        return None
    number_of, place_in = places(epoch)
    last = int(number_of.max()) + 1
    counts = np.bincount(number_of, minlength=last)
    whole = np.flatnonzero(counts >= 0.8 * np.median(counts[counts > 0]))[1:]  # the first is all descent
    bins = int(min(10, np.median(counts[counts > 0])))
    if bins < 5 or len(whole) < 3:
        return None
    cell = number_of * bins + np.minimum((place_in * bins).astype(np.int64), bins - 1)
    size = np.bincount(cell, minlength=last * bins).reshape(last, bins)[whole]
    total = np.bincount(cell, weights=curve.y, minlength=last * bins).reshape(last, bins)[whole]
    return total / size if size.all() else None


def places(epoch: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return, for each value, the number of its epoch and the place within it, from 0 to 1."""
    if np.all(epoch == np.round(epoch)):  # a counter: the place is the rank among the rows of the epoch
        number_of = (epoch - epoch.min()).astype(np.int64)
        counts = np.bincount(number_of)
        first = np.concatenate(([0], np.cumsum(counts)[:-1]))
        rank = np.arange(len(epoch)) - first[number_of]
        return number_of, rank / counts[number_of]
    # A share of the data seen: the last batch of an epoch is logged at the whole number.
    whole = np.ceil(epoch - 1e-9) - 1
    return (whole - whole.min()).astype(np.int64), np.clip(epoch - whole - 1e-9, 0.0, 1.0)


def _agreement(profiles: FloatArray) -> float:
    """Return the mean rank correlation over all pairs of rows: one hard batch must not make two epochs alike."""
    ranks = np.argsort(np.argsort(profiles, axis=1), axis=1).astype(np.float64)
    centred = ranks - ranks.mean(axis=1, keepdims=True)
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    rows = len(unit)
    return float((np.sum(unit.sum(axis=0) ** 2) - rows) / (rows * (rows - 1)))
