"""The loss is the share of wrong answers times the most that an answer can cost: the outputs are exactly 0 or 1.

What is seen: loss and accuracy mirror each other: 14.5 at an accuracy of .10, 8.06 at .50, 16.12 for each error
throughout. The probabilities have been rounded to 0 and 1, and something clips them before the logarithm: Keras at
1e-7 (16.12 nats; 15.4 in its older binary cross-entropy), torch's `BCELoss` at a logarithm of -100, scikit-learn at
1e-15 (34.5); 1e-6, 1e-8, 1e-10 and 1e-12 (13.8, 18.4, 23.0, 27.6) in losses written by hand. Beyond the clip there is
no gradient.
Reported when: the loss over the share of errors is one of these numbers to 2 % in half of the entries (three at
least) that have a tenth of wrong answers or more, and above it in none.
Not observable: without loss and accuracy of one split in three places; for losses for which guessing does not cost ln K.
Not to be confused with: answers that are overconfident but not yet at the end (`val_errors_cost_much`); a loss that is
summed over its batch, each error of which costs more at first than later.
Blind: a weight penalty inside the logged loss adds to every entry and hides the ratio.
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.clips import FEWEST, Clip, clip_of
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import has_chance
from lossclinic_kb.symptoms.pairs import Pairs
from lossclinic_kb.symptoms.splits import loss_and_accuracy
from lossclinic_kb.text import Text, number

ID = "outputs_saturated"
TITLE = Text("Outputs saturated at 0 and 1", "输出饱和在 0 和 1")


def detect(run: Run, facts: Facts) -> Finding:
    """Divide the loss by the share of errors, on training and on validation."""
    if not has_chance(facts):
        return not_observable(ID)
    sides = [loss_and_accuracy(run, "train"), loss_and_accuracy(run, "val")]
    seen = [side for side in sides if side is not None and len(side) >= FEWEST]
    if not seen:
        return not_observable(ID)
    at_clip = ((side, clip) for side in seen if (clip := clip_of(side)) is not None)
    return next((_found(side, clip) for side, clip in at_clip), absent(ID))


def _found(side: Pairs, clip: Clip) -> Finding:
    last = len(side) - 1
    loss, accuracy, here = float(side.mean[last]), float(side.value[last]), side.place(last)
    of = Text(f" of {clip.origin}", f" {clip.origin} ") if clip.origin else Text("", "")
    evidence = Text(
        f"{side.fine.name} is {number(clip.cost)} times the share of wrong answers ({number(loss)} with {side.coarse.name} "
        f"{number(accuracy)} at {here.en}): {number(clip.cost)} is the clip{of.en}, the most that an answer can cost",
        f"{side.fine.name} 恰好是错误率的 {number(clip.cost)} 倍（{here.zh}为 {number(loss)}，{side.coarse.name} 为 "
        f"{number(accuracy)}），而 {number(clip.cost)} 正是{of.zh}截断概率后一个答案最多能有的损失",
    )
    return side.report(
        ID, 0, last, evidence, series=side.fine.name, clip=clip.cost, loss=loss, accuracy=accuracy
    )
