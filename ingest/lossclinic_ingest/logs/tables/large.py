"""Tables of hundreds of thousands of rows: parsed by pandas' C parser, several stretches side by side.

The rules of `cells.py` hold all the same. A column that is not plain numbers and blanks is handed to `read_cells`; where
that finds more than numbers, NaN and missing marks (units, decimal commas, a header in the middle, rows of other widths),
the whole table goes the careful way, cell by cell.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Sequence
from itertools import accumulate, pairwise, starmap
from typing import Final

import numpy as np

from lossclinic_ingest.logs.inputs.content import Content
from lossclinic_ingest.logs.tables.cells import Cells
from lossclinic_ingest.logs.tables.layout import LONGEST_LINE, Layout
from lossclinic_ingest.logs.tables.stretch import Column, Lines, OddError, parse
from lossclinic_kb.progress import Progress
from lossclinic_kb.run import BoolArray, FloatArray
from lossclinic_kb.text import Text

LARGE: Final = 4_000_000
"""Bytes from which on importing pandas (0.3 s) costs less than it saves."""
STRETCH: Final = 4_000_000
"""Bytes, at most, that are parsed at once: few enough to stay in the processor's cache, many enough to be worth a call."""
MOST_THREADS: Final = 4  # parsing is bound by memory beyond that
HEAD_ROWS: Final = 50  # rows whose text is kept, for readers that look at how a cell was spelled
_READING: Final = Text("reading the log", "正在读取日志")


def read_large(
    data: Content, layout: Layout, progress: Progress | None
) -> tuple[tuple[Cells, ...], tuple[Sequence[str], ...]] | None:
    """Return the columns of a large plain table: as understood, and as they were written.

    Args:
        data: The whole log, in an encoding that keeps ASCII as it is.
        layout: Where its first line of data is, and what separates the cells.
        progress: Told how many bytes are done.

    Returns:
        Cells, and texts: all rows for a column of words, the first `HEAD_ROWS` of any other. None where the table is not
        plain.
    """
    from concurrent.futures import ThreadPoolExecutor

    head = data.read(0, LONGEST_LINE)
    start = _start(head, layout)
    if start is None or layout.separator not in (",", ";", "\t"):
        return None
    bounds = _bounds(data, start)
    if not bounds:
        return None
    places = list(pairwise(bounds))
    parts: list[list[Column]] = []
    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        ends = [0, *accumulate(pool.map(lambda place: _count_lines(data.read(*place)), places))]
        whole = [np.empty(ends[-1]) for _ in range(layout.width)]

        def parsed(place: tuple[int, int], rows: tuple[int, int]) -> list[Column]:
            return parse(Lines(data, *place), layout.separator, [values[slice(*rows)] for values in whole])

        try:
            for part in pool.map(parsed, places, pairwise(ends)):
                parts.append(part)
                if progress is not None:
                    progress(_READING, bounds[len(parts)], len(data))
        except (OddError, ValueError, OverflowError):
            pool.shutdown(cancel_futures=True)
            return None
    columns = list(zip(*parts, strict=True))
    if any(len({part.words is None for part in column}) > 1 for column in columns):
        return None  # words in some stretches only
    texts = zip(columns, _texts(head[start:], layout), strict=True)
    return _cells(whole, columns, ends), tuple(_words(column) or first for column, first in texts)


def _start(head: bytes, layout: Layout) -> int | None:
    """Return where the first line of data begins, None where lines do not end as they should."""
    place = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    for _ in range(layout.start):
        place = head.find(b"\n", place) + 1
        if not place:
            return None
    line = head[place:].partition(b"\n")[0]
    return place if b"\r" not in line.rstrip(b"\r") else None


def _bounds(data: Content, start: int) -> list[int]:
    """Return where the stretches begin, each at the beginning of a line, and the end of the last.

    Nothing where a line is too long for a table, or no line holds anything.
    """
    end = len(data)
    while end > start and data.read(end - 1, end) in (b"\n", b"\r"):
        end -= 1
    if end <= start:
        return []
    size = max(1, (end - start) // -(-(end - start) // STRETCH))
    found = [start]
    while found[-1] + size < end:
        near = found[-1] + size
        after = data.read(near, near + LONGEST_LINE).find(b"\n") + 1
        if not after and near + LONGEST_LINE < end:
            return []
        found.append(near + after if after else end)
    return [*found, end] if found[-1] < end else found


def _count_lines(piece: bytes) -> int:
    """Return how many lines there are, the last one perhaps unended; other threads go on meanwhile."""
    ends = int(np.count_nonzero(np.frombuffer(piece, np.uint8) == ord("\n")))
    return ends + (not piece.endswith(b"\n"))


def _cells(
    whole: Sequence[FloatArray], columns: Sequence[Sequence[Column]], ends: Sequence[int]
) -> tuple[Cells, ...]:
    """Return the columns, each put together from its stretches."""
    rows = list(starmap(slice, pairwise(ends)))
    nothing = np.zeros(ends[-1], np.bool_)  # shared by all columns in which nothing is missing
    return tuple(
        Cells(
            values,
            _marks([part.missing for part in column], rows, nothing),
            _marks([part.is_word for part in column], rows, nothing),
            example=column[0].example,
        )
        for values, column in zip(whole, columns, strict=True)
    )


def _marks(marks: Sequence[BoolArray | None], rows: Sequence[slice], nothing: BoolArray) -> BoolArray:
    """Return the marks of all stretches in one array; `nothing` where none has any."""
    if all(mark is None for mark in marks):
        return nothing
    whole = nothing.copy()
    for mark, place in zip(marks, rows, strict=True):
        if mark is not None:
            whole[place] = mark
    return whole


def _words(parts: Sequence[Column]) -> Sequence[str]:
    """Return the text of all rows of a column of words; nothing for a column of numbers."""
    return [text for part in parts for text in part.words or ()]


def _texts(head: bytes, layout: Layout) -> list[Sequence[str]]:
    """Return the text of the first rows, column by column."""
    lines = head.decode("utf-8", errors="replace").splitlines()[:HEAD_ROWS]
    rows = [row for row in (line.split(layout.separator) for line in lines) if len(row) == layout.width]
    return [[row[i] for row in rows] for i in range(layout.width)]
