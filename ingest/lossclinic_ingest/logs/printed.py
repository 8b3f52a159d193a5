"""What the lines of a log say besides numbers, put beside the runs that were read from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lossclinic_ingest.logs.inputs.document import Document, uncoloured
from lossclinic_ingest.logs.inputs.names import shown
from lossclinic_kb.messages import printed_in
from lossclinic_kb.messages.find import Extent, often_enough
from lossclinic_kb.run import Printed, Run


def with_messages(runs: Sequence[Run], document: Document) -> list[Run]:
    """Return the runs of a log of lines with the messages that it holds, which are theirs together."""
    found = _printed(document)
    return [replace(run, messages=often_enough(found, _extent(run))) for run in runs]


def with_messages_beside(run: Run, documents: Sequence[Document]) -> Run:
    """Return the one run of a folder with the messages of files beside its log, such as what went to standard error."""
    beside = [
        replace(each, file=shown(document.path.name)) for document in documents for each in _printed(document)
    ]
    known = {each.message for each in run.messages or ()}
    more = tuple(each for each in often_enough(beside, _extent(run)) if each.message not in known)
    return replace(run, messages=(*(run.messages or ()), *more)) if more else run


def _printed(document: Document) -> list[Printed]:
    return [replace(each, quote=shown(each.quote)) for each in printed_in(uncoloured(document.text))]


def _extent(run: Run) -> Extent:
    """Return how long a run is; a log that says only every hundredth step still tells how many there were."""
    rows = max((len(series.logged) for series in run.series), default=0)
    steps = [series.step for series in run.series if series.step is not None and len(series)]
    spans = [float(np.nanmax(step) - np.nanmin(step)) for step in steps if np.isfinite(step).any()]
    return Extent(max([rows, *spans]), rows)
