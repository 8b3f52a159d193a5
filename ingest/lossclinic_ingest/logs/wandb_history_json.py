"""The history of a W&B run as JSON lines or as one list: `_step`, `_runtime`, `_timestamp` beside the metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.axes import axis_of
from lossclinic_ingest.logs.tables.frames import DEEPEST
from lossclinic_ingest.logs.tables.json_lines import LOOKED_AT, left_out
from lossclinic_ingest.logs.tables.records import run_of_records
from lossclinic_kb.errors import UnreadableLog
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "wandb_history_json"
TITLE = Text("a W&B history as JSON", "W&B 的 JSON 历史记录")

_CLOCKS = frozenset({"_runtime", "_timestamp"})
_OWN = _CLOCKS | {"_step", "_wandb"}
SAMPLED = 500
"""What `run.history()` returns unless it is given `samples`."""

Entry = Mapping[str, Any]


def sniff(document: Document) -> float:
    """Return how sure it is: 1 for a step beside a clock, 0.7 for a step alone.

    0.28 for a summary or system metrics, which are refused on their own and passed over among other files.
    """
    entries = _entries(document)[:LOOKED_AT]
    names = {name for entry in entries for name in entry}
    if "_step" in names and len(entries) > 1:
        return 1.0 if names & _CLOCKS else 0.7
    return 0.28 if _is_summary(document) or _is_of_the_machine(names) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run. Nested names are dotted, as W&B shows them; pictures, tables and histograms are left out.

    Raises:
        UnreadableLog: It is the summary of a run, or what W&B measures of the machine.
    """
    found = _entries(document)
    if _is_summary(document):
        raise _no_curve(document.name)
    if _is_of_the_machine({name for entry in found[:LOOKED_AT] for name in entry}):
        raise _of_the_machine(document.name)
    media: set[str] = set()
    entries = [dict(_values(entry, media)) for entry in found]
    if _has_better_step(entries):
        entries = [{name: value for name, value in entry.items() if name != "_step"} for entry in entries]
    notes = document.notes + left_out(document) * document.is_json_lines
    notes += remarks.of_ignored(sorted(media)) + _sampled(len(entries))
    return (run_of_records(ID, document.name, entries, notes=notes),)


def _entries(document: Document) -> Sequence[Entry]:
    """Return the entries of JSON lines or of one list; none for anything else."""
    if not document.looks_like_json or '"_' not in document.head:
        return ()
    if document.is_json_lines:
        return document.records
    parsed = document.json
    return [one for one in parsed if isinstance(one, Mapping)] if isinstance(parsed, list) else ()


def _is_summary(document: Document) -> bool:
    """Whether this is `wandb-summary.json`: one object, its values the last or best ones."""
    if not document.looks_like_json or document.is_json_lines or '"_' not in document.text:
        return False
    parsed = document.json
    if not isinstance(parsed, Mapping) or any(isinstance(value, list) for value in parsed.values()):
        return False
    return "_wandb" in parsed or any(isinstance(parsed.get(name), float) for name in _OWN)


def _is_of_the_machine(names: set[str]) -> bool:
    """Whether this is `wandb-events.jsonl`: use of processor and memory."""
    rest = names - _OWN
    return bool(rest and names & _CLOCKS) and all(name.startswith(("system.", "system/")) for name in rest)


def _values(entry: Entry, media: set[str], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield the values of one entry under dotted names, without W&B's own notes; names of media go to `media`."""
    for key, value in entry.items():
        name = f"{prefix}{key}"
        if _is_media(value):
            media.add(name)
        elif isinstance(value, Mapping):
            if depth < DEEPEST and key != "_wandb":
                yield from _values(value, media, f"{name}.", depth + 1)
        elif key != "_wandb":
            yield name, value


def _is_media(value: Any) -> bool:
    return isinstance(value, Mapping) and "_type" in value


def _has_better_step(entries: Sequence[Entry]) -> bool:
    """Whether every entry has another step, as Lightning and the Trainer log it: `_step` counts calls of `log`."""
    names = {name for name in entries[0] if name != "_step" and axis_of(name) == "step"}
    return any(all(entry.get(name) is not None for entry in entries) for name in names)


def _sampled(count: int) -> tuple[Text, ...]:
    if count != SAMPLED:
        return ()
    return (
        Text(
            f"exactly {SAMPLED} rows: run.history() samples that many; run.scan_history() gives all",
            f"正好 {SAMPLED} 行：run.history() 默认只抽样这么多行，用 run.scan_history() 可取全部",
        ),
    )


def _no_curve(where: str) -> UnreadableLog:
    return refuse.unreadable(
        where,
        Text(
            "a W&B summary holds one value per metric, no curve",
            "W&B 的 summary 每个指标只有一个值，不是曲线",
        ),
        Text(
            "give the run's history: run.scan_history(), or the chart exported as CSV",
            "请给这次 run 的历史：run.scan_history() 的结果，或从网页把图导出为 CSV",
        ),
    )


def _of_the_machine(where: str) -> UnreadableLog:
    return refuse.unreadable(
        where,
        Text("these are W&B's system metrics, not the training's", "这是 W&B 的系统监控指标，不是训练指标"),
        Text("give the run's history: run.scan_history()", "请给这次 run 的历史：run.scan_history() 的结果"),
    )
