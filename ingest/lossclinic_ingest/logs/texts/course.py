"""From the lines of a log to its course: which epoch and step each of them belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

from lossclinic_ingest.logs.texts.counters import Counters
from lossclinic_ingest.logs.texts.free_lines import Entry
from lossclinic_kb.text import Text

FEW = 1000
"""A nameless count that goes up by one to an end below this is of epochs; few trainings have more of them."""


@dataclass(frozen=True)
class Course:
    """Entries that can be followed, and what was decided to get them.

    Attributes:
        records: Name to value as written, with `epoch` and `step` where they are known.
        notes: What was decided.
    """

    records: Sequence[Mapping[str, Any]]
    notes: tuple[Text, ...]


def course_of(entries: Sequence[Entry]) -> Course:
    """Return the entries with one count of steps over all epochs."""
    placed, named = _with_names(entries)
    placed, within = _within_epochs(_by_step(_with_parts_of_epochs(placed)))
    placed, counted = _with_epochs(placed)
    lengths = _length(placed)
    first = min((e.counters.epoch for e in placed if e.counters.epoch is not None), default=1.0)
    records = []
    epoch: float | None = None
    for entry in placed:
        epoch = entry.counters.epoch if entry.counters.epoch is not None else epoch
        place = {"epoch": entry.counters.epoch, "step": _step(entry, epoch, min(first, 1.0), lengths)}
        known = {name: value for name, value in place.items() if value is not None}
        records.append({**known, **entry.values})
    made_continuous = within or (lengths is not None and _has_several_epochs(placed))
    notes = (*named, *counted, *((_CONTINUOUS,) if made_continuous else ()))
    return Course(records, notes)


_CONTINUOUS = Text(
    "the count within an epoch starts again in each; it was counted on over all epochs",
    "每轮内的计数都从头开始，已换算成连续的步数",
)
_AS_BATCH = Text(
    "the count at the beginning of a line was taken as the place within the epoch", "行首的计数当作轮内的位置"
)
_AS_EPOCH = Text("the count at the beginning of a line was taken as the epoch", "行首的计数当作轮次")
_AS_STEP = Text("the count at the beginning of a line was taken as the step", "行首的计数当作步数")
_COUNTED = Text(
    "no line says which epoch it is; one begins where the count starts again",
    "没有写第几轮；计数重新开始时算作新的一轮",
)


def _is_of_training(entry: Entry) -> bool:
    """Whether a line stands where the training stands; the counts of an evaluation are its own."""
    return entry.split not in ("val", "test")


def _with_names(entries: Sequence[Entry]) -> tuple[list[Entry], tuple[Text, ...]]:
    """Return the entries with every count that has no name under the one that it must be."""
    counts = [e.counters for e in entries if e.counters.count is not None and _is_of_training(e)]
    if not counts:
        return list(entries), ()
    epochs = any(e.counters.epoch is not None for e in entries)
    steps = any(e.counters.step is not None or e.counters.batch is not None for e in entries)
    values = [c.count for c in counts if c.count is not None]
    if epochs:
        kind, note = "batch", _AS_BATCH
    elif steps:
        kind, note = "epoch", _AS_EPOCH
    else:
        kind, note = _kind_of(values, [c.counts for c in counts])
    return [replace(e, counters=_renamed(e.counters, kind)) for e in entries], (note,)


def _kind_of(values: Sequence[float], ends: Sequence[float | None]) -> tuple[str, Text]:
    """Return what a count without a name is: of batches if it starts again, of epochs if there are few, of steps."""
    again = sum(two < one for one, two in pairwise(values))
    end = max([value for value in ends if value is not None] or values)
    by_one = sum(two - one == 1 for one, two in pairwise(values)) * 2 >= len(values) - 1
    if (
        again and ends[0] is not None and again > len(values) / 20
    ):  # a resumed run does not start again that often
        return "batch", _AS_BATCH
    return ("epoch", _AS_EPOCH) if by_one and end <= FEW else ("step", _AS_STEP)


def _renamed(counters: Counters, kind: str) -> Counters:
    if counters.count is None:
        return counters
    if kind == "batch":
        return replace(counters, count=None, counts=None, batch=counters.count, batches=counters.counts)
    if kind == "epoch":
        return replace(counters, count=None, counts=None, epoch=counters.count, epochs=counters.counts)
    return replace(counters, count=None, counts=None, step=counters.count, steps=counters.counts)


def _with_parts_of_epochs(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries with counts as steps where the epochs are broken numbers: `170/9500 (epoch 0.895)`."""
    if not any(e.counters.epoch is not None and e.counters.epoch % 1 for e in entries):
        return list(entries)
    return [
        replace(
            e,
            counters=replace(
                e.counters, step=e.counters.batch, steps=e.counters.batches, batch=None, batches=None
            ),
        )
        if e.counters.batch is not None and e.counters.step is None
        else e
        for e in entries
    ]


def _by_step(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries without counts of samples or batches where most training lines have a step beside them.

    `Train Epoch: 4 [49920/141886]` and `iteration: 59448` in turn: both on one axis would go to and fro.
    """
    steps = sum(e.counters.step is not None for e in entries if _is_of_training(e))
    alone = [e.counters.batch is not None and e.counters.step is None for e in entries]
    if not 0 < sum(alone) <= 2 * steps:
        return list(entries)
    return [
        replace(entry, counters=replace(entry.counters, batch=None, batches=None)) if other else entry
        for entry, other in zip(entries, alone, strict=True)
    ]


def _within_epochs(entries: Sequence[Entry]) -> tuple[list[Entry], bool]:
    """Return the entries with steps as batches if they start again in every epoch."""
    epoch: float | None = None
    last: tuple[float | None, float] | None = None
    backward = forward = 0
    for entry in entries:
        epoch = entry.counters.epoch if entry.counters.epoch is not None else epoch
        step = entry.counters.step
        if step is None or not _is_of_training(entry):
            continue
        if last is not None and step < last[1]:
            higher = epoch is not None and last[0] is not None and epoch > last[0]
            backward += not higher
            forward += higher
        last = (epoch, step)
    if not forward or backward > forward:
        return list(entries), False
    return [replace(entry, counters=_as_batch(entry.counters)) for entry in entries], True


def _as_batch(counters: Counters) -> Counters:
    if counters.step is None:
        return counters
    return replace(counters, batch=counters.step, batches=counters.steps, step=None, steps=None)


def _with_epochs(entries: Sequence[Entry]) -> tuple[list[Entry], tuple[Text, ...]]:
    """Return the entries with epochs, counted where no line names one and batches start again."""
    named = any(entry.counters.epoch is not None for entry in entries)
    steps = any(entry.counters.step is not None for entry in entries)
    batches = [e.counters.batch for e in entries if e.counters.batch is not None and _is_of_training(e)]
    again = any(two < one for one, two in pairwise(batches))
    if named or steps or not again:
        return list(entries), ()
    found: list[Entry] = []
    epoch, last = 1.0, 0.0
    for entry in entries:
        batch = entry.counters.batch
        if batch is not None and _is_of_training(entry):
            epoch += batch < last
            last = batch
            entry = replace(entry, counters=replace(entry.counters, epoch=epoch))
        found.append(entry)
    return found, (_COUNTED,)


def _length(entries: Sequence[Entry]) -> float | None:
    """Return how many batches an epoch has; estimated from the last count and the usual distance if not written."""
    counters = [entry.counters for entry in entries if _is_of_training(entry)]
    written = [c.batches for c in counters if c.batches is not None and c.batch is not None]
    if written:
        return float(median(written))
    batches = [c.batch for c in counters if c.batch is not None]
    if not batches:
        return None
    distances = [two - one for one, two in pairwise(batches) if two > one]
    return max(batches) + (median(distances) if distances else 1.0)


def _has_several_epochs(entries: Sequence[Entry]) -> bool:
    return len({entry.counters.epoch for entry in entries} - {None}) > 1


def _step(entry: Entry, epoch: float | None, first: float, length: float | None) -> float | None:
    """Return the step of an entry over all epochs; None where it stands wherever the entry before it does."""
    counters = entry.counters
    if counters.step is not None:
        return counters.step
    if counters.batch is None or not _is_of_training(entry):
        return None
    if epoch is None or length is None:
        return counters.batch
    return (epoch - first) * (counters.batches or length) + counters.batch
