"""The validation loss turns upward while the training loss goes on falling.

What is seen: a validation curve shaped like a U beside a training curve that keeps going down.
Reported when: validation ends clearly above its lowest point (by a tenth of that point, by more where the task
was nearly solved, and beyond its own scatter), has been up there for most of the time since, and the training
loss fell further meanwhile.
Not observable: without both losses on one axis, or with fewer than four evaluations beside training, unless the lowest
of five or more is the last.
Not to be confused with: a validation loss that is high from the first evaluation on
(`val_far_above_train_from_start`); one that only jumps about (`val_noisy`); a small late rise of a loss
that is next to nothing, which every well-trained network shows.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import noise, tail
from lossclinic_kb.symptoms.evaluations import Evaluations, best_at_end, read_evaluations
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.small_sets import mistake
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "val_rises_while_train_falls"
TITLE = Text("Validation loss rises while training loss falls", "训练损失下降而验证损失上升")

_FEWEST = 4
"""A turn needs a way down or a start, a lowest point, and two evaluations above it."""

_OF_LOWEST = 0.1
"""Less than a tenth above the best evaluation changes no decision: early stopping would not care."""

_OF_IGNORANCE = 0.1
_HARD = 0.25
_OF_HARD = 0.04
"""Of what there was to learn. Networks that solve their task and are trained on and on drift up by as much as 8 %
of it, those that overfit for good by 12 % and more. Of a hard task, where a quarter and more is left at best,
less than half as much is enough."""

_FOREIGN = 1.5
_FOREIGN_RISE = 0.5
"""Validation never gets near the first training loss: the network came trained, or the two losses are not the
same. Nothing says then what there was to learn, and only a rise by half is beyond doubt."""

_SIGMAS = 3.0
"""A rise within three standard deviations of neighbouring evaluations may be chance."""

_STAYED = 0.75
_PART_WAY = 0.4
"""Share of the second half of the climb that has to be two fifths of the way up, as it is in a straight climb; a
single bad evaluation is no climb."""

_TRAIN_FELL = 0.9
"""Training has to lose another tenth of its loss after the turn; otherwise both curves merely stall."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look for the lowest evaluation and for what came after it."""
    seen = read_evaluations(run, _FEWEST)
    if seen is None:
        return absent(ID) if best_at_end(run) else not_observable(ID)
    turn, train, curve = seen.lowest, seen.pairs.fine, seen.curve
    lowest, end = float(seen.levels[turn]), _level_at_end(curve.y)
    if len(seen) - 1 - turn < 2 or not _climbed(seen, end - lowest):
        return absent(ID)
    matters = _matters(lowest, ignorance(run, facts, train))
    if end - lowest < max(matters, mistake(run)):
        return absent(ID)
    train_then, train_now = seen.train_at(turn), _level_at_end(seen.pairs.mean)
    if train_now > train_then - (1 - _TRAIN_FELL) * abs(train_then):
        return absent(ID)
    here = place(curve, turn)
    return report(
        ID,
        curve,
        turn,
        len(seen) - 1,
        Text(
            f"{curve.name} is lowest at {here.en} ({number(lowest)}) and ends at {number(end)}, while "
            f"{train.name} goes on falling from {number(train_then)} to {number(train_now)}",
            f"{curve.name} 在{here.zh}降到最低（{number(lowest)}），之后升到 {number(end)}，"
            f"而 {train.name} 仍从 {number(train_then)} 降到 {number(train_now)}",
        ),
        lowest=lowest,
        end=end,
        train_then=train_then,
        train_now=train_now,
    )


def _level_at_end(values: FloatArray) -> float:
    return float(np.median(tail(values, 0.1, at_least=3 if len(values) >= 10 else 1)))


def _matters(lowest: float, start: float) -> float:
    """Return the rise that matters, given the best evaluation and what there was to learn."""
    if lowest > _FOREIGN * start:
        return _FOREIGN_RISE * lowest
    return (_OF_IGNORANCE if lowest < _HARD * start else _OF_HARD) * start


def _climbed(seen: Evaluations, rise: float) -> bool:
    lowest, values = seen.levels[seen.lowest], seen.curve.y
    if rise < max(_OF_LOWEST * abs(lowest), _SIGMAS * noise(values)):
        return False
    later = tail(values[seen.lowest + 1 :], 0.5, at_least=2)
    return bool(np.mean(later > lowest + _PART_WAY * rise) >= _STAYED)
