"""What Keras prints while it fits: `Epoch 1/10`, then a progress bar that is rewritten until the epoch is over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.records import run_of_records
from lossclinic_ingest.logs.texts.console import lines_of, sampled_lines
from lossclinic_ingest.logs.texts.labelled import is_value
from lossclinic_ingest.logs.texts.torn import without_torn_value
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "keras_console"
TITLE = Text("the output of Keras's fit", "Keras fit 的终端输出")

_EPOCH = re.compile(r"\s*Epoch (?P<epoch>\d{1,7})/(?P<epochs>\d{1,7})\s*")
_BAR = re.compile(r"\s*(?P<done>\d{1,9})/(?P<all>\d{1,9}|Unknown)\s+(?P<rest>\S.*- \S.*)")
_LINE = re.compile(r"\s*(?:(?P<done>\d{1,9})/(?P<all>\d{1,9}) )?- \d{1,7}s(?: \S{1,20})? (?P<rest>- \S.*)")
"""What verbose=2 prints: no bar, the whole epoch in one line; older versions without the count."""
_OF_KERAS = re.compile(r"\d(?:ms|us|µs|s)/(?:step|sample|epoch)\b|ETA: |\[=|━|- \d{1,7}s -")


@dataclass
class Epoch:
    """What was printed for one epoch: every state of its bar, and whether the last one shows it whole.

    Attributes:
        number: Its number, counted by Keras from 1.
        states: Batches done and values, for every state of the bar.
        batches: How many batches it has, None where Keras does not know yet.
        in_one_line: Whether it was printed without a bar.
        closed: Whether something else has begun since.
    """

    number: float
    states: list[tuple[float | None, dict[str, str]]] = field(default_factory=list)
    batches: float | None = None
    in_one_line: bool = False
    closed: bool = False

    @property
    def whole(self) -> bool:
        """Whether the last state shows the whole epoch."""
        if not self.states:
            return False
        done, values = self.states[-1]
        return self.in_one_line or (self.batches is not None and done == self.batches) or _validated(values)

    def takes(self, done: float | None, batches: float | None, values: dict[str, str]) -> bool:
        """Whether a state is of this epoch; it is of `evaluate` if the count goes back or quantities are gone."""
        if self.closed:
            return False
        if not self.states:
            return True
        last_done, last = self.states[-1]
        if self.in_one_line or done is None or last_done is None:
            return False
        if self.batches is not None and batches != self.batches:
            return False
        return done > last_done or (done == last_done and last.keys() <= values.keys())

    def put(self, done: float | None, batches: float | None, values: dict[str, str]) -> None:
        """Add a state; one that was drawn again replaces the one before."""
        if self.states and self.states[-1][0] == done:
            self.states.pop()
        self.states.append((done, values))
        self.batches = batches


def sniff(document: Document) -> float:
    """Return 0.95 for epochs with bars, 0.8 for at least two bars without a heading, else 0."""
    heading, bars, after_heading = False, 0, False
    for line in sampled_lines(document):
        if _EPOCH.fullmatch(line):
            heading = True
        elif _OF_KERAS.search(line) and _state(line) is not None:
            bars += 1
            after_heading |= heading
    return 0.95 if after_heading else (0.8 if bars > 1 else 0.0)


def read(document: Document) -> tuple[Run, ...]:
    """Return the run: for every epoch the last state of its bar, which shows means over the epoch.

    Raises:
        UnreadableLog: There is no bar.
    """
    epochs, evaluated, headed, planned = _epochs(document)
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
        *((_RUNNING,) if running else _cut(cut)),
        *((_EVALUATED,) if evaluated else ()),
    )
    config = {"framework": "keras", **({"epochs": planned} if planned else {})}
    run = run_of_records(ID, document.name, records, config=config, notes=notes)
    return (run if running else replace(run, notes=run.notes + remarks.of_epoch_means(run)),)


def _epochs(document: Document) -> tuple[list[Epoch], bool, bool, float]:
    """Return the epochs, whether `evaluate` was printed too, whether epochs have headings, and how many were planned."""
    epochs: list[Epoch] = []
    evaluated, headed, planned = False, False, 0.0
    for line in lines_of(document):
        heading = _EPOCH.fullmatch(line)
        if heading:
            epochs.append(Epoch(float(heading["epoch"])))
            headed, planned = True, float(heading["epochs"])
            continue
        state = _state(line)
        if state is None:
            continue
        done, batches, values, in_one_line = state
        if not epochs:
            epochs.append(Epoch(1))
        if not epochs[-1].takes(done, batches, values):
            if headed:
                epochs[-1].closed = evaluated = True
                continue
            epochs.append(Epoch(epochs[-1].number + 1))
        epochs[-1].put(done, batches, values)
        epochs[-1].in_one_line = in_one_line
    return epochs, evaluated, headed, planned


def _state(line: str) -> tuple[float | None, float | None, dict[str, str], bool] | None:
    """Return batches done, batches in all, values, and whether the line shows them without a bar; or None."""
    found = _LINE.match(line) or _BAR.match(line)
    if found is None:
        return None
    parts = found["rest"].split(" - ")
    pairs = (part.rpartition(":") for part in parts if not part.lstrip().startswith("ETA:"))
    values = {name.strip(" -"): value.strip() for name, _, value in pairs if name and is_value(value)}
    if not values:
        return None
    done, batches = (
        None if text in (None, "Unknown") else float(text) for text in (found["done"], found["all"])
    )
    return done, batches, values, found.re is _LINE


def _unknown_but_over(epochs: Sequence[Epoch], place: int) -> bool:
    """Whether an epoch without a known end is over because the next one has begun."""
    return bool(epochs[place].states) and epochs[place].batches is None and place + 1 < len(epochs)


def _states(epoch: Epoch) -> list[dict[str, object]]:
    batches = epoch.batches or 0.0
    return [
        {"epoch": epoch.number, "step": (epoch.number - 1) * batches + (done or 0.0), **values}
        for done, values in epoch.states
    ]


def _validated(values: dict[str, str]) -> bool:
    return any(name.startswith("val_") for name in values)


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


def _cut(epochs: Sequence[Epoch]) -> tuple[Text, ...]:
    """Say which epochs were not printed to their end: what their bars show last are running means."""
    if not epochs:
        return ()
    shown = ", ".join(f"{epoch.number:.0f}" for epoch in epochs[:4]) + (", ..." if len(epochs) > 4 else "")
    s = "s" * (len(epochs) > 1)
    return (
        Text(
            f"epoch{s} {shown} not printed to the end; the running means of the bar were left out",
            f"第 {shown} 轮没有打印完，进度条上的累计平均值已去掉",
        ),
    )
