"""Curves downloaded from TensorBoard, one file each: what they are called, and which belong to one run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

import numpy as np

from lossclinic_ingest.logs.events import keras
from lossclinic_ingest.logs.events.places import is_half, is_part, named, names_inside, prefix
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.columns import meaning_of
from lossclinic_ingest.logs.tables.joined import run_of_series
from lossclinic_ingest.logs.tables.remarks import listed
from lossclinic_kb.run import FloatArray, Role, Run, Series
from lossclinic_kb.text import Text

SAMPLED: Final = 1000
"""Points that TensorBoard hands out at most: of a longer curve a random sample, the last point always in it."""
_CALLED: Final = re.compile(r"run[-_](?P<run>.*?)-tag-(?P<tag>.+)")
_AGAIN: Final = re.compile(r"\s*\(\d+\)$")
"""What browsers add to the name of a file downloaded twice."""

Curve = Callable[[Document], tuple[FloatArray | None, FloatArray, tuple[Text, ...]]]
"""Returns steps, values and notes of one download."""


@dataclass(frozen=True)
class _Name:
    """What the name of a download says: a folder for its run, the tag, and whether it says so at all."""

    folder: PurePosixPath
    tag: str
    stated: bool


def runs_of(documents: Sequence[Document]) -> Mapping[str, Sequence[Document]]:
    """Return the downloads of each run; `exp_train` and `exp_validation` are the halves of one that Keras wrote."""
    names = [_name(document) for document in documents]
    beside = names_inside(name.folder for name in names)
    runs: dict[str, list[Document]] = {}
    for document, name in zip(documents, names, strict=True):
        folder = name.folder.parent if is_part(name.folder, beside) else name.folder
        runs.setdefault(named(folder), []).append(document)
    return runs


def run_of(reader: str, documents: Sequence[Document], curve: Curve) -> Run:
    """Return the run of downloads that belong together.

    Args:
        reader: Id of the reader.
        documents: One curve each.
        curve: What reads one.
    """
    names = [_name(document) for document in documents]
    beside = names_inside(name.folder for name in names)
    series: dict[str, Series] = {}
    notes: dict[Text, None] = {}
    again = 0
    for document, name in zip(documents, names, strict=True):
        steps, values, own = curve(document)
        notes |= dict.fromkeys(own)
        called = prefix(name.folder, beside) + name.tag
        one = Series(called, "other", values, np.zeros(len(values), np.bool_), steps)
        again += called in series
        if called not in series or len(one) >= len(series[called]):
            series[called] = one
    found = list(series.values())
    if any(is_half(name.folder) for name in names):
        found = keras.with_axes(found)
    run = run_of_series(
        reader, documents[0].name, found, notes=(*notes, *_of_samples(found), *_of_repeats(again))
    )
    unnamed = {name.tag for name in names if not name.stated}
    return _guessed(run, unnamed)


def _name(document: Document) -> _Name:
    """Return what the name of a file says. The slashes of run and tag are `_` in it."""
    stem = _AGAIN.sub("", document.path.stem)
    found = _CALLED.fullmatch(stem)
    if found is None:
        return _Name(document.path.parent, stem, False)
    before, _, last = found["run"].rpartition("_")
    inner = PurePosixPath(before, last)  # `exp_train` is the folder `train` in `exp`
    return _Name(document.path.parent / (inner if is_half(inner) else found["run"]), found["tag"], True)


def _guessed(run: Run, unnamed: set[str]) -> Run:
    """Take curves for losses where files were renamed and say nothing, or only of which data they are."""
    roles: dict[str, Role] = {}
    for one in run.series:
        meaning = meaning_of(one.name)
        unsure = one.name in unnamed and not meaning.known
        if unsure and (meaning.split in ("train", "val") or len(run.series) == 1):
            roles[one.name] = "val_loss" if meaning.split == "val" else "train_loss"
    if not roles or any(one.role != "other" for one in run.series):
        return run
    shown = listed(list(roles))
    note = Text(
        f"the tag is not in the file's name; taken for a loss: {shown.en}",
        f"文件名里没有指标名，当作损失：{shown.zh}",
    )
    series = tuple(replace(one, role=roles.get(one.name, one.role)) for one in run.series)
    return replace(run, series=series, notes=(*run.notes, note))


def _of_samples(series: Sequence[Series]) -> tuple[Text, ...]:
    names = [one.name for one in series if len(one) == SAMPLED]
    if not names:
        return ()
    shown = listed(names)
    return (
        Text(f"exactly 1,000 points: TensorBoard hands out a random sample of longer curves ({shown.en})",
             f"恰好 1000 个点：更长的曲线，TensorBoard 下载时只随机抽样保留这么多（{shown.zh}）"),
    )  # fmt: skip


def _of_repeats(count: int) -> tuple[Text, ...]:
    if not count:
        return ()
    s = "s" * (count > 1)
    return (
        Text(
            f"{count} older download{s} of the same curve left out",
            f"同一条曲线重复下载，去掉较早的 {count} 份",
        ),
    )
