"""A stretch of a large table: parsed by pandas at one stroke, and put into its place in the columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lossclinic_ingest.logs.inputs.content import Content
from lossclinic_ingest.logs.tables.cells import Cells, read_cells
from lossclinic_ingest.logs.tables.layout import is_noise
from lossclinic_kb.run import BoolArray, FloatArray

if TYPE_CHECKING:
    from pandas import DataFrame, Series

NANS: Final = (b"nan", b"NaN", b"NAN")
STAND_IN: Final = -1.2345678901234567e-301
"""What the parser is given for NaN, which it would take for an empty cell; nobody logs this number."""
_SPELLED: Final = repr(STAND_IN)


class OddError(Exception):
    """The table is not as plain as it looked."""


@dataclass(frozen=True, eq=False)
class Column:
    """What a stretch of one column holds beside its values.

    Attributes:
        missing: Shape (rows,); None where no cell is missing.
        words: The cells as text, of a column of words; None where it is one of numbers.
        is_word: Shape (rows,); None where no cell is a word.
        example: The first word.
    """

    missing: BoolArray | None = None
    words: tuple[str, ...] | None = None
    is_word: BoolArray | None = None
    example: str = ""


class Lines(io.TextIOBase):
    """The lines of a log from `start` to `end`, as the parser takes them: a part at a time, without a copy of all.

    Attributes:
        had_nan: Whether a NaN was replaced by `STAND_IN` so far.
    """

    def __init__(self, data: Content, start: int, end: int) -> None:
        self._data = data.read(start, end)
        self._place = 0
        self.had_nan = False

    def readable(self) -> bool:
        """Whether it can be read: it can."""
        return True

    def read(self, size: int | None = -1, /) -> str:
        """Return whole lines of about `size` bytes.

        Raises:
            OddError: There is a NUL among them.
            UnicodeDecodeError: They are not UTF-8.
        """
        whole = size is None or size < 0
        wanted = len(self._data) if whole else min(self._place + (size or 0), len(self._data))
        after = self._data.find(b"\n", wanted) + 1
        piece = self._data[self._place : after or len(self._data)]
        self._place += len(piece)
        if b"\0" in piece:  # for the parser, a number ends there
            raise OddError
        for spelling in NANS:
            if spelling[:1] in piece and spelling in piece:  # one letter is found much faster than three
                piece = piece.replace(spelling, _SPELLED.encode())
                self.had_nan = True
        return piece.decode("utf-8")

    def count(self, text: str) -> int:
        """Return how often `text` occurs in all of them."""
        return self._data.count(text.encode())


def parse(lines: Lines, separator: str, values: Sequence[FloatArray]) -> list[Column]:
    """Fill in the values of a stretch, and return what else its columns hold.

    Args:
        lines: What to parse.
        separator: One character.
        values: A view of each column, as long as there are lines.

    Raises:
        OddError: It needs the careful way.
        ValueError: It is not UTF-8, or has numbers beyond counting.
    """
    frame = _parsed(lines, separator, len(values))
    *columns, beyond = (column for _, column in frame.items())
    if len(frame) != len(values[0]) or beyond.notna().any():  # lone carriage returns; rows that are too long
        raise OddError
    found = [_column(column, own, lines.had_nan) for column, own in zip(columns, values, strict=True)]
    may_be_short = (
        found[-1].missing is not None
    )  # a row that is too short, or blank, leaves its last cells empty
    if may_be_short and (len(values) == 1 or lines.count(separator) != len(frame) * (len(values) - 1)):
        raise OddError
    return found


def _parsed(lines: Lines, separator: str, width: int) -> DataFrame:
    """Return the cells, with one column more than the table to catch rows that are too long.

    Raises:
        OddError: The parser refuses.
    """
    import pandas as pd

    exact: dict[str, Any] = {}
    if tuple(map(int, pd.__version__.split(".")[:2])) < (3, 1):  # later ones are always exact
        exact["float_precision"] = "round_trip"
    try:
        frame: DataFrame = pd.read_csv(
            lines,
            sep=separator,
            header=None,
            names=range(width + 1),
            keep_default_na=False,
            na_values=[""],
            low_memory=False,
            skip_blank_lines=False,
            quoting=csv.QUOTE_NONE,
            **exact,
        )
        return frame
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise OddError from error


def _column(column: Series[Any], values: FloatArray, had_nan: bool) -> Column:
    """Fill in the values of one column, and return what else it holds.

    Raises:
        OddError: It needs the careful way.
    """
    if column.dtype.kind in "fiu":
        values[:] = column.to_numpy()
        missing = np.isnan(values) if np.isnan(values.max()) else None
        if had_nan:  # so far NaN was made of empty cells alone
            values[np.abs(values) == -STAND_IN] = np.nan
        return Column(missing)
    texts = ["" if text != text else str(text).replace(_SPELLED, "nan") for text in column.tolist()]
    cells = read_cells(texts)
    if cells.unit or cells.percent or cells.comma or cells.unwrapped:
        raise OddError
    values[:] = cells.values
    return _words(cells, texts) if cells.words.any() else Column(_if_any(cells.missing))


def _words(cells: Cells, texts: list[str]) -> Column:
    """Return a column of words.

    Raises:
        OddError: There are numbers, a comment, a drawn rule or quotes among them.
    """
    if not (cells.words | cells.missing).all() or any(
        '"' in text or is_noise(text) for text in set(texts) - {""}
    ):
        raise OddError
    kept: dict[str, str] = {}  # names of metrics: a few different ones, each kept once
    words = tuple(kept.setdefault(text, text) for text in texts)
    return Column(_if_any(cells.missing), words, cells.words, cells.example)


def _if_any(marks: BoolArray) -> BoolArray | None:
    return marks if marks.any() else None
