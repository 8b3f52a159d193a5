"""Series of a log that measure how good the answers are, apart from the accuracy: IoU, F1, AUC and the like."""

from __future__ import annotations

import re

from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.breaks import before_break
from lossclinic_kb.symptoms.curve import Curve, as_curve

_SCORES = frozenset(
    (
        *("iou", "miou", "meaniou", "jaccard", "dice", "f", "fscore", "recall", "precision", "ap", "map"),
        *("mcc", "kappa", "bleu", "rouge", "auc", "auroc", "rocauc", "auprc", "r", "score"),
    )
)
_WITH_DIGITS = {"f": ("f1", "f2"), "r": ("r2",)}
"""Words that are scores with these digits only; other scores may carry any (`map50`, `rouge1`)."""

_NO_SCORES = frozenset(("loss", "norm", "grad", "std", "time", "lr", "weight", "threshold"))
_EVALUATED = frozenset(("val", "valid", "validation", "eval", "test", "dev"))
_MASKS = frozenset(("iou", "miou", "meaniou", "jaccard", "dice"))
_PERCENT = 1.5
"""More than all right: the log counts in percent, as of accuracies."""


def quality_curves(run: Run, at_least: int = 1) -> list[Curve]:
    """Return the scores that have `at_least` so many values, in the order of the log, those of evaluations first.

    Scores in percent are returned as shares of 1. What is evaluated after the loss broke is left out: it is the score of weights
    that are no numbers.
    """
    scores = [one for one in run.series if one.role == "other" and _is_score(_words(one.name))]
    scores.sort(key=lambda one: not _EVALUATED & set(_words(one.name)))
    sound = [before_break(run, curve) for curve in map(as_curve, scores) if curve is not None]
    curves = [curve for curve in sound if curve is not None and len(curve) >= at_least]
    return [curve.scaled(0.01) if _PERCENT < curve.y.max() <= 100 else curve for curve in curves]


def mask_scores(run: Run) -> list[Curve]:
    """Return the scores of masks (IoU, Dice): where there are any, each sample has a label for every pixel."""
    return [curve for curve in quality_curves(run) if _MASKS & set(_words(curve.name))]


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z]+\d*", name.lower())


def _is_score(words: list[str]) -> bool:
    return any(map(_names_score, words)) and not _NO_SCORES & set(words)


def _names_score(word: str) -> bool:
    plain = word.rstrip("0123456789")
    return plain in _SCORES and word in _WITH_DIGITS.get(plain, (word,))
