"""The losses of the batches come back in the next epoch, one by one.

What is seen: the ups and downs from batch to batch, which should be luck, are those of the epoch before. The same
samples are batched together in the same order: no shuffling, or a generator that is seeded anew in each epoch.
Reported when: values one epoch apart (two to five, where the log leaves steps out), less their trend and on the scale
of their scatter, correlate by 0.6 or more, and clearly less at the places next to it.
Not observable: without a training loss by step with epochs beside it, with fewer than four values in the stretch that
may repeat or 24 that can be set beside one an epoch on; where a text is learned, or may be, which recurrent networks
read in its order.
Not to be confused with: slow swings of the same shape in each epoch (`loss_sawtooth_per_epoch`), which the trend takes
away; stairs (`loss_steps_down_at_epochs`). A last batch of other size or kind in each epoch shows as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, read_curve
from lossclinic_kb.symptoms.epochs import steps_per_epoch
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import may_be_classification, named
from lossclinic_kb.symptoms.repeats import correlation, entries_apart, scatter
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text

ID = "batch_losses_repeat"
TITLE = Text("The same batch losses in each epoch", "每个 epoch 里各批的损失都一样起伏")

_ALIKE = 0.6
"""Correlation. Of 24 pairs or more luck makes less than 0.55; fixed batches make 0.7 to 0.99."""

_APART = 0.15
"""By how much less the neighbouring places correlate: swings over many steps, of a contest say, look alike there."""

_PAIRS, _VALUES = 24, 4
_MOST_EPOCHS = 5
"""Every fifth step of an epoch of 33 comes back after five epochs; further apart the network is another one."""

_TEXT = ("language", "lm", "text", "speech", "music")
_MANY = 2.4
"""A first loss a little above ln 10: where nobody says what is learned, more classes may as well be characters."""

_WHOLE = 0.15
"""Steps: by how much the estimated length of an epoch may miss a whole number."""


@dataclass(frozen=True)
class _Repeat:
    """How alike the values are that lie `epochs` apart; if they are, how alike those beside them are."""

    epochs: int
    pairs: int
    alike: float
    beside: float


def detect(run: Run, facts: Facts) -> Finding:
    """Correlate what is left of the loss without its trend with itself, whole epochs on."""
    curve = read_curve(run, "train_loss")
    length = None if curve is None else _epoch_length(curve)
    if curve is None or length is None or _may_be_text(facts, curve):
        return not_observable(ID)
    seen = _repeat(curve, length)
    if seen is None:
        return not_observable(ID)
    if seen.alike < _ALIKE or seen.alike - seen.beside < _APART:
        return absent(ID)
    apart = Text(
        f"{seen.epochs} epochs" if seen.epochs > 1 else "one epoch",
        f"{seen.epochs} 个 epoch" if seen.epochs > 1 else "一个 epoch",
    )
    evidence = Text(
        f"{curve.name} goes up and down at the same steps {apart.en} ({seen.epochs * length} steps) later: over "
        f"{seen.pairs} pairs of values the scatter correlates by {seen.alike:.2f}, beside them by {seen.beside:.2f} at most",
        f"{curve.name} 隔{apart.zh}（{seen.epochs * length} 步）在同样的位置起伏：{seen.pairs} 对值去掉趋势后相关系数为 "
        f"{seen.alike:.2f}，错开几步最多只有 {seen.beside:.2f}",
    )
    return report(
        ID, curve, 0, len(curve) - 1, evidence, alike=seen.alike, beside=seen.beside, pairs=float(seen.pairs)
    )


def _may_be_text(facts: Facts, loss: Curve) -> bool:
    unsaid = "classes" not in facts and may_be_classification(facts)
    return named(facts, _TEXT) or (unsaid and loss.start > _MANY)


def _epoch_length(curve: Curve) -> int | None:
    """Return how many steps an epoch has; None where that is not known, or no whole number."""
    if curve.unit != "step" or curve.epoch is None or len(curve) < _PAIRS:
        return None
    length = steps_per_epoch(curve.x, curve.epoch)
    if length is None or length < _VALUES or abs(length - round(length)) > _WHOLE:
        return None
    return round(length)


def _repeat(curve: Curve, length: int) -> _Repeat | None:
    """Return how alike the values are as few epochs apart as the log allows."""
    spacing = float(np.median(np.diff(curve.x)))
    rest = scatter(curve.y)
    if spacing <= 0:
        return None
    for epochs in range(1, _MOST_EPOCHS + 1):
        lag = epochs * length
        first, second = entries_apart(curve.x, lag)
        if len(first) < _PAIRS or lag < _VALUES * spacing:
            continue
        alike = correlation(rest[first], rest[second])
        beside = _beside(curve, rest, lag, spacing) if alike >= _ALIKE else 0.0
        return _Repeat(epochs, len(first), alike, beside)
    return None


def _beside(curve: Curve, rest: FloatArray, lag: float, spacing: float) -> float:
    """Return the highest correlation up to three entries before and after `lag`."""
    pairs = [entries_apart(curve.x, lag + shift * spacing) for shift in (-3, -2, -1, 1, 2, 3)]
    return max((correlation(rest[a], rest[b]) for a, b in pairs if len(a) >= _PAIRS // 2), default=0.0)
