"""The network breaks in the course of its first epoch, and answers by chance from then on.

What is seen: a log of one value per epoch whose first mean holds both, a sound beginning and what came of it.
Reported when: the first mean of the training loss is four times ln K and more, while validation at the end of that very epoch is
near ln K already and never below it later; or the training accuracy of the first epoch is higher by .05 than that of all later ones,
which are equal to the last digit.
Not observable: in logs by steps; with fewer than five evaluations, and six accuracies; where a loss is not finite.
Not to be confused with: large inputs or large weights, which are there before the first step: their loss stays high or is
learned away (`first_loss_far_above_chance`), and their first epoch answers no better than the others.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import Classes, accuracy_curve, classes
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "breaks_within_first_epoch"
TITLE = Text("Breaks in the course of the first epoch", "第一个 epoch 之内就训坏了")

_EVALUATIONS, _ACCURACIES = 5, 6

_FIRST = 4.0
"""Times ln K, as the mean of an epoch: nobody begins there and ends the same epoch at ln K by learning."""

_AT_CHANCE = 1.5
"""Times ln K, right after: what an exploded network leaves behind once its features are gone."""

_NEVER_BELOW = 0.97

_BETTER = 0.05
"""As accuracy: more than the luck of a few hundred samples, where all that comes after is equal to the last digit."""


def detect(run: Run, facts: Facts) -> Finding:
    """Set the first epoch against what came right after it."""
    loss, validation, answers = (
        read_curve(run, "train_loss"),
        read_curve(run, "val_loss"),
        accuracy_curve(run),
    )
    broken = any(one.non_finite for one in (*run.all("train_loss"), *run.all("val_loss")))
    if loss is None or loss.unit == "step" or broken:
        return not_observable(ID)
    known = classes(run, facts)
    dated = validation is not None and known is not None and len(validation) == len(loss) >= _EVALUATIONS
    answered = answers is not None and len(answers) == len(loss) >= _ACCURACIES
    if validation is not None and known is not None and dated and _exploded(loss, validation, known):
        return _describe_losses(loss, validation, known)
    if answers is not None and answered and _unlearned(answers):
        return _describe_answers(answers)
    return absent(ID) if dated or answered else not_observable(ID)


def _exploded(loss: Curve, validation: Curve, known: Classes) -> bool:
    chance = known.chance
    at_chance = validation.y[0] <= _AT_CHANCE * chance and validation.y.min() >= _NEVER_BELOW * chance
    return bool(loss.y[0] >= _FIRST * chance and at_chance)


def _unlearned(answers: Curve) -> bool:
    later = answers.y[1:]
    return bool(np.all(later == later[0]) and answers.y[0] > later[0] + _BETTER)


def _describe_losses(loss: Curve, validation: Curve, known: Classes) -> Finding:
    here = place(loss, 0)
    first, after, chance = number(float(loss.y[0])), number(float(validation.y[0])), number(known.chance)
    evidence = Text(
        f"{loss.name} is {first} on average over {here.en}, and {validation.name} at its end {after}, near ln {known.count} = {chance}, "
        "and never lower later: something blew up within the epoch",
        f"{loss.name} 在{here.zh}平均为 {first}，而该 epoch 结束时 {validation.name} 为 {after}，已接近 ln {known.count} = {chance}，"
        "之后也不再更低：是在这个 epoch 之内炸掉的",
    )
    return report(ID, loss, 0, 0, evidence, first=float(loss.y[0]), validation=float(validation.y[0]))


def _describe_answers(answers: Curve) -> Finding:
    here, first, later = place(answers, 0), float(answers.y[0]), float(answers.y[1])
    evidence = Text(
        f"{answers.name} is {number(first)} on average over {here.en}, and exactly {number(later)} in each of the {len(answers) - 1} "
        "epochs after it: what was learned at first was lost within the epoch",
        f"{answers.name} 在{here.zh}平均为 {number(first)}，之后 {len(answers) - 1} 个 epoch 一律恰好是 {number(later)}："
        "起初学到的东西在这个 epoch 之内就丢了",
    )
    return report(ID, answers, 0, len(answers) - 1, evidence, first=first, later=later)
