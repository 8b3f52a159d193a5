"""Tables of hundreds of thousands of rows: parsed by pandas' C parser, several stretches side by side.

The rules of `cells.py` hold all the same. A column that is not plain numbers and blanks is handed to `read_cells`; where
that finds more than numbers, NaN and missing marks (units, decimal commas, a header in the middle, rows of other widths),
the whole table goes the careful way, cell by cell.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, pairwise
from typing import Final

import numpy as np

from lossclinic_ingest.logs.tables.cells import Cells
from lossclinic_ingest.logs.tables.layout import LONGEST_LINE, Layout
from lossclinic_ingest.logs.tables.stretch import Column, Lines, OddError, parse
from lossclinic_kb.progress import Progress
from lossclinic_kb.run import BoolArray, FloatArray
from lossclinic_kb.text import Text

LARGE: Final = 4_000_000
"""Bytes from which on importing pandas (0.3 s) costs less than it saves."""
PART: Final = 24_000_000
"""Bytes, at most, that one thread parses before it takes the next."""
MOST_THREADS: Final = 4  # parsing is bound by memory beyond that
HEAD_ROWS: Final = 50  # rows whose text is kept, for readers that look at how a cell was spelled
_READING: Final = Text("reading the log", "正在读取日志")


def read_large(
    data: bytes, layout: Layout, progress: Progress | None
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
    start = _start(data, layout)
    if start is None or layout.separator not in (",", ";", "\t") or b'"' in data or b"\0" in data:
        return None
    end = len(data)
    while end > start and data[end - 1] in b"\r\n":
        end -= 1
    bounds = _bounds(data, start, end)
    ends = list(accumulate(data.count(b"\n", a, b) for a, b in pairwise(bounds)))
    ends[-1] += 1  # the last line, whose end was taken off
    whole = [np.empty(ends[-1]) for _ in range(layout.width)]
    jobs = [
        ([Column(values[a:b]) for values in whole], Lines(data, *place))
        for (a, b), place in zip(pairwise([0, *ends]), pairwise(bounds), strict=True)
    ]
    try:
        with ThreadPoolExecutor(_threads()) as pool:
            parsed = pool.map(lambda job: parse(job[0], job[1], layout.separator), jobs)
            for done, _ in enumerate(parsed, 1):
                if progress is not None:
                    progress(_READING, bounds[done], len(data))
    except (OddError, ValueError, OverflowError):
        return None
    columns = [[job[0][i] for job in jobs] for i in range(layout.width)]
    may_be_short = any(
        part.missing is not None for part in columns[-1]
    )  # a short row leaves the last column empty
    if may_be_short and data.count(layout.separator.encode(), start, end) != ends[-1] * (layout.width - 1):
        return None
    return _joined(whole, columns, _head(data, layout, start))


def _start(data: bytes, layout: Layout) -> int | None:
    """Return where the first line of data begins, None where lines do not end as they should."""
    place = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    for _ in range(layout.start):
        place = data.find(b"\n", place) + 1
        if not place:
            return None
    line = data[place : place + LONGEST_LINE].partition(b"\n")[0]
    return place if b"\r" not in line.rstrip(b"\r") else None


def _bounds(data: bytes, start: int, end: int) -> list[int]:
    """Return where the parts begin, each at the beginning of a line, and the end of the last."""
    threads = _threads()
    parts = threads * -(-(end - start) // (PART * threads))  # as many for one thread as for the next
    size = max(1, (end - start) // parts)
    found = [start]
    while found[-1] + size < end:
        found.append(data.find(b"\n", found[-1] + size, end) + 1 or end)
    return found if found[-1] == end else [*found, end]


def _threads() -> int:
    return min(MOST_THREADS, os.cpu_count() or 1)


def _joined(
    whole: Sequence[FloatArray], columns: Sequence[Sequence[Column]], head: Sequence[Sequence[str]]
) -> tuple[tuple[Cells, ...], tuple[Sequence[str], ...]] | None:
    """Put the parts of each column together; None where one has words in some parts only."""
    nothing = np.zeros(len(whole[0]), np.bool_)  # shared by all columns in which nothing is missing
    cells: list[Cells] = []
    texts: list[Sequence[str]] = []
    for values, parts, first in zip(whole, columns, head, strict=True):
        of_words = [part.words for part in parts if part.words is not None]
        if of_words and len(of_words) != len(parts):
            return None
        lengths = [len(part.values) for part in parts]
        missing = _end_to_end([part.missing for part in parts], lengths, nothing)
        is_word = _end_to_end([part.is_word for part in parts], lengths, nothing)
        cells.append(Cells(values, missing, is_word, example=parts[0].example))
        texts.append([text for part in of_words for text in part] if of_words else first)
    return tuple(cells), tuple(texts)


def _end_to_end(marks: Sequence[BoolArray | None], lengths: Sequence[int], nothing: BoolArray) -> BoolArray:
    """Return the marks of all parts in one array; `nothing` where no part has any."""
    if all(mark is None for mark in marks):
        return nothing
    return np.concatenate(
        [np.zeros(n, np.bool_) if mark is None else mark for mark, n in zip(marks, lengths, strict=True)]
    )


def _head(data: bytes, layout: Layout, start: int) -> list[Sequence[str]]:
    """Return the text of the first rows, column by column."""
    lines = data[start : start + LONGEST_LINE].decode("utf-8", errors="replace").splitlines()[:HEAD_ROWS]
    rows = [row for row in (line.split(layout.separator) for line in lines) if len(row) == layout.width]
    return [[row[i] for row in rows] for i in range(layout.width)]
