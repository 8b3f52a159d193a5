"""What LightGBM prints: `[12]  valid's binary_logloss: 0.607834`, or its command line's `Iteration:12, ...`."""

from __future__ import annotations

import re

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.texts.boosting import Parsed, Quantity, read_rounds
from lossclinic_ingest.logs.texts.console import sampled_lines
from lossclinic_ingest.logs.texts.labelled import VALUE
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "lightgbm_console"
TITLE = Text("LightGBM's console output", "LightGBM 的终端输出")

_ROUND = re.compile(r"\[(?P<round>\d{1,9})\]\s+(?P<rest>\S.*)")
_ITEM = re.compile(
    rf"(?P<data>[^\t]{{1,80}}?)'s (?P<metric>[^\t:]{{1,80}}): (?P<mean>{VALUE})(?P<spread> \+ {VALUE})?(?=\s|$)",
    re.IGNORECASE,
)
_OF_THE_COMMAND_LINE = re.compile(
    rf"\[Info\] Iteration:(?P<round>\d{{1,9}}), (?P<data>training|valid_\d+) (?P<metric>\S+) : (?P<value>{VALUE})",
    re.IGNORECASE,
)
_BEST = re.compile(r"best iteration is", re.IGNORECASE)
_FOLDS = "cv_agg"  # the folds held out, taken together


def sniff(document: Document) -> float:
    """Return 0.95 for a line of a round of LightGBM with at least one metric, else 0."""
    return 0.95 if any(_parsed(line) is not None for line in sampled_lines(document)) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run; the round, counted from 1, is its step.

    Raises:
        UnreadableLog: No round can be read.
    """
    return (read_rounds(ID, document, _parsed, _BEST, framework="lightgbm"),)


def _parsed(line: str) -> Parsed | None:
    """Return the round, its values and whether they have a spread; None if the line is of no round."""
    if "'s " in line:
        found = _ROUND.search(line)
        items = list(_ITEM.finditer(found["rest"])) if found else []
        if found is None or not items:
            return None
        cells = {_quantity(item): item["mean"] for item in items}
        return float(found["round"]), cells, any(item["spread"] for item in items)
    found = _OF_THE_COMMAND_LINE.search(line) if "Iteration:" in line else None
    if found is None:
        return None
    return float(found["round"]), {_quantity(found): found["value"]}, False


def _quantity(found: re.Match[str]) -> Quantity:
    data, metric = found["data"].strip(), found["metric"].strip()
    return Quantity(f"{data} {metric}", "valid" if data == _FOLDS else data, metric)
