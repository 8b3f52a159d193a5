"""One series of a run drawn: as a line, smoothed or not, and what is no number as marks. No spike is ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from lossclinic.render import one_line
from lossclinic_kb.run import FloatArray, IntArray, Role, Series
from lossclinic_kb.text import Lang, Text

Axis = Literal["step", "epoch", "row"]

AXES: dict[Axis, Text] = {
    "step": Text("step", "步"),
    "epoch": Text("epoch", "epoch"),
    "row": Text("row", "行"),
}

STYLE: dict[Role, tuple[tuple[str, ...], str]] = {
    "train_loss": (("#0072B2", "#56B4E9"), "solid"),
    "val_loss": (("#D55E00", "#E69F00"), "dash"),
    "train_acc": (("#0072B2", "#56B4E9"), "solid"),
    "val_acc": (("#D55E00", "#E69F00"), "dash"),
    "grad_norm": (("#009E73",), "solid"),
    "lr": (("#CC79A7",), "solid"),
    "loss_scale": (("#56B4E9",), "solid"),
    "other": (("#7A7A7A", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"), "dot"),
}
"""Colours (safe for colour-blind eyes), of several series in turn, and dash; the dash alone tells train from validation."""

BUCKETS = 1000  # about the pixels of a wide plot: more points cannot be seen, fewer would hide spikes
LOST_SHOWN = 200  # marks of values that are no numbers; a longer stretch of them is as plain with fewer
SMOOTHED_OVER = 40  # a smoothed point looks back over this part of the series: a swing of a few points goes


def bucketed(values: np.ndarray, buckets: int = BUCKETS) -> IntArray:
    """Return the positions of the minimum and maximum of each stretch, in order; all of them if they are few."""
    count = len(values)
    if count <= 2 * buckets:
        return np.arange(count)
    edges = np.linspace(0, count, buckets + 1).astype(np.int64)
    kept = [0, count - 1]
    for start, end in pairwise(edges):
        stretch = values[start:end]
        kept += [start + int(stretch.argmin()), start + int(stretch.argmax())]
    return np.unique(np.array(kept, dtype=np.int64))


def common_axis(series: Sequence[Series]) -> Axis:
    """Return what all of `series` can be drawn over."""
    if all(s.step is not None for s in series):
        return "step"
    return "epoch" if all(s.epoch is not None for s in series) else "row"


def positions(series: Series, axis: Axis) -> FloatArray:
    """Return where the entries of a series stand on an axis, shape (n,)."""
    chosen = {"step": series.step, "epoch": series.epoch, "row": None}[axis]
    return np.arange(len(series), dtype=np.float64) if chosen is None else chosen


def literal(name: str) -> str:
    """Return a name as Plotly shows it letter by letter: no markup, nothing to fill in (`%{y}`), no TeX (`$...$`)."""
    return escape(one_line(name)).replace("{", "&#123;").replace("$", "&#36;")


def traces_of(
    series: Series, axis: Axis, colour: str, lang: Lang, *, smooth: bool = False
) -> list[dict[str, Any]]:
    """Return a series as the plain data of Plotly traces: what is finite as a line, what is not as marks.

    Args:
        series: Without missing entries.
        axis: What it is drawn over.
        colour: Of its lines.
        lang: Language of the legend.
        smooth: With a moving mean, the values themselves pale behind it; rates and loss scales are steps, not noise.
    """
    name, at = literal(series.name), positions(series, axis)
    here = np.isfinite(series.values)
    x, values = at[here], series.values[here]
    smooth = smooth and series.role not in ("lr", "loss_scale") and len(values) > 2
    line = {"color": colour, "dash": STYLE[series.role][1], "width": 1.6}
    made = []
    if len(values):
        made.append({**_drawn(x, values, name, name, line), "opacity": 0.3 if smooth else 1.0})
    if smooth:
        label = Text("smoothed", "平滑后")(lang)
        made.append(_drawn(x, smoothed(values), f"{name}, {label}", label, {**line, "width": 2.2}))
    if not here.all():
        level = float(values.max()) if len(values) else 1.0
        made.append(_lost(name, at[~here], series.values[~here], level))
    return made


def _drawn(x: FloatArray, y: FloatArray, name: str, label: str, line: dict[str, Any]) -> dict[str, Any]:
    kept = bucketed(y)
    return {
        "type": "scatter",
        "x": x[kept],
        "y": y[kept],
        "name": name,
        "mode": "lines+markers" if len(kept) <= 40 else "lines",  # so few points should be seen as points
        "marker": {"size": 5},
        "line": line,
        "hovertemplate": f"{label}: %{{y:.5g}}<extra></extra>",
    }


def _lost(name: str, at: FloatArray, values: FloatArray, level: float) -> dict[str, Any]:
    """Mark the values that are no numbers along the upper edge of what is drawn."""
    kept = np.unique(np.linspace(0, len(at) - 1, min(len(at), LOST_SHOWN)).astype(np.int64))
    kinds = ["NaN" if value != value else ("+inf" if value > 0 else "-inf") for value in values[kept]]
    symbols = {"NaN": "x", "+inf": "triangle-up", "-inf": "triangle-down"}
    return {
        "type": "scatter",
        "x": at[kept],
        "y": np.full(len(kept), level),
        "name": f"{name}: {' / '.join(dict.fromkeys(kinds))}",
        "mode": "markers",
        "text": kinds,
        "marker": {"symbol": [symbols[kind] for kind in kinds], "size": 8, "color": "#D1495B"},
        "hovertemplate": f"{name}: %{{text}}<extra></extra>",
    }


def smoothed(values: FloatArray) -> FloatArray:
    """Return a moving mean that gives the past ever less weight, over all values: what is drawn is chosen after it."""
    import pandas as pd

    span = max(3.0, len(values) / SMOOTHED_OVER)
    level: FloatArray = pd.Series(values).ewm(span=span).mean().to_numpy()
    return level
