"""The made samples become alike.

What is seen: a logged measure of how different the samples of a generator are (their standard deviation, how
many modes they cover, how many of them are distinct) shrinks to a small part of what it was.
Reported when: such a measure ends below 15 % of the highest level that it held, or is that low for a tenth of
the run after it.
Not observable: without a series that is named so (spread, diversity, variety, coverage, modes, distinct, or the
std of samples), or with fewer than eight values of it.
Not to be confused with: samples that are bad in different ways, of which such a measure says nothing.
"""

from __future__ import annotations

import re

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, as_curve, block_medians, block_starts
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "samples_lose_variety"
TITLE = Text("Samples lose their variety", "生成的样本越来越雷同")

_FEWEST = 8
_BLOCKS = 20
"""A level is the median of a twentieth of the run; it was held if two of them in a row show it."""

_LEFT = 0.15
"""One mode in seven, or a cloud of a seventh of its width; samples of a generator that learns spread over the data."""

_HELD = 0.5
"""Of the highest level of the run: what a first guess happens to cover is nothing to lose."""

_VARIETY = ("spread", "diversity", "variety", "coverage", "covered", "modes", "distinct")
_WIDTH = ("std", "stddev", "stdev")
_SAMPLES = (
    "sample",
    "samples",
    "fake",
    "fakes",
    "gen",
    "generated",
    "generator",
    "image",
    "images",
    "pixel",
    "made",
)


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Look in every such measure for a level that was held and lost."""
    named = [as_curve(series) for series in run.series if series.role == "other" and _tells(series.name)]
    curves = [curve for curve in named if curve is not None and len(curve) >= _FEWEST]
    if not curves:
        return not_observable(ID)
    for curve in curves:
        levels = block_medians(curve.y, _BLOCKS)
        lost = _lost(levels)
        if lost is not None:
            return _found(curve, levels, *lost)
    return absent(ID)


def _tells(name: str) -> bool:
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
    return any(word in _VARIETY for word in words) or (
        any(word in _WIDTH for word in words) and any(word in _SAMPLES for word in words)
    )


def _lost(levels: FloatArray) -> tuple[int, int] | None:
    """Return at which block the highest level so far was held, and at which it is lost; None where it never is."""
    held = np.minimum(levels[1:], levels[:-1])
    low = np.append(np.maximum(levels[1:], levels[:-1]), levels[-1])
    for at in range(2, len(levels)):
        best = int(np.argmax(held[: at - 1]))
        if held[best] >= _HELD * held.max() and low[at] < _LEFT * held[best]:
            return best, at
    return None


def _found(curve: Curve, levels: FloatArray, best: int, at: int) -> Finding:
    starts = block_starts(curve, _BLOCKS)
    before, after = float(levels[best : best + 2].min()), float(levels[at])
    peak, here = place(curve, starts[best]), place(curve, starts[at])
    return report(
        ID,
        curve,
        starts[best],
        [*starts, len(curve)][at + 1] - 1,
        Text(
            f"{curve.name} falls from about {number(before)} around {peak.en} to {number(after)} around {here.en}: "
            f"{after / before:.0%} of the variety is left",
            f"{curve.name} 从{peak.zh}附近的约 {number(before)} 降到{here.zh}附近的 {number(after)}，多样性只剩 "
            f"{after / before:.0%}",
        ),
        before=before,
        after=after,
    )
