"""The gradient has gone, and much of the loss is left.

What is seen: loss and gradient norm fall, the norm by far more; then the loss rests at a level that is anything but
low. What this network can express, or what its last layer lets through, has been learned, and that is not enough. In
a training that succeeds both fall together; in one that is too slow the gradient stays.
Reported when: the loss of the last fifth is within 6 % of that of the fifth before, at a quarter of its start or more,
and the norm has fallen 3.5 times as far as the loss; or, for a squared error, the norm of the last third is below
six tenths of 2 sqrt(loss / batch size), the least that a trained output bias gets from residuals of all samples.
Not observable: without twenty gradient norms and twenty losses above 0; unless an accuracy, a score or an error in the
units of the target is logged, or classes or a regression are stated; for texts, and for losses that rest above 0 by
their nature (densities, reconstructions, contrasts, contests), whose gradients calm down rightly; where it would be
reported, but labels are smoothed or nine of ten answers are right; for pretrained networks; in the log of a resumed run.
Not to be confused with: a loss that stays high beside good answers (`accuracy_high_loss_stuck`); a norm that is a
thirtieth of what it was (`grad_norm_vanishing`) or zero (`grad_norm_zero`).
"""

from __future__ import annotations

import math
import re

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.curve import Curve, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, named
from lossclinic_kb.symptoms.quality import quality_curves
from lossclinic_kb.symptoms.squared_levels import squared_levels
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "gradient_gone_loss_left"
TITLE = Text("Gradient gone while much of the loss is left", "梯度没了，损失还剩很多")

_FEWEST = 20
"""Values of either: a fifth of them is then a level."""

_LEFT = 0.25
"""Of the first loss: trainings that succeed end below it, or their gradient is still there."""

_TIMES = 3.5
"""The norm of a healthy training falls at most 1.3 times as far as its loss. Smoothed labels, whose loss has a floor,
make that 3.3."""

_LEVEL = 0.06
"""From fifth to fifth: a loss that still falls has something to fall by."""

_BELOW_BIAS = 0.6
"""Of the closed form. Samples whose gradient is cut off leave 0.4 to 0.5; predictions that are constant but trained
leave 0.65 and more."""

_ANSWERED = 0.9
"""As accuracy: what is left of the loss is then no lack of ability, but often that of smoothed labels."""

_MOST_CLASSES = math.log(1000)
"""A first loss above this is that of a vocabulary: what the next word is stays open, and the gradient still calms down."""

_OPEN = (
    *("language", "lm", "causal", "generation", "translation", "seq2seq", "speech", "ctc"),
    *(
        "distillation",
        "kl",
        "triplet",
        "contrastive",
        "infonce",
        "metric",
        "reconstruction",
        "density",
        "elbo",
    ),
    *("diffusion", "ranking", "reinforcement", "ppo"),
)
_QUANTITIES = ("regression", "forecast", "forecasting")
_ERRORS = frozenset(("mae", "mse", "rmse", "mape", "r2"))


def detect(run: Run, facts: Facts) -> Finding:
    """Compare how far norm and loss have fallen, and the norm with the closed form of a squared error."""
    norm, loss = read_curve(run, "grad_norm"), read_curve(run, "train_loss")
    if norm is None or loss is None or min(len(norm), len(loss)) < _FEWEST or float(loss.y.min()) <= 0:
        return not_observable(ID)
    if not norm.from_start or not loss.from_start or not _has_to_fall(run, facts, loss):
        return not_observable(ID)
    fifth = len(loss) // 5
    last, before = float(np.median(loss.y[-fifth:])), float(np.median(loss.y[-2 * fifth : -fifth]))
    left = last / float(np.median(loss.y[:3]))
    first, size = float(np.median(norm.y[:3])), float(np.median(tail(norm.y, 0.2)))
    if left < _LEFT or abs(last / before - 1) >= _LEVEL or size <= 0:
        return absent(ID)
    if first * left >= _TIMES * size:
        designed = bool(facts.get("label_smoothing")) or _answers(run) >= _ANSWERED
        return not_observable(ID) if designed else _fallen(norm, loss, first, size)
    squared = squared_levels(run, facts)
    if squared is None or left >= 1 or float(squared.thirds[-1]) >= _BELOW_BIAS:
        return absent(ID)
    return _cut_off(norm, loss, float(squared.thirds[-1]) * squared.bias_level, squared.bias_level)


def _has_to_fall(run: Run, facts: Facts, loss: Curve) -> bool:
    if facts.get("pretrained") or named(facts, _OPEN) or adversarial(run, facts):
        return False
    if loss.start > _MOST_CLASSES and not named(facts, _QUANTITIES):
        return False
    scored = run.all("train_acc") or run.all("val_acc") or quality_curves(run)
    names = {word for one in run.series for word in re.findall(r"[a-z]+\d?", one.name.lower())}
    return bool(scored or facts.get("classes") or named(facts, _QUANTITIES) or names & _ERRORS)


def _answers(run: Run) -> float:
    """Return the accuracy at the end, that of training where it is logged; 0 where none is."""
    accuracy = accuracy_curve(run) or accuracy_curve(run, "val_acc")
    return 0.0 if accuracy is None else accuracy.end


def _fallen(norm: Curve, loss: Curve, first: float, size: float) -> Finding:
    here, there = place(norm, 0), place(norm, len(norm) - 1)
    return report(
        ID,
        norm,
        0,
        len(norm) - 1,
        Text(
            f"{norm.name} has fallen from about {number(first)} at {here.en} to {number(size)} before {there.en}, while "
            f"{loss.name} rests at {number(loss.end)} of the {number(loss.start)} at first",
            f"{norm.name} 已从{here.zh}的约 {number(first)} 降到{there.zh}前的 {number(size)}，而 {loss.name} 停在 "
            f"{number(loss.end)}（开始时为 {number(loss.start)}）",
        ),
        first=first,
        last=size,
        left=loss.end / loss.start,
    )


def _cut_off(norm: Curve, loss: Curve, size: float, floor: float) -> Finding:
    there = place(norm, len(norm) - 1)
    return report(
        ID,
        norm,
        0,
        len(norm) - 1,
        Text(
            f"{norm.name} is of size {number(size)} before {there.en}, less than the {number(floor)} that the residuals of "
            f"a batch give to an output bias while {loss.name} rests at {number(loss.end)}: some samples pass no gradient",
            f"{there.zh}前 {norm.name} 只有 {number(size)} 左右，而 {loss.name} 停在 {number(loss.end)} 时，一批样本的残差本该给输出层"
            f"偏置 {number(floor)}：有些样本的梯度被截断了",
        ),
        last=size,
        floor=floor,
        left=loss.end / loss.start,
    )
