"""The training loss is a multiple of the validation loss, the same all along.

What is seen: two curves of one shape, training far above validation.
Reported when: both fall, and at every evaluation training is above validation by about the same factor, 1.7 or more.
Not observable: without both losses on one axis, with fewer than four evaluations, or where a loss hardly moves.
Not to be confused with: dropout or augmentation, under which validation is lower by a share that changes on the way
(`val_below_train`).
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.loss_multiples import multiple
from lossclinic_kb.text import Text, number

ID = "train_loss_multiple_of_val"
TITLE = Text("Training loss a constant multiple of validation loss", "训练损失始终是验证损失的固定倍数")

_TIMES = 1.7
"""Strong dropout makes about a half; two micro-batches that are added make two."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Look at the ratio of both losses at every evaluation."""
    found = multiple(run)
    if found is None:
        return not_observable(ID)
    if not found.steady or found.ratio > 1 / _TIMES:
        return absent(ID)
    pairs, times = found.pairs, number(1 / found.ratio)
    evidence = Text(
        f"{pairs.fine.name} is about {times} times {pairs.coarse.name} at every evaluation, while both fall",
        f"每次验证时 {pairs.fine.name} 都约为 {pairs.coarse.name} 的 {times} 倍，而两者都在下降",
    )
    return pairs.report(ID, 0, len(pairs) - 1, evidence, times=1 / found.ratio)
