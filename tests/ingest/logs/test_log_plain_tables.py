"""Plain tables: readers of anything else are not asked, and would have known nothing of them."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from lossclinic_ingest.logs import READERS
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.inputs.plain import _OF_OTHERS, is_plain_table
from lossclinic_ingest.logs.readers import Readers

LOGS = Path(__file__).parents[2] / "logs"
MOST = 200_000  # bytes; what is longer has no other kind of beginning
TRIED = 250  # lines of recorded logs that are taken for lines of names: enough to meet every layout
SEPARATORS = (b",", b"\t", b";")


def recorded() -> list[Document]:
    """Return every file of the recorded logs that is not long."""
    paths = sorted(path for path in LOGS.glob("*/*/**/*") if path.is_file() and path.name != "expected.json")
    return [Document(p.name, data=p.read_bytes()) for p in paths if p.stat().st_size < MOST]


def all_scores(document: Document) -> dict[str, float]:
    with np.errstate(all="ignore"):
        return {id_: reader.sniff(document) for id_, reader in READERS.items()}


def known(scores: dict[str, float]) -> dict[str, float]:
    return {id_: score for id_, score in scores.items() if score > 0}


def below_names(names: bytes, draw: random.Random) -> bytes:
    """Return a table of numbers below a line of names."""
    separator = next(each for each in SEPARATORS if each in names)
    cell = draw.choice(("{:.4f}", "{:.0f}", " {:.2e}", '"{:.3f}"', ""))
    rows = [
        separator.join([str(i).encode(), *[cell.format(2.5 / (i + 1)).encode()] * names.count(separator)])
        for i in range(draw.choice((2, 3, 30)))
    ]
    return b"\n".join((names, *rows)) + b"\n"


def test_the_readers_that_are_left_out_know_no_recorded_table() -> None:
    plain = [document for document in recorded() if is_plain_table(document)]
    assert len(plain) >= 10
    for document in plain:
        assert known(READERS.scores(document)) == known(all_scores(document)), document.name


def test_no_line_of_a_log_makes_them_know_the_numbers_below_it() -> None:
    draw = random.Random(5)
    lines = {line[:300].translate(None, _OF_OTHERS) for d in recorded() for line in d.data.split(b"\n")[:40]}
    names = [line if b"," in line else line.replace(b" ", draw.choice(SEPARATORS)) for line in sorted(lines)]
    tables = [below_names(line, draw) for line in names if any(each in line for each in SEPARATORS)]
    plain = [Document("run", data=table) for table in tables if is_plain_table(Document("run", data=table))]
    for document in draw.sample(plain, TRIED):
        assert known(READERS.scores(document)) == known(all_scores(document)), document.data[:200]


@pytest.mark.parametrize(
    "text",
    [
        "step,loss\n1,0.5\n2,nan\n",
        "step,loss\n1,0.5\n2,0.4,0.3\n",
        "step,loss\n1,0.5\n",
        "step loss\n1 0.5\n2 0.4\n",
        "epoch: 1, loss: 0.5\n1,0.5\n2,0.4\n",
        "epoch,time\n1,00:12\n2,00:24\n",
        '{"step": 1, "loss": 0.5}\n1,2\n3,4\n',
        "step,loss\r1,0.5\r2,0.4\r",
    ],
)
def test_all_readers_are_asked_of_what_is_not_plain(text: str) -> None:
    assert not is_plain_table(Document("run", text=text))
    assert not is_plain_table(Document("run", data=text.encode("utf-16")))


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_table_of_numbers_is_plain(ends: str) -> None:
    text = ends.join(["步数,损失", "1,0.5", "2,", "3,1e-3", ""])
    assert is_plain_table(Document("run", data=text.encode()))
    assert is_plain_table(Document("run", data=text.encode("gb18030")))


def test_where_no_reader_of_tables_knows_it_all_are_asked() -> None:
    document = Document("run", data=b"step,loss\n1,0.5\n2,0.4\n")
    assert is_plain_table(document)
    readers = Readers({"lightning_csv": "tables", "generic_csv": "others"})
    assert list(readers.scores(document)) == ["lightning_csv", "generic_csv"]
    assert list(Readers({"generic_csv": "tables", "plain_text": "others"}).scores(document)) == [
        "generic_csv"
    ]


def test_every_id_is_that_of_its_module() -> None:
    assert {id_: reader.ID for id_, reader in READERS.items()} == {id_: id_ for id_ in READERS}
    assert "fairseq" in READERS
    assert "nothing" not in READERS
    with pytest.raises(KeyError):
        READERS["nothing"]
