"""Lines cut into columns of cells: at one stroke where all are alike, line by line where they are not."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Sequence

import numpy as np

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.limits import current
from lossclinic_ingest.logs.tables.cells import kind_of
from lossclinic_ingest.logs.tables.layout import RUNS_OF_BLANKS, WIDE_BLANKS, Layout, is_noise, split
from lossclinic_kb.run import IntArray

Block = tuple[tuple[str, ...], Sequence[Sequence[str]], IntArray]
"""Names, columns of cells, and how many cells more than its header each row had."""


def refuse_if_many(where: str, cells: int, columns: int) -> None:
    """Refuse a table that would fill the memory.

    Raises:
        UnreadableLog: More cells or columns than the limits allow.
    """
    limits = current()
    if cells > limits.cell_count or columns > limits.columns:
        raise refuse.too_many_cells(where, limits.cells, limits.columns)


def stretches(lines: list[str], layout: Layout) -> list[tuple[tuple[str, ...], list[str]]]:
    """Return the stretches below each header: a log that is appended to may write it again, even changed."""
    header = layout.header or ()
    first = header[0]
    starts = []
    for i, line in enumerate(lines):
        if first and first in line[: len(first) + 40] and not is_noise(line):
            cells = [cell.strip().strip("\"'") for cell in split(line, layout.separator)]
            if cells[:1] == [first] and not any(
                kind_of(cell) in ("number", "missing") for cell in cells if cell
            ):
                starts.append((i, tuple(" ".join(cell.split()) for cell in cells)))
    if not starts:
        return [(header, lines)]
    found = [(header, lines[: starts[0][0]])]
    ends = [i for i, _ in starts[1:]] + [len(lines)]
    return found + [(names, lines[i + 1 : end]) for (i, names), end in zip(starts, ends, strict=True)]


def cut(where: str, header: tuple[str, ...] | None, lines: list[str], layout: Layout, pairs: bool) -> Block:
    """Cut one block into columns.

    Args:
        where: What to call the log in an error.
        header: The names above the block, or None.
        lines: Its lines.
        layout: How to cut them.
        pairs: Whether a decimal comma cut every number in two.

    Raises:
        UnreadableLog: It has too many cells or columns.
    """
    columns: list[Sequence[str]]
    flat = None if pairs else _flat(lines, layout)
    if flat is None:
        rows = _rows(lines, layout)
        if pairs:
            rows = [_rejoined(row, len(header or ())) for row in rows]
        widths = np.array([len(row) for row in rows], np.int64)
        refuse_if_many(where, len(rows) * int(widths.max(initial=0)), int(widths.max(initial=0)))
        columns = list(itertools.zip_longest(*rows, fillvalue=""))
    else:
        columns = flat
        widths = np.full(len(flat[0]), len(flat), np.int64)
    named = list(header or ())
    while len(columns) > max(len(named), 1) and not any(map(str.strip, columns[-1])):
        columns.pop()  # every line ends with a separator
        widths = np.minimum(widths, len(columns))
    excess = widths - (len(named) or layout.width)
    columns += [[""] * len(widths)] * (len(named) - len(columns))
    if header is not None and len(columns) == len(named) + 1 and bool(np.all(widths == len(columns))):
        named, excess = ["", *named], excess - 1  # R leaves the column of row names without a header
    named += [""] * (len(columns) - len(named))
    return unique_names([name or f"column_{i + 1}" for i, name in enumerate(named)]), columns, excess


def _flat(lines: list[str], layout: Layout) -> list[Sequence[str]] | None:
    """Cut all rows at once where every line has as many separators as the next; None where one differs."""
    if layout.separator in (RUNS_OF_BLANKS, WIDE_BLANKS, "|"):
        return None
    end = len(lines)
    while end and not lines[end - 1]:
        end -= 1
    body = lines[:end]
    if len({line.count(layout.separator) for line in body}) != 1 or any(line[:1] in "#/" for line in body):
        return None
    joined = layout.separator.join(body)
    if '"' in joined:
        return None
    cells = joined.split(layout.separator)
    width = len(cells) // len(body)
    return [cells[i::width] for i in range(width)] if width > 1 else [cells]


def _rows(lines: list[str], layout: Layout) -> list[list[str]]:
    """Cut line by line. A quoted cell may hold line breaks, unless some quote is left open."""
    kept = [line for line in lines if not is_noise(line)]
    quotes = sum(line.count('"') for line in kept)
    if quotes and quotes % 2 == 0 and len(layout.separator) == 1 and layout.separator not in " |":
        reader = csv.reader((f"{line}\n" for line in kept), delimiter=layout.separator, skipinitialspace=True)
        try:
            rows = [row for row in reader if row]
        except csv.Error:
            rows = [split(line, layout.separator) for line in kept]
    else:
        rows = [split(line, layout.separator) for line in kept]
    width = max(layout.width, len(layout.header or ()))
    for row in rows:
        while len(row) > width and not row[-1].strip():
            row.pop()  # a separator at the end of the line is not a cell
    return rows


def split_decimals(lines: list[str], layout: Layout) -> bool:
    """Whether a decimal comma cut every number in two: `0,0,693` under the header `epoch,loss`."""
    names = len(layout.header or ())
    if layout.separator != "," or layout.width not in (2 * names, 2 * names - 1):
        return False
    rows = [split(line, ",") for line in lines if not is_noise(line)]
    return all(len(row) == layout.width and all(re.fullmatch(r"\s*-?\d+\s*", c) for c in row) for row in rows)


def _rejoined(row: list[str], names: int) -> list[str]:
    lead = row[: len(row) % 2] if len(row) != 2 * names else []
    rest = row[len(lead) :]
    return lead + [".".join(pair) for pair in zip(rest[::2], rest[1::2], strict=False)]


def joined(where: str, parts: Sequence[Block]) -> Block:
    """Put blocks below one another, column by name.

    Raises:
        UnreadableLog: All the names together are more than a table may have.
    """
    if not parts:
        return (), [], np.zeros(0, np.int64)
    if len(parts) == 1:
        return parts[0]
    names = list(dict.fromkeys(name for part in parts for name in part[0]))
    refuse_if_many(where, len(names) * sum(len(part[2]) for part in parts), len(names))
    columns: list[list[str]] = [[] for _ in names]
    for own, cells, excess in parts:
        held = dict(zip(own, cells, strict=True))
        for name, column in zip(names, columns, strict=True):
            column.extend(held.get(name, itertools.repeat("", len(excess))))
    return tuple(names), columns, np.concatenate([part[2] for part in parts])


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names with a number behind those that were there before."""
    unique: dict[str, None] = {}
    times: dict[str, int] = {}
    for name in names:
        new = name
        while new in unique:
            times[name] = times.get(name, 1) + 1
            new = f"{name} ({times[name]})"
        unique[new] = None
    return tuple(unique)
