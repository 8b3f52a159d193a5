"""torchtune's `DiskLogger` (`log_<time>.txt`) and `StdoutLogger`, or its progress bar where there is no logger."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.records import Record, run_of_records
from lossclinic_ingest.logs.texts.console import lines_of
from lossclinic_ingest.logs.texts.cut_line import without_cut
from lossclinic_ingest.logs.texts.labelled import VALUE
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "torchtune_disk"
TITLE = Text("a torchtune log", "torchtune 日志")

_LINE = re.compile(r"Step (\d+) \| (\S+:.*)")
_FIELD = re.compile(rf"(?<!\S)([^\s:|]{{1,80}}+):({VALUE})(?!\S)", re.IGNORECASE)
_BAR = re.compile(rf"(?<!\d)(\d{{1,9}})\|(\d{{1,12}})\|Loss: ({VALUE})(?=:|\s|$)", re.IGNORECASE)
_SURE = re.compile(
    rf"(?:^|\s)Step \d+ \| [^\s:|]{{1,80}}+:(?:{VALUE})(?!\S)|\d\|\d{{1,12}}\|Loss: [\dni-]", re.IGNORECASE
)
_TWICE = Text(
    "the loss is from the progress bar, epoch|step|Loss: no logger wrote to this log",
    "损失取自进度条（轮次|步数|Loss）：这份日志里没有 logger 写的记录",
)


def sniff(document: Document) -> float:
    """Return 0.9 for a line of one of the two loggers or of the bar, else 0."""
    return 0.9 if _SURE.search(document.sample) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run; a logger in appending mode leaves several starts in one file, in their order.

    Raises:
        UnreadableLog: No line holds a value.
    """
    lines = lines_of(document)
    found = list(_logged(lines))
    notes = () if found else (_TWICE,)
    found = found or list(_in_bar(lines))
    if not found:
        raise refuse.only_words(document.name)
    entries, cut = without_cut(document, found, lines[-1])
    config = {"framework": "pytorch"}
    return (run_of_records(ID, document.name, entries, config=config, notes=(*document.notes, *notes, *cut)),)


def _logged(lines: Sequence[str]) -> Iterator[Record]:
    for line in lines:
        found = _LINE.search(line)
        if found is not None and (fields := dict(_FIELD.findall(found[2]))):
            yield {"step": found[1], **fields}


def _in_bar(lines: Sequence[str]) -> Iterator[Record]:
    """Yield every step of the bar once: it is drawn again for each tick of its clock."""
    last = ""
    for line in lines:
        for found in _BAR.finditer(line):
            if found[0] != last:
                yield {"step": found[2], "epoch": found[1], "loss": found[3]}
            last = found[0]
