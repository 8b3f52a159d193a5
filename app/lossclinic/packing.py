"""A run as plain data and back: what a browser keeps of a case, and how recorded runs of the lab are stored.

A missing value is null, NaN and the infinities are the words "nan", "inf" and "-inf", all else is a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any, cast, get_args

import numpy as np

from lossclinic_ingest.logs.inputs.names import shown
from lossclinic_kb.errors import InputError
from lossclinic_kb.messages import load_messages
from lossclinic_kb.run import FloatArray, Printed, Role, Run, Series, series
from lossclinic_kb.text import Text

_LOST = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}


def packed(run: Run, *, digits: int = 17) -> dict[str, Any]:
    """Return a run as data for `json.dumps`.

    Args:
        run: A run as read.
        digits: Significant digits of its values; 17 bring every number back exactly.
    """
    return {
        "format": run.format,
        "source": run.source,
        "name": run.name,
        "others": list(run.others),
        "notes": [[note.en, note.zh] for note in run.notes],
        "config": {key: value for key, value in run.config.items() if isinstance(value, str | int | float)},
        "series": [_packed_series(each, digits) for each in run.series],
        **({} if run.messages is None else {"messages": [list(astuple(each)) for each in run.messages]}),
    }


def unpacked(data: Mapping[str, Any]) -> Run:
    """Return the run that `packed` wrote.

    Raises:
        InputError: It is something else.
    """
    try:
        return Run(
            format=str(data["format"]),
            series=tuple(_unpacked_series(each) for each in data["series"]),
            source=str(data["source"]),
            notes=tuple(Text(str(en), str(zh)) for en, zh in data["notes"]),
            config=dict(data["config"]),
            name=str(data["name"]),
            others=tuple(str(name) for name in data["others"]),
            messages=_unpacked_messages(data["messages"]) if "messages" in data else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise InputError(f"this is no run that lossclinic kept: {str(error)[:120]}") from None


def _unpacked_messages(data: Sequence[Sequence[Any]]) -> tuple[Printed, ...]:
    """Return the messages of a run; what another version knew and this one does not is left out."""
    known = load_messages()
    kept = {
        str(message): Printed(str(message), shown(str(quote)), int(line), int(count), shown(str(file)))
        for message, quote, line, count, file in data
        if message in known
    }
    return tuple(kept.values())


def _packed_series(each: Series, digits: int) -> dict[str, Any]:
    data: dict[str, Any] = {"name": each.name, "role": each.role}
    data["values"] = [
        None if missing else _cell(value, digits)
        for value, missing in zip(each.values.tolist(), each.missing.tolist(), strict=True)
    ]
    for axis in ("step", "epoch"):
        held: FloatArray | None = getattr(each, axis)
        if held is not None:
            data[axis] = [_cell(value, digits) for value in held.tolist()]
    return data


def _unpacked_series(data: Mapping[str, Any]) -> Series:
    role = data["role"]
    if role not in get_args(Role):
        raise ValueError(f"unknown role {role!r}")
    values = [None if cell is None else _number(cell) for cell in data["values"]]
    axes = {
        axis: np.array([_number(cell) for cell in data[axis]]) for axis in ("step", "epoch") if axis in data
    }
    return series(
        str(data["name"]), cast("Role", role), values, step=axes.get("step"), epoch=axes.get("epoch")
    )


def _cell(value: float, digits: int) -> float | int | str:
    if value != value:
        return "nan"
    if value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    short = value if digits >= 17 else float(f"{value:.{digits}g}")
    return (
        int(short) if short.is_integer() and abs(short) < 1e15 and (short or str(short)[0] != "-") else short
    )


def _number(cell: float | int | str) -> float:
    return _LOST[cell] if isinstance(cell, str) else float(cell)


def points(runs: Sequence[Run]) -> int:
    """Return how many values the runs hold together."""
    return sum(len(each) for run in runs for each in run.series)
