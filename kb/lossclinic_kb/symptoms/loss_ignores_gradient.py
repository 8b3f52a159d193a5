"""Rate and gradient together should have brought the loss down, and it has not moved.

What is seen: ordinary rates, ordinary gradient norms, and a loss that ends where it began. The updates do not reach
the weights that the gradient is of, or the gradient says nothing about the loss: noise of batches, steps that are
far too long.
Reported when: rate times squared gradient norm (times the norm itself for an adaptive optimiser, the smaller of both
where the optimiser is unknown), summed over the steps, promises a fall larger than all that there was to learn, and
the loss moved by less than 3 % of that, or by a little more where its values scatter so much.
Not observable: without a training loss, a gradient norm and a rate by step, eight values of the first two; in the
log of a resumed run; in a contest of two networks.
Not to be confused with: a gradient that is too small to promise anything (`gradient_promises_little`); a loss that
goes up (`loss_diverges`).
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.promise import read_promise
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_ignores_gradient"
TITLE = Text("Loss does not follow the gradient", "损失不随梯度下降")

_PROMISED = 1.0
"""Of what there was to learn. Noise of batches makes norms larger than the gradient of the whole set, so that
ordinary runs promise several times what they win; they win it, though."""

_MOVED = 0.03
"""Of what there was to learn: about what the output bias alone wins."""

_ERRORS = 1.5
_MOST_SCATTER = 0.07
"""Standard errors of both ends are no movement, up to this share of what there was to learn: with the 3 % above, a
tenth is learned."""


def detect(run: Run, facts: Facts) -> Finding:
    """Set what the loss won against what its gradient promised."""
    seen = read_promise(run, facts)
    if seen is None:
        return not_observable(ID)
    still = _MOVED * seen.to_learn + min(_ERRORS * seen.error, _MOST_SCATTER * seen.to_learn)
    if seen.least <= _PROMISED * seen.to_learn or abs(seen.won) >= still:
        return absent(ID)
    loss, last = seen.loss, len(seen.loss) - 1
    end = place(loss, last)
    return report(
        ID,
        loss,
        0,
        last,
        Text(
            f"{seen.rate.name} and {seen.norm.name}, summed up to {end.en}, promise a fall of about "
            f"{number(seen.least)}; {loss.name} went from {number(loss.start)} to {number(loss.end)}",
            f"按 {seen.rate.name} 和 {seen.norm.name} 累计到{end.zh}，损失应下降约 {number(seen.least)}，"
            f"而 {loss.name} 只是从 {number(loss.start)} 变到 {number(loss.end)}",
        ),
        promised=seen.least,
        won=seen.won,
    )
