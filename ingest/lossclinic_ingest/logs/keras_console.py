"""What Keras prints while it fits: `Epoch 1/10`, then a progress bar that is rewritten until the epoch is over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.records import run_of_records
from lossclinic_ingest.logs.texts.console import sampled_lines
from lossclinic_ingest.logs.texts.keras_bars import HEADING, Epoch, epochs_of, state_of
from lossclinic_ingest.logs.texts.torn import without_torn_value
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "keras_console"
TITLE = Text("the output of Keras's fit", "Keras fit 的终端输出")

_OF_KERAS = re.compile(r"\d(?:ms|us|µs|s)/(?:step|sample|epoch)\b|ETA: |\[=|━|- \d{1,7}s -")


def sniff(document: Document) -> float:
    """Return 0.95 for epochs with bars, 0.8 for at least two bars without a heading, else 0."""
    heading, bars, after_heading = False, 0, False
    for line in sampled_lines(document):
        if HEADING.fullmatch(line):
            heading = True
        elif _OF_KERAS.search(line) and state_of(line) is not None:
            bars += 1
            after_heading |= heading
    return 0.95 if after_heading else (0.8 if bars > 1 else 0.0)


def read(document: Document) -> tuple[Run, ...]:
    """Return the run: for every epoch the last state of its bar, which shows means over the epoch.

    Raises:
        UnreadableLog: There is no bar.
    """
    epochs, evaluated, headed, planned = epochs_of(document)
    whole = [epoch for i, epoch in enumerate(epochs) if epoch.whole or _unknown_but_over(epochs, i)]
    cut = [epoch for epoch in epochs if epoch.states and epoch not in whole]
    if not any(epoch.states for epoch in epochs):
        raise refuse.only_words(document.name)
    running = len(whole) < 2
    if running:
        printed: list[Mapping[str, Any]] = [record for epoch in epochs for record in _states(epoch)]
    else:
        printed = [{"epoch": epoch.number, **epoch.states[-1][1]} for epoch in whole]
    records, torn = without_torn_value(document.text, printed)
    notes = (
        *document.notes,
        *torn,
        *(() if headed else (_COUNTED,)),
        *((_RUNNING,) if running else remarks.of_cut_epochs([epoch.number for epoch in cut])),
        *((_EVALUATED,) if evaluated else ()),
    )
    config = {"framework": "keras", **({"epochs": planned} if planned else {})}
    run = run_of_records(ID, document.name, records, config=config, notes=notes)
    return (run if running else replace(run, notes=run.notes + remarks.of_epoch_means(run)),)


def _unknown_but_over(epochs: Sequence[Epoch], place: int) -> bool:
    """Whether an epoch without a known end is over because the next one has begun."""
    return bool(epochs[place].states) and epochs[place].batches is None and place + 1 < len(epochs)


def _states(epoch: Epoch) -> list[dict[str, object]]:
    batches = epoch.batches or 0.0
    return [
        {"epoch": epoch.number, "step": (epoch.number - 1) * batches + (done or 0.0), **values}
        for done, values in epoch.states
    ]


_COUNTED = Text(
    "no line says which epoch it is; each whole bar was counted as one",
    "没有写第几轮，每个完整的进度条算一轮",
)
_RUNNING = Text(
    "there are not two whole epochs; the running means that the bar shows within an epoch were taken",
    "完整的轮次不足两轮，取了进度条在一轮之内显示的累计平均值",
)
_EVALUATED = Text(
    "bars of evaluate or predict after an epoch left out",
    "一轮结束后 evaluate 或 predict 的进度条已忽略",
)
