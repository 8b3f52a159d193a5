"""Any other JSON or JSON lines with numbers that run over a training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from lossclinic_ingest.logs.events.settings import facts_of
from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.limits import current
from lossclinic_ingest.logs.tables.axes import axis_of
from lossclinic_ingest.logs.tables.columns import meaning_of
from lossclinic_ingest.logs.tables.json_lines import LOOKED_AT, left_out
from lossclinic_ingest.logs.tables.json_lists import below_settings
from lossclinic_ingest.logs.tables.json_mappings import runs_of, shape_of
from lossclinic_ingest.logs.tables.json_runs import run_of_shape
from lossclinic_ingest.logs.tables.json_shapes import Shape, is_number, names_of
from lossclinic_ingest.logs.tables.records import flat
from lossclinic_kb.errors import UnreadableLog
from lossclinic_kb.facts import Fact
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "generic_json"
TITLE = Text("JSON or JSON lines of numbers", "数值的 JSON 或 JSON lines")

_SETTINGS = frozenset(
    {"config", "cfg", "args", "hparams", "hyperparameters", "hyper_params", "params", "settings"}
)
LONGEST_WORD = 80
"""Characters of a setting that is a word; longer text is a description."""
KNOWN, _UNKNOWN, _ONE_POINT = 0.4, 0.25, 0.1
"""Names that are known; names that are not, which among other files is no log; one value of each, to be refused."""


def sniff(document: Document) -> float:
    """Return 0.4 for curves whose names are known, 0.25 for others, 0.1 for a single entry of known names, else 0.

    Less than any reader that knows who wrote the file.
    """
    parsed = _parsed(document)
    if parsed is None:
        return 0.0
    parsed = parsed[:LOOKED_AT] if isinstance(parsed, list) else _first(parsed)
    names = [
        name for shape in (shape_of(parsed), *runs_of(parsed).values()) if shape for name in names_of(shape)
    ]
    if names:
        return KNOWN if any(map(_is_known, names)) else _UNKNOWN
    return _ONE_POINT if _is_one_point(parsed) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run, or each of several.

    Raises:
        UnreadableLog: There is one value per quantity, or nothing but words; or there are too many runs.
    """
    parsed = _parsed(document)
    notes = document.notes + left_out(document) * document.is_json_lines
    several = runs_of(_first(parsed))
    if len(several) > current().files:
        raise refuse.too_many_runs(document.name, current().files)
    if several:
        return tuple(run_of_shape(ID, document.name, shape, notes, name) for name, shape in several.items())
    shape: Shape | None = shape_of(parsed)
    if shape is None:
        raise _one_point(document.name) if _is_one_point(parsed) else refuse.only_words(document.name)
    return (replace(run_of_shape(ID, document.name, shape, notes), config=_facts(parsed)),)


def _parsed(document: Document) -> Any:
    """Return what the document holds as JSON, entries of JSON lines as a list; None if it is no JSON."""
    if not document.looks_like_json:
        return None
    parsed = list(document.records) if document.is_json_lines else document.json
    return parsed if isinstance(parsed, Mapping | list) else None


def _first(parsed: Any) -> Any:
    """Return parsed JSON cut to one item more than there may be runs."""
    most = current().files + 1
    return dict(islice(parsed.items(), most)) if isinstance(parsed, Mapping) else parsed[:most]


def _facts(parsed: Any) -> dict[str, Fact]:
    """Return the settings that stand beside the curves, or in an entry above them."""
    if isinstance(parsed, list):
        entries = [entry for entry in parsed if isinstance(entry, Mapping)]
        return _facts(entries[0]) if len(below_settings(entries)) < len(entries) else {}
    if not isinstance(parsed, Mapping):
        return {}
    inner = [held for name, held in parsed.items() if name.lower() in _SETTINGS and isinstance(held, Mapping)]
    given = {name: value for held in (*inner, parsed) for name, value in held.items() if name != "loss"}
    found: dict[str, Fact] = {}
    for name, value in given.items():
        if isinstance(value, float | bool) or (isinstance(value, str) and len(value) < LONGEST_WORD):
            found |= {
                fact: read for fact, read in facts_of({name: value}).items() if type(read) is type(value)
            }
    return found


def _is_known(name: str) -> bool:
    return axis_of(name) is not None or meaning_of(name).known


def _is_one_point(parsed: Any) -> bool:
    """Whether this is one entry of a log, or what was best or last of all."""
    if not isinstance(parsed, Mapping):
        return False
    return any(is_number(value) and _is_known(name) for name, value in flat(parsed).items())


def _one_point(where: str) -> UnreadableLog:
    return refuse.unreadable(
        where,
        Text("it holds one value per quantity, not a curve", "每个量只有一个值，不是曲线"),
        Text("give the log with one entry per step or epoch", "请给每步或每轮各有一条记录的日志"),
    )
