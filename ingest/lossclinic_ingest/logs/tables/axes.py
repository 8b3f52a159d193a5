"""The axes of a log: which columns count steps and epochs, and where they go back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lossclinic_ingest.logs.tables.cells import Cells
from lossclinic_ingest.logs.tables.words import words_of
from lossclinic_kb.run import FloatArray, IntArray
from lossclinic_kb.text import Text

Axis = Literal["step", "epoch"]

_STEP_WORDS = (
    "step",
    "steps",
    "iteration",
    "iterations",
    "iter",
    "iters",
    "it",
    "update",
    "updates",
    "round",
    "batch",
    "batches",
)
_EPOCH_WORDS = ("epoch", "epochs", "ep")
_BESIDE = frozenset({"global", "num", "number", "no", "idx", "index", "id", "current", "train", "trainer", "training", "optimizer"})  # fmt: skip
"""Words that may stand beside `step` or `epoch` in the name of an axis; `epoch_time` has another one."""


MIXED_AT_LEAST = 5
MIXED_SHARE = 0.2
"""Nobody resumes every fifth row: an axis that goes back that often belongs to several interleaved runs."""


@dataclass(frozen=True, eq=False)
class Axes:
    """The axes of a table.

    Attributes:
        step, epoch: Shape (rows,), NaN where the row has none; None where the table has no such column.
        columns: Positions of the columns they were taken from.
        notes: What had to be decided.
    """

    step: FloatArray | None
    epoch: FloatArray | None
    columns: tuple[int, ...]
    notes: tuple[Text, ...] = ()


def axis_of(name: str) -> Axis | None:
    """Return which axis a column of this name is."""
    words = set(words_of(name)) - _BESIDE
    if len(words) != 1:
        return None
    word = words.pop()
    return "step" if word in _STEP_WORDS else ("epoch" if word in _EPOCH_WORDS else None)


def find_axes(names: Sequence[str], cells: Sequence[Cells]) -> Axes:
    """Return the axes among the columns of a table, in the order in which its rows were written."""
    step, epoch = _pick(names, cells, "step"), _pick(names, cells, "epoch")
    columns = tuple(column for column in (step, epoch) if column is not None)
    steps = None if step is None else _finite(cells[step])
    epochs = None if epoch is None else _finite(cells[epoch])
    if steps is not None and epochs is not None and _within_epoch(steps, epochs):
        name = names[step or 0]
        note = Text(
            f"{name} starts again in every epoch; it was counted on",
            f"{name} 每轮都从头计数，已换算成连续的步数",
        )
        return Axes(_counted_on(steps), epochs, columns, (note,))
    return Axes(steps, epochs, columns)


def restarts_of(axis: FloatArray | None) -> IntArray:
    """Return the rows, counted from 0, at which an axis goes back. Rows without a value are passed over."""
    if axis is None:
        return np.zeros(0, np.int64)
    known = np.isfinite(axis)
    if known.all():
        return np.flatnonzero(axis[1:] < axis[:-1]).astype(np.int64) + 1
    rows = np.flatnonzero(known)
    return rows[np.flatnonzero(np.diff(axis[rows]) < 0) + 1].astype(np.int64)


def restart_notes(step: FloatArray | None, epoch: FloatArray | None) -> tuple[Text, ...]:
    """Return what to say of the rows at which the axes go back."""
    steps, epochs = restarts_of(step), restarts_of(epoch)
    notes = [_restarts("step", "步数", steps, step)]
    if not np.array_equal(steps, epochs):  # said once where both go back together
        notes.append(_restarts("epoch", "轮次", epochs, epoch))
    return tuple(note for note in notes if note is not None)


def _restarts(name: str, zh: str, rows: IntArray, axis: FloatArray | None) -> Text | None:
    if axis is None or not len(rows):
        return None
    shown = ", ".join(str(row + 1) for row in rows[:4]) + (", ..." if len(rows) > 4 else "")
    if len(rows) >= MIXED_AT_LEAST and len(rows) > MIXED_SHARE * len(axis):
        return Text(
            f"{name} goes back in {len(rows)} rows (first: {shown}): rows of several runs seem to be mixed",
            f"{zh}在 {len(rows)} 行倒退（最先：{shown}）：像是几次训练混在一起",
        )
    return _overlap(name, zh, rows, axis) or Text(
        f"{name} starts again at row{'s' * (len(rows) > 1)} {shown}: a run that was started anew and appended",
        f"{zh}在第 {shown} 行重新开始：重新启动的训练追加写入了同一份日志",
    )


def _overlap(name: str, zh: str, rows: IntArray, axis: FloatArray) -> Text | None:
    """Return what to say where a run was resumed from a point before its end; None where it was started anew."""
    known = axis[np.isfinite(axis)]
    again = np.flatnonzero(known[1:] < known[:-1]) + 1
    starts = known[np.concatenate([[0], again[:-1]])]
    resumed = [i for i, place in enumerate(again) if known[place] > starts[i]]
    if not resumed:
        return None
    first = again[resumed[0]]
    before, after = f"{known[first - 1]:g}", f"{known[first]:g}"
    more = len(again) - 1
    return Text(
        f"{name} goes back from {before} to {after} at row {rows[resumed[0]] + 1}: the run was resumed from an earlier "
        f"point, and what lies between was trained twice{f' (and {more} more)' if more else ''}",
        f"{zh}在第 {rows[resumed[0]] + 1} 行从 {before} 退回到 {after}：从较早的位置续训，中间这一段训练了两遍"
        f"{f'（另有 {more} 处）' if more else ''}",
    )


def filled(axis: FloatArray) -> FloatArray | None:
    """Return an axis without gaps; a row between two others lies between them. None where all is missing."""
    known = np.isfinite(axis)
    if known.all():
        return axis
    if not known.any():
        return None
    rows = np.arange(len(axis), dtype=np.float64)
    return np.interp(rows, rows[known], axis[known])


def _finite(cells: Cells) -> FloatArray:
    finite = np.isfinite(cells.values)
    return cells.values if finite.all() else np.where(finite, cells.values, np.nan)


def _pick(names: Sequence[str], cells: Sequence[Cells], kind: Axis) -> int | None:
    """Return the column that is this axis: the fullest, then `global_step` before `_step`, then the first."""
    found = [
        i for i, name in enumerate(names) if axis_of(name) == kind and np.isfinite(cells[i].values).any()
    ]
    return min(
        found,
        key=lambda i: (int(np.count_nonzero(cells[i].missing)), "global" not in words_of(names[i]), i),
        default=None,
    )


def _within_epoch(steps: FloatArray, epochs: FloatArray) -> bool:
    """Whether the steps go back exactly where the epoch goes on, at least once and every time."""
    if not (np.isfinite(steps).all() and np.isfinite(epochs).all()) or len(steps) < 3:
        return False
    back = np.diff(steps) < 0
    return bool(back.any()) and bool(np.all(np.diff(epochs)[back] > 0))


def _counted_on(steps: FloatArray) -> FloatArray:
    """Return steps that go on where the given ones start again, at their usual distance."""
    distance = np.diff(steps)
    forward = distance[distance > 0]
    usual = float(np.median(forward)) if len(forward) else 1.0
    return np.concatenate([steps[:1], steps[0] + np.cumsum(np.where(distance < 0, usual, distance))])
