"""A text cut into named columns of cells: header or none, ragged rows, headers written again in the middle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from lossclinic_ingest.logs.inputs.content import Content
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.cells import Cells, read_cells
from lossclinic_ingest.logs.tables.cut import (
    cut,
    joined,
    refuse_if_many,
    split_decimals,
    stretches,
    unique_names,
)
from lossclinic_ingest.logs.tables.large import read_large
from lossclinic_ingest.logs.tables.layout import (
    RUNS_OF_BLANKS,
    WIDE_BLANKS,
    Layout,
    find_layout,
)
from lossclinic_kb.progress import Progress
from lossclinic_kb.run import BoolArray, IntArray
from lossclinic_kb.text import Text


@dataclass(frozen=True, eq=False)
class Table:
    """Named columns of text cells.

    Attributes:
        names: One per column, all different.
        columns: The cells, shape (columns, rows); "" where a row was too short.
        excess: Shape (rows,). How many cells more than the header each row had; negative where fewer.
        header: Whether the names were written in the text; `column_1`, `column_2`, ... otherwise.
        separator: What separates the cells; a blank stands for any number of them.
        notes: What had to be decided.
        named: How many columns the header of the file names; rows may be wider.
    """

    names: tuple[str, ...]
    columns: tuple[Sequence[str], ...]
    excess: IntArray
    header: bool
    separator: str
    notes: tuple[Text, ...]
    named: int

    @property
    def rows(self) -> int:
        """How many rows of data there are."""
        return len(self.excess)

    @cached_property
    def cells(self) -> tuple[Cells, ...]:
        """Every column, understood. What a comma means is decided over all columns."""
        found = [read_cells(column) for column in self.columns]
        if any(cells.comma.startswith("maybe") for cells in found):
            meanings = {cells.comma for cells in found}
            decimal = "decimal" in meanings or ("thousands" not in meanings and self.separator == ";")
            found = [
                read_cells(column, decimal_comma=decimal) if cells.comma.startswith("maybe") else cells
                for cells, column in zip(found, self.columns, strict=True)
            ]
        return tuple(found)

    def keep(self, rows: BoolArray, *notes: Text) -> Table:
        """Return the table with only the rows where `rows`, shape (rows,), is True."""
        index = np.flatnonzero(rows).tolist()
        columns = tuple([column[i] for i in index] for column in self.columns)
        return replace(self, columns=columns, excess=self.excess[rows], notes=self.notes + notes)


@dataclass(frozen=True, eq=False)
class LargeTable(Table):
    """A table whose cells were understood while it was read.

    Attributes:
        known: The cells.
        columns: The text of all rows of a column of words, and of the first rows of any other.
    """

    known: tuple[Cells, ...] = ()

    @cached_property
    def cells(self) -> tuple[Cells, ...]:
        """Every column, understood."""
        return self.known

    def keep(self, rows: BoolArray, *notes: Text) -> Table:
        """Return the table with only the rows where `rows`, shape (rows,), is True."""
        index = np.flatnonzero(rows).tolist()
        columns = tuple([column[i] for i in index if i < len(column)] for column in self.columns)
        known = tuple(cells.take(rows) for cells in self.known)
        return replace(self, columns=columns, known=known, excess=self.excess[rows], notes=self.notes + notes)


def read_table(text: str, where: str) -> Table | None:
    """Return the table that `text` holds, or None if it holds none.

    Args:
        text: With a newline at every line break.
        where: What to call the log in an error.

    Raises:
        UnreadableLog: It has too many cells or columns.
    """
    refuse_if_many(where, text.count("\n"), 0)  # a cell in each line, before any of them is cut out
    lines = text.split("\n")
    layout = find_layout(lines)
    if layout is None:
        return None
    body = lines[layout.start :]
    _refuse_if_many(where, text, layout, len(body))
    pairs = layout.header is not None and split_decimals(body[:200], layout)
    blocks = [(layout.header, body)] if layout.header is None else stretches(body, layout)
    parts = [cut(where, header, block, layout, pairs) for header, block in blocks]
    names, columns, excess = joined(where, [part for part in parts if len(part[2])])
    if not len(excess):
        return None
    notes = remarks.of_layout(layout, pairs) + remarks.of_headers([part[0] for part in parts])
    named = len(layout.header or ()) or layout.width
    table = Table(names, tuple(columns), excess, layout.header is not None, layout.separator, notes, named)
    return _without_words(_without_blank(_without_cut_row(table, text)))


def _refuse_if_many(where: str, text: str, layout: Layout, lines: int) -> None:
    """Refuse a table that would fill the memory.

    Raises:
        UnreadableLog: It has too many cells or columns.
    """
    blanks = layout.separator in (RUNS_OF_BLANKS, WIDE_BLANKS)  # any number of them stands between two cells
    cells = lines * layout.width if blanks else text.count(layout.separator) + lines
    refuse_if_many(where, cells, max(layout.width, len(layout.header or ())))


def read_large_table(data: Content, head: str, where: str, progress: Progress | None = None) -> Table | None:
    """Return a large table; None where it is no plain one and needs `read_table`.

    Args:
        data: The whole log.
        head: Its beginning as text, with a newline at every line break.
        where: What to call the log in an error.
        progress: Told how much is done.

    Raises:
        UnreadableLog: It has too many cells or columns.
    """
    lines = head.split("\n")[:-1]
    layout = find_layout(lines)
    if layout is None or (layout.header is not None and len(layout.header) != layout.width):
        return None
    rows = (
        0.8 * len(data) * len(lines) / len(head)
    )  # 0.8: lines grow with the step, in bytes and in characters
    refuse_if_many(where, round(rows * layout.width), layout.width)
    if layout.header is not None and split_decimals(lines[layout.start :][:200], layout):
        return None
    found = read_large(data, layout, progress)
    if found is None:
        return None
    cells, texts = found
    if data.read(len(data) - 1, len(data)) != b"\n" and cells[-1].missing[-1]:
        return None  # perhaps cut off while it was being written
    names = unique_names(
        [name or f"column_{i + 1}" for i, name in enumerate(layout.header or [""] * layout.width)]
    )
    excess = np.zeros(len(cells[0].values), np.int64)
    header, notes = layout.header is not None, remarks.of_layout(layout, False)
    table = LargeTable(names, texts, excess, header, layout.separator, notes, layout.width, known=cells)
    return _without_words(_without_blank(table))


def _without_cut_row(table: Table, text: str) -> Table:
    """Leave out a last line that was copied while it was being written."""
    if text.endswith("\n") or table.rows < 2 or table.excess[-1] >= table.excess[-2]:
        return table
    return table.keep(np.arange(table.rows) < table.rows - 1, remarks.CUT_ROW)


def _without_blank(table: Table) -> Table:
    """Leave out unnamed columns in which nothing is written."""
    keep = [
        i
        for i, (name, column) in enumerate(zip(table.names, table.columns, strict=True))
        if not re.fullmatch(r"column_\d+|Unnamed: \d+", name) or any(cell.strip() for cell in column)
    ]
    if len(keep) == len(table.names):
        return table
    names, columns = tuple(table.names[i] for i in keep), tuple(table.columns[i] for i in keep)
    if isinstance(table, LargeTable):
        return replace(table, names=names, columns=columns, known=tuple(table.known[i] for i in keep))
    return replace(table, names=names, columns=columns)


def _without_words(table: Table) -> Table | None:
    """Leave out the rows that hold words and no number: a warning that was printed in between."""
    words = np.zeros(table.rows, np.bool_)
    values = np.zeros(table.rows, np.bool_)
    for cells in table.cells:
        words |= cells.words
        values |= ~cells.missing
    odd = words & ~values
    count = int(np.count_nonzero(odd))
    if 2 * count > table.rows:  # prose or code with some numbers in it
        return None
    return table.keep(~odd, remarks.of_rows_of_words(count)) if count else table
