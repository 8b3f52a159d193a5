"""The run as an interactive figure: linked panels, NaN and infinity as marks, restarts as lines, symptoms shaded."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from lossclinic.diagnosis import Symptom
from lossclinic_kb.run import IntArray, Role, Run, Series
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

PANELS: tuple[tuple[Text, tuple[Role, ...]], ...] = (
    (Text("loss", "loss"), ("train_loss", "val_loss")),
    (Text("accuracy", "准确率"), ("train_acc", "val_acc")),
    (Text("gradient norm", "梯度范数"), ("grad_norm",)),
    (Text("learning rate", "学习率"), ("lr",)),
    (Text("loss scale", "loss scale"), ("loss_scale",)),
)
"""The panels from top to bottom, each shown if the run has one of its roles."""

STYLE: dict[Role, tuple[str, str]] = {
    "train_loss": ("#0072B2", "solid"),
    "val_loss": ("#D55E00", "dash"),
    "train_acc": ("#0072B2", "solid"),
    "val_acc": ("#D55E00", "dash"),
    "grad_norm": ("#009E73", "solid"),
    "lr": ("#CC79A7", "solid"),
    "loss_scale": ("#56B4E9", "solid"),
    "other": ("#999999", "dot"),
}
"""Colour (safe for colour-blind eyes) and dash of each role; the dash alone tells train from validation."""

BUCKETS = 1000  # about the pixels of a wide plot: more points cannot be seen, fewer would hide spikes
PANEL_HEIGHT = 115  # pixels; the loss has twice as much
LOG_RANGE = 200.0  # a loss whose largest value is so many times its median is a flat line on a linear axis


def figure(run: Run, symptoms: Sequence[Symptom] = (), lang: Lang = "en") -> Figure:
    """Return the run as a Plotly figure.

    Long series are drawn by the minimum and the maximum of each of `BUCKETS` stretches: no spike is lost.

    Args:
        run: The run as read.
        symptoms: What to mark.
        lang: Language of axis titles and marks.
    """
    from plotly.subplots import make_subplots

    shown = [(title, [s for s in run.series if s.role in roles and len(s.logged)]) for title, roles in PANELS]
    shown = [(title, members) for title, members in shown if members]
    rows = max(1, len(shown))
    heights = [2.0, *[1.0] * (rows - 1)]
    made = make_subplots(rows=rows, cols=1, shared_xaxes=True, vertical_spacing=0.05, row_heights=heights)
    axis = _common_axis([s for _, members in shown for s in members])
    for row, (title, members) in enumerate(shown, 1):
        for series in members:
            _draw(made, row, series, axis)
        made.update_yaxes(title_text=title(lang), row=row, col=1)
        _mark(made, row, members, symptoms, axis)
    made.update_xaxes(title_text=axis, row=rows, col=1)
    _lay_out(made, rows, lang, log=bool(shown) and _spans_magnitudes(shown[0][1]))
    return made


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


def _common_axis(series: Sequence[Series]) -> Literal["step", "epoch", "row"]:
    if all(s.step is not None for s in series):
        return "step"
    return "epoch" if all(s.epoch is not None for s in series) else "row"


def _positions(series: Series, axis: Literal["step", "epoch", "row"]) -> np.ndarray:
    chosen = {"step": series.step, "epoch": series.epoch, "row": None}[axis]
    return np.arange(len(series), dtype=np.float64) if chosen is None else chosen


def _draw(made: Figure, row: int, series: Series, axis: Literal["step", "epoch", "row"]) -> None:
    from plotly.graph_objects import Scatter

    colour, dash = STYLE[series.role]
    logged = series.logged
    finite = logged.finite
    name = escape(series.name)
    if len(finite):
        kept = bucketed(finite.values)
        mode = "lines+markers" if len(kept) <= 40 else "lines"
        made.add_trace(
            Scatter(
                x=_positions(finite, axis)[kept],
                y=finite.values[kept],
                name=name,
                mode=mode,
                line={"color": colour, "dash": dash, "width": 1.6},
                hovertemplate=f"{name}: %{{y:.5g}}<br>{axis} %{{x}}<extra></extra>",
            ),
            row=row,
            col=1,
        )
    lost = ~np.isfinite(logged.values)
    if lost.any():
        level = float(finite.values.max()) if len(finite) else 0.0
        labels = ["NaN" if np.isnan(value) else f"{value:+}" for value in logged.values[lost]]
        made.add_trace(
            Scatter(
                x=_positions(logged, axis)[lost],
                y=np.full(int(lost.sum()), level),
                name=f"{name}: NaN / inf",
                mode="markers",
                text=labels,
                marker={"symbol": "x", "size": 8, "color": colour},
                hovertemplate="%{text}<br>" + axis + " %{x}<extra></extra>",
            ),
            row=row,
            col=1,
        )
    for at in logged.restarts:
        made.add_vline(
            x=float(_positions(logged, axis)[at]), line={"dash": "dot", "color": "#888"}, row=row, col=1
        )


def _mark(
    made: Figure,
    row: int,
    members: Sequence[Series],
    symptoms: Sequence[Symptom],
    axis: Literal["step", "epoch", "row"],
) -> None:
    by_name = {series.name: series for series in members}
    for place, symptom in enumerate(s for s in symptoms if s.series in by_name and s.steps is not None):
        series = by_name[symptom.series or ""].logged
        start, end = symptom.steps or (0.0, 0.0)
        inside = np.flatnonzero((series.axis >= start) & (series.axis <= end))
        if not len(inside):
            continue
        at = _positions(series, axis)
        made.add_vrect(
            x0=float(at[inside[0]]),
            x1=float(at[inside[-1]]),
            fillcolor="#E69F00",
            opacity=0.10,
            line_width=0,
            annotation_text=escape(symptom.title) if place < 4 else "",
            annotation_position=("top left", "bottom left", "top right", "bottom right")[place % 4],
            annotation_font_size=11,
            row=row,
            col=1,
        )


def _spans_magnitudes(members: Sequence[Series]) -> bool:
    values = np.concatenate([series.finite.values for series in members])
    return bool(len(values)) and values.min() > 0 and values.max() > LOG_RANGE * float(np.median(values))


def _lay_out(made: Figure, rows: int, lang: Lang, *, log: bool) -> None:
    scales = [
        {"label": label, "method": "relayout", "args": [{"yaxis.type": kind}]}
        for label, kind in ((Text("linear", "线性")(lang), "linear"), (Text("log", "对数")(lang), "log"))
    ]
    if log:
        made.update_yaxes(type="log", row=1, col=1)
    made.update_layout(
        height=130 + PANEL_HEIGHT * (rows + 1),
        margin={"l": 60, "r": 20, "t": 40, "b": 90},
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
        hovermode="x unified",
        template="plotly_white",
        updatemenus=[
            {
                "type": "buttons",
                "active": int(log),
                "direction": "right",
                "buttons": scales,
                "x": 1,
                "xanchor": "right",
                "y": 1.0,
                "yanchor": "bottom",
            }
        ],
    )
