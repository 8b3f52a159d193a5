"""Levels that theory gives a loss: what chance, a doubled softmax and noisy labels make of it."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, as_curve, block_medians, read_curve, tail
from lossclinic_kb.symptoms.opponents import has_opponent
from lossclinic_kb.symptoms.units import unit

USUAL_COUNTS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 100, 200, 365, 1000, 21841)
"""Class counts that are worth recognising from a loss alone: small ones, and those of well-known datasets."""

USUAL_VOCABULARIES = (30522, 32000, 32128, 50257, 50304, 65536, 100277, 128256, 151936, 250002, 256000)
"""Vocabulary sizes of BERT, Llama, T5, GPT-2 (and padded), RWKV, GPT-4, Llama 3, Qwen, XLM-R and Gemma."""

NEAR = 0.03
"""A share of ln K. An untrained network starts within a few percent of it; ln 9 and ln 10 are 5 % apart."""

_NOT_CLASSES = ("regression", "forecast", "mse", "mae", "l1", "l2", "huber", "rmse")

_NOT_CHANCE = (
    *("distillation", "kl", "triplet", "contrastive", "infonce", "metric", "detection"),
    *("adversarial", "gan", "reconstruction", "density", "elbo"),
    *("dice", "jaccard", "tversky", "iou", "giou", "focal", "hinge", "margin", "ctc", "cosine"),
)
"""Words of tasks and losses that may well have classes, but whose loss for guessing is not ln K: terms are added
to the cross-entropy, the choice is among the samples of a batch, or targets between 0 and 1 cost something even
where they are met."""


@dataclass(frozen=True)
class Classes:
    """How many classes the loss is over.

    Attributes:
        count: Number of classes, or size of the vocabulary.
        stated: Whether somebody said so; otherwise the curves imply it.
        unit: Over how many samples the loss is summed; 1 for a mean.
    """

    count: int
    stated: bool
    unit: float = 1.0

    @property
    def chance(self) -> float:
        """The loss of guessing all classes alike: ln K, times the samples of a sum."""
        return self.unit * math.log(self.count)

    @property
    def double_softmax_floor(self) -> float:
        """The lowest loss that outputs between 0 and 1 can reach: ln(1 + (K - 1) / e), times the samples of a sum."""
        return self.unit * math.log(1 + (self.count - 1) / math.e)


def classes(run: Run, facts: Facts) -> Classes | None:
    """Return the number of classes, stated in `facts` or implied by where the curves start; None if neither.

    Implied means: the first training loss lies at ln K, and either the first accuracies lie at 1 / K or K is
    a usual number; or accuracy and loss lie at 1 / K and ln K to the end. From an epoch log nothing can be implied otherwise unless its
    first epoch learned nothing. None too
    where the loss is said to be another one than the cross-entropy, or has the loss of an opponent beside it.
    """
    if not has_chance(facts) or has_opponent(run):
        return None
    stated, curve = facts.get("classes"), read_curve(run, "train_loss")
    if isinstance(stated, (int, float)):
        return _stated(run, facts, int(stated), curve) if 2 <= stated <= 1e9 else None
    if curve is None or not curve.from_start:
        return None
    guess = count_at(curve.start)
    if guess is None or _first_value_has_learned(run, curve, 1 / guess):
        return _count_of_guessing(run, curve)
    usual = guess in (*USUAL_COUNTS, *USUAL_VOCABULARIES)
    if usual or _accuracy_starts_at(run, 1 / guess):
        return Classes(guess, stated=False)
    return _count_of_guessing(run, curve)


def _count_of_guessing(run: Run, loss: Curve) -> Classes | None:
    """Return K where loss and accuracy say for themselves that a network guesses to the end: ln K and 1 / K."""
    accuracy = accuracy_curve(run) or accuracy_curve(run, "val_acc")
    if accuracy is None:
        return _count_of_a_still_end(loss)
    if len(accuracy) < 4 or len(loss) < 4:
        return None
    count = round(1 / max(float(np.median(accuracy.y)), 1e-9))
    if not 2 <= count <= _MOST_GUESSED or np.any(np.abs(accuracy.blocks * count - 1) > _GUESSES):
        return None
    late = block_medians(loss.y, min(6, len(loss)))[-3:] / math.log(count)
    return Classes(count, stated=False) if late.min() >= 1 - NEAR and late.max() <= 1 + _KICKED else None


def _count_of_a_still_end(loss: Curve) -> Classes | None:
    """Return K where the loss comes down to ln K and rests there to the third digit, as nothing but guessing does."""
    late = tail(loss.y, 0.5, at_least=5)
    level = float(np.median(late))
    if (
        len(loss) < 10
        or not math.log(2) * (1 - _EXACT) <= level <= math.log(_MOST_GUESSED)
        or loss.start < 1.2 * level
    ):
        return None
    count = max(2, round(math.exp(level)))
    still = float(np.quantile(late, 0.9) - np.quantile(late, 0.1)) <= _EXACT * level
    return Classes(count, stated=False) if still and abs(level / math.log(count) - 1) <= _EXACT else None


_EXACT = 0.002
"""Of ln K: biases that have learned even class shares leave no more."""

_MOST_GUESSED = 20
_GUESSES = 0.35
"""Of 1 / K: the scatter of a set of a hundred samples, and of always naming one of uneven classes."""

_KICKED = 0.15
"""Of ln K: outputs that sway without learning cost a tenth more."""


def _stated(run: Run, facts: Facts, count: int, loss: Curve | None) -> Classes:
    if loss is None:
        return Classes(count, stated=True)
    return Classes(count, True, unit(loss, accuracy_curve(run), count, facts.get("batch_size")))


def may_be_classification(facts: Facts) -> bool:
    """Return whether nothing in `facts` says that the targets are no classes."""
    return facts.get("classes", 2) != 0 and not named(facts, _NOT_CLASSES)


def has_chance(facts: Facts) -> bool:
    """Return whether the loss may be a plain cross-entropy, so that guessing costs ln K."""
    return may_be_classification(facts) and not named(facts, _NOT_CHANCE)


def named(facts: Facts, words: Collection[str]) -> bool:
    """Return whether the task or the loss is called by one of `words`."""
    called = re.findall(r"[a-z0-9]+", f"{facts.get('task', '')} {facts.get('loss', '')}")
    return any(word in words for word in called)


def count_at(level: float) -> int | None:
    """Return the K whose ln K lies within 3 % of `level`, a usual one before others; None outside 2 to 300000."""
    if not math.log(2) * (1 - NEAR) <= level <= math.log(3e5):
        return None
    candidates = (*USUAL_COUNTS, *USUAL_VOCABULARIES)
    near = [count for count in candidates if abs(math.log(count) / level - 1) <= NEAR]
    if near:
        return min(near, key=lambda count: abs(math.log(count) - level))
    nearest = max(2, round(math.exp(level)))
    return nearest if abs(math.log(nearest) / level - 1) <= NEAR else None


def smoothed_floor(count: int, share: float) -> float:
    """Return the lowest cross-entropy when `share` of each label is spread evenly over `count` classes.

    The same holds for labels of which `share` were drawn at random.
    """
    other = share / count
    right = 1 - share + other
    return -(right * math.log(right) + (count - 1) * (other * math.log(other) if other else 0.0))


def known_floor(found: Classes, facts: Facts) -> float:
    """Return the level below which the loss cannot fall as far as `facts` say: that of label smoothing, or 0."""
    share = float(cast("float", facts.get("label_smoothing", 0.0)))
    return found.unit * smoothed_floor(found.count, share) if 0 < share < 1 else 0.0


def knows_more_than_it_answers(run: Run, facts: Facts) -> bool:
    """Return whether a choice between two is foreseen better than its accuracy shows: clicks, defaults, opinions.

    Where one answer is the better bet for nearly every sample, the accuracy stays at the share of that answer while the
    network learns how sure it may be: the loss is then below the entropy of the accuracy, which no constant answer gets to.
    """
    accuracy, loss, known = accuracy_curve(run), read_curve(run, "train_loss"), classes(run, facts)
    if accuracy is None or loss is None or not has_chance(facts) or not _BETTER_BET <= accuracy.end < 1:
        return False
    between_two = loss.start <= _OF_TWO if known is None else known.count == 2
    right = accuracy.end
    entropy = -right * math.log(right) - (1 - right) * math.log(1 - right)
    return between_two and 0 < loss.end <= _BELOW_ENTROPY * entropy * (1.0 if known is None else known.unit)


_BETTER_BET = 0.65
"""Of the answers: below, half of them are as good as guessed."""

_OF_TWO = 0.75
"""A first loss of at most ln 2, and what a first batch scatters by."""

_BELOW_ENTROPY = 0.95
"""More than the error of an accuracy of some thousand answers."""


def accuracy_curve(run: Run, role: Literal["train_acc", "val_acc"] = "train_acc") -> Curve | None:
    """Return the training (or validation) accuracy as a share of 1; None where the log has none."""
    curve = read_curve(run, role)
    return None if curve is None else _as_share(curve)


def _as_share(curve: Curve) -> Curve:
    percent = float(np.max(curve.y, initial=0.0)) > 1.5  # more than all right: the log counts in percent
    return curve.scaled(0.01) if percent else curve


def _first_value_has_learned(run: Run, loss: Curve, share: float) -> bool:
    """Return whether the first loss is a mean over an epoch that was no longer guessing, by its own accuracy.

    Such a mean lies near ln K of some K or other by accident only.
    """
    curves = [accuracy_curve(run, "train_acc"), accuracy_curve(run, "val_acc")]
    beside = [curve for curve in curves if curve is not None and len(curve) == len(loss)]
    return any(
        float(curve.y[0]) > share + 0.2 * (1 - share) for curve in beside
    )  # a fifth: no luck of a sample


def _accuracy_starts_at(run: Run, share: float) -> bool:
    curves = [as_curve(one) for one in (*run.all("train_acc"), *run.all("val_acc"))]
    starts = [float(_as_share(curve).y[0]) for curve in curves if curve is not None]
    return any(abs(start / share - 1) <= 0.2 for start in starts)  # a fifth: the error of a small sample
