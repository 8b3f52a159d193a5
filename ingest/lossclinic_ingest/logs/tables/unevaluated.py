"""Zeros that stand for an evaluation that did not take place, as the YOLO trainers write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lossclinic_kb.run import Run
from lossclinic_kb.text import Text


def without_zeros(run: Run, of_evaluation: Callable[[str], bool]) -> Run:
    """Return the run with the rows not logged in which every figure of the evaluation is exactly 0.

    No validation has a loss of 0 in all its parts; trainers told not to validate write the zeros they began with.

    Args:
        run: Its series share their rows.
        of_evaluation: Whether a column is written by the evaluation, losses included.
    """
    columns = [one for one in run.series if of_evaluation(one.name)]
    losses = any("loss" in one.name for one in columns)
    zero = (
        np.all([one.values == 0 for one in columns], axis=0) if columns and losses else np.zeros(0, np.bool_)
    )
    if not zero.any():
        return run
    emptied = tuple(
        replace(one, values=np.where(zero, np.nan, one.values), missing=one.missing | zero)
        if of_evaluation(one.name)
        else one
        for one in run.series
    )
    count = int(np.count_nonzero(zero))
    s = "s were" if count > 1 else " was"
    note = Text(
        f"{count} epoch{s} not evaluated: the trainer writes zeros there, which count as not logged",
        f"有 {count} 轮没有做验证：训练器在那里填 0，按未记录处理",
    )
    return replace(run, series=emptied, notes=(*run.notes, note))
