"""Curves in JSON that hold their own steps: as Sacred, ClearML, Plotly or Aim write them, or as lists of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from lossclinic_ingest.logs.tables.json_shapes import Curve, Curves, Shape, has_columns, is_number

_STEPS = ("steps", "step", "iterations", "iters", "x")
_VALUES = ("values", "value", "y", "data")
_NAMES = ("name", "label", "metric", "title", "key")
DEEPEST = 4
"""Levels of grouping above a curve: project, metric, part of the data, and one more."""


def own_curves(parsed: Mapping[str, Any]) -> Shape | None:
    """Return curves that hold their own steps, however they are grouped, if most of what has values is such."""
    found = list(_curves_below(parsed, "", 0))
    curves = [curve for curve in found if curve is not None]
    return Curves(curves) if 2 * len(curves) > len(found) else None


def named_curves(entries: Sequence[Mapping[str, Any]]) -> Curves | None:
    """Return the curves of entries that each hold one with its name: traces of a chart, metrics of Aim."""
    curves = [curve for entry in entries if (curve := _named(entry)) is not None]
    return Curves(curves) if curves and len(curves) == len(entries) else None


def _curves_below(parsed: Mapping[str, Any], prefix: str, depth: int) -> Iterator[Curve | None]:
    """Yield the curve of every key, looking into groups; None for other values."""
    for key, held in parsed.items():
        curve = _own_curve(f"{prefix}{key}", held)
        if curve is not None:
            yield curve
        elif isinstance(held, Mapping) and depth < DEEPEST:
            yield from _curves_below(held, f"{prefix}{key}/", depth + 1)
        elif has_columns(held):
            yield None


def _own_curve(name: str, held: Any) -> Curve | None:
    if isinstance(held, list):
        return _of_pairs(name, held)
    steps, values = _lists(held, _STEPS), _lists(held, _VALUES)
    return Curve(name, values, steps) if steps and values and len(steps) == len(values) else None


def _of_pairs(name: str, held: Sequence[Any]) -> Curve | None:
    """Return the curve of `[[step, value], ...]`, or of `[[time, step, value], ...]` as TensorBoard has it."""
    if len(held) < 2 or not all(isinstance(pair, list) for pair in held):
        return None
    width = len(held[0])
    if width not in (2, 3) or any(len(pair) != width or not isinstance(pair[-2], float) for pair in held):
        return None
    steps = [pair[-2] for pair in held]
    rises = all(one <= two for one, two in pairwise(steps))
    return Curve(name, [pair[-1] for pair in held], steps) if rises else None


def _named(entry: Mapping[str, Any]) -> Curve | None:
    name = next((entry[key] for key in _NAMES if isinstance(entry.get(key), str)), None)
    values = _lists(entry, _VALUES)
    if name is None or not values or not any(map(is_number, values)):
        return None
    part = entry.get("context")
    parts = [str(value) for value in part.values()] if isinstance(part, Mapping) else []
    steps = _lists(entry, _STEPS)
    fits = steps is not None and len(steps) == len(values) and all(isinstance(step, float) for step in steps)
    return Curve("/".join([*parts, name]), values, steps if fits else None)


def _lists(held: Any, keys: Sequence[str]) -> list[Any] | None:
    """Return the list under the first of the keys that has one."""
    if not isinstance(held, Mapping):
        return None
    return next((held[key] for key in keys if isinstance(held.get(key), list)), None)
