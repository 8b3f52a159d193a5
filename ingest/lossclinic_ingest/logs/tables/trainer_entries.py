"""What the Hugging Face Trainer logs, one mapping per entry, in a file or printed: from entries to a run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.axes import filled, restart_notes
from lossclinic_ingest.logs.tables.cells import Cells, read_cells
from lossclinic_ingest.logs.tables.columns import meaning_of, roles_of
from lossclinic_ingest.logs.tables.cut import refuse_if_many
from lossclinic_kb.run import FloatArray, Role, Run, Series
from lossclinic_kb.text import Text

SUMMARY = "train_runtime"
"""Only the entry at the end of training has it; its `train_loss` is the mean of the run, not a point."""
RUN_MEAN = Text(
    "train_loss in the last entry is the mean over the run, not a point; it was left out",
    "最后一条里的 train_loss 是整个训练的平均值，不是曲线上的点，已去掉",
)
_AXES = ("step", "epoch")
OF_SWIFT = "global_step/max_steps"
"""The key under which ms-swift keeps the step, as `10/100`."""
_STEPS = ("step", OF_SWIFT, "global_step")
_PROGRESS = frozenset({*_STEPS, "max_steps", "percentage", "elapsed_time", "remaining_time"})
"""How far the training is; nothing that was measured."""
_OF_ALL = re.compile(r"(\d+)/\d+")

Entry = Mapping[str, Any]


def points(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries that are points of curves: all but the summary at the end of training."""
    return [entry for entry in entries if SUMMARY not in entry]


def with_step(entry: Entry) -> Entry:
    """Return an entry with its step under that name, and without what only says how far the training is."""
    plain = {name: value for name, value in entry.items() if name not in _PROGRESS}
    step = next((entry[name] for name in _STEPS if name in entry), None)
    found = _OF_ALL.fullmatch(step) if isinstance(step, str) else None
    if found:
        step = float(found[1])
    return {**plain, "step": step} if isinstance(step, float) else plain


def run_of_entries(
    reader: str,
    source: str,
    entries: Sequence[Entry],
    *,
    config: Mapping[str, object],
    notes: tuple[Text, ...] = (),
) -> Run:
    """Return the run, each quantity with the entries that hold it.

    Args:
        reader: Id of the reader.
        source: What to call the log.
        entries: In the order of the log, numbers as floats.
        config: Facts that the log states.
        notes: What was decided so far.

    Raises:
        UnreadableLog: They are larger than a table may be.
    """
    kept = points(entries)
    names = list(dict.fromkeys(name for entry in kept for name in entry if name not in _AXES))
    refuse_if_many(source, len(names) * len(kept), len(names))
    columns = {name: [entry for entry in kept if name in entry] for name in names}
    cells = {name: _cells(name, columns[name]) for name in names}
    used = [name for name in names if cells[name].numeric or cells[name].empty]
    roles, guesses = _roles(used)
    series = [_series(name, role, cells[name], columns[name]) for name, role in zip(used, roles, strict=True)]
    series, hidden = _unhidden(series, columns.get("loss", []))
    said = (
        *notes,
        *_summary_note(entries),
        *hidden,
        *remarks.of_ignored([name for name in names if name not in used]),
        *guesses,
        *restart_notes(_axis(kept, "step"), _axis(kept, "epoch")),
    )
    return Run(reader, tuple(series), source, said, {"framework": "hf", **config})


def _cells(name: str, entries: Sequence[Entry]) -> Cells:
    """Return the values of one key; null is missing, anything but a number or text counts as words."""
    return read_cells(["" if entry[name] is None else str(entry[name]) for entry in entries])


def _roles(names: Sequence[str]) -> tuple[list[Role], tuple[Text, ...]]:
    """Return the roles; `eval_<set>_loss` is the validation loss on one of several evaluation sets."""
    roles, notes = roles_of(names)
    several = [i for i, name in enumerate(names) if name.startswith("eval_") and name.endswith("_loss")]
    if "eval_loss" in names or not several or any(set(meaning_of(names[i]).part) == set() for i in several):
        return list(roles), notes
    found = list(roles)
    for i in several:
        found[i] = "val_loss"
    return found, tuple(note for note in notes if not any(names[i] in note.en for i in several))


def _series(name: str, role: Role, cells: Cells, entries: Sequence[Entry]) -> Series:
    step, epoch = (_axis(entries, axis) for axis in _AXES)
    return Series(
        name, role, cells.values, cells.missing,
        None if step is None else filled(step), None if epoch is None else filled(epoch),
    )  # fmt: skip


def _axis(entries: Sequence[Entry], name: str) -> FloatArray | None:
    """Return the positions of entries, NaN where one has none; None where none has one."""
    values = [entry.get(name) for entry in entries]
    axis = np.array([v if isinstance(v, float) else np.nan for v in values], np.float64)
    axis[~np.isfinite(axis)] = np.nan
    return axis if np.isfinite(axis).any() else None


def _unhidden(series: list[Series], entries: Sequence[Entry]) -> tuple[list[Series], tuple[Text, ...]]:
    """Put back the NaN that the Trainer's `logging_nan_inf_filter` wrote as a loss of 0.0.

    The tell-tale is a gradient norm of NaN in the same entry: no loss of exactly 0 has one.
    """
    hidden = np.array(
        [entry["loss"] == 0.0 and entry.get("grad_norm") != entry.get("grad_norm") for entry in entries],
        np.bool_,
    )
    if not hidden.any():
        return series, ()
    found = []
    for one in series:
        if one.name == "loss":
            values = one.values.copy()
            values[hidden] = np.nan
            one = Series(one.name, one.role, values, one.missing, one.step, one.epoch)
        found.append(one)
    return found, (of_hidden_nan(int(np.count_nonzero(hidden))),)


def of_hidden_nan(count: int) -> Text:
    """Say that losses of 0.0 were NaN."""
    s = "es" * (count > 1)
    return Text(
        f"{count} loss{s} of 0.0 with a gradient norm of NaN {'were' if s else 'was'} NaN: logging_nan_inf_filter hides it",
        f"有 {count} 处损失记为 0.0 而梯度范数是 NaN，实为 NaN：被 Trainer 的 logging_nan_inf_filter 掩盖了",
    )


def _summary_note(entries: Sequence[Entry]) -> tuple[Text, ...]:
    if not any(SUMMARY in entry and "train_loss" in entry for entry in entries):
        return ()
    return (RUN_MEAN,)
