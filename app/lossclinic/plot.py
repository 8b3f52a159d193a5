"""The run as an interactive figure: linked panels, NaN and infinity as marks, restarts as lines, symptoms marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from lossclinic.diagnosis import Symptom
from lossclinic.marks import LANE, draw_marks, lanes, marks_of
from lossclinic.traces import AXES, STYLE, Axis, common_axis, positions, traces_of
from lossclinic_kb.run import FloatArray, Role, Run, Series
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Scale = Literal["auto", "linear", "log"]
Plain = dict[str, Any]

PANELS: tuple[tuple[Text, tuple[Role, ...]], ...] = (
    (Text("loss", "loss"), ("train_loss", "val_loss")),
    (Text("accuracy", "准确率"), ("train_acc", "val_acc")),
    (Text("gradient norm", "梯度范数"), ("grad_norm",)),
    (Text("learning rate", "学习率"), ("lr",)),
    (Text("loss scale", "loss scale"), ("loss_scale",)),
)
"""The panels from top to bottom, each shown if the run has one of its roles."""

TALL, LOW, GAP = 230, 105, 22  # pixels: the loss, every other panel, between two of them
MOST_SERIES = 6  # on one panel; the norms of a hundred layers would be a carpet
LOG_RANGE = 200.0  # a loss whose largest value is so many times its median is a flat line on a linear axis


def figure(
    run: Run,
    symptoms: Sequence[Symptom] = (),
    lang: Lang = "en",
    *,
    scale: Scale = "auto",
    smooth: bool = False,
    buttons: bool = True,
) -> Figure:
    """Return the run as a Plotly figure.

    Long series are drawn by the minimum and the maximum of each of `BUCKETS` stretches: no spike is lost.

    Args:
        run: The run as read.
        symptoms: What to mark, numbered from 1.
        lang: Language of axis titles and marks.
        scale: Of the loss; "auto" takes a logarithmic axis where the loss spans orders of magnitude.
        smooth: Draw a moving mean over each loss, gradient norm and accuracy, the values themselves pale behind it.
        buttons: With buttons for the scale in the figure, for pages that have none of their own.
    """
    import plotly.graph_objects as go

    shown = panels_of(run, symptoms)
    everything = [each for _, members in shown for each in members]
    axis = common_axis(everything)
    places = [[positions(each, axis) for each in members] for _, members in shown]
    marks = [
        marks_of(members, at, symptoms, _span(places)) for (_, members), at in zip(shown, places, strict=True)
    ]
    domains, height = _domains([lanes(each) for each in marks])
    traces: list[Plain] = []
    layout = _layout(len(shown), height, AXES[axis](lang))
    for row, (title, members) in enumerate(shown):
        name = f"y{row + 1 if row else ''}"
        look = {"domain": domains[row], "title": {"text": title(lang)}, "automargin": True}
        layout[f"yaxis{name[1:]}"] = {**look, **_scale(members, scale)}
        for series, colour in zip(members, _colours(members), strict=True):
            traces += [
                {**trace, "yaxis": name} for trace in traces_of(series, axis, colour, lang, smooth=smooth)
            ]
        draw_marks(layout, name, marks[row], domains[row][1], LANE / height)
    layout["shapes"] += _restarts(everything, axis)
    if buttons:
        layout |= _scale_buttons(lang, log=layout.get("yaxis", {}).get("type") == "log")
    # Built from plain data at once: changing a figure step by step takes Plotly a hundred times as long.
    return go.Figure({"data": traces, "layout": layout})


def _domains(rows: Sequence[int]) -> tuple[list[list[float]], float]:
    """Return the part of the height that each panel takes, from the top down, and the height of all in pixels.

    Args:
        rows: How many lanes of marks each panel has above it.
    """
    tall = [TALL if not row else LOW for row in range(len(rows))]
    height = float(sum(tall) + LANE * sum(rows) + GAP * max(0, len(rows) - 1)) or float(TALL)
    domains, top = [], 0.0
    for panel, count in zip(tall, rows, strict=True):
        begins = top + LANE * count
        domains.append([max(0.0, 1 - (begins + panel) / height), 1 - begins / height])
        top = begins + panel + GAP
    return domains, height


def _scale(members: Sequence[Series], scale: Scale) -> dict[str, str]:
    """Return the kind of y axis of a panel; the choice is about losses and gradient norms."""
    role = members[0].role
    if role in ("lr", "loss_scale"):
        return {"rangemode": "tozero"}
    if role not in ("train_loss", "val_loss", "grad_norm", "other"):
        return {}
    log = scale == "log" or (scale == "auto" and _spans_magnitudes(members))
    # Small losses are read as powers of ten; Plotly's own way would write 100μ.
    return {"type": "log", "exponentformat": "power"} if log else {"type": "linear"}


def panels_of(run: Run, symptoms: Sequence[Symptom] = ()) -> list[tuple[Text, list[Series]]]:
    """Return title and series of each panel; columns of unknown role only where there is nothing else."""
    marked = {symptom.series for symptom in symptoms}
    shown = []
    for title, roles in PANELS:
        members = [s.logged for s in run.series if s.role in roles and len(s.logged)]
        kept = sorted(members, key=lambda s: (s.name not in marked, -len(s)))[:MOST_SERIES]
        if members:
            shown.append((title, [s for s in members if s in kept]))
    others = [s.logged for s in run.series if s.role == "other" and len(s.logged) > 1]
    return shown or ([(Text("value", "数值"), others[:MOST_SERIES])] if others else [])


def _span(places: Sequence[Sequence[FloatArray]]) -> tuple[float, float]:
    ends = [(float(at.min()), float(at.max())) for panel in places for at in panel if len(at)]
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else (0.0, 1.0)


def _colours(members: Sequence[Series]) -> list[str]:
    seen: Counter[Role] = Counter()
    chosen = []
    for each in members:
        choice = STYLE[each.role][0]
        chosen.append(choice[seen[each.role] % len(choice)])
        seen[each.role] += 1
    return chosen


def _restarts(series: Sequence[Series], axis: Axis) -> list[Plain]:
    """Return a line across all panels for each place where a resumed or appended run begins again."""
    at = {float(positions(each, axis)[place]) for each in series for place in each.restarts}
    look = {"dash": "dot", "color": "#888888", "width": 1.5}
    line = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "line": look}
    return [{**line, "x0": x, "x1": x} for x in sorted(at)]


def _spans_magnitudes(members: Sequence[Series]) -> bool:
    values = np.concatenate([series.finite.values for series in members])
    return bool(len(values)) and values.min() > 0 and values.max() > LOG_RANGE * float(np.median(values))


def _layout(rows: int, height: float, axis: str) -> Plain:
    spikes = {"showspikes": True, "spikemode": "across", "spikethickness": 1}
    return {
        "height": height + 105,
        "margin": {"l": 60, "r": 16, "t": 34, "b": 90},  # above: the tools of the plot
        "legend": {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "template": "plotly_white",
        "uirevision": "kept",  # a redraw leaves what was zoomed into
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {"title": {"text": axis}, "anchor": f"y{rows if rows > 1 else ''}", **spikes},
        "shapes": [],
        "annotations": [],
        "meta": {"marks": {}},
    }


def _scale_buttons(lang: Lang, *, log: bool) -> Plain:
    scales = ((Text("linear", "线性")(lang), "linear"), (Text("log", "对数")(lang), "log"))
    buttons = [
        {"label": label, "method": "relayout", "args": [{"yaxis.type": kind}]} for label, kind in scales
    ]
    place = {"x": 1, "xanchor": "right", "y": 1.0, "yanchor": "bottom", "pad": {"b": 6}}
    menu = {"type": "buttons", "active": int(log), "direction": "right", "buttons": buttons, **place}
    return {"margin": {"l": 60, "r": 16, "t": 46, "b": 90}, "updatemenus": [menu]}
