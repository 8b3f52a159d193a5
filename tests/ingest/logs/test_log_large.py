"""Large tables are parsed in another way; what is found must be the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lossclinic_ingest.logs import READERS, read_log
from lossclinic_ingest.logs.inputs import document
from lossclinic_ingest.logs.inputs.content import OnDisk
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import large
from lossclinic_ingest.logs.tables.table import LargeTable, Table
from lossclinic_kb.errors import UnreadableLog
from lossclinic_kb.text import Text

CELLS = ["1", "0.5", "-2e-3", "1e400", "nan", "NaN", "-inf", "", "", "NA", "None", "1.#QNAN", "12%", "0,5", "tensor(1)", "loss", "lr", "# x", "1_0", '"1"', '"a, b"', "\r", "1\0"]  # fmt: skip


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the road of large tables for every table, in parts of a few lines."""
    monkeypatch.setattr(document, "LARGE", 0)
    monkeypatch.setattr(large, "STRETCH", 40)


def both(text: str) -> tuple[Table | None, Table | None]:
    """Return the table of a text, read in parts and read with care."""
    found = Document("x", data=text.encode()).table
    return found, Document("x", text=text).table


@st.composite
def texts(draw: st.DrawFn) -> str:
    width = draw(st.integers(2, 4))
    plain = [*draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=4)), "3.25", "7"]
    row = st.lists(st.sampled_from(plain), min_size=width, max_size=width)
    rows = draw(st.lists(row, min_size=2, max_size=30))
    if draw(st.booleans()):
        rows = [[str(i), *cells[1:]] for i, cells in enumerate(rows)]
    odd = draw(st.integers(0, 9))
    if odd == 0:
        rows[-1] = rows[-1][:-1]
    if odd == 1:
        rows[len(rows) // 2] = [*rows[len(rows) // 2], "5"]
    if odd == 2:
        rows.insert(len(rows) // 2, ["step", "loss", "value", "x"][:width])
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join(",".join(cells) for cells in [["step", "loss", "value", "x"][:width], *rows]) + draw(
        st.sampled_from(["", end, 2 * end])
    )


@pytest.mark.usefixtures("small_parts")
@settings(max_examples=400, deadline=None)
@given(texts())
@example("step,loss\n0,1\n1,nan\n2,\n3,4\n4,5\n5,6\n6,7\n7,8\n")
@example("step,loss\n\r,3.25\n\r")
@example("step,loss,value,x\nloss,1,,1\nloss,1,loss,1")
@example("step,loss\n0,1\n1,2\n\n2,3\n3,4\n4,5\n5,6\n6,7\n")
@example("step,metric,value\n" + "".join(f"{i},loss,{i}\n{i},nanas,nan\n" for i in range(9)))
def test_parts_and_care_agree(text: str) -> None:
    found, expected = both(text)
    assert (found is None) == (expected is None)
    if found is None or expected is None:
        return
    assert found.names == expected.names
    assert found.header == expected.header
    for mine, careful in zip(found.cells, expected.cells, strict=True):
        np.testing.assert_array_equal(mine.values, careful.values)
        np.testing.assert_array_equal(mine.missing, careful.missing)
        np.testing.assert_array_equal(mine.words, careful.words)
        assert (mine.numeric, mine.empty) == (careful.numeric, careful.empty)


def test_a_large_file_takes_the_quick_road() -> None:
    rows = 300_000
    values = np.linspace(3, 1, rows)
    lines = [f"{i},{v!r},{'' if i % 100 else 'nan'}" for i, v in enumerate(values.tolist())]
    text = "step,loss,val_loss\n" + "\n".join(lines) + "\n"
    assert len(text) > large.LARGE
    told: list[tuple[Text, int, int]] = []
    source = Document("big.csv", data=text.encode())
    source.progress = lambda *done: told.append(done)
    table = source.table
    assert isinstance(table, LargeTable)
    np.testing.assert_array_equal(table.cells[1].values, values)
    assert int(table.cells[2].missing.sum()) == rows - rows // 100
    assert int(np.isnan(table.cells[2].values[~table.cells[2].missing]).sum()) == rows // 100
    assert (told[-1][0].en, *told[-1][1:]) == ("reading the log", len(text) - 1, len(text))
    for reader in READERS.values():
        reader.sniff(source)
    assert "_decoded" not in vars(source), "the text as a whole was not needed"


def test_a_large_file_is_read_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_text("step,loss\n" + "".join(f"{i},{1 / (i + 1):.12f}\n" for i in range(300_000)))
    run = read_log(path)
    loss = run.pick("train_loss")
    assert loss is not None
    assert len(loss.values) == 300_000
    assert loss.values[-1] == float(f"{1 / 300_000:.12f}")
    assert run.source == "run.csv"


def test_a_file_that_shrinks_meanwhile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_bytes(b"step,loss\n1,2\n")
    held = OnDisk(path, 40, "run.csv")
    with pytest.raises(UnreadableLog, match=r"run\.csv: it changed while it was being read; copy it first"):
        held.read(0, 40)
    path.unlink()
    with pytest.raises(UnreadableLog, match=r"run\.csv: cannot be opened"):
        held.read(0, 4)
