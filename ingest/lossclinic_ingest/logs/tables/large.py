"""Tables of hundreds of thousands of rows: parsed by pandas' C parser, several stretches side by side.

The rules of `cells.py` hold all the same. A column that is not plain numbers and blanks is handed to `read_cells`; where
that finds more than numbers, NaN and missing marks (units, decimal commas, a header in the middle, rows of other widths),
the whole table goes the careful way, cell by cell.
"""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lossclinic_ingest.logs.tables.cells import Cells, read_cells
from lossclinic_ingest.logs.tables.layout import LONGEST_LINE, Layout, is_noise
from lossclinic_kb.progress import Progress
from lossclinic_kb.run import BoolArray, FloatArray
from lossclinic_kb.text import Text

if TYPE_CHECKING:
    from pandas import DataFrame, Series

LARGE: Final = 4_000_000
"""Bytes from which on importing pandas (0.3 s) costs less than it saves."""
PART: Final = 24_000_000
"""Bytes, at most, that one thread parses before it takes the next."""
STRETCH: Final = 20_000
"""Rows parsed at once: few enough to stay in the processor's cache, which makes it faster than all at once."""
MOST_THREADS: Final = 4  # parsing is bound by memory beyond that
HEAD_ROWS: Final = 50  # rows whose text is kept, for readers that look at how a cell was spelled
NANS: Final = (b"nan", b"NaN", b"NAN")
STAND_IN: Final = -1.2345678901234567e-301
"""What the parser is given for NaN, which it would take for an empty cell; nobody logs this number."""
_SPELLED: Final = repr(STAND_IN)

_READING: Final = Text("reading the log", "正在读取日志")


class _OddError(Exception):
    """The table is not as plain as it looked."""


@dataclass
class _Column:
    """A stretch of one column while it is being filled; `values` is a view of the whole column."""

    values: FloatArray
    missing: BoolArray | None = None
    is_word: BoolArray | None = None
    words: list[str] | None = None
    example: str = ""
    seen: dict[str, str] = field(default_factory=dict)

    def put(self, start: int, piece: Series[Any], had_nan: bool) -> None:
        """Fill in the cells from `start` on; `had_nan` tells whether `STAND_IN` can be among them.

        Raises:
            _OddError: They need the careful way.
        """
        if piece.dtype.kind in "fiu":
            if self.words is not None:
                raise _OddError
            self._put_numbers(start, piece.to_numpy(np.float64), had_nan)
            return
        texts = ["" if text != text else str(text).replace(_SPELLED, "nan") for text in piece.tolist()]
        cells = read_cells(texts)
        is_words = bool(cells.words.any())
        if cells.unit or cells.percent or cells.comma or cells.unwrapped:
            raise _OddError
        if is_words and (not (cells.words | cells.missing).all() or any(map(is_noise, set(texts) - {""}))):
            raise _OddError  # words among numbers, a comment, a drawn rule
        if start and is_words != (self.words is not None):
            raise _OddError
        self.values[start : start + len(texts)] = cells.values
        if cells.missing.any():
            self.missing = self._marked(self.missing, start, cells.missing)
        if is_words:
            self.is_word = self._marked(self.is_word, start, cells.words)
            # Names of metrics: a few different ones, each kept once.
            self.words = (self.words or []) + [self.seen.setdefault(text, text) for text in texts]
            self.example = self.example or cells.example

    def _put_numbers(self, start: int, numbers: FloatArray, had_nan: bool) -> None:
        """Fill in numbers; the parser made NaN of empty cells alone."""
        own = self.values[start : start + len(numbers)]
        own[:] = numbers
        gone = np.isnan(numbers)
        if gone.any():
            self.missing = self._marked(self.missing, start, gone)
        if had_nan:
            own[np.abs(numbers) == -STAND_IN] = np.nan

    def _marked(self, marks: BoolArray | None, start: int, found: BoolArray) -> BoolArray:
        """Return the marks of all rows with those of a stretch filled in."""
        if marks is None:
            marks = np.zeros(len(self.values), np.bool_)
        marks[start : start + len(found)] = found
        return marks


class _Lines(io.TextIOBase):
    """The lines of a log from `start` to `end`, read piece by piece without the copy that `StringIO` makes."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self.data, self.place, self.end = data, start, end
        self.had_nan = False

    def readable(self) -> bool:
        """Whether it can be read: it can."""
        return True

    def read(self, size: int | None = -1, /) -> str:
        """Return whole lines of about `size` bytes."""
        wanted = self.end if size is None or size < 0 else min(self.place + size, self.end)
        after = self.data.find(b"\n", wanted, self.end) + 1
        piece = self.data[self.place : after or self.end]
        self.place += len(piece)
        for spelling in NANS:
            if spelling[:1] in piece and spelling in piece:  # one letter is found much faster than three
                piece = piece.replace(spelling, _SPELLED.encode())
                self.had_nan = True
        return piece.decode("utf-8")


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
        ([_Column(values[a:b]) for values in whole], _Lines(data, *place))
        for (a, b), place in zip(pairwise([0, *ends]), pairwise(bounds), strict=True)
    ]
    try:
        with ThreadPoolExecutor(_threads()) as pool:
            parsed = pool.map(lambda job: _parse(job[0], job[1], layout.separator), jobs)
            for done, _ in enumerate(parsed, 1):
                if progress is not None:
                    progress(_READING, bounds[done], len(data))
    except (_OddError, ValueError, OverflowError):
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


def _parse(columns: list[_Column], lines: _Lines, separator: str) -> None:
    """Fill in the columns of one part.

    Raises:
        _OddError: It needs the careful way.
    """
    place = 0
    for frame in _stretches(lines, separator, len(columns)):
        *pieces, beyond = (piece for _, piece in frame.items())
        if place + len(frame) > len(columns[0].values) or beyond.notna().any():
            raise _OddError
        for column, piece in zip(columns, pieces, strict=True):
            column.put(place, piece, lines.had_nan)
        place += len(frame)
    if place != len(columns[0].values):  # blank lines, quotes
        raise _OddError


def _stretches(lines: _Lines, separator: str, width: int) -> Iterator[DataFrame]:
    """Yield frames of `STRETCH` rows, with one column more than the table to catch rows that are too long.

    Raises:
        _OddError: The parser refuses.
    """
    import pandas as pd

    exact: dict[str, Any] = {}
    if tuple(map(int, pd.__version__.split(".")[:2])) < (3, 1):  # later ones are always exact
        exact["float_precision"] = "round_trip"
    try:
        yield from pd.read_csv(
            lines,
            sep=separator,
            header=None,
            names=range(width + 1),
            keep_default_na=False,
            na_values=[""],
            low_memory=False,
            chunksize=STRETCH,
            **exact,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise _OddError from error


def _joined(
    whole: Sequence[FloatArray], columns: Sequence[Sequence[_Column]], head: Sequence[Sequence[str]]
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
