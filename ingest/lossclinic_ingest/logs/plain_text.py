"""Whatever else a training prints: `Epoch 3/10 - loss: 0.5, val_loss: 0.6`, `[Epoch 3] train loss 0.5 | acc 91.2%`."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import NOT_JSON, Document
from lossclinic_ingest.logs.tables.axes import axis_of
from lossclinic_ingest.logs.tables.columns import meaning_of
from lossclinic_ingest.logs.tables.long_form import in_long_form
from lossclinic_ingest.logs.tables.records import run_of_records
from lossclinic_ingest.logs.tables.settled import settled
from lossclinic_ingest.logs.tables.table import Table
from lossclinic_ingest.logs.texts.console import lines_of, sampled_lines, without_traces
from lossclinic_ingest.logs.texts.course import course_of
from lossclinic_ingest.logs.texts.data_sets import heading_of
from lossclinic_ingest.logs.texts.free_lines import Entry, entry_of
from lossclinic_ingest.logs.texts.free_notes import of_entries, of_split_names
from lossclinic_ingest.logs.texts.metric_names import is_metric
from lossclinic_ingest.logs.texts.passes import joined_rows, of_one_process, printed_once, with_evaluations
from lossclinic_ingest.logs.texts.printed_values import in_shares, with_points
from lossclinic_ingest.logs.texts.scales import with_scales
from lossclinic_ingest.logs.texts.scikit_learn import printed_by_scikit_learn, with_score
from lossclinic_ingest.logs.texts.sections import sections_of
from lossclinic_ingest.logs.texts.shapes import Shapes
from lossclinic_ingest.logs.texts.stated import stated, stated_within
from lossclinic_ingest.logs.texts.states import settled_states, told_apart
from lossclinic_ingest.logs.texts.torn import without_torn_value
from lossclinic_kb.facts import Fact
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "plain_text"
TITLE = Text("printed lines of a training", "训练时打印的文本")

LIKELY = 0.5
UNSURE = 0.3  # names that nothing is known of, at places that are: `(epoch: 1, iters: 100) D_A: 0.3 G_A: 0.4`
LOOKED_AT = 400  # lines; a log that has none of its own kind among so many with numbers is something else
_HINT = re.compile(
    r"(?:loss|acc|err|ppl|perplexity|reward|score|bleu|psnr|dice|train|val|\blr\b|rate|auc|f1|mse|mae|iou|损失|准确率|正确率|精度|误差|epoch|iter|step)[^\n]{0,40}?(?:\d|\binf|∞)|nan",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\d.]+(?:e[+-]?\d+)?")
_JSON = ('{"', '"', '[{"')
_CODE = re.compile(
    r"\s*(?:import \w|from [\w.]+ import |def \w+\(|class \w+[(:]|return\b|@\w+|(?:if|for|while|with|elif|except)\b.*:\s*$|else:|try:|print\(|#include|//|\}\s*$"
    r"|[\w.\[\]]+(?:, [\w.\[\]]+)* [+*/-]?= [\w.]+\(.*\)\s*$)"
)
_OF_CODE = frozenset("{}\"'")
"""What a line of code has, and no column's name."""
_ASSIGNMENT = re.compile(r"\s*[\w.\[\]]{1,80} [-+*/]?= [-\d.e]{1,40}[,;]?\s*(?:#.*)?")
A_PROGRAM = 3  # lines of code; one alone may be a warning that shows where it comes from
_SETTINGS = {
    "lr": "lr", "learning_rate": "lr", "learning rate": "lr", "batch_size": "batch_size", "batch size": "batch_size",
    "train_batch_size": "batch_size", "epochs": "epochs", "num_epochs": "epochs", "n_epochs": "epochs", "max_epochs": "epochs",
    "momentum": "momentum", "weight_decay": "weight_decay", "optimizer": "optimizer", "dropout": "dropout",
    "num_classes": "classes", "label_smoothing": "label_smoothing", "warmup_steps": "warmup_steps", "grad_clip": "grad_clip",
}  # fmt: skip
"""Settings as people print them before the training begins, and the facts that they are."""


def sniff(document: Document) -> float:
    """Return 0.5 for text in which lines name quantities of a training again and again, 0.3 for unknown ones, else 0.

    Tables, JSON and code also hold names and numbers; they are known by their own marks.
    """
    if not document.is_text or (document.looks_like_json and document.json is not NOT_JSON):
        return 0.0
    if document.is_large and document.table is not None:  # a million rows of cells are no sentences
        return 0.0
    lines = joined_rows(without_traces(sampled_lines(document)))
    hinted = [line for line in lines if not line.lstrip().startswith(_JSON) and _HINT.search(line)]
    found = [(line, entry) for line in hinted[:LOOKED_AT] if (entry := entry_of(line)) is not None]
    placed = [each for each in found if each[1].counters]
    table = document.table
    if document.is_json_lines or (table is not None and _is_written(table)):
        return 0.0
    if _repeats([each for each in placed if each[1].known]):
        return LIKELY
    if _count_of_code(lines[:LOOKED_AT]) > len(found):
        return 0.0
    return LIKELY if _repeats([each for each in found if each[1].known]) else UNSURE * _repeats(placed)


def _is_written(table: Table) -> bool:
    """Return whether somebody wrote a table: long, or with known columns of numbers. A column of remarks may then say anything."""
    if not table.header or any(set(name) & _OF_CODE for name in table.names):
        return False
    pairs = zip(table.names, table.cells, strict=True)
    known = (name for name, cells in pairs if cells.numeric and (axis_of(name) or meaning_of(name).known))
    return in_long_form(table) or len(list(known)) >= 2


def read(document: Document) -> tuple[Run, ...]:
    """Return the run, or one per fold or trial; validation lines stand at the last step before them.

    Raises:
        UnreadableLog: No line holds a quantity of a training.
    """
    lines, of_ranks = of_one_process(joined_rows(with_scales(without_traces(lines_of(document)))))
    notes = (*document.notes, *of_ranks)
    return tuple(_run(document, name, own, notes) for name, own in sections_of(lines))


def _run(document: Document, name: str, lines: Sequence[str], notes: tuple[Text, ...]) -> Run:
    """Return the run that lines of one training make."""
    entries, of_copies = printed_once(_relevant(list(_entries(_printed(lines)))))
    if not any(entry.values for entry in entries):
        raise refuse.only_words(document.name)
    found = of_entries(entries)
    entries, of_passes = with_evaluations(entries)
    entries, of_states = settled_states(entries)
    course = course_of(told_apart(entries))
    records, torn = without_torn_value(document.text, [in_shares(record) for record in course.records])
    records, of_commas = with_points(records)
    said = (*notes, *torn, *of_copies, *of_passes, *of_states, *course.notes, *found, *of_commas)
    planned = next((e.counters.epochs for e in reversed(entries) if e.counters.epochs is not None), None)
    scikit_learn = printed_by_scikit_learn(lines)
    known = {"framework": "scikit-learn"} if scikit_learn else {}
    config = {**known, **_facts(lines), **({"epochs": planned} if planned else {})}
    run = run_of_records(ID, document.name, records, config=config, notes=said, carry=True)
    roles, of_names = of_split_names(run)
    run = settled(run, roles)
    run = replace(run, notes=run.notes + of_names, name=name)
    return with_score(run) if scikit_learn else run


def _printed(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines without assignments, if code was pasted beside the log: `loss = 0.0` is no value there."""
    program = _count_of_code(lines[:LOOKED_AT]) >= A_PROGRAM
    yield from (line for line in lines if not (program and _ASSIGNMENT.fullmatch(line)))


def _count_of_code(lines: Sequence[str]) -> int:
    return sum(_CODE.match(line) is not None for line in lines)


def _repeats(found: Sequence[tuple[str, Entry]]) -> bool:
    """Whether one quantity is there at two places; or three times in lines that differ in their numbers alone."""
    places: dict[str, set[object]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for line, entry in found:
        for name in entry.values:
            if entry.counters:
                places.setdefault(name, set()).add(entry.counters)
            counts[name, _NUMBER.sub("0", line)] += 1
    return any(len(own) > 1 for own in places.values()) or max(counts.values(), default=0) > 2


def _entries(lines: Iterable[str]) -> Iterator[Entry]:
    """Yield what the lines say; a heading such as `Validation:` holds until a line says where it stands."""
    block, shapes = "", Shapes()
    for line in lines:
        entry = shapes.entry_of(line, block)
        found = heading_of(line) if entry is None or not entry.values else None
        if found is not None:
            block = found
        elif entry is not None and entry.counters:
            block = ""
        if entry is not None:
            yield entry


def _relevant(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries of the training: without settings, records of the best epoch, and names that come once."""
    begins = (place for place, entry in enumerate(entries) if entry.counters and entry.values)
    first = next(begins, 0)
    steps = any(entry.counters.step is not None and entry.values for entry in entries)
    kept = [
        entry
        for place, entry in enumerate(entries)
        if entry.counters.epoch is not None
        or (entry.counters.step is not None and not steps)  # else `Recording summary at step 4` counts back
        or (entry.values and (entry.counters or place >= first))
    ]
    present = {name for entry in kept if not entry.past for name in entry.values}
    kept = [entry for entry in kept if not entry.past or not entry.values.keys() <= present]
    counts = Counter(name for entry in kept if entry.counters or entry.known for name in entry.values)
    names = {name for name, count in counts.items() if count > 1 or is_metric(name)}
    return [_with_names(entry, names) for entry in kept if not entry.values or entry.values.keys() & names]


def _with_names(entry: Entry, names: set[str]) -> Entry:
    if entry.values.keys() <= names:
        return entry
    return replace(entry, values={name: value for name, value in entry.values.items() if name in names})


def _facts(lines: Sequence[str]) -> dict[str, Fact]:
    """Return the facts that stand before the training."""
    before = list(itertools.takewhile(lambda line: not _begins(line), lines[:LOOKED_AT]))
    facts = stated(before, _SETTINGS)
    for line in before:
        if "Namespace(" in line:
            facts |= stated_within(line, _SETTINGS)
    return facts


def _begins(line: str) -> bool:
    """Whether the training has begun: from then on `lr: 0.001` is a value and no setting."""
    entry = entry_of(line)
    return entry is not None and entry.known and bool(entry.counters)
