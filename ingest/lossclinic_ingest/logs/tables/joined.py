"""From single quantities to a run: logs that keep every quantity on its own, in files or under tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.axes import axis_of, restart_notes
from lossclinic_ingest.logs.tables.columns import roles_of
from lossclinic_kb.run import Run, Series
from lossclinic_kb.text import Text


def run_of_series(
    reader: str,
    source: str,
    series: Sequence[Series],
    *,
    config: Mapping[str, object] | None = None,
    notes: tuple[Text, ...] = (),
    name: str = "",
) -> Run:
    """Return the run that quantities make; their roles are found from all names together.

    Args:
        reader: Id of the reader.
        source: What to call the log.
        series: In the order of the log. Those of one name are stretches of one quantity, the earlier ones first. One
            called `epoch` that has steps gives the others their epochs.
        config: Facts that the log states.
        notes: What was decided so far.
        name: What the log calls the run.
    """
    stretches: dict[str, list[Series]] = {}
    for one in series:
        stretches.setdefault(one.name, []).append(one)
    whole = [_end_to_end(parts) for parts in stretches.values()]
    kept = with_epochs(whole)
    roles, guesses = roles_of([one.name for one in kept])
    kept = [replace(one, role=role) for one, role in zip(kept, roles, strict=True)]
    empty = [one.name for one in kept if not len(one.logged)]
    said = (*notes, *remarks.of_empty(empty), *guesses, *_restarts(kept))
    return Run(reader, tuple(kept), source, said, dict(config or {}), name)


def with_epochs(series: Sequence[Series]) -> list[Series]:
    """Return the series with the epochs that the one called `epoch` gives them; itself it becomes their axis.

    All stay as they are where there is none, or where it goes back: then it does not tell the epoch at a step.
    """
    epochs = next((one for one in series if axis_of(one.name) == "epoch" and _rises(one)), None)
    if epochs is None:
        return list(series)
    return [_with_epochs(one, epochs) for one in series if one is not epochs]


def _restarts(series: Sequence[Series]) -> tuple[Text, ...]:
    """Say where the axes go back, once: for the longest of the quantities in which they do."""
    found = [(one, notes) for one in series if (notes := restart_notes(one.step, one.epoch))]
    if not found:
        return ()
    longest, notes = max(found, key=lambda each: len(each[0]))
    if len(series) == 1:
        return notes
    return tuple(Text(f"{longest.name}: {note.en}", f"{longest.name}：{note.zh}") for note in notes)


def _end_to_end(parts: Sequence[Series]) -> Series:
    """Put the stretches of one quantity one after the other; an axis that one of them lacks is lost."""
    if len(parts) == 1:
        return parts[0]
    steps = [part.step for part in parts if part.step is not None]
    epochs = [part.epoch for part in parts if part.epoch is not None]
    return replace(
        parts[0],
        values=np.concatenate([part.values for part in parts]),
        missing=np.concatenate([part.missing for part in parts]),
        step=np.concatenate(steps) if len(steps) == len(parts) else None,
        epoch=np.concatenate(epochs) if len(epochs) == len(parts) else None,
    )


def _rises(epochs: Series) -> bool:
    """Whether this can be the epoch at each step: it has steps, and neither ever goes back."""
    if epochs.step is None or not len(epochs.logged) or not np.isfinite(epochs.values).all():
        return False
    return bool(np.all(np.diff(epochs.values) >= 0) and np.all(np.diff(epochs.step) >= 0))


def _with_epochs(one: Series, epochs: Series) -> Series:
    """Return the series with the epoch that was last written at or before each of its steps."""
    if one.step is None or one.epoch is not None or epochs.step is None:
        return one
    place = np.searchsorted(epochs.step, one.step, side="right") - 1
    return replace(one, epoch=epochs.values[np.clip(place, 0, None)])
