"""What numbers in a text say by themselves: runs of values that rise, fall or swing, chance levels, training beside validation.

"loss 2.31 -> 1.97 -> 47.2 -> nan"      grows before it breaks
"train mse 0.04, val mse 0.015"         better on validation
"acc 0.083 with 12 classes"             what guessing gives
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lossclinic_kb.reading.facts import facts_in

Span = tuple[int, int]
_NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
_LINK = r"(?:\s*(?:-+>|→|=>|，|,|、|然后|再到|到|then|to)\s*|\s(?=\d+\.\d))"
_LOSS = r"(?:loss|cost|mse|mae|rmse|perplexity|ppl|损失|误差)"
_GOOD = r"(?:acc(?:uracy)?|f1|auc|map|m?iou|dice|r2|准确率|精度|正确率)"
_RUN = re.compile(
    rf"({_LOSS}|{_GOOD})[^\d.。!?\n\[]{{0,24}}({_NUMBER}(?:{_LINK}{_NUMBER}){{1,12}}(?:{_LINK}(?:nan|inf))?)",
    re.ASCII,
)
_BESIDE = re.compile(
    rf"(?<![a-z])(train(?:ing|set)?|训练集?|val(?:id|idation)?|test(?:ing|set)?|dev|验证集?|测试集?)[\s_]*+(?:set|的|上的?)?\s*+"
    rf"({_LOSS}|{_GOOD})?[\s:=：]*+(?:is|of|at|about|around|only|reaches|~|约|只有|有|为|是|能到|达到|高达)?\s*+({_NUMBER})\s*(%?)",
    re.ASCII,
)
_LEVEL = re.compile(rf"({_LOSS}|{_GOOD})[^\d.。!?\n]{{0,24}}({_NUMBER})\s*(%?)(?!{_LINK}\d)", re.ASCII)
_NORM = re.compile(
    rf"(?:grad(?:ient)?[ _]?norm|total_norm|grad_norm|梯度(?:范数|模)?)[^\d.。!?\n\[]{{0,16}}({_NUMBER}(?:{_LINK}{_NUMBER}){{3,12}})",
    re.ASCII,
)
JUMP = 3.0  # noise from batch to batch is well below a factor of three
BACK = 1.5  # above its lowest value by half: more than a loss wavers around its floor
SWING = 0.2  # a fifth of the level up and down each time: beyond what a small validation set scatters
RISES = 1.15  # more than a loss wavers once it has settled
EVEN = 3.0  # gradients of single batches differ by less; what multiplies soon grows by more
STILL = 0.02  # of the level: less than what a loss moves in an epoch that teaches anything
NEAR = 0.005  # people round to three digits
GAP = 0.15  # shares of right answers: half of what dropout or augmentation make is below this
AHEAD = 0.03  # validation ahead of training by more than the error of a thousand samples
TIMES = 2.0  # losses on validation above those on training by this are a gap in any unit
LESS = 1.25  # and below them by this: more than the half epoch by which the average lags


def numbers_in(text: str) -> dict[str, Span]:
    """Return the statements that numbers in lower-case `text` make, with where they stand."""
    found: dict[str, Span] = {}
    for reader in (_runs, _levels, _beside, _apart, _sums):
        for statement, span in reader(text):
            found.setdefault(statement, span)
    return found


def _runs(text: str) -> Iterator[tuple[str, Span]]:
    for match in _RUN.finditer(text):
        values = [float(number) for number in re.findall(_NUMBER, match[2], re.ASCII)]
        is_loss = re.fullmatch(_LOSS, match[1]) is not None
        if (
            statement := _shape(values, is_loss=is_loss, breaks=match[2].endswith(("nan", "inf")))
        ) is not None:
            yield statement, match.span()


def _apart(text: str) -> Iterator[tuple[str, Span]]:
    """Yield that a loss rises while what counts right answers rises, too."""
    rising: dict[bool, Span] = {}
    for match in _RUN.finditer(text):
        values = [float(number) for number in re.findall(_NUMBER, match[2], re.ASCII)]
        is_loss = re.fullmatch(_LOSS, match[1]) is not None
        if values[-1] > values[0] * (RISES if is_loss else 1.0) and values[0] > 0:
            rising[is_loss] = match.span()
    if len(rising) == 2:
        yield (
            "val_loss_up_metric_good",
            (min(start for start, _ in rising.values()), max(end for _, end in rising.values())),
        )


def _sums(text: str) -> Iterator[tuple[str, Span]]:
    """Yield that the norm of the gradient grows by about the same from each value to the next."""
    for match in _NORM.finditer(text):
        values = [float(number) for number in re.findall(_NUMBER, match[1], re.ASCII)]
        steps = [later - earlier for earlier, later in pairwise(values)]
        if min(steps) > 0 and max(steps) < EVEN * min(steps):
            yield "gradient_norm_adds_up", match.span()


def _shape(values: Sequence[float], *, is_loss: bool, breaks: bool) -> str | None:
    """Return the statement that a run of values makes."""
    if len(values) >= 3 and len(set(values)) == 1:
        return "every_digit_repeats"
    if len(values) >= 4 and _swings(values):
        return "oscillates"
    if is_loss and len(values) >= 3 and max(values) - min(values) < STILL * abs(values[0]) and not breaks:
        return "loss_stuck"
    if not is_loss or min(values) <= 0:
        return None
    lowest = values.index(min(values))
    if breaks and values[-1] > values[lowest] * JUMP:
        return "growth_before_nan"
    if 0 < lowest < len(values) - 1 and values[-1] > values[lowest] * BACK:
        return "falls_then_rises"
    return "loss_jumps" if lowest == 0 and values[-1] >= values[0] * JUMP else None


def _swings(values: Sequence[float]) -> bool:
    steps = [later - earlier for earlier, later in pairwise(values)]
    turns = all(before * after < 0 for before, after in pairwise(steps))
    level = sum(map(abs, values)) / len(values)
    return turns and min(map(abs, steps)) > SWING * level


def _levels(text: str) -> Iterator[tuple[str, Span]]:
    """Yield a loss of ln K or an accuracy of 1/K, where the text says how many classes there are."""
    classes = facts_in(text).get("classes")
    if not isinstance(classes, (int, float)) or classes < 2:
        return
    for match in _LEVEL.finditer(text):
        is_loss = re.fullmatch(_LOSS, match[1]) is not None
        value = float(match[2]) / (100 if match[3] else 1)
        if abs(value - (math.log(classes) if is_loss else 1 / classes)) < NEAR:
            yield "stuck_at_chance", match.span()


def _beside(text: str) -> Iterator[tuple[str, Span]]:
    """Yield what the first value on training says beside the first on validation, where both count the same."""
    train = val = None
    for match in _BESIDE.finditer(text):
        if match[1].startswith(("train", "训")):
            train = train or match
        else:
            val = val or match
    if train is None or val is None:
        return
    kind = train[2] or val[2]
    if kind is None or (val[2] and train[2] and val[2] != train[2]) or bool(train[4]) != bool(val[4]):
        return
    span = min(train.start(), val.start()), max(train.end(), val.end())
    statement = _compared(float(train[3]), float(val[3]), is_loss=re.fullmatch(_LOSS, kind) is not None)
    if statement is not None:
        yield statement, span


def _compared(train: float, val: float, *, is_loss: bool) -> str | None:
    if is_loss:
        if train <= 0 or val <= 0:
            return None
        gap, ahead = val >= TIMES * train, train >= LESS * val
    else:
        unit = 1.0 if max(train, val) <= 1 else 100.0
        gap, ahead = train - val >= GAP * unit, val - train >= AHEAD * unit
    return "gap_train_good_val_bad" if gap else "val_better_than_train" if ahead else None
