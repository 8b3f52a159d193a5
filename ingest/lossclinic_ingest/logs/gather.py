"""From a document or a folder of them to the runs in it: the reader that is surest of the content reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import NOT_JSON, Document
from lossclinic_ingest.logs.inputs.folder import Folder, natural
from lossclinic_ingest.logs.inputs.foreign import kind_of_file
from lossclinic_ingest.logs.reader import PartReader, Reader
from lossclinic_ingest.logs.readers import READERS
from lossclinic_ingest.logs.tables.cut import unique_names
from lossclinic_kb.errors import UnreadableLog
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

_LOOKING = Text("looking through the files", "正在查看各个文件")
SURE_AMONG_OTHERS = 0.29
"""A file found among others is a log only if some reader knows its layout; on its own it is given on purpose."""


def runs_of(document: Document) -> list[Run]:
    """Return the runs of one document.

    Raises:
        UnreadableLog: No reader knows it.
    """
    scores = READERS.scores(document)
    best = max(scores, key=scores.__getitem__)
    if scores[best] <= 0:
        raise _refusal(document)
    tie = _tie(scores, best)
    return [replace(run, notes=run.notes + tie) for run in _read(best, document)]


def runs_of_folder(folder: Folder) -> list[Run]:
    """Return the runs of many files: parts of one run are put together, files that are no log passed over.

    Raises:
        UnreadableLog: There is no log among them; or there is one alone, and it cannot be read.
    """
    known: dict[str, list[Document]] = {}
    runs: list[Run] = []
    errors: list[UnreadableLog] = []
    words: list[Document] = []
    least = 0.0 if folder.chosen else SURE_AMONG_OTHERS
    for place, document in enumerate(sorted(folder.documents, key=lambda each: natural(each.path)), 1):
        scores = READERS.scores(document)
        best = max(scores, key=scores.__getitem__)
        if scores[best] > least:
            known.setdefault(best, []).append(document)
        elif document.refused is not None:
            errors.append(document.refused)
        else:
            if document.is_text and not document.is_large and not document.looks_like_json:
                words.append(document)
            if folder.chosen:
                errors.append(_refusal(document))
        if folder.progress is not None:
            folder.progress(_LOOKING, place, len(folder.documents))
    for id_, documents in known.items():
        for where, parts in _places(READERS[id_], documents).items():
            try:
                runs += _read_together(id_, where, parts)
            except UnreadableLog as error:
                errors.append(error)
    if not runs:
        raise errors[0] if len(errors) == 1 else refuse.folder(folder.name, folder.seen)
    if len(runs) == 1 and words:
        from lossclinic_ingest.logs.printed import with_messages_beside

        runs = [with_messages_beside(runs[0], words)]
    notes = tuple(folder.notes) + tuple(error.text for error in errors)
    unnamed = "." if len(runs) > 1 else ""  # the folder itself, beside its subfolders
    return [
        replace(run, source=folder.name, name=run.name or unnamed, notes=run.notes + notes) for run in runs
    ]


def _places(reader: Reader, documents: Sequence[Document]) -> Mapping[str, Sequence[Document]]:
    """Return the documents of each run, or of each file that may hold several, under a name of its own."""
    if isinstance(reader, PartReader):
        return reader.runs_of(documents)
    names = unique_names([document.path.as_posix() for document in documents])
    return {name: [document] for name, document in zip(names, documents, strict=True)}


def _read(format_id: str, document: Document) -> Sequence[Run]:
    """Return the runs that the reader of a format finds, with what the lines say besides."""
    runs = READERS[format_id].read(document)
    if not READERS.reads_lines(format_id):
        return runs
    from lossclinic_ingest.logs.printed import with_messages

    return with_messages(runs, document)


def _read_together(format_id: str, where: str, documents: Sequence[Document]) -> list[Run]:
    """Return the runs of documents that belong to one place, named after it."""
    reader = READERS[format_id]
    if isinstance(reader, PartReader):
        return [replace(reader.read_parts(documents), name=where)]
    found = _read(format_id, documents[0])
    return [replace(run, name=f"{where}: {run.name}" if run.name else where) for run in found]


def _tie(scores: Mapping[str, float], best: str) -> tuple[Text, ...]:
    """Return a note if another reader is as sure."""
    equal = [READERS[id_].TITLE for id_, score in scores.items() if score == scores[best] and id_ != best]
    if not equal:
        return ()
    chosen = READERS[best].TITLE
    return (
        Text(
            f"this could also be {' or '.join(title.en for title in equal)}; it was read as {chosen.en}",
            f"也可能是{'、'.join(title.zh for title in equal)}，这里按{chosen.zh}读取",
        ),
    )


def _refusal(document: Document) -> UnreadableLog:
    """Return the error for a document that no reader recognises."""
    if document.refused is not None:
        return document.refused
    if not document.is_text:
        kind, advice = kind_of_file(document.data)
        return refuse.unreadable(document.name, Text(f"this is {kind.en}", f"这是{kind.zh}"), advice)
    if document.looks_like_json and document.json is NOT_JSON and not document.is_json_lines:
        return refuse.unreadable(
            document.name,
            Text("it begins like JSON but is not complete", "开头像 JSON，但不完整"),
            Text("wait until the file is written to its end, or give an earlier checkpoint's", "请等文件写完，或给更早检查点的文件"),
        )  # fmt: skip
    if not any(char.isdigit() for char in document.sample):
        return refuse.only_words(document.name)
    return refuse.unknown(document.name)
