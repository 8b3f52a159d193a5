"""Lines that Paddle's toolkits and its high-level API print, one function for each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from lossclinic_ingest.logs.texts.labelled import labelled

Mode = Literal["train", "mean", "val"]
_TIMES = ("eta", "_cost", "ips", "fps", "samples", "max_mem")


@dataclass(frozen=True)
class Line:
    """One line with values.

    Attributes:
        mode: Of training, the mean over an epoch of training, or of validation.
        values: Name to value as written.
        epoch: As written; None where the line does not say.
        step: Iterations from the start of the training, where the line says so.
        done: Iterations within the epoch, where it says that.
        all: Iterations of an epoch.
        first: The number of the first epoch.
        epochs: How many epochs are planned, where the line says so.
    """

    mode: Mode
    values: Mapping[str, str]
    epoch: float | None = None
    step: float | None = None
    done: float | None = None
    all: float | None = None
    first: float = 1.0
    epochs: float | None = None


_DETECTION = re.compile(
    r"Epoch: \[(?P<epoch>\d+)\] \[\s*(?P<done>\d+)/(?P<all>\d+)\] (?P<rest>learning_rate: .*)"
)
_AVERAGE = re.compile(
    r"Average Precision  \(AP\) @\[ IoU=(?P<iou>[\d.:]+)\s*\| area=\s*all \|.*\] = (?P<value>-?[\d.]+)"
)
_MAP = re.compile(r"\bmAP\((?P<what>[\d.]+)[^)]*\) = (?P<value>[\d.]+%)")
_SEGMENTATION = re.compile(
    r"\[TRAIN\] epoch[:=]\s?(?P<epoch>\d+), iter[:=]\s?(?P<step>\d+)/\d+, (?P<rest>.*)"
)
_SEGMENTATION_EVAL = re.compile(r"\[EVAL\] #Images: \d+ (?P<rest>.*)")
_OCR = re.compile(
    r"epoch: \[(?P<epoch>\d+)/(?P<epochs>\d+)\], (?:global_step|iter): (?P<step>\d+), (?P<rest>.*)"
)
_OCR_EVAL = re.compile(r"\bcur metric, (?P<rest>.*)")
_CLAS = re.compile(
    r"\[Train\]\[Epoch (?P<epoch>\d+)/(?P<epochs>\d+)\](?:\[Iter:? ?(?P<done>\d+)/(?P<all>\d+)\]|\[Avg\])(?P<rest>.*)"
)
_CLAS_EVAL = re.compile(r"\[Eval\]\[Epoch (?P<epoch>\d+)\]\[Avg\](?P<rest>.*)")
_STEP = re.compile(r"\s*step\s+(?P<done>\d+)/(?P<all>\d+)(?: \[[=>.]*\])?(?P<rest> - .*)")


def of_detection(line: str) -> Line | None:
    """PaddleDetection: epochs and iterations from 0; COCO's summary and VOC's mAP after an evaluation."""
    if found := _DETECTION.search(line):
        return _line(found, "train", first=0.0)
    if found := _AVERAGE.search(line):
        iou = found["iou"]
        name = "AP" if ":" in iou else f"AP{float(iou) * 100:.0f}"
        return Line("val", {f"val/{name}": found["value"]})
    if found := _MAP.search(line):
        return Line("val", {f"val/mAP({found['what']})": found["value"]})
    return None


def of_segmentation(line: str) -> Line | None:
    """PaddleSeg: iterations over all epochs, a line with `[EVAL]` after an evaluation."""
    if found := _SEGMENTATION.search(line):
        return _line(found, "train")
    found = _SEGMENTATION_EVAL.search(line)
    return _line(found, "val") if found else None


def of_ocr(line: str) -> Line | None:
    """PaddleOCR: iterations over all epochs, a line with `cur metric` after an evaluation."""
    if found := _OCR.search(line):
        return _line(found, "train")
    found = _OCR_EVAL.search(line)
    return _line(found, "val") if found else None


def of_classification(line: str) -> Line | None:
    """PaddleClas: iterations from 0 in every epoch, means over the epoch, an evaluation at its end."""
    if found := _CLAS.search(line):
        return _line(found, "train" if found["done"] else "mean")
    found = _CLAS_EVAL.search(line)
    return _line(found, "val") if found else None


def of_model(line: str) -> Line | None:
    """`paddle.Model.fit`: steps from 1 in every epoch; a heading says which epoch it is, or that it is `Eval`."""
    found = _STEP.match(line)
    if found is None:
        return None
    values = _values(found["rest"].replace(" - ", ", "))
    return Line("train", values, done=float(found["done"]), all=float(found["all"])) if values else None


DIALECTS: tuple[tuple[str, Callable[[str], Line | None]], ...] = (
    ("learning_rate: ", of_detection),
    ("AP", of_detection),
    ("[TRAIN]", of_segmentation),
    ("[EVAL]", of_segmentation),
    ("epoch: [", of_ocr),
    ("cur metric", of_ocr),
    ("][Epoch ", of_classification),
    ("step ", of_model),
)
"""A piece that every line of a toolkit has, and who reads such lines."""


def line_of(line: str) -> Line | None:
    """Return what a line of any of them says, None for any other line."""
    for piece, read in DIALECTS:
        if piece in line and (found := read(line)) is not None and found.values:
            return found
    return None


def _line(found: re.Match[str], mode: Mode, first: float = 1.0) -> Line:
    """Return the line that a match found, from those of its groups that it has."""
    groups = found.groupdict()
    counts = {
        name: float(groups[name])
        for name in ("epoch", "step", "done", "all", "epochs")
        if groups.get(name) is not None
    }
    return Line(mode, _values(found["rest"]), first=first, **counts)


def _values(text: str) -> dict[str, str]:
    """Return the quantities of a line, without what it took in time and memory."""
    return {name: value for name, value in labelled(text).items() if not any(part in name for part in _TIMES)}
