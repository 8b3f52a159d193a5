"""What we write for spreadsheets and line by line: no formula, no second record."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.abuse.case import Case
from benchmarks.abuse.payloads import CONTROL, FORMULAS, MARKUP
from lossclinic_kb.lab.record import write_csv
from lossclinic_kb.run import Run, series

KIND = "spreadsheets and lines"
CALCULATES = ("=", "+", "-", "@", "\t", "\r")


def _exported(name: str) -> None:
    """A name becomes one cell of one row, which no spreadsheet calculates."""
    with tempfile.TemporaryDirectory() as made:
        path = Path(made, "out.csv")
        run = Run("lab", (series(name, "train_loss", [1.0, -0.5], step=[1, 2]),))
        write_csv(run, path)
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    assert [len(row) for row in rows] == [2, 2, 2]
    assert not rows[0][1].startswith(CALCULATES), rows[0]
    assert rows[1:] == [["1", "1.0"], ["2", "-0.5"]]


def cases() -> Iterator[Case]:
    """Yield every formula, and every text that could end a cell or a line."""
    for text in (*FORMULAS, *CONTROL.values(), *MARKUP.values(), '"', '",', "a,b", "a\nb", "a\r\nb"):
        yield Case(KIND, f"column {text[:40]!a}", partial(_exported, text))
