"""A loss over classes begins far below zero, or below zero with a gradient in the tens and hundreds.

What is seen: the very first values are negative already, and large: the targets are not 0 and 1.
Reported when: of a loss over classes, or beside a score of masks, one of the first two values lies below zero, and either the first
gradient norm is 20 or more, or the value lies below -12.5, the logarithm of any number of classes.
Not observable: in a log by epochs, or one that does not begin at the first step; where nothing says that the loss is over classes.
Not to be confused with: a turned sign, or probabilities in place of their logarithms: those begin at the size of ln K with ordinary
gradients, and run away later (`loss_negative` shows with all of them).
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import has_chance
from lossclinic_kb.symptoms.quality import quality_curves
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "starts_far_below_zero"
TITLE = Text("Loss starts far below zero", "损失一开始就远低于零")

_FIRST_STEP = 1
"""Later values may have run away: each step of a turned sign takes the loss further down."""

_GRADIENT = 20.0
"""Norm. Targets of 0 and 1 give one or two at first, class numbers up to nine; masks of 0 and 255 some hundreds."""

_ANY_CHANCE = 12.5
"""ln 268000, as far as a turned sign can begin below zero: the largest vocabularies have a quarter of a million entries."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look at the first two losses and the first gradient norm."""
    loss, norm = read_curve(run, "train_loss"), read_curve(run, "grad_norm")
    if loss is None or len(loss) < 2 or loss.unit != "step" or loss.x[0] > _FIRST_STEP:
        return not_observable(ID)
    if not _over_classes(run, facts):
        return not_observable(ID)
    lowest = 0 if loss.y[0] <= loss.y[1] else 1
    value = float(loss.y[lowest])
    gradient = float(norm.y[0]) if norm is not None and norm.x[0] == loss.x[0] else None
    large = gradient is not None and gradient >= _GRADIENT
    if value >= 0 or not (large or value < -_ANY_CHANCE):
        return absent(ID)
    here = place(loss, lowest)
    beside = (
        Text("", "")
        if gradient is None
        else Text(
            f", and the first gradient norm {number(gradient)}", f"，而最初的梯度范数为 {number(gradient)}"
        )
    )
    evidence = Text(
        f"{loss.name} is {number(value)} at {here.en}{beside.en}",
        f"{loss.name} 在{here.zh}就是 {number(value)}{beside.zh}",
    )
    return report(ID, loss, 0, lowest, evidence, value=value)


def _over_classes(run: Run, facts: Facts) -> bool:
    stated = facts.get("classes", 0)
    named = isinstance(stated, (int, float)) and stated >= 2
    scored = bool(run.all("train_acc") or run.all("val_acc") or quality_curves(run))
    return has_chance(facts) and (named or scored)
