"""The validation loss is a multiple of the training loss, the same all along.

What is seen: two curves of one shape, validation far above training.
Reported when: both fall, and at every evaluation validation is above training by about the same factor, 1.8 or more.
Not observable: without both losses on one axis, with fewer than four evaluations, or where a loss hardly moves.
Not to be confused with: overfitting, whose gap opens with time (`val_rises_while_train_falls`).
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.loss_multiples import multiple
from lossclinic_kb.text import Text, number

ID = "val_loss_multiple_of_train"
TITLE = Text("Validation loss a constant multiple of training loss", "验证损失始终是训练损失的固定倍数")

_TIMES = 1.8
"""What validation costs more than training is at first next to nothing; nearly twice as much from the start is no
matter of what was learned."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Look at the ratio of both losses at every evaluation."""
    found = multiple(run)
    if found is None:
        return not_observable(ID)
    if not found.steady or found.ratio < _TIMES:
        return absent(ID)
    pairs, times = found.pairs, number(found.ratio)
    evidence = Text(
        f"{pairs.coarse.name} is about {times} times {pairs.fine.name} at every evaluation, while both fall",
        f"每次验证时 {pairs.coarse.name} 都约为 {pairs.fine.name} 的 {times} 倍，而两者都在下降",
    )
    return pairs.report(ID, 0, len(pairs) - 1, evidence, times=found.ratio)
