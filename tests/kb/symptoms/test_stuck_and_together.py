"""Where a loss is stuck, and what falls together: series whose truth is known by construction."""

from __future__ import annotations

import math

import numpy as np
import pytest
from columns import ROLES

from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS

EPOCHS = np.arange(1.0, 21)
CHANCE = math.log(6)
WOBBLE = 0.001 * np.sin(3 * EPOCHS)
GUESSING = 1 / 6 + WOBBLE


def log(**columns: FloatArray | list[float]) -> Run:
    """Return a log of one value per epoch."""
    made = [
        series(name, ROLES[name], values, epoch=np.arange(1.0, len(values) + 1))
        for name, values in columns.items()
    ]
    return Run("made", tuple(made))


def state(symptom: str, run: Run, **facts: float | bool | str) -> str:
    return SYMPTOMS[symptom].detect(run, facts).state


def falling(start: float, end: float, over: float = 5.0) -> FloatArray:
    return end + (start - end) * np.exp(-(EPOCHS - 1) / over)


class TestOffChance:
    ID = "loss_stuck_off_chance"

    def test_a_level_that_is_no_level_of_guessing(self) -> None:
        assert state(self.ID, log(loss=1.855 + 5 * WOBBLE, acc=GUESSING)) == "present"
        assert state(self.ID, log(loss=1.855 + 5 * WOBBLE), classes=6) == "present"

    def test_dead_units_still_learn_the_shares(self) -> None:
        assert state(self.ID, log(loss=CHANCE + WOBBLE, acc=GUESSING)) == "absent"
        assert state(self.ID, log(loss=CHANCE + WOBBLE), classes=6) == "absent"

    def test_what_moves_or_answers_is_not_stuck(self) -> None:
        assert state(self.ID, log(loss=falling(1.855, 1.5), acc=GUESSING)) == "absent"
        assert state(self.ID, log(loss=1.855 + WOBBLE, acc=np.full(20, 0.5))) == "absent"
        moving = log(loss=1.855 + 5 * WOBBLE, acc=GUESSING, val_loss=falling(1.83, 1.78))
        assert state(self.ID, moving) == "absent"

    def test_whole_numbers_lie_too_close_among_many_classes(self) -> None:
        assert state(self.ID, log(loss=4.7 + WOBBLE, acc=np.full(20, 0.01))) == "not_observable"

    def test_a_level_far_beyond_all_guessing(self) -> None:
        assert state(self.ID, log(loss=np.full(20, 16180.3)), classes=10) == "absent"
        assert state(self.ID, log(loss=np.full(20, 16180.3), acc=GUESSING)) == "not_observable"


class TestHovering:
    ID = "loss_hovers_above_chance"

    def test_kicked_about_above_chance(self) -> None:
        kicked = CHANCE * (1.03 + 0.02 * np.sin(7 * EPOCHS))
        assert state(self.ID, log(loss=kicked, val_loss=kicked, acc=GUESSING)) == "present"

    def test_still_at_chance(self) -> None:
        still = CHANCE * (1.001 + 0.0003 * np.sin(7 * EPOCHS))
        assert state(self.ID, log(loss=still, val_loss=still, acc=GUESSING)) == "absent"

    def test_learning_is_no_hovering(self) -> None:
        assert state(self.ID, log(loss=falling(1.9, 0.5)), classes=6) == "absent"
        assert state(self.ID, log(loss=falling(1.0, 0.5), acc=GUESSING)) == "not_observable"


class TestFarAbove:
    ID = "loss_stuck_far_above_chance"

    def test_saturated_outputs(self) -> None:
        assert state(self.ID, log(loss=np.full(20, 13.82), acc=np.full(20, 0.1425))) == "present"
        assert state(self.ID, log(loss=np.full(20, 13.82), acc=np.full(20, 0.1425)), classes=7) == "present"

    def test_near_chance_or_coming_down(self) -> None:
        assert state(self.ID, log(loss=np.full(20, 1.95), acc=np.full(20, 0.1425))) == "absent"
        assert state(self.ID, log(loss=falling(13.82, 2.0), acc=np.full(20, 0.1425))) == "absent"
        assert state(self.ID, log(loss=np.full(20, 13.82))) == "not_observable"


class TestLate:
    ID = "chance_left_late"
    WAITED = np.where(EPOCHS <= 10, CHANCE + WOBBLE, falling(CHANCE, 0.3) + 0.1)

    def test_waits_then_learns(self) -> None:
        assert state(self.ID, log(loss=self.WAITED)) == "present"

    def test_learns_at_once_or_never(self) -> None:
        assert state(self.ID, log(loss=falling(CHANCE, 0.3))) == "absent"
        assert state(self.ID, log(loss=CHANCE + WOBBLE)) == "absent"

    def test_a_warm_up_explains_it(self) -> None:
        assert state(self.ID, log(loss=self.WAITED, lr=EPOCHS * 1e-4)) == "not_observable"
        assert state(self.ID, log(loss=self.WAITED), pretrained=True) == "not_observable"


def test_validation_sinks_as_training_learns() -> None:
    learned, sinks = falling(0.4, 0.99, 3.0), falling(0.15, 0.01, 2.0)
    assert state("val_accuracy_sinks", log(acc=learned, val_acc=sinks)) == "present"
    assert state("val_accuracy_sinks", log(acc=learned, val_acc=np.full(20, 0.15))) == "absent"
    assert state("val_accuracy_sinks", log(acc=sinks, val_acc=sinks)) == "absent"
    assert state("val_accuracy_sinks", log(acc=learned)) == "not_observable"


def test_what_the_network_knew_is_overwritten() -> None:
    lost = falling(0.96, 0.06, 3.0)
    assert state("val_accuracy_lost", log(loss=falling(3.3, 0.5), val_acc=lost)) == "present"
    assert state("val_accuracy_lost", log(loss=falling(0.5, 3.3), val_acc=lost)) == "absent"
    assert state("val_accuracy_lost", log(loss=falling(3.3, 0.5), val_acc=np.full(20, 0.96))) == "absent"
    assert state("val_accuracy_lost", log(loss=falling(3.3, 0.5))) == "not_observable"


def test_validation_that_stands_still() -> None:
    noisy, still = 1 + 0.2 * np.sin(5 * EPOCHS), 0.97 + 0.005 * np.sin(EPOCHS)
    assert state("val_stands_still", log(loss=noisy, val_loss=still)) == "present"
    assert state("val_stands_still", log(loss=noisy, val_loss=noisy)) == "absent"
    assert state("val_stands_still", log(loss=falling(1.2, 0.1), val_loss=still)) == "absent"
    assert state("val_stands_still", log(loss=noisy, val_loss=np.full(20, 0.97))) == "absent"
    assert state("val_stands_still", log(loss=noisy)) == "not_observable"


def test_one_number_throughout_is_one_answer_throughout() -> None:
    entropy = -0.972 * math.log(0.972) - 0.028 * math.log(0.028)
    same = np.full(20, 0.972)
    assert (
        state("accuracy_constant_from_start", log(loss=falling(0.7, 1.1 * entropy), val_acc=same))
        == "present"
    )
    assert (
        state("accuracy_constant_from_start", log(loss=falling(0.7, 0.6 * entropy, 1.0), val_acc=same))
        == "absent"
    )
    assert (
        state("accuracy_constant_from_start", log(loss=falling(0.7, 0.2), val_acc=same + WOBBLE)) == "absent"
    )


def test_a_score_of_zero_throughout() -> None:
    loss = falling(0.8, 0.05)
    assert state("metric_at_zero", log(loss=loss, val_iou=np.zeros(20))) == "present"
    assert state("metric_at_zero", log(loss=loss, val_iou=np.maximum(0, EPOCHS - 5))) == "absent"
    assert state("metric_at_zero", log(loss=np.full(20, 0.8), val_iou=np.zeros(20))) == "absent"
    assert state("metric_at_zero", log(loss=loss, time=np.zeros(20))) == "not_observable"


def test_wrong_labels_learned_by_heart() -> None:
    learned, led = (
        falling(0.35, 0.85, 12.0),
        np.where(EPOCHS < 6, falling(0.6, 0.97, 1.0), 0.97 - 0.02 * (EPOCHS - 5)),
    )
    assert state("noise_memorised", log(acc=learned, val_acc=led)) == "present"
    assert state("noise_memorised", log(acc=learned, val_acc=np.minimum(led, 0.9) + 0.05)) == "present"
    assert state("noise_memorised", log(acc=learned, val_acc=falling(0.6, 0.97, 1.0))) == "absent"
    assert state("noise_memorised", log(acc=learned, val_acc=learned - 0.1)) == "absent"
    assert state("noise_memorised", log(acc=learned)) == "not_observable"


def test_a_penalty_outweighs_the_task() -> None:
    answers = np.where(EPOCHS <= 6, 0.1 * EPOCHS, np.maximum(0.2, 0.6 - 0.05 * (EPOCHS - 6)))
    assert state("accuracy_falls_while_loss_falls", log(loss=falling(39.0, 2.0), acc=answers)) == "present"
    assert state("accuracy_falls_while_loss_falls", log(loss=falling(0.7, 9.0), acc=answers)) == "absent"
    assert (
        state("accuracy_falls_while_loss_falls", log(loss=falling(2.0, 0.1), acc=falling(0.2, 0.9)))
        == "absent"
    )
    assert state("accuracy_falls_while_loss_falls", log(loss=falling(2.0, 0.1))) == "not_observable"


def test_noise_of_training_above_a_validation_that_learns_nothing() -> None:
    still = 2.06 + 0.01 * np.sin(EPOCHS)
    assert state("train_loss_above_still_val", log(loss=falling(5.3, 2.2), val_loss=still)) == "present"
    assert state("train_loss_above_still_val", log(loss=falling(5.3, 0.4), val_loss=still)) == "absent"
    assert (
        state("train_loss_above_still_val", log(loss=falling(5.3, 2.2), val_loss=falling(4.0, 1.5)))
        == "absent"
    )
    assert state("train_loss_above_still_val", log(loss=falling(5.3, 2.2))) == "not_observable"


class TestImpliedClasses:
    def test_guessing_to_the_end_tells_the_number_of_classes(self) -> None:
        run = log(loss=np.append([9.1], CHANCE * (1.02 + 0.01 * np.sin(7 * EPOCHS[1:]))), acc=GUESSING)
        assert state("first_loss_far_above_chance", run) == "present"

    @pytest.mark.parametrize(
        ("end", "right", "expected"), [(1.277, 0.998, "present"), (0.45, 0.998, "not_observable")]
    )
    def test_the_floor_of_a_doubled_softmax_tells_it_too(
        self, end: float, right: float, expected: str
    ) -> None:
        run = log(loss=falling(2.0, end, 2.0), acc=falling(0.4, right, 1.0))
        assert state("loss_at_double_softmax_floor", run) == expected

    def test_a_loss_that_rests_on_ln_k_tells_it_without_an_accuracy(self) -> None:
        penalised = log(loss=math.log(3) + 40 * np.exp(-2 * (EPOCHS - 1)))
        assert state("loss_at_chance", penalised) == "absent"  # K is known, and it was far above at first
        assert state("loss_at_chance", log(loss=1.2 + 40 * np.exp(-2 * (EPOCHS - 1)))) == "not_observable"

    def test_a_rate_of_adam_s_kind(self) -> None:
        run = log(loss=np.full(20, 0.7), lr=np.full(20, 0.1))
        assert state("lr_high_and_loss_high", run) == "absent"
        assert state("lr_high_and_loss_high", run, optimizer="adam") == "present"
        assert state("lr_high_and_loss_high", run, framework="hf") == "present"
