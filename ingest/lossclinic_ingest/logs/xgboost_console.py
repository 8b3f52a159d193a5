"""What XGBoost prints: `[12]  train-logloss:0.44457  eval-logloss:0.45158`, one line per round."""

from __future__ import annotations

import re

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.texts.boosting import Parsed, Quantity, read_rounds
from lossclinic_ingest.logs.texts.console import sampled_lines
from lossclinic_ingest.logs.texts.labelled import VALUE, is_value
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "xgboost_console"
TITLE = Text("XGBoost's console output", "XGBoost 的终端输出")

_ROUND = re.compile(r"(?:^|[\s\]])\[(?P<round>\d{1,9})\](?P<rest>\s+\S+-\S+:\S.*)")
_QUANTITY = re.compile(r"(?P<data>[^-]+)-(?P<metric>.+)")
"""XGBoost refuses data sets with a hyphen in their name; metrics may have one."""
_SPREAD = re.compile(rf"(?P<mean>{VALUE})\+(?P<spread>{VALUE})", re.IGNORECASE)
_TAB_OF_SYSLOG = "#011"  # how Amazon's training service shows a tab
_BEST = re.compile(r"best iteration", re.IGNORECASE)


def sniff(document: Document) -> float:
    """Return 0.95 for a line of a round of XGBoost with at least one metric, else 0."""
    return 0.95 if any(_parsed(line) is not None for line in sampled_lines(document)) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run; the round, counted from 0, is its step.

    Raises:
        UnreadableLog: No round can be read.
    """
    return (read_rounds(ID, document, _parsed, _BEST, framework="xgboost"),)


def _parsed(line: str) -> Parsed | None:
    """Return the round, its values and whether they have a spread; None if the line is of no round."""
    if "]" not in line or ":" not in line:
        return None
    found = _ROUND.search(line.replace(_TAB_OF_SYSLOG, "\t"))
    if found is None:
        return None
    rest = found["rest"].strip()
    cells: dict[Quantity, str] = {}
    spread = False
    for item in rest.split("\t") if "\t" in rest else rest.split():
        name, _, value = item.strip().rpartition(":")
        parts = _QUANTITY.fullmatch(name)
        both = _SPREAD.fullmatch(value)
        if parts is None or not (both or is_value(value)):
            continue  # cut off, or another program's line
        spread |= both is not None
        data = "valid" if both and parts["data"] == "test" else parts["data"]  # the fold held out
        cells[Quantity(name, data, parts["metric"])] = both["mean"] if both else value
    return (float(found["round"]), cells, spread) if cells else None
