"""Descents that are unfinished, too slow, frozen, or end at chance: series whose truth is known by construction."""

from __future__ import annotations

import math

import numpy as np
import pytest
from columns import ROLES

from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding

EPOCHS = np.arange(1.0, 21)
STEPS = np.arange(1.0, 401)
CHANCE = math.log(4)


def log(**columns: FloatArray | list[float]) -> Run:
    """Return a log: columns of 400 values are steps, twenty to an epoch; others stand at the ends of the epochs."""
    made = []
    for name, values in columns.items():
        if len(values) == len(STEPS):
            made.append(series(name, ROLES[name], values, step=STEPS, epoch=STEPS / 20))
        else:
            epoch = np.arange(1.0, len(values) + 1)
            step = 20 * epoch if any(len(other) == len(STEPS) for other in columns.values()) else None
            made.append(series(name, ROLES[name], values, step=step, epoch=epoch))
    return Run("made", tuple(made))


def found(symptom: str, run: Run, **facts: float | bool | str) -> Finding:
    return SYMPTOMS[symptom].detect(run, facts)


def state(symptom: str, run: Run, **facts: float | bool | str) -> str:
    return found(symptom, run, **facts).state


def line(start: float, end: float, count: int = 20) -> FloatArray:
    return np.linspace(start, end, count)


def decay(start: float, end: float, over: float, count: int = 20) -> FloatArray:
    return end + (start - end) * np.exp(-np.arange(count) / over)


def scatter(share: float, count: int = 400, seed: int = 3) -> FloatArray:
    return 1 + share * np.random.default_rng(seed).normal(size=count)


# ends_with_much_left


def test_a_straight_descent_that_stops_is_unfinished() -> None:
    falling = line(1.4, 0.9)
    assert state("ends_with_much_left", log(loss=falling, val_loss=falling + 0.02)) == "present"
    assert state("ends_with_much_left", log(loss=falling)) == "present"
    assert state("ends_with_much_left", log(val_loss=falling)) == "present"


def test_a_descent_that_has_bent_or_arrived_is_not() -> None:
    assert state("ends_with_much_left", log(loss=decay(1.4, 0.8, 3.0))) == "absent"
    assert state("ends_with_much_left", log(loss=line(1.4, 0.3))) == "absent"
    assert state("ends_with_much_left", log(loss=line(1.4, 1.37))) == "absent"


def test_a_descent_that_answers_well_lacks_only_certainty() -> None:
    falling = line(1.4, 0.9)
    assert state("ends_with_much_left", log(loss=falling, val_acc=line(0.4, 0.8))) == "present"
    assert state("ends_with_much_left", log(loss=falling, val_acc=line(0.4, 0.98))) == "absent"


def test_memorising_is_no_unfinished_descent() -> None:
    falling = line(1.4, 0.9)
    assert state("ends_with_much_left", log(loss=falling, val_loss=line(1.4, 1.6))) == "absent"
    assert state("ends_with_much_left", log(loss=falling, val_loss=decay(1.4, 1.2, 2.0))) == "absent"


@pytest.mark.parametrize("facts", [{"pretrained": True}, {"task": "gan"}, {"classes": 30000}])
def test_unfinished_needs_a_training_from_nothing(facts: dict[str, float | bool | str]) -> None:
    assert state("ends_with_much_left", log(loss=line(10.4, 7.0)), **facts) == "not_observable"


def test_unfinished_needs_five_values_above_zero() -> None:
    assert state("ends_with_much_left", log(loss=line(1.4, 0.9, 4))) == "not_observable"
    assert state("ends_with_much_left", log(loss=line(1.4, -0.9))) == "not_observable"
    assert state("ends_with_much_left", log(loss=[*line(1.4, 0.9), math.nan])) == "not_observable"


# step_losses_without_trend, step_losses_drift_down


def test_scatter_around_a_level_has_no_trend_and_a_small_slope_has_one() -> None:
    even = 1.4 * scatter(0.05)
    turned = even - np.polyval(np.polyfit(STEPS, even, 1), STEPS) + 1.4  # level to the last digit
    assert state("step_losses_without_trend", log(loss=turned)) == "present"
    assert state("step_losses_drift_down", log(loss=turned)) == "absent"
    sinking = turned * np.linspace(1.02, 0.98, 400)
    drift = found("step_losses_drift_down", log(loss=sinking))
    assert drift.present
    assert drift.numbers["change"] == pytest.approx(-0.04, abs=0.002)
    assert state("step_losses_without_trend", log(loss=sinking)) == "absent"


def test_a_fall_that_anybody_sees_is_neither() -> None:
    falling = decay(1.4, 0.2, 100.0, 400) * scatter(0.05)
    assert state("step_losses_without_trend", log(loss=falling)) == "absent"
    assert state("step_losses_drift_down", log(loss=falling)) == "absent"


def test_a_trend_needs_many_single_steps() -> None:
    for symptom in ("step_losses_without_trend", "step_losses_drift_down"):
        assert state(symptom, log(loss=1.4 * scatter(0.05, 20))) == "not_observable"
        assert state(symptom, log(loss=1.4 * scatter(0.05)), pretrained=True) == "not_observable"


# freezes_while_learning


FROZEN = np.array([1.41, *(0.80 + 0.01 * scatter(1.0, 11))])
STILL = np.array([0.95, *(0.81 + 0.001 * scatter(1.0, 11))])
HALF = np.array([0.45, *np.full(11, 0.74)])


def test_learning_that_stops_from_one_epoch_to_the_next_is_frozen() -> None:
    frozen = found("freezes_while_learning", log(loss=FROZEN, val_loss=STILL, acc=HALF))
    assert frozen.present
    assert frozen.steps == (2.0, 12.0)
    assert state("freezes_while_learning", log(loss=FROZEN, val_loss=STILL)) == "present"


def test_what_arrives_gradually_or_is_done_is_not_frozen() -> None:
    gradual = decay(1.41, 0.8, 2.0, 12)
    assert state("freezes_while_learning", log(loss=gradual, val_loss=gradual)) == "absent"
    assert state("freezes_while_learning", log(loss=FROZEN, val_loss=STILL, acc=HALF + 0.2)) == "absent"
    assert (
        state("freezes_while_learning", log(loss=FROZEN, val_loss=STILL, acc=np.full(12, 0.26))) == "absent"
    )
    low = np.where(np.arange(12) == 0, 1.41, 0.1)
    assert state("freezes_while_learning", log(loss=low, val_loss=low)) == "absent"


def test_steps_show_a_freeze_before_the_first_evaluation() -> None:
    steps = np.where(STEPS <= 15, 1.4 - 0.04 * STEPS, 0.8) * scatter(0.01)
    assert state("freezes_while_learning", log(loss=steps, val_loss=np.full(20, 0.8))) == "present"
    assert state("freezes_while_learning", log(loss=steps)) == "not_observable"


# loss_decays_onto_chance


def test_a_penalty_shrinks_the_loss_geometrically_onto_chance() -> None:
    shrinking = CHANCE + 40 * 0.4 ** np.arange(20)
    seen = found("loss_decays_onto_chance", log(loss=shrinking))
    assert seen.present
    assert seen.numbers["share"] == pytest.approx(0.4, abs=0.01)


def test_other_ways_down_to_chance_are_no_decay() -> None:
    geometric = 40 * 0.4 ** np.arange(20)
    assert state("loss_decays_onto_chance", log(loss=0.5 * CHANCE + geometric), classes=4) == "absent"
    assert state("loss_decays_onto_chance", log(loss=CHANCE * (1 + 0.5 * geometric / 40))) == "absent"
    wild = CHANCE + 40 * np.array([1.0, 0.1, 0.5, 0.2, 0.4, 0.1, *np.zeros(14)])
    assert state("loss_decays_onto_chance", log(loss=wild)) == "absent"
    apart = CHANCE + geometric
    assert state("loss_decays_onto_chance", log(loss=apart, val_loss=apart)) == "present"
    assert state("loss_decays_onto_chance", log(loss=apart, val_loss=apart + 0.5)) == "absent"
    collapsed = CHANCE + 40 * (np.arange(20) == 0)
    assert state("loss_decays_onto_chance", log(loss=collapsed)) == "not_observable"
    assert (
        state("loss_decays_onto_chance", log(loss=CHANCE + geometric), task="regression") == "not_observable"
    )


# sharper: loss_falls_slowly, val_creeps_down, first_loss_exactly_chance, accuracy_high_loss_stuck


def test_a_slow_fall_that_validation_does_not_follow_is_learned_by_heart() -> None:
    slow = line(CHANCE, 1.3)
    assert state("loss_falls_slowly", log(loss=slow, val_loss=slow + 0.01), classes=4) == "present"
    assert state("loss_falls_slowly", log(loss=slow, val_loss=line(1.4, 1.45)), classes=4) == "absent"


def test_an_unbroken_line_is_slow_whatever_guessing_costs() -> None:
    slow = line(0.81, 0.80)
    assert state("loss_falls_slowly", log(loss=slow)) == "present"
    assert state("val_creeps_down", log(loss=slow, val_loss=slow)) == "present"
    bent = decay(0.81, 0.80, 8.0)
    assert state("val_creeps_down", log(loss=bent, val_loss=bent)) == "not_observable"
    rough = slow * scatter(0.001, 20)
    assert state("loss_falls_slowly", log(loss=rough)) != "present"


def test_a_first_evaluation_that_stands_apart_is_left_out() -> None:
    creeping = np.array([0.791, *line(0.812, 0.800, 11)])
    train = line(0.82, 0.81, 12)
    seen = found("val_creeps_down", log(loss=train, val_loss=creeping))
    assert seen.present
    assert seen.steps == (2.0, 12.0)


def test_a_mean_is_exactly_chance_only_to_the_fifth_digit() -> None:
    still = math.log(8) * (1 - 1e-6 * np.arange(20))
    assert state("first_loss_exactly_chance", log(loss=still), classes=8) == "present"
    assert state("first_loss_exactly_chance", log(loss=still * 1.0003), classes=8) == "absent"
    assert state("first_loss_exactly_chance", log(loss=np.round(still, 4)), classes=8) == "not_observable"


def test_a_good_score_beside_a_loss_that_hardly_fell() -> None:
    stuck = np.array([0.80, 0.70, 0.64, *np.full(9, 0.63)])
    good = np.array([0.3, 0.6, *np.full(10, 0.83)])
    assert state("accuracy_high_loss_stuck", log(loss=stuck, val_loss=stuck, val_iou=good)) == "present"
    low = decay(0.8, 0.05, 2.0, 12)
    assert state("accuracy_high_loss_stuck", log(loss=low, val_loss=low, val_iou=good)) == "absent"
    assert state("accuracy_high_loss_stuck", log(loss=stuck, val_loss=stuck, val_iou=good - 0.3)) == "absent"
