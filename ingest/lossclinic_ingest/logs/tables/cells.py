"""What a cell of text means: missing, NaN, +inf, -inf, a number, or words.

The five stay different. Most columns are plain numbers and take the fast path, one conversion for the whole
column; only cells that `float` refuses are looked at one by one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from lossclinic_ingest.logs.tables.separators import comma_meaning, grouped_number
from lossclinic_ingest.logs.tables.spelling import MISSING, WRAPPED, plain_number, spelled_number, tidied
from lossclinic_kb.run import BoolArray, FloatArray

_MEASURED = re.compile(
    r"(?P<body>[+-]?(?:\d(?:[\d.,'’ ]*\d)?\.?|[.,]\d+)(?:e[+-]?\d+)?)\s*(?P<unit>%|/\s*\d+|[A-Za-zµ°一-鿿][\w/µ°.一-鿿]{0,11})?",
    re.IGNORECASE,
)
_COMMA_NUMBER = re.compile(r"[+-]?\d*,\d+(?:e[+-]?\d+)?", re.IGNORECASE)
_MAGNITUDES = frozenset({"k", "K", "M", "G", "B", "T", "w", "万"})
"""Not units but factors; a cell such as `1.2k` is left alone rather than read as 1.2."""

Kind = Literal["number", "measured", "missing", "words"]
Comma = Literal["decimal", "thousands", "maybe decimal", "maybe thousands", ""]


@dataclass(frozen=True, eq=False)
class Cells:
    """One column, understood.

    Attributes:
        values: Shape (n,). NaN where the cell was NaN, missing or words.
        missing: Shape (n,). True where nothing was logged, and where there were words.
        words: Shape (n,). True where the cell holds neither a number nor a missing mark.
        unit: The unit that every cell carried and that was taken off, or "".
        percent: How many cells carried a percent sign; they were divided by 100.
        comma: What a comma inside the numbers means; "maybe" where the column alone cannot tell.
        unwrapped: How many cells were a printed tensor or array of one element.
        example: The first cell of words, for a message.
    """

    values: FloatArray
    missing: BoolArray
    words: BoolArray
    unit: str = ""
    percent: int = 0
    comma: Comma = ""
    unwrapped: int = 0
    example: str = ""

    @property
    def numeric(self) -> bool:
        """Whether this is a column of numbers: at least one, and no more words than numbers."""
        numbers = len(self.values) - int(np.count_nonzero(self.missing))
        return numbers > 0 and int(np.count_nonzero(self.words)) <= numbers

    @property
    def empty(self) -> bool:
        """Whether no cell holds anything."""
        return bool(self.missing.all()) and not self.words.any()

    def take(self, rows: BoolArray) -> Cells:
        """Return the cells of the rows where `rows`, shape (n,), is True."""
        return replace(self, values=self.values[rows], missing=self.missing[rows], words=self.words[rows])


def read_cells(cells: Sequence[str], *, decimal_comma: bool | None = None) -> Cells:
    """Return what a column of cells holds.

    Args:
        cells: The cells as text, n of them.
        decimal_comma: What `1,234` means where the column alone cannot tell; None: thousands.
    """
    plain = _plain(cells)
    if plain is not None:
        nothing = np.zeros(len(cells), np.bool_)
        return Cells(plain, nothing, nothing)
    swapped = _with_points(cells)
    if swapped is not None:
        return swapped
    values = np.full(len(cells), np.nan)
    missing = np.zeros(len(cells), np.bool_)
    odd: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        if not cell:  # most cells of a sparse log
            missing[index] = True
            continue
        number = plain_number(cell)
        if number is None:
            odd.setdefault(cell, []).append(index)
        else:
            values[index] = number
    return _with_odd(values, missing, odd, decimal_comma)


def kind_of(cell: str) -> Kind:
    """Return what one cell looks like on its own."""
    if plain_number(cell) is not None:
        return "number"
    text = tidied(cell)
    if text.lower() in MISSING:
        return "missing"
    if spelled_number(text) is not None:
        return "number"
    found = _MEASURED.fullmatch(text)
    if found is None or all(
        grouped_number(found["body"], decimal_comma=way) is None for way in (True, False)
    ):
        return "words"
    return "number" if found["unit"] in (None, "%") else "measured"


def _plain(cells: Sequence[str]) -> FloatArray | None:
    """Return a column that holds nothing but what `float` accepts, else None."""
    try:
        numbers = np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return None
    return None if "_" in "".join(cells) else numbers  # float("2026_10") is 202610.0


def _with_points(cells: Sequence[str]) -> Cells | None:
    """Return a column of decimal commas at one stroke, or None if its first cells do not settle that it is one."""
    first = [cell.strip() for cell in cells[:200] if "," in cell]
    if not first or not all(map(_COMMA_NUMBER.fullmatch, first)) or comma_meaning(first, False) != "decimal":
        return None
    found = read_cells([cell.replace(",", ".") for cell in cells])
    return None if found.words.any() or found.comma else replace(found, comma="decimal")


def _with_odd(
    values: FloatArray, missing: BoolArray, odd: dict[str, list[int]], decimal_comma: bool | None
) -> Cells:
    """Fill in the cells that `float` refused, each distinct text once."""
    words = np.zeros(len(values), np.bool_)
    bodies: dict[str, tuple[str, str]] = {}
    unwrapped, example = 0, ""
    for cell, places in odd.items():
        text = tidied(cell)
        number = spelled_number(text)
        found = _MEASURED.fullmatch(text)
        if text.lower() in MISSING:
            missing[places] = True
        elif number is not None:
            values[places] = number
            unwrapped += len(places) if WRAPPED.fullmatch(text) else 0
        elif found is not None:
            bodies[cell] = (found["body"].strip(), (found["unit"] or "").replace(" ", ""))
        else:
            words[places] = True
            example = example or cell.strip()
    plain = int(np.count_nonzero(~missing & ~words)) - sum(len(odd[cell]) for cell in bodies)
    unit = _common_unit({unit for _, unit in bodies.values()}, plain)
    dotted = any("." in body for body, _ in bodies.values()) or bool(
        np.any(np.isfinite(values) & (values != np.trunc(values)))
    )
    comma: Comma | Literal["open"] = comma_meaning([body for body, _ in bodies.values()], dotted)
    if comma == "open":
        comma = "maybe decimal" if decimal_comma else "maybe thousands"
    decimal = comma.endswith("decimal")
    percent = 0
    for cell, (body, own) in bodies.items():
        number = grouped_number(body, decimal_comma=decimal)
        if number is None or own not in ("", "%", unit):
            words[odd[cell]] = True
            example = example or cell.strip()
            continue
        percent += len(odd[cell]) if own == "%" else 0
        values[odd[cell]] = number / 100 if own == "%" else number
    return Cells(values, missing | words, words, unit, percent, comma, unwrapped, example)


def _common_unit(units: set[str], plain: int) -> str:
    """Return the one unit that every cell carries, or "": seconds among minutes are not numbers to compare."""
    if len(units) != 1 or plain:
        return ""
    unit = next(iter(units))
    return "" if unit in _MAGNITUDES or unit == "%" else unit
