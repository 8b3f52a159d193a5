"""Curves with few points: the ends, the extremes, where they break, and points evenly between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossclinic_kb.run import ROLES, FloatArray, Run, Series

DIGITS = 5  # significant ones of a value: what a person would copy
NAME = 60  # characters of a column name


@dataclass(frozen=True)
class Thinned:
    """A series with few points.

    Attributes:
        name: The column, cut to `NAME` characters.
        axis: What the first number of a point counts: "step", "epoch" or "row".
        logged: How many values the log has.
        non_finite: How many of them are NaN or infinite.
        points: (place, value); a value that is no number is "nan", "inf" or "-inf".
    """

    name: str
    role: str
    axis: str
    logged: int
    non_finite: int
    points: tuple[tuple[float, float | str], ...]


def thinned(run: Run, curves: int, points: int) -> tuple[Thinned, ...]:
    """Return at most `curves` series of a run with at most `points` points each, those of known roles first."""
    ordered = sorted((s.logged for s in run.series), key=lambda each: ROLES.index(each.role))
    return tuple(_thinned(each, points) for each in ordered[:curves] if len(each))


def _thinned(each: Series, points: int) -> Thinned:
    places = _places(each.values, points)
    return Thinned(
        name=each.name[:NAME],
        role=each.role,
        axis=each.axis_name,
        logged=len(each),
        non_finite=each.non_finite,
        points=tuple(
            (_short(place), _value(value))
            for place, value in zip(each.axis[places].tolist(), each.values[places].tolist(), strict=True)
        ),
    )


def _places(values: FloatArray, points: int) -> list[int]:
    """Return the places to show, in order: what matters first, then evenly between."""
    last = len(values) - 1
    finite = np.flatnonzero(np.isfinite(values))
    if len(finite) == len(values) and values.min() == values.max():
        return sorted({0, last})  # a rate that never changes is told by its ends
    telling = [0, last]
    if len(finite):
        telling += [int(finite[np.argmin(values[finite])]), int(finite[np.argmax(values[finite])])]
    if len(finite) < len(values):
        broken = int(np.flatnonzero(~np.isfinite(values))[0])
        telling += [max(0, broken - 1), broken]
    even = np.linspace(0, last, points).round().astype(int).tolist()
    room = max(0, points - len(set(telling)))
    extra = [place for place in even if place not in telling]
    kept = [extra[i] for i in np.linspace(0, len(extra) - 1, min(room, len(extra))).round().astype(int)]
    return sorted({*telling, *kept})[: max(points, len(set(telling)))]


def _value(value: float) -> float | str:
    if value != value:
        return "nan"
    if value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    return _short(value)


def _short(value: float) -> float:
    """Return a number to `DIGITS` significant digits; a place on the axis that is not finite is -1."""
    if not np.isfinite(value):
        return -1.0
    short = float(f"{value:.{DIGITS}g}") if abs(value) < 10**DIGITS else float(round(value))
    return int(short) if short.is_integer() else short
