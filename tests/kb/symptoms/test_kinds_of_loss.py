"""What a loss can be besides the mean cross-entropy of a first training: none of it is a fault."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lossclinic_kb.facts import Fact
from lossclinic_kb.run import FloatArray, Role, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, State
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.units import falls_with_errors, unit

STEPS = np.arange(1.0, 401)
BATCH, CLASSES = 32, 10
CHANCE = math.log(CLASSES)
LEFT = np.exp(-STEPS / 80)  # the share of what there is to learn that is left
MEAN = CHANCE * (0.95 * LEFT + 0.05)
ACCURACY = (1 - 0.9 * LEFT)[39::40]
FACTS: dict[str, Fact] = {"classes": CLASSES, "batch_size": BATCH}


def log(loss: FloatArray, **columns: FloatArray) -> Run:
    """Return a log of 400 steps; columns of ten values stand at the ends of ten epochs."""
    roles: dict[str, Role] = {"acc": "train_acc", "lr": "lr", "val_loss": "val_loss"}
    made = [series("loss", "train_loss", loss, step=STEPS, epoch=STEPS / 40)]
    for column, values in columns.items():
        step = STEPS[len(STEPS) // len(values) - 1 :: len(STEPS) // len(values)]
        made.append(series(column, roles.get(column, "other"), values, step=step, epoch=step / 40))
    return Run("made", tuple(made))


def state(symptom: str, run: Run, **facts: Fact) -> State:
    return SYMPTOMS[symptom].detect(run, facts).state


class TestSums:
    SUM = BATCH * MEAN
    CONFIDENT = BATCH * CHANCE * np.exp(-STEPS / 8) + MEAN  # starts as high, and is a mean soon after

    def test_a_sum_is_measured_in_its_own_unit(self) -> None:
        known = classes(log(self.SUM, acc=ACCURACY), FACTS)
        assert known is not None
        assert known.chance == pytest.approx(BATCH * CHANCE)
        mean = classes(log(MEAN, acc=ACCURACY), FACTS)
        assert mean is not None
        assert mean.chance == pytest.approx(CHANCE)

    def test_a_sum_is_no_bad_start(self) -> None:
        symptom = "first_loss_far_above_chance"
        assert state(symptom, log(self.SUM, acc=ACCURACY), **FACTS) == "absent"
        assert state(symptom, log(self.SUM, acc=ACCURACY)) == "not_observable"
        assert state(symptom, log(self.CONFIDENT, acc=ACCURACY), **FACTS) == "present"
        assert state(symptom, log(self.CONFIDENT, acc=ACCURACY)) == "present"

    def test_the_batch_size_has_to_be_known_and_to_fit(self) -> None:
        curve = read_curve(log(self.SUM), "train_loss")
        assert curve is not None
        assert unit(curve, None, CLASSES, BATCH) == BATCH
        assert unit(curve, None, CLASSES, 4 * BATCH) == 1
        assert unit(curve, None, CLASSES, None) == 1

    def test_nothing_learned_says_nothing(self) -> None:
        run = log(self.SUM, acc=np.full(10, 0.1))
        loss, accuracy = read_curve(run, "train_loss"), read_curve(run, "train_acc")
        assert loss is not None
        assert accuracy is not None
        assert falls_with_errors(loss, accuracy, loss.start) is False
        assert falls_with_errors(loss, None, loss.start) is None


class TestOtherLosses:
    def test_a_compound_has_no_chance_level(self) -> None:
        assert classes(log(3 * MEAN), {**FACTS, "loss": "distillation"}) is None
        assert state("first_loss_far_above_chance", log(3 * MEAN), **FACTS) == "present"
        told = state("first_loss_far_above_chance", log(3 * MEAN), **FACTS, loss="distillation")
        assert told == "not_observable"

    def test_a_text_leaves_much_open(self) -> None:
        chance = math.log(40)
        settled, frequencies = (chance * (share + (1 - share) * np.exp(-STEPS / 30)) for share in (0.62, 0.8))
        assert state("loss_plateau_high", log(settled), classes=40) == "absent"
        assert state("loss_plateau_high", log(frequencies), classes=40) == "present"

    @pytest.mark.parametrize("opponent", ["loss_d", "D/loss", "discriminator_loss", "critic.loss"])
    def test_a_contest_needs_no_descent(self, opponent: str) -> None:
        level = 0.7 + 0.01 * np.random.default_rng(0).normal(size=400)
        assert state("loss_flat", log(level)) == "present"
        assert state("loss_flat", log(level, **{opponent: 2 * level})) == "not_observable"
        assert state("loss_flat", log(level), loss="adversarial") == "not_observable"
        assert state("loss_flat", log(level, loss_dice=level)) == "present"


def test_a_rate_that_goes_in_cycles_does_not_keep_rising() -> None:
    cycles = np.append(1 + np.cos(np.pi * (np.arange(399) % 133) / 133), 2.0)
    assert state("lr_keeps_rising", log(MEAN, lr=cycles)) == "absent"
    assert state("lr_keeps_rising", log(MEAN, lr=STEPS / 400)) == "present"


def test_a_creep_from_an_unknown_level_is_judged_by_its_straightness_alone() -> None:
    straight = np.linspace(0.32, 0.31, 400)
    slow, quick = 0.3 + 0.02 * np.exp(-np.arange(400) / 300), 0.32 * LEFT + 0.05
    assert state("val_creeps_down", log(straight, val_loss=straight[39::40])) == "present"
    assert state("loss_falls_slowly", log(straight)) == "present"
    assert state("val_creeps_down", log(slow, val_loss=slow[39::40])) == "not_observable"
    assert state("val_creeps_down", log(quick, val_loss=quick[39::40])) == "absent"
    rough = slow * (1 + 0.003 * np.random.default_rng(1).normal(size=400))
    assert state("loss_falls_slowly", log(rough)) == "not_observable"
    assert state("loss_falls_slowly", log(quick)) == "absent"
