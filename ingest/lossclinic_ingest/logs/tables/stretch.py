"""A stretch of a large table: read piece by piece, parsed by pandas, and put into its place in the columns."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lossclinic_ingest.logs.tables.cells import read_cells
from lossclinic_ingest.logs.tables.layout import is_noise
from lossclinic_kb.run import BoolArray, FloatArray

if TYPE_CHECKING:
    from pandas import DataFrame, Series

STRETCH: Final = 20_000
"""Rows parsed at once: few enough to stay in the processor's cache, which makes it faster than all at once."""
NANS: Final = (b"nan", b"NaN", b"NAN")
STAND_IN: Final = -1.2345678901234567e-301
"""What the parser is given for NaN, which it would take for an empty cell; nobody logs this number."""
_SPELLED: Final = repr(STAND_IN)


class OddError(Exception):
    """The table is not as plain as it looked."""


@dataclass
class Column:
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
            OddError: They need the careful way.
        """
        if piece.dtype.kind in "fiu":
            if self.words is not None:
                raise OddError
            self._put_numbers(start, piece.to_numpy(np.float64), had_nan)
            return
        texts = ["" if text != text else str(text).replace(_SPELLED, "nan") for text in piece.tolist()]
        cells = read_cells(texts)
        is_words = bool(cells.words.any())
        if cells.unit or cells.percent or cells.comma or cells.unwrapped:
            raise OddError
        if is_words and (not (cells.words | cells.missing).all() or any(map(is_noise, set(texts) - {""}))):
            raise OddError  # words among numbers, a comment, a drawn rule
        if start and is_words != (self.words is not None):
            raise OddError
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


class Lines(io.TextIOBase):
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


def parse(columns: list[Column], lines: Lines, separator: str) -> None:
    """Fill in the columns of one part.

    Raises:
        OddError: It needs the careful way.
    """
    place = 0
    for frame in _stretches(lines, separator, len(columns)):
        *pieces, beyond = (piece for _, piece in frame.items())
        if place + len(frame) > len(columns[0].values) or beyond.notna().any():
            raise OddError
        for column, piece in zip(columns, pieces, strict=True):
            column.put(place, piece, lines.had_nan)
        place += len(frame)
    if place != len(columns[0].values):  # blank lines, quotes
        raise OddError


def _stretches(lines: Lines, separator: str, width: int) -> Iterator[DataFrame]:
    """Yield frames of `STRETCH` rows, with one column more than the table to catch rows that are too long.

    Raises:
        OddError: The parser refuses.
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
        raise OddError from error
