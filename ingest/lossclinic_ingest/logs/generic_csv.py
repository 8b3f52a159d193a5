"""Any table with one column per quantity, or in long form with one row per value."""

from __future__ import annotations

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.assemble import run_of_table
from lossclinic_ingest.logs.tables.axes import axis_of
from lossclinic_ingest.logs.tables.columns import meaning_of
from lossclinic_ingest.logs.tables.long_form import in_long_form, run_of_long_form
from lossclinic_ingest.logs.tables.table import Table
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "generic_csv"
TITLE = Text("a CSV or TSV table", "CSV 或 TSV 表格")


def sniff(document: Document) -> float:
    """Return 0.4 for a table whose columns have names that are known, 0.2 for any other, 0 where there is none.

    Less than any reader that knows who wrote the table.
    """
    table = document.table
    if table is None or not _usable(table):
        return 0.0
    known = any(axis_of(name) is not None or meaning_of(name).known for name in table.names)
    return 0.4 if known else 0.2


def read(document: Document) -> tuple[Run, ...]:
    """Return the run that the table holds.

    Raises:
        UnreadableLog: It has fewer than two rows, or no column of numbers.
    """
    table = document.table
    if table is None or not any(cells.numeric for cells in table.cells):
        raise refuse.only_words(document.name)
    if in_long_form(table):
        return (run_of_long_form(ID, document, table),)
    return (run_of_table(ID, document, table),)


def _usable(table: Table) -> bool:
    """Whether this is a table of values and not prose with numbers in it."""
    numeric = sum(cells.numeric for cells in table.cells)
    return numeric > 0 if table.header else 3 * numeric >= 2 * len(table.cells)
