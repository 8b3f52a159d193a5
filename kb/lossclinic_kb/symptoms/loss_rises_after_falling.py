"""The training loss falls and then climbs.

What is seen: a clear descent, a lowest point well before the end, and from there a steady climb.
Reported when: the loss regains at least three tenths of what it had won (or a quarter of its lowest level,
if that is also a tenth of what it had won), over at least a sixth of the log, mostly uphill, or in a jump
that stays; or, however wildly, three fifths of it in every block of the last quarter.
Not observable: with fewer than five values.
Not to be confused with: divergence from the first steps on (`loss_diverges`), a single jump
(`loss_spikes`), swings in both directions (`loss_oscillates`), validation loss rising
(`val_rises_while_train_falls`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, block_starts, noise, read_curve, running_median, steadiness
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_rises_after_falling"
TITLE = Text("Training loss falls, then climbs", "训练损失先降后升")


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Look for a climb after the lowest point of the training loss."""
    curve = read_curve(run, "train_loss")
    if curve is None or len(curve) < 5:
        return not_observable(ID)
    blocks = running_median(curve.blocks, 3) if len(curve.blocks) >= 16 else curve.blocks
    bottom = int(np.argmin(blocks))
    climb = blocks[bottom:]
    top = float(np.min(climb[-2:]) if len(climb) < 8 else np.median(climb[-max(3, len(climb) // 4) :]))
    low, won, rise = float(blocks[bottom]), curve.start - float(blocks[bottom]), top - float(blocks[bottom])
    edges = block_starts(curve)
    calm = noise(curve.y[: edges[bottom] + 1])  # the climb may be wild: the descent tells what noise is
    wild = max(noise(climb), 1.25 * calm * (len(blocks) / len(curve)) ** 0.5)  # of one block
    regained = (
        _regained(rise, won, low) and rise > 4 * wild
    )  # the lowest of 32 lies two below by chance alone
    climbs = regained and _climbs(curve, climb, len(blocks))
    if not _fell(curve.start, won, calm) or not (climbs or _is_back(climb, won, len(blocks))):
        return absent(ID)
    here, there = place(curve, edges[bottom]), place(curve, len(curve) - 1)
    evidence = Text(
        f"{curve.name} falls from {number(curve.start)} to about {number(low)} near {here.en}, then climbs "
        f"to about {number(top)} by {there.en}",
        f"{curve.name} 从 {number(curve.start)} 降到{here.zh}附近的约 {number(low)}，之后一路回升，到{there.zh}约为 {number(top)}",
    )
    return report(ID, curve, edges[bottom], len(curve) - 1, evidence, start=curve.start, low=low, end=top)


def _fell(start: float, won: float, calm: float) -> bool:
    # A seventh of the first value, beyond the noise: less may be the luck of the first batches.
    return won > 0.15 * abs(start) and won > 3 * calm


def _regained(rise: float, won: float, low: float) -> bool:
    # A tenth of a loss that went to zero is nothing; three tenths of the way back is plain on any plot. Where
    # the floor is high (language models), a quarter of the level is plain long before.
    return rise >= 0.3 * won or (rise >= 0.25 * abs(low) and rise >= 0.1 * won)


def _is_back(climb: FloatArray, won: float, total: int) -> bool:
    # However wildly it got there: not one of the last blocks, a sixth of the log at least, is far below the start.
    late = climb[-max(5, total // 4) :]
    return len(climb) > len(late) >= total / 6 and float(late.min() - climb[0]) >= 0.6 * won


def _climbs(curve: Curve, climb: FloatArray, total: int) -> bool:
    # Two values after the lowest are the least that can climb. Of single batches (a step log) it takes four:
    # where the loss is near zero, two hard batches in a row are common. A sixth of the log is "a good part".
    least = 5 if curve.unit == "step" else 3
    if len(climb) < least or len(climb) - 1 < total / 6:
        return False
    late = climb[len(climb) // 2 :]
    stays_up = bool(
        np.min(late) - climb[0] >= 0.3 * (np.max(climb) - climb[0])
    )  # or it jumped and stayed there
    return steadiness(climb) >= 0.5 or (stays_up and len(climb) >= 5)
