"""What stands out on a curve, marked on it: a numbered bar above its panel and a band behind the curve.

Bars lie in lanes, so that no two of them or their numbers overlap. `layout.meta` of the figure names the shapes of each
symptom: what points at evidence elsewhere on a page can light them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossclinic.diagnosis import Symptom
from lossclinic_kb.run import Series

COLOUR = "#E69F00"
INK = "#1b1f24"  # on the bar: 8 to 1
LANE = 15  # pixels: a number of 10 pixels and air
SLIVER = 0.012  # of the axis: no bar is shorter, so that it can be seen and holds its number
APART = 0.01  # of the axis, between two bars in one lane


@dataclass(frozen=True)
class Mark:
    """One symptom on one panel.

    Attributes:
        number: As the list of symptoms counts it, from 1.
        start, end: On the x axis of the figure, what is to be shown.
        left, right: The same for the bar, which has a least width.
        lane: From the panel upwards, 0 first.
    """

    symptom: str
    number: int
    start: float
    end: float
    left: float
    right: float
    lane: int


def marks_of(
    members: Sequence[Series],
    places: Sequence[np.ndarray],
    symptoms: Sequence[Symptom],
    span: tuple[float, float],
) -> list[Mark]:
    """Return the marks of one panel.

    Args:
        members: The series on it, without missing entries.
        places: Where the entries of each stand on the x axis of the figure.
        symptoms: All symptoms of the run, in the order in which people see them.
        span: Both ends of the x axis.
    """
    by_name = dict(zip([each.name for each in members], zip(members, places, strict=True), strict=True))
    width = span[1] - span[0] or 1.0
    free: list[float] = []  # where each lane ends so far
    made = []
    for number, symptom in enumerate(symptoms, 1):
        if symptom.steps is None or symptom.series not in by_name:
            continue
        series, at = by_name[symptom.series]
        inside = np.flatnonzero((series.axis >= symptom.steps[0]) & (series.axis <= symptom.steps[1]))
        if not len(inside):
            continue
        start, end = float(at[inside].min()), float(at[inside].max())
        left = max(span[0], min(start, span[1] - SLIVER * width))
        right = max(end, left + SLIVER * width)
        lane = next((place for place, until in enumerate(free) if until + APART * width < left), len(free))
        free[lane:] = [right] if lane == len(free) else [right, *free[lane + 1 :]]
        made.append(Mark(symptom.id, number, start, end, left, right, lane))
    return made


def lanes(marks: Sequence[Mark]) -> int:
    """Return how many lanes the marks of a panel need."""
    return max((mark.lane + 1 for mark in marks), default=0)


def draw_marks(layout: dict[str, Any], yaxis: str, marks: Sequence[Mark], top: float, lane: float) -> None:
    """Add the marks of one panel to a layout: shapes, their numbers, and which shapes are which symptom's.

    Args:
        layout: With lists of shapes and annotations and `meta`, the plain data of a figure.
        yaxis: Name of the y axis of the panel: "y", "y2", ...
        marks: What to draw.
        top: Where the panel ends, as a share of the height of all panels.
        lane: Height of a lane, likewise.
    """
    look = {"type": "rect", "xref": "x", "fillcolor": COLOUR, "line": {"width": 0}}
    for mark in marks:
        count, low = len(layout["shapes"]), top + mark.lane * lane
        layout["meta"]["marks"][mark.symptom] = [count, count + 1]
        band = {"x0": mark.start, "x1": mark.end, "yref": f"{yaxis} domain", "y0": 0, "y1": 1}
        bar = {
            "x0": mark.left,
            "x1": mark.right,
            "yref": "paper",
            "y0": low + 0.1 * lane,
            "y1": low + 0.9 * lane,
        }
        layout["shapes"] += [
            {**look, **band, "opacity": 0.07, "layer": "below"},
            {**look, **bar, "opacity": 0.75, "layer": "above"},
        ]
        layout["annotations"].append(_number(mark, low + lane / 2))


def _number(mark: Mark, middle: float) -> dict[str, Any]:
    across = {"x": mark.left, "xref": "x", "xanchor": "left"}
    down = {"y": middle, "yref": "paper", "yanchor": "middle"}
    font = {"size": 10, "color": INK}
    return {
        "text": f"<b>{mark.number}</b>",
        **across,
        **down,
        "showarrow": False,
        "borderpad": 0,
        "font": font,
    }
