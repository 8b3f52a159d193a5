"""Setbacks, stalls, multiples and drifts: series whose truth is known by construction."""

from __future__ import annotations

import math

import numpy as np
import pytest
from columns import ROLES

from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS

STEPS = np.arange(1.0, 401)
EPOCHS = np.arange(1.0, 21)
CHANCE = math.log(4)


def log(**columns: FloatArray | list[float]) -> Run:
    """Return a log of 400 steps, 20 to an epoch; columns of twenty values stand at the ends of the epochs."""
    made = []
    for name, values in columns.items():
        step = STEPS if len(values) == len(STEPS) else 20 * EPOCHS
        made.append(series(name, ROLES[name], values, step=step, epoch=step / 20))
    return Run("made", tuple(made))


def state(symptom: str, run: Run, **facts: float | bool | str) -> str:
    return SYMPTOMS[symptom].detect(run, facts).state


def fall(start: float, end: float, over: float = 60.0, at: FloatArray = STEPS) -> FloatArray:
    return end + (start - end) * np.exp(-(at - 1) / over)


def noisy(values: FloatArray, share: float = 0.03) -> FloatArray:
    return values * (1 + share * np.random.default_rng(3).normal(size=len(values)))


LEARNING = noisy(fall(CHANCE, 0.1))
SET_BACK = LEARNING + np.where((STEPS > 200) & (STEPS <= 280), 0.9, 0.0)
RISING = fall(0.25, 0.95, 5.0, EPOCHS)


def test_a_stretch_up_there_is_a_setback_and_a_spike_is_none() -> None:
    assert state("loss_sets_back", log(loss=SET_BACK)) == "present"
    spike = LEARNING + np.where((STEPS > 200) & (STEPS <= 206), 2.0, 0.0)
    assert state("loss_sets_back", log(loss=spike)) == "absent"
    assert state("loss_sets_back", log(loss=LEARNING)) == "absent"


def test_a_warm_restart_explains_a_setback() -> None:
    restarted = 0.05 * (1 + np.cos(np.pi * ((STEPS - 1) % 200) / 200)) + 1e-4
    assert state("loss_sets_back", log(loss=SET_BACK, lr=restarted)) == "absent"
    raised = np.where(STEPS > 200, 0.1, 0.01)
    assert state("loss_sets_back", log(loss=SET_BACK, lr=raised)) == "present"
    assert state("loss_sets_back", log(loss=SET_BACK, lr=np.full(400, 0.01))) == "present"


def test_losses_of_a_contest_may_rise() -> None:
    assert state("loss_sets_back", log(loss=SET_BACK), task="gan") == "not_observable"


def test_accuracy_that_is_lost_again() -> None:
    lost = np.where(EPOCHS > 10, 0.3, RISING)
    assert state("accuracy_falls_back", log(acc=lost)) == "present"
    assert state("accuracy_falls_back", log(acc=RISING)) == "absent"
    one_bad = np.where(EPOCHS == 10, RISING - 0.3, RISING)
    assert state("accuracy_falls_back", log(acc=one_bad)) == "absent"


def test_accuracies_far_apart() -> None:
    assert state("accuracy_gap_wide", log(acc=RISING, val_acc=RISING - 0.25)) == "present"
    assert state("accuracy_gap_wide", log(acc=RISING, val_acc=RISING - 0.05)) == "absent"
    assert state("accuracy_gap_wide", log(acc=RISING)) == "not_observable"


@pytest.mark.parametrize(
    ("symptom", "factor"), [("train_loss_multiple_of_val", 0.25), ("val_loss_multiple_of_train", 3.0)]
)
def test_losses_in_different_units(symptom: str, factor: float) -> None:
    train = fall(2.0, 0.2)
    at = fall(2.0, 0.2, at=20 * EPOCHS)
    assert state(symptom, log(loss=train, val_loss=factor * at)) == "present"
    assert state(symptom, log(loss=train, val_loss=1.05 * at)) == "absent"
    opening = at * np.linspace(1.0, factor, 20)
    assert state(symptom, log(loss=train, val_loss=opening)) == "absent"


def test_a_slow_drift_of_validation() -> None:
    drift = np.concatenate((fall(1.4, 0.5, 1.5, EPOCHS[:5]), np.linspace(0.58, 0.72, 15)))
    assert state("val_drifts_up", log(loss=LEARNING, val_loss=drift)) == "present"
    level = np.concatenate((fall(1.4, 0.5, 1.5, EPOCHS[:5]), np.full(15, 0.56)))
    assert state("val_drifts_up", log(loss=LEARNING, val_loss=noisy(level, 0.02))) == "absent"
    next_to_nothing = drift / 50
    assert state("val_drifts_up", log(loss=LEARNING, val_loss=next_to_nothing)) == "absent"


def test_validation_loss_rises_and_answers_hold() -> None:
    drift = np.concatenate((fall(1.4, 0.5, 1.5, EPOCHS[:5]), np.linspace(0.58, 0.9, 15)))
    symptom = "val_accuracy_holds_while_loss_rises"
    assert state(symptom, log(loss=LEARNING, val_loss=drift, val_acc=np.full(20, 0.8))) == "present"
    falling = np.concatenate((np.full(5, 0.8), np.linspace(0.79, 0.6, 15)))
    assert state(symptom, log(loss=LEARNING, val_loss=drift, val_acc=falling)) == "absent"


def test_accuracy_without_a_trend() -> None:
    wanders = 0.27 + 0.02 * np.sin(EPOCHS * 2.1)
    assert state("accuracy_never_improves", log(acc=wanders)) == "present"
    assert state("accuracy_never_improves", log(acc=RISING)) == "absent"
    assert state("accuracy_never_improves", log(acc=np.full(20, 0.97))) == "absent"


def test_accuracy_that_stalls_low() -> None:
    stalled, facts = fall(0.25, 0.55, 3.0, EPOCHS), {"classes": 4.0}
    run = log(loss=fall(CHANCE, 1.0), acc=stalled)
    assert state("accuracy_stalls_low", run, **facts) == "present"
    assert state("accuracy_stalls_low", log(loss=LEARNING, acc=RISING), **facts) == "absent"
    still_rising = np.linspace(0.25, 0.6, 20)
    assert state("accuracy_stalls_low", log(loss=LEARNING, acc=still_rising), **facts) == "absent"
    assert state("accuracy_stalls_low", run, classes=50257.0) == "not_observable"
    assert state("accuracy_stalls_low", run, classes=4.0, pretrained=True) == "not_observable"


def test_a_loss_that_ends_where_it_began() -> None:
    wild = 7000 + 2500 * np.random.default_rng(0).normal(size=400)
    assert state("loss_makes_no_progress", log(loss=np.abs(wild))) == "present"
    assert state("loss_makes_no_progress", log(loss=LEARNING)) == "absent"
    assert state("loss_makes_no_progress", log(loss=np.abs(wild)), pretrained=True) == "not_observable"


def test_validation_loss_that_its_accuracy_does_not_explain() -> None:
    accuracy, loss = fall(0.25, 0.97, 4.0, EPOCHS), fall(1.4, 0.1, 4.0, EPOCHS)
    fine = log(loss=loss, val_loss=1.2 * loss, acc=accuracy, val_acc=accuracy - 0.01)
    odd = log(loss=loss, val_loss=loss + 0.8, acc=accuracy, val_acc=accuracy - 0.01)
    assert state("val_loss_out_of_line", odd) == "present"
    assert state("val_loss_out_of_line", fine) == "absent"


@pytest.mark.parametrize(
    ("symptom", "column"), [("accuracy_below_chance", "acc"), ("val_accuracy_below_chance", "val_acc")]
)
def test_worse_than_guessing(symptom: str, column: str) -> None:
    inverted, guessing = np.full(20, 0.05), np.full(20, 0.24)
    assert state(symptom, log(loss=LEARNING, **{column: inverted}), classes=4.0) == "present"
    assert state(symptom, log(loss=LEARNING, **{column: guessing}), classes=4.0) == "absent"
    assert state(symptom, log(loss=LEARNING, **{column: inverted}), classes=1000.0) == "not_observable"


def test_the_number_of_classes_is_read_from_a_turned_sign_too() -> None:
    turned = -CHANCE * np.exp((STEPS - 1) / 40)
    assert state("accuracy_below_chance", log(loss=turned, acc=np.full(20, 0.05))) == "present"


def test_climbing_from_the_first_step_on() -> None:
    climbs = CHANCE * np.exp((STEPS - 1) / 100)
    assert state("loss_climbs_from_start", log(loss=climbs)) == "present"
    assert state("loss_climbs_from_start", log(loss=-climbs)) == "present"
    assert state("loss_climbs_from_start", log(loss=LEARNING)) == "absent"
    first_fell = np.concatenate((fall(CHANCE, 1.1, 10.0, STEPS[:40]), 1.1 * np.exp(np.arange(360) / 60)))
    assert state("loss_climbs_from_start", log(loss=first_fell)) == "absent"
    rng = np.random.default_rng(1)
    wild = np.abs(CHANCE * np.exp((STEPS - 1) / 100) * (1 + 0.9 * rng.normal(size=400)))
    assert state("loss_climbs_from_start", log(loss=np.concatenate((LEARNING[:100], wild[100:])))) == "absent"


def test_losses_of_six_digits() -> None:
    assert state("loss_in_large_units", log(loss=1e6 * LEARNING)) == "present"
    assert state("loss_in_large_units", log(loss=100 * LEARNING)) == "absent"


def test_a_fall_by_orders_of_magnitude() -> None:
    symptom = "loss_falls_by_orders"
    assert state(symptom, log(loss=fall(300, 1.0), grad_norm=fall(6000, 60))) == "present"
    assert state(symptom, log(loss=fall(300, 1.0), grad_norm=fall(60, 20))) == "absent"
    solved = log(loss=fall(2.3, 0.001), grad_norm=fall(1.0, 0.001))
    assert state(symptom, solved) == "absent"


def test_epochs_that_repeat_one_number() -> None:
    stuck = Run("made", (series("loss", "train_loss", [0.43359375] * 3, epoch=[0.0, 1.0, 2.0]),))
    moving = Run("made", (series("loss", "train_loss", [0.43359, 0.43357, 0.43351], epoch=[0.0, 1.0, 2.0]),))
    assert state("loss_bit_identical", stuck) == "present"
    assert state("loss_bit_identical", moving) == "absent"
    assert state("loss_bit_identical", log(loss=LEARNING)) == "not_observable"
