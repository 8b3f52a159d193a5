"""The training loss was down, and climbs back without haste: no single step makes up the climb.

What is seen: a loss that had learned turns, and rises over a good part of the log, a little in every stretch.
Reported when: of sixteen stretches (the values themselves, where there are fewer), from the lowest to the highest after it, none
adds more than half of the climb as a logarithm, or none three tenths of it as it stands; they are three apart or more.
Not observable: where the loss does not climb by three tenths, by 15 % of what there was to learn and beyond its noise, or
had learned nothing before; where validation, if it is logged, does not climb by an eighth as well; where the rate was raised meanwhile, as in a cycle; with fewer than seven values; for losses that reach 0 and in a contest of two networks.
Not to be confused with: a loss that breaks away from one stretch to the next, as under a rate that is too high or after a
resumption (`loss_sets_back` and `loss_rises_after_falling` show with both).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.curve import Curve, block_medians, block_starts, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_turns_up_gradually"
TITLE = Text("Training loss turns and climbs gradually", "训练损失掉头后缓慢爬升")

_FEWEST = 7
"""A low, a climb of three steps, and a level on both sides."""

_STRETCHES = 16
"""So few that a stretch holds the swings of single batches, so many that a climb over a third of the log has five steps."""

_EARLY = 0.8
"""Of the log, for the lowest stretch: what climbs in the last fifth alone has not been seen to last."""

_TIMES, _OF_IGNORANCE, _SIGMAS = 1.3, 0.15, 4.0
"""What counts as a climb at all: plain on any plot, not next to zero, and beyond the scatter of a stretch."""

_LEVEL, _ONE = 0.75, 0.5
"""Of the first value: a level a quarter below it, or a single value at half of it. What was never lower has nothing to lose."""

_FORGOTTEN = 0.2
"""As accuracy: the mean over a first epoch may be the best of all, and then only the answers show that something was known."""

_STEP = 0.5
"""Of the climb in logarithms. Rates that are too high add .7 and more in one stretch in the lab and outside it, a
velocity that decays slowly .2 to .5."""

_STEP_PLAIN = 0.3
"""Of the climb as it stands: growth with a power of time makes its first decades fast in logarithms."""

_STEPS = 3

_FEWEST_EVALUATIONS, _VALIDATION = 4, 1.125
"""Times its lowest: a climb of single batches that validation knows nothing of is their luck."""

_RAISED = 1.3
"""Times the rate at the lowest stretch: a rate that goes up takes the loss with it, and back."""


@dataclass(frozen=True)
class _Climb:
    """The stretches of the climb.

    Attributes:
        levels: Shape (n,), their medians, from the lowest to the highest.
        first: Index of the lowest among all stretches.
        last: Index of the highest.
    """

    levels: FloatArray
    first: int
    last: int

    @property
    def gradual(self) -> bool:
        """Whether no stretch makes up most of it."""
        logs = np.log(self.levels)
        step = float(np.diff(logs).max() / (logs[-1] - logs[0]))
        plain = float(np.diff(self.levels).max() / (self.levels[-1] - self.levels[0]))
        return len(self.levels) > _STEPS and (step <= _STEP or plain <= _STEP_PLAIN)


def detect(run: Run, facts: Facts) -> Finding:
    """Ask how a loss that had learned got up again."""
    curve = read_curve(run, "train_loss")
    if curve is None or len(curve) < _FEWEST or not curve.from_start or adversarial(run, facts):
        return not_observable(ID)
    climb = _climb(curve, ignorance(run, facts, curve))
    if climb is None or _validation_calm(run):
        return not_observable(ID)
    if not _had_learned(run, curve, climb) or _rate_raised(run, curve, climb):
        return not_observable(ID)
    if not climb.gradual:
        return absent(ID)
    starts = block_starts(curve, _STRETCHES)
    here, there = place(curve, starts[climb.first]), place(curve, starts[climb.last])
    low, high = number(float(climb.levels[0])), number(float(climb.levels[-1]))
    evidence = Text(
        f"{curve.name} turns near {here.en} and climbs from about {low} to {high} by {there.en}, without any step that makes up the climb",
        f"{curve.name} 在{here.zh}附近掉头，从约 {low} 逐步爬升到{there.zh}的 {high}，没有哪一步是突然跳上去的",
    )
    return report(
        ID,
        curve,
        starts[climb.first],
        starts[climb.last],
        evidence,
        low=float(climb.levels[0]),
        high=float(climb.levels[-1]),
    )


def _climb(curve: Curve, worth: float) -> _Climb | None:
    levels = block_medians(curve.y, _STRETCHES)
    if levels.min() <= 0:
        return None
    first = int(np.argmin(levels[: int(_EARLY * len(levels))]))
    last = first + int(np.argmax(levels[first:]))
    rise = float(levels[last] - levels[first])
    scatter = curve.noise / max(1.0, len(curve) / _STRETCHES) ** 0.5
    plain = log(levels[last] / levels[first]) >= log(_TIMES) and rise >= _OF_IGNORANCE * worth
    return _Climb(levels[first : last + 1], first, last) if plain and rise > _SIGMAS * scatter else None


def _had_learned(run: Run, curve: Curve, climb: _Climb) -> bool:
    start = float(curve.y[0])
    so_far = curve.y[: max(1, len(curve) * (climb.first + 1) // min(len(curve), _STRETCHES))]
    if climb.levels[0] <= _LEVEL * start or float(so_far.min()) <= _ONE * start:
        return True
    answers = accuracy_curve(run)
    return answers is not None and float(answers.y.max()) - answers.end >= _FORGOTTEN


def _rate_raised(run: Run, curve: Curve, climb: _Climb) -> bool:
    rate = read_curve(run, "lr")
    if rate is None or len(rate) != len(curve):
        return False
    levels = block_medians(rate.y, _STRETCHES)
    return float(levels[climb.first : climb.last + 1].max()) > _RAISED * float(levels[climb.first])


def _validation_calm(run: Run) -> bool:
    validation = read_curve(run, "val_loss")
    if validation is None or len(validation) < _FEWEST_EVALUATIONS or validation.y.min() <= 0:
        return False
    lowest = int(np.argmin(validation.y))
    return float(validation.y[lowest:].max()) < _VALIDATION * float(validation.y[lowest])
