"""Several runs in one source: their names, and which one is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lossclinic_ingest.logs.inputs.names import NOTE_MOST, shown
from lossclinic_ingest.logs.tables.complete import complete
from lossclinic_ingest.logs.tables.cut import unique_names
from lossclinic_kb.errors import InputError, UnreadableLog
from lossclinic_kb.run import Role, Run
from lossclinic_kb.text import Text

SHOWN = 8  # names in a note; the rest is counted


def presentable(run: Run) -> Run:
    """Return the run with every name and note fit to be shown; names of series that become alike are numbered."""
    names = unique_names([shown(series.name) for series in run.series])
    series = tuple(
        one if one.name == name else replace(one, name=name)
        for one, name in zip(run.series, names, strict=True)
    )
    notes = tuple(Text(shown(note.en, NOTE_MOST), shown(note.zh, NOTE_MOST)) for note in run.notes)
    return replace(run, series=series, notes=notes, source=shown(run.source), name=shown(run.name))


def completed(runs: Sequence[Run], roles: Mapping[str, Role] | None) -> list[Run]:
    """Return the runs that can be used, with the roles that the caller gave wherever a run has such a column.

    Raises:
        UnreadableLog: None can be used.
        InputError: No run has the column, or there is no such role.
    """
    if len(runs) == 1:
        return [complete(runs[0], roles)]
    given = roles or {}
    columns = {series.name for run in runs for series in run.series}
    for column in given:
        if column not in columns:
            raise InputError(
                f"no column {column!r} in {runs[0].source}; columns: {', '.join(sorted(columns))}"
            )
    found: list[Run] = []
    unusable: list[str] = []
    errors: list[UnreadableLog] = []
    for place, run in enumerate(runs, 1):
        own = {series.name for series in run.series}
        try:
            found.append(complete(run, {name: role for name, role in given.items() if name in own}))
        except UnreadableLog as error:
            unusable.append(run.name or str(place))
            errors.append(error)
    if not found:
        raise errors[0]
    return [replace(run, notes=run.notes + _unusable(unusable)) for run in found]


def _unusable(names: Sequence[str]) -> tuple[Text, ...]:
    """Say which runs have no curve."""
    if not names:
        return ()
    more = len(names) - SHOWN
    listed = ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
    listed_zh = "、".join(names[:SHOWN]) + (f" 等 {len(names)} 次" if more > 0 else "")
    return (Text(f"left out, fewer than two values: {listed}", f"已忽略（不足两个数值）：{listed_zh}"),)


def named(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return the runs with names that differ, each knowing those of all; one run alone needs none."""
    if len(runs) == 1:
        return tuple(runs)
    names = unique_names([run.name or str(place) for place, run in enumerate(runs, 1)])
    return tuple(replace(run, name=name, others=names) for run, name in zip(runs, names, strict=True))


def pick(runs: Sequence[Run], wanted: str | None) -> Run:
    """Return the run called `wanted`; the longest if None, and a note says so.

    Raises:
        InputError: There is no run of that name.
    """
    if wanted is not None:
        for run in runs:
            if run.name == wanted or (len(runs) == 1 and wanted == run.source):
                return run
        known = ", ".join(run.name or run.source for run in runs)
        raise InputError(f"no run {wanted!r} in {runs[0].source}; runs: {known}")
    longest = max(runs, key=_length)
    if len(runs) == 1:
        return longest
    listed = ", ".join(run.name for run in runs[:SHOWN])
    more = len(runs) - SHOWN
    note = Text(
        f"{len(runs)} runs in this log ({listed}{f' and {more} more' if more > 0 else ''}); "
        f"the longest was taken: {longest.name}",
        f"这份日志里有 {len(runs)} 次训练（{listed}{' 等' if more > 0 else ''}），取了最长的一次：{longest.name}",
    )
    return replace(longest, notes=(*longest.notes, note))


def _length(run: Run) -> tuple[bool, int]:
    """Return whether there is a loss to follow, and how many values the longest series has that has a role."""
    roles = {series.role for series in run.series}
    counts = [len(series.logged) for series in run.series if series.role != "other"]
    return bool(roles & {"train_loss", "val_loss"}), max(counts, default=0)
