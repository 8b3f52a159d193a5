"""The gallery of faulty runs: each recorded in the lab, with the causes to choose from."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cache

from lossclinic.compose import compose
from lossclinic.diagnosis import Diagnosis
from lossclinic.recorded import GALLERY, Pair, load_pair
from lossclinic_kb.case import Observations
from lossclinic_kb.causes import load_profiles
from lossclinic_kb.errors import InputError, KnowledgeError
from lossclinic_kb.symptoms import detect_all
from lossclinic_kb.text import Lang

CHOICES = 4


@dataclass(frozen=True)
class Lesson:
    """One faulty run to guess at.

    Attributes:
        number: From 1, as its address names it: the id of the cause would give it away.
        cause: What was wrong.
        pair: The run, and the same run mended.
        choices: Ids of causes, the right one among them.
    """

    number: int
    cause: str
    pair: Pair
    choices: tuple[str, ...]

    def diagnosis(self, lang: Lang) -> Diagnosis:
        """Return what lossclinic makes of the run alone."""
        case = Observations(findings=detect_all(self.pair.broken, {}))
        return compose(case, self.pair.broken, lang, source=None)


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return every lesson, in an order that follows no list of causes."""
    order = random.Random(0).sample(list(GALLERY), len(GALLERY))  # noqa: S311 - the same order for everybody
    return tuple(_lesson(number, cause) for number, cause in enumerate(order, 1))


def lesson(number: int) -> Lesson:
    """Return one lesson.

    Raises:
        InputError: There is none of this number.
    """
    if not 1 <= number <= len(lessons()):
        raise InputError(f"there is no run {number}; there are {len(lessons())}")
    return lessons()[number - 1]


def _lesson(number: int, cause: str) -> Lesson:
    pair = load_pair(cause, gallery=True)
    if pair is None:
        raise KnowledgeError(f"gallery: {cause} is not recorded; python -m lossclinic.recorded does it")
    hidden = replace(pair.broken, source="")
    return Lesson(number, cause, replace(pair, broken=hidden), _choices(number, cause, pair))


def _choices(number: int, cause: str, pair: Pair) -> tuple[str, ...]:
    """Return the cause with those most easily taken for it: its twins, what the curve suggests, its neighbours."""
    profile = load_profiles()[cause]
    suggested = [
        each.id
        for each in compose(Observations(findings=detect_all(pair.broken, {})), pair.broken, "en").causes
    ]
    others = [each for each in dict.fromkeys((*profile.twins, *suggested, *profile.related)) if each != cause]
    chosen = [cause, *others[: CHOICES - 1]]
    random.Random(number).shuffle(chosen)  # noqa: S311 - the same for everybody
    return tuple(chosen)
