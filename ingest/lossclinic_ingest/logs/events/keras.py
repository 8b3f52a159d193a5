"""The axes of Keras's TensorBoard callback: it counts epochs in some tags and batches in others, all as steps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from lossclinic_ingest.logs.tables import remarks
from lossclinic_kb.run import FloatArray, Run, Series
from lossclinic_kb.text import Text

MODEL: Final = "keras"
"""The tag under which the callback writes the model."""
_PER_EPOCH: Final = re.compile(r"(?:.*/)?epoch_[^/]+")
_VALIDATED: Final = re.compile(r"(?P<folder>(?:.*/)?)evaluation_(?P<what>[^/]+)_vs_iterations")
_RUNNING: Final = re.compile(r"(?P<folder>(?:.*/)?)batch_(?P<what>[^/]+)")

Ends = tuple[FloatArray, FloatArray]
"""Epochs and the steps at which they ended, both ascending."""


def is_validation(tags: Iterable[str]) -> bool:
    """Whether these are tags of what the callback writes of validation."""
    return any(_VALIDATED.fullmatch(tag) for tag in tags)


def with_axes(series: Sequence[Series]) -> list[Series]:
    """Return what the callback wrote with epochs as epochs, and with the steps at which they ended where it says so.

    Args:
        series: Of several of one name, the n-th is of the n-th call of `fit`.
    """
    seen: Counter[str] = Counter()
    fits = []
    for one in series:
        fits.append(seen[one.name])
        seen[one.name] += 1
    ends: dict[int, Ends] = {}
    if (
        len(
            {
                count
                for name, count in seen.items()
                if _PER_EPOCH.fullmatch(name) or _VALIDATED.fullmatch(name)
            }
        )
        == 1
    ):
        for fit in set(fits):
            own = [one for one, place in zip(series, fits, strict=True) if place == fit]
            found = _ends(own)
            ends |= {fit: found} if found is not None else {}
    return [
        _placed(one, ends.get(fit)) if _PER_EPOCH.fullmatch(one.name) else one
        for one, fit in zip(series, fits, strict=True)
    ]


def settled(run: Run) -> Run:
    """Return a run of the callback, told what its curves are, with the means of epochs followed where there are two.

    `batch_loss`, written with `update_freq`, is not the loss of a batch but the mean since the start of the epoch: it
    jumps where an epoch begins.
    """
    points = {one.name: len(one) for one in run.series}
    means = {}
    for one in run.series:
        found = _RUNNING.fullmatch(one.name)
        if found and one.role != "other":
            means[one.name] = points.get(f"{found['folder']}epoch_{found['what']}", 0) > 1
    series = tuple(replace(one, role="other") if means.get(one.name) else one for one in run.series)
    run = replace(run, series=series)
    return replace(run, notes=(*run.notes, *_of_means(means), *remarks.of_epoch_means(run)))


def _of_means(means: Mapping[str, bool]) -> tuple[Text, ...]:
    """Say what the curves per batch are; of each, whether another is followed in its place."""
    if not means:
        return ()
    shown, followed = remarks.listed(list(means)), all(means.values())
    return (
        Text(f"means since the start of the epoch, not values of a batch: {shown.en}"
             f"{'; the epochs are followed' if followed else ''}",
             f"从本轮开始累计的平均，不是单个批次的值：{shown.zh}{'；以每轮的曲线为准' if followed else ''}"),
    )  # fmt: skip


def _placed(one: Series, ends: Ends | None) -> Series:
    epochs = one.step
    if epochs is None:  # a single epoch 0 has a step; more of them were given none
        return one
    if ends is None or not np.isin(epochs, ends[0]).all():
        return replace(one, step=None, epoch=epochs)
    return replace(one, step=ends[1][np.searchsorted(ends[0], epochs)], epoch=epochs)


def _ends(series: Sequence[Series]) -> Ends | None:
    """Return at which steps the epochs of one fit ended; None where the log does not say.

    `evaluation_loss_vs_iterations` holds the values of validation's `epoch_loss`, at the batches seen so far.
    """
    by_name = {one.name: one for one in series}
    for name, one in by_name.items():
        found = _VALIDATED.fullmatch(name)
        twin = by_name.get(f"{found['folder']}epoch_{found['what']}") if found else None
        if twin is None or one.step is None or twin.step is None or len(one) != len(twin):
            continue
        if np.all(np.diff(twin.step) > 0) and np.all(np.diff(one.step) > 0):
            return twin.step, one.step
    return None
