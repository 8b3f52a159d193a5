"""Logs of boosted trees: one line per round, and in it the metrics on every data set."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.axes import restart_notes
from lossclinic_ingest.logs.tables.booster import Curve, roles_of
from lossclinic_ingest.logs.tables.frames import cells_of
from lossclinic_ingest.logs.texts.console import lines_of
from lossclinic_ingest.logs.texts.torn import without_torn_value
from lossclinic_kb.run import Run, Series
from lossclinic_kb.text import Text


@dataclass(frozen=True)
class Quantity:
    """A metric on a data set, and how the log calls the two together."""

    name: str
    data: str
    metric: str


@dataclass
class Rounds:
    """The lines of one training, in the order of the log.

    Attributes:
        numbers: The number of each round.
        cells: What each line holds: name to value, as written.
        quantities: Every name that occurs.
    """

    numbers: list[float] = field(default_factory=list)
    cells: list[Mapping[str, Any]] = field(default_factory=list)
    quantities: dict[str, Quantity] = field(default_factory=dict)

    def add(self, number: float, line: Mapping[Quantity, str]) -> None:
        """Put down one line."""
        self.numbers.append(number)
        self.cells.append({quantity.name: value for quantity, value in line.items()})
        self.quantities.update((quantity.name, quantity) for quantity in line)

    def without_torn_value(self, text: str) -> tuple[Text, ...]:
        """Take out a last value that the end of the text cuts in two; return what to say of it."""
        self.cells, notes = without_torn_value(text, self.cells)
        return notes


MEANS = Text(
    "cross-validation: the mean over the folds was taken, without the spread after the +",
    "交叉验证：取各折的平均值，加号后的标准差已去掉",
)

Parsed = tuple[float, Mapping[Quantity, str], bool]
"""The number of a round, its values, and whether they are means with a spread."""


def read_rounds(
    reader: str,
    document: Document,
    parsed: Callable[[str], Parsed | None],
    best: re.Pattern[str],
    *,
    framework: str,
) -> Run:
    """Return the run of a log with one line per round.

    Args:
        reader: Id of the reader.
        document: The log.
        parsed: Understands a line; None for one that is of no round.
        best: Announces the best round, which is then printed once more.
        framework: Who wrote the log.

    Raises:
        UnreadableLog: No round can be read.
    """
    rounds = Rounds()
    spread = repeated = False
    for line in lines_of(document):
        found = parsed(line)
        if found is None:
            repeated = best.search(line) is not None
        elif not repeated:
            number, cells, has_spread = found
            spread |= has_spread
            rounds.add(number, cells)
        else:
            repeated = False
    notes = (*document.notes, *rounds.without_torn_value(document.text), *((MEANS,) if spread else ()))
    return run_of_rounds(reader, document.name, rounds, framework=framework, notes=notes)


def run_of_rounds(
    reader: str,
    source: str,
    rounds: Rounds,
    *,
    framework: str,
    notes: tuple[Text, ...] = (),
    name: str = "",
    named: bool = True,
) -> Run:
    """Return the run that rounds make; the number of the round is the step.

    Args:
        reader: Id of the reader.
        source: What to call the log.
        rounds: The lines.
        framework: Whose they are.
        notes: What was decided so far.
        name: What the log calls the run.
        named: Whether the log names its metrics, so that it was decided which of them is the loss.

    Raises:
        UnreadableLog: There is no round.
    """
    if not rounds.numbers:
        raise refuse.only_words(source)
    numbers = np.array(rounds.numbers, np.float64)
    found = [_series(quantity.name, rounds, numbers) for quantity in rounds.quantities.values()]
    curves = [
        Curve(quantity.data, quantity.metric, one.name, one.values.tolist())
        for quantity, one in zip(rounds.quantities.values(), found, strict=True)
    ]
    roles, guesses = roles_of(curves)
    series = tuple(
        Series(one.name, role, one.values, one.missing, one.step)
        for one, role in zip(found, roles, strict=True)
    )
    empty = remarks.of_empty([one.name for one in series if not len(one.logged)])
    restarts = dict.fromkeys(note for one in series for note in restart_notes(one.step, None))
    said = (*notes, *empty, *(guesses if named else ()), *restarts)
    return Run(reader, series, source, said, {"framework": framework}, name)


def _series(name: str, rounds: Rounds, numbers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Series:
    """Return a quantity with the rounds in which it was written."""
    rows = [row for row, line in enumerate(rounds.cells) if name in line]
    cells = cells_of([rounds.cells[row][name] for row in rows])
    return Series(name, "other", cells.values, cells.missing, numbers[rows])
