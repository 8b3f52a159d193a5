"""Curves downloaded from TensorBoard as JSON: `[[wall time, step, value], ...]`, one tag in each file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from lossclinic_ingest.logs.events import downloads
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.frames import cells_of
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.text import Text

ID = "tensorboard_json"
TITLE = Text("a curve downloaded from TensorBoard (JSON)", "从 TensorBoard 下载的 JSON 曲线")

_BEFORE_TENSORBOARD: Final = 1e9
"""Seconds since 1970 until September 2001: any time stamp of a training is later, hardly any other number larger."""
_NOT_FINITE: Final = ("NaN", "Infinity", "-Infinity")


def sniff(document: Document) -> float:
    """Return 0.95 for a list of nothing but time stamp, whole step and value."""
    if document.head.lstrip()[:1] != "[":
        return 0.0
    points = document.json
    return 0.95 if isinstance(points, list) and points and all(map(_is_point, points)) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run that the curve is a part of.

    Raises:
        UnreadableLog: There are no points.
    """
    return (read_parts([document]),)


def runs_of(documents: Sequence[Document]) -> Mapping[str, Sequence[Document]]:
    """Return the files of each run, as their names tell it: `run-<run>-tag-<tag>.json`."""
    return downloads.runs_of(documents)


def read_parts(documents: Sequence[Document]) -> Run:
    """Return the run that the curves make; the name of each is the tag in its file's name.

    Raises:
        UnreadableLog: There are no points.
    """
    return downloads.run_of(ID, documents, _curve)


def _is_point(point: Any) -> bool:
    if not isinstance(point, list) or len(point) != 3:
        return False
    time, step, value = point
    numbers = isinstance(time, float) and isinstance(step, float)
    whole = numbers and time > _BEFORE_TENSORBOARD and step == step // 1
    return whole and (isinstance(value, float) or value in _NOT_FINITE)


def _curve(document: Document) -> tuple[FloatArray, FloatArray, tuple[Text, ...]]:
    points = document.json
    values = cells_of([point[2] for point in points]).values
    return np.array([point[1] for point in points], np.float64), values, document.notes
