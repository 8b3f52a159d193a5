"""The loss sits still for long before it starts to fall.

What is seen: a level stretch at the beginning, then a real descent. The signal that reaches the lower layers is tiny at first and
has to grow before anything can be learned.
Reported when: after the first tenth the loss stays within 1.5 % for a quarter of the log or more, not below nine tenths of where it
began, and at the end it is a tenth or more below that level.
Not observable: with fewer than eight values; in the log of a resumed run or of a network that came trained; while the log shows a
rate that is still warming up.
Not to be confused with: a loss that never leaves its level (`loss_flat`); a short pause.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.came_trained import came_trained
from lossclinic_kb.symptoms.curve import Curve, block_starts, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "chance_left_late"
TITLE = Text("A long stillness before the loss starts to fall", "损失先停了很久才开始下降")

_LEVEL = 0.015
_WAITS = 0.25
_FALLS = 0.1
_BEGIN = 0.9


def detect(run: Run, facts: Facts) -> Finding:
    """Measure the stretch before the descent."""
    loss = read_curve(run, "train_loss")
    if loss is None or len(loss) < 8 or not loss.from_start or loss.low <= 0:
        return not_observable(ID)
    if came_trained(run, facts) or adversarial(run, facts) or _warms_up(run):
        return not_observable(ID)
    waited = _wait(loss)
    if waited is None:
        return absent(ID)
    begin, end = waited
    level = float(np.median(loss.blocks[begin:end]))
    starts = block_starts(loss)
    first, last = starts[begin], starts[end] if end < len(starts) else len(loss) - 1
    since, until = place(loss, first), place(loss, last)
    evidence = Text(
        f"{loss.name} stays at about {number(level)} from {since.en} to {until.en}, and only then falls to {number(loss.end)}",
        f"{loss.name} 从{since.zh}到{until.zh}一直停在 {number(level)} 左右，之后才降到 {number(loss.end)}",
    )
    return report(ID, loss, first, last, evidence, level=level, end=loss.end)


def _wait(loss: Curve) -> tuple[int, int] | None:
    """Return the blocks in which the loss stays level after its start, if it falls afterwards."""
    blocks = loss.blocks
    begin = max(1, len(blocks) // 10)
    level = float(np.median(blocks[begin : begin + 3]))
    near = np.abs(blocks[begin:] / level - 1) <= _LEVEL
    end = begin + (len(near) if near.all() else int(np.argmin(near)))
    long = end - begin >= max(3, _WAITS * len(blocks))
    falls = end < len(blocks) and loss.end <= (1 - _FALLS) * level
    return (begin, end) if long and falls and level >= _BEGIN * float(blocks[0]) else None


def _warms_up(run: Run) -> bool:
    rate = read_curve(run, "lr")
    return rate is not None and float(rate.y[len(rate) // 4]) > 1.5 * float(rate.y[0])
