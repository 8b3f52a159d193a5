"""TensorBoard event files (`events.out.tfevents.*`), of every program that writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from lossclinic_ingest.logs.events import arguments, keras, settings
from lossclinic_ingest.logs.events.ends import CUT, of_damage
from lossclinic_ingest.logs.events.layouts import Points
from lossclinic_ingest.logs.events.parallel import beside
from lossclinic_ingest.logs.events.places import Place, places
from lossclinic_ingest.logs.events.scalars import EventFile, begins_events, read_events, tags_of
from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.cut import refuse_if_many
from lossclinic_ingest.logs.tables.joined import run_of_series, with_epochs
from lossclinic_kb.errors import UnreadableLog
from lossclinic_kb.run import Run, Series
from lossclinic_kb.text import Text

ID = "tensorboard_events"
TITLE = Text("a TensorBoard event file", "TensorBoard 事件文件")

_LIGHTNING: Final = "hp_metric"
"""What Lightning's logger writes before any metric, so that its table of settings is not empty."""


def sniff(document: Document) -> float:
    """Return 1 for a record, its checksum right, that says what it is; 0.9 for a record that may be an event."""
    return begins_events(document.first_bytes)


def read(document: Document) -> tuple[Run, ...]:
    """Return the run.

    Raises:
        UnreadableLog: There is no scalar in it, or more than fit into memory.
    """
    return (read_parts([document]),)


def runs_of(documents: Sequence[Document]) -> Mapping[str, Sequence[Document]]:
    """Return the event files of each run: those of its folder, and of folders over which a logger spreads it."""
    runs: dict[str, list[Document]] = {}
    for document, place in zip(documents, _places(documents), strict=True):
        runs.setdefault(place.run, []).append(document)
    return runs


def read_parts(documents: Sequence[Document]) -> Run:
    """Return the run that the event files hold together, the points of each tag in the order written.

    Raises:
        UnreadableLog: There is no scalar in them, or more than fit into memory.
    """
    source, files = documents[0].name, [read_events(document.data) for document in documents]
    points = [points for file in files for points in file.points.values()]
    if not points:
        raise _no_scalars(source, files)
    refuse_if_many(
        source, sum(len(one.steps) for one in points), len({tag for file in files for tag in file.points})
    )
    found = list(zip(_places(documents), files, strict=True))
    others = beside(found)
    series = [one for (place, file), n in zip(found, others, strict=True) for one in _series(place, file, n)]
    config, notes = _facts(files), (*_state_notes(files), *_of_beside(max(others)))
    framework = config.get("framework")
    if framework == "keras":
        series = keras.with_axes(series)
    elif framework == "hf":
        series, cleaned = arguments.cleaned(series)
        notes += cleaned
    run = run_of_series(ID, source, series, config=config, notes=notes + _unplaced(series))
    if framework == "keras":
        return keras.settled(run)
    return replace(run, series=arguments.with_sets(run.series)) if framework == "hf" else run


def _places(documents: Sequence[Document]) -> list[Place]:
    paths = [document.path for document in documents]
    return places(paths, [tags_of(document.first_bytes) for document in documents])


def _series(place: Place, file: EventFile, others: int) -> list[Series]:
    """Return the quantities of one file under names that tell them from those of other files.

    Args:
        place: Where they belong.
        file: What holds them.
        others: How many files of the same tags were written at the same time, and come first.
    """
    before = place.before
    if not before and keras.is_validation(file.points):
        before = "validation/"
    after = f"{place.after} ({others + 1})" if others else place.after
    return with_epochs([_of_points(f"{before}{tag}{after}", points) for tag, points in file.points.items()])


def _of_points(name: str, points: Points) -> Series:
    """Return the points of one tag. Steps that are all the same, 0 if none is given, place nothing."""
    step = points.step
    given = len(step) == 1 or bool(np.ptp(step))
    return Series(name, "other", points.value, np.zeros(len(step), np.bool_), step if given else None)


def _facts(files: Sequence[EventFile]) -> dict[str, object]:
    """Return what the files state of the run; the last one counts."""
    facts: dict[str, object] = {}
    if any(keras.MODEL in file.tags or keras.is_validation(file.points) for file in files):
        facts["framework"] = "keras"
    elif any(_LIGHTNING in file.points for file in files):
        facts["framework"] = "lightning"
    for file in files:
        facts |= settings.facts_of(file.settings)
        facts |= arguments.facts_of(file.texts.get(arguments.TAG, ""))
    return facts


def _unplaced(series: Sequence[Series]) -> tuple[Text, ...]:
    """Say which quantities were written without steps."""
    names = list(dict.fromkeys(one.name for one in series if one.step is None and one.epoch is None))
    if not names:
        return ()
    shown, s = remarks.listed(names), "have" if len(names) > 1 else "has"
    return (
        Text(
            f"{shown.en} {s} no steps; the points stand in the order written",
            f"{shown.zh} 没有步数，按写入顺序排列",
        ),
    )


def _state_notes(files: Sequence[EventFile]) -> tuple[Text, ...]:
    """Say how the files end, and what was left out of them."""
    cut = (CUT,) if any(file.state == "cut" for file in files) else ()
    broken = [of_damage(file.end) for file in files if file.state == "damaged"]
    count = sum(file.damaged for file in files)
    s = "s" * (count > 1)
    left_out = (
        (Text(f"{count} damaged record{s} left out", f"有 {count} 条记录损坏，已去掉"),) if count else ()
    )
    return (*cut, *broken, *left_out)


def _of_beside(most: int) -> tuple[Text, ...]:
    """Say that several programs wrote the same tags at the same time; `most` of them beside the first."""
    if not most:
        return ()
    return (
        Text(f"{most + 1} programs wrote here at the same time; the longest is followed, the others are numbered",
             f"有 {most + 1} 个进程同时往这里写；以最长的为准，其余加了编号"),
    )  # fmt: skip


def _no_scalars(where: str, files: Sequence[EventFile]) -> UnreadableLog:
    tags = sorted(
        {tag for file in files for tag in file.tags} | {tag for file in files for tag in file.texts}
    )
    shown = remarks.listed(tags)
    problem = Text("there are no scalars in it yet", "里面还没有标量")
    if tags:
        problem = Text(f"there are no scalars in it, only {shown.en}", f"里面没有标量，只有 {shown.zh}")
    return refuse.unreadable(
        where,
        problem,
        Text("give the file that the loss was written to (add_scalar, tf.summary.scalar)",
             "请给写有损失的那个文件（add_scalar、tf.summary.scalar）"),
    )  # fmt: skip
