"""The states of the bars that Keras prints, told apart by epoch; the bars of `evaluate` and `predict` left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.texts.console import lines_of
from lossclinic_ingest.logs.texts.labelled import is_value

HEADING = re.compile(r"\s*Epoch (?P<epoch>\d{1,7})/(?P<epochs>\d{1,7})\s*")
_BAR = re.compile(r"\s*(?P<done>\d{1,9})/(?P<all>\d{1,9}|Unknown)\s+(?P<rest>\S.*- \S.*)")
_LINE = re.compile(r"\s*(?:(?P<done>\d{1,9})/(?P<all>\d{1,9}) )?- \d{1,7}s(?: \S{1,20})? (?P<rest>- \S.*)")
"""What verbose=2 prints: no bar, the whole epoch in one line; older versions without the count."""


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


def epochs_of(document: Document) -> tuple[list[Epoch], bool, bool, float]:
    """Return the epochs, whether `evaluate` was printed too, whether epochs have headings, and how many were planned."""
    epochs: list[Epoch] = []
    evaluated, headed, planned = False, False, 0.0
    for line in lines_of(document):
        heading = HEADING.fullmatch(line)
        if heading:
            epochs.append(Epoch(float(heading["epoch"])))
            headed, planned = True, float(heading["epochs"])
            continue
        state = state_of(line)
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


def state_of(line: str) -> tuple[float | None, float | None, dict[str, str], bool] | None:
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


def _validated(values: dict[str, str]) -> bool:
    return any(name.startswith("val_") for name in values)
