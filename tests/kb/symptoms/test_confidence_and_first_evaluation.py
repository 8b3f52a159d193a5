"""What an error costs, losses of exactly ln K, and validation set against its first evaluation and against training."""

from __future__ import annotations

import math

import numpy as np
import pytest
from columns import ROLES

from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding, State

RNG = np.random.default_rng(0)
EPOCHS = 12
ERRORS = np.linspace(0.9, 0.4, EPOCHS)
LEARNING = 2.2 * np.exp(-np.arange(EPOCHS) / 4) + 0.1
CHANCE = math.log(10)
KERAS = -math.log(1e-7)


def by_epoch(**columns: FloatArray) -> Run:
    made = [series(n, ROLES[n], v, epoch=np.arange(1.0, len(v) + 1)) for n, v in columns.items()]
    return Run("made", tuple(made))


def by_step(first: float = 0.0, **columns: FloatArray) -> Run:
    made = [series(n, ROLES[n], v, step=first + np.arange(float(len(v)))) for n, v in columns.items()]
    return Run("made", tuple(made))


def find(symptom: str, run: Run, **facts: float | str) -> Finding:
    return SYMPTOMS[symptom].detect(run, facts)


def state(symptom: str, run: Run, **facts: float | str) -> State:
    return find(symptom, run, **facts).state


class TestCostOfErrors:
    ID = "val_errors_cost_much"

    def test_the_cost_is_measured_where_the_run_ends(self) -> None:
        accuracy = np.full(EPOCHS, 0.8)
        found = find(self.ID, by_epoch(val_loss=np.linspace(0.6, 2.4, EPOCHS), val_acc=accuracy))
        assert found.present
        assert found.steps == (9, 12)
        assert 10 < found.numbers["cost"] < 12
        assert "0.2 of the answers wrong" in found.evidence.en

    @pytest.mark.parametrize(
        ("loss", "accuracy"),
        [(0.7, 0.8), (1.39, 0.8), (0.5, 0.98)],
        ids=["knows its doubts", "just below", "hardly an error"],
    )
    def test_others(self, loss: float, accuracy: float) -> None:
        run = by_epoch(val_loss=np.full(EPOCHS, loss), val_acc=np.full(EPOCHS, accuracy))
        assert state(self.ID, run) == "absent"

    def test_sums_and_other_losses_tell_nothing(self) -> None:
        errors = np.full(EPOCHS, 0.9)
        assert state(self.ID, by_epoch(val_loss=np.full(EPOCHS, 9.0))) == "not_observable"
        assert state(self.ID, by_epoch(val_loss=9 * errors, val_acc=errors), loss="hinge") == "not_observable"
        assert state(self.ID, by_epoch(val_loss=9 * errors[:2], val_acc=errors[:2])) == "not_observable"
        learned = np.linspace(0.1, 0.9, EPOCHS)
        summed = 32 * CHANCE * (1 - learned)
        total = by_epoch(loss=summed, acc=learned, val_loss=summed, val_acc=learned)
        assert state(self.ID, total, classes=10.0, batch_size=32.0) == "not_observable"
        assert state(self.ID, total) == "present"  # nothing says that it is a sum


class TestSaturation:
    ID = "outputs_saturated"

    @pytest.mark.parametrize(
        "clip", [KERAS, 15.333, 15.425, 100.0, 34.539, 36.04, 13.8155, 18.42, 23.03, 27.63]
    )
    def test_every_clip_is_seen_on_either_split(self, clip: float) -> None:
        loss = clip * ERRORS * (1 - 0.004 * RNG.random(EPOCHS))
        found = find(self.ID, by_epoch(loss=loss, acc=1 - ERRORS))
        assert found.present
        assert found.numbers["clip"] == pytest.approx(clip, rel=0.01)
        assert state(self.ID, by_epoch(val_loss=loss, val_acc=np.round(100 * (1 - ERRORS), 2))) == "present"

    def test_the_evidence_names_whose_clip_it_is(self) -> None:
        found = find(self.ID, by_epoch(loss=KERAS * ERRORS, acc=1 - ERRORS))
        assert "the clip of Keras" in found.evidence.en
        assert "16.12" in found.evidence.zh
        assert "clip," in find(self.ID, by_epoch(loss=23.03 * ERRORS, acc=1 - ERRORS)).evidence.en

    def test_half_of_the_run_is_enough(self) -> None:
        cost = np.where(np.arange(EPOCHS) < EPOCHS // 2, 4.0, KERAS)
        assert state(self.ID, by_epoch(loss=cost * ERRORS, acc=1 - ERRORS)) == "present"
        cost[EPOCHS // 2] = 4.0
        assert state(self.ID, by_epoch(loss=cost * ERRORS, acc=1 - ERRORS)) == "absent"

    def test_nothing_costs_more_than_a_clip(self) -> None:
        cost = np.full(EPOCHS, KERAS)
        cost[3] = 1.1 * KERAS
        assert state(self.ID, by_epoch(loss=cost * ERRORS, acc=1 - ERRORS)) == "absent"

    @pytest.mark.parametrize("cost", [3.0, 14.5, 17.0, 60.0])
    def test_other_costs(self, cost: float) -> None:
        assert state(self.ID, by_epoch(loss=cost * ERRORS, acc=1 - ERRORS)) == "absent"

    def test_where_all_are_wrong_or_few_the_ratio_says_nothing(self) -> None:
        for errors in (np.ones(EPOCHS), np.full(EPOCHS, 0.05)):
            assert state(self.ID, by_epoch(loss=KERAS * errors, acc=1 - errors)) == "absent"
        short = by_epoch(loss=KERAS * ERRORS[:2], acc=1 - ERRORS[:2])
        assert state(self.ID, short) == "not_observable"
        assert (
            state(self.ID, by_epoch(loss=KERAS * ERRORS, acc=1 - ERRORS), task="regression")
            == "not_observable"
        )

    def test_a_clipped_loss_is_not_taken_for_a_sum(self) -> None:
        errors = np.linspace(0.91, 0.68, EPOCHS)
        clipped, summed = (by_epoch(loss=cost * errors, acc=1 - errors) for cost in (KERAS, 20.0))
        assert state("first_loss_far_above_chance", clipped) == "present"
        assert state("first_loss_far_above_chance", summed) == "not_observable"


class TestExactlyChance:
    ALWAYS, FIRST = "loss_exactly_at_chance", "first_loss_exactly_chance"

    def test_no_scatter_at_all(self) -> None:
        found = find(self.ALWAYS, by_step(loss=CHANCE + 1e-4 * RNG.normal(size=50)), classes=10.0)
        assert found.present
        assert "ln 10 = 2.303" in found.evidence.en
        assert found.steps == (20, 49)

    @pytest.mark.parametrize(
        "loss",
        [
            CHANCE * (1 + 0.02 * RNG.normal(size=50)),
            CHANCE * np.full(50, 1.006),
            np.append(np.full(25, CHANCE), CHANCE * np.linspace(1, 0.5, 25)),
        ],
        ids=["scatters", "above", "leaves"],
    )
    def test_others(self, loss: FloatArray) -> None:
        assert state(self.ALWAYS, by_step(loss=loss), classes=10.0) == "absent"

    def test_classes_must_be_known(self) -> None:
        run = by_step(loss=np.full(50, 1.7))
        assert state(self.ALWAYS, run, task="regression") == "not_observable"
        assert state(self.FIRST, run, task="regression") == "not_observable"

    def test_only_the_first_value(self) -> None:
        loss = np.append(CHANCE, CHANCE * np.linspace(0.99, 0.2, 40))
        assert find(self.FIRST, by_step(loss=np.round(loss, 4)), classes=10.0).numbers["first"] == 2.3026
        assert state(self.ALWAYS, by_step(loss=loss), classes=10.0) == "absent"
        loss[0] = 1.01 * CHANCE
        assert state(self.FIRST, by_step(loss=loss), classes=10.0) == "absent"

    def test_means_near_it_and_rough_logs_tell_nothing(self) -> None:
        loss = np.append(1.0003 * CHANCE, CHANCE * np.linspace(0.99, 0.2, 40))
        assert state(self.FIRST, by_step(loss=loss), classes=10.0) == "present"
        assert state(self.FIRST, by_epoch(loss=loss), classes=10.0) == "absent"
        exact = np.append(CHANCE, loss[1:])
        assert state(self.FIRST, by_epoch(loss=exact), classes=10.0) == "absent"
        for run in (
            by_step(10.0, loss=loss),
            by_epoch(loss=np.round(loss, 4)),
            by_step(loss=np.round(loss, 2)),
        ):
            assert state(self.FIRST, run, classes=10.0) == "not_observable"


class TestFirstEvaluation:
    NEVER, RISES = "val_never_as_good_again", "val_rises_from_first_evaluation"

    def test_never_as_good_again(self) -> None:
        found = find(self.NEVER, by_epoch(val_loss=np.array([0.5, 1.6, 1.2, 0.9, 1.0])))
        assert found.numbers["best_later"] == 0.9
        assert "epoch 4" in found.evidence.en

    @pytest.mark.parametrize(
        "validation",
        [[0.5, 0.9, 1.2, 0.7], [1.0, 0.5, 1.6, 1.9], [1e-4, 2e-4, 2e-4, 2e-4]],
        ids=["comes back near", "gets better first", "next to nothing"],
    )
    def test_others(self, validation: list[float]) -> None:
        train = np.linspace(2.3, 1.0, len(validation))
        assert state(self.NEVER, by_epoch(loss=train, val_loss=np.array(validation))) == "absent"

    def test_too_few_or_not_positive(self) -> None:
        assert state(self.NEVER, by_epoch(val_loss=np.array([0.5, 1.6, 1.2]))) == "not_observable"
        assert state(self.NEVER, by_epoch(val_loss=np.array([-0.5, 1.6, 1.2, 1.4]))) == "not_observable"

    def test_rises_from_the_first(self) -> None:
        found = find(self.RISES, by_epoch(loss=LEARNING, val_loss=np.linspace(2.3, 3.4, EPOCHS)))
        assert found.present
        assert found.steps == (1, 12)
        assert found.numbers["end"] == pytest.approx(3.4)

    @pytest.mark.parametrize(
        ("train", "validation"),
        [
            (LEARNING, LEARNING + np.linspace(0, 1, EPOCHS) ** 2),
            (np.full(EPOCHS, 2.3), np.linspace(2.3, 3.4, EPOCHS)),
            (LEARNING, np.linspace(2.3, 2.5, EPOCHS)),
            (LEARNING, LEARNING),
        ],
        ids=["overfits later", "training stands", "hardly rises", "healthy"],
    )
    def test_no_rise_from_the_first(self, train: FloatArray, validation: FloatArray) -> None:
        assert state(self.RISES, by_epoch(loss=train, val_loss=validation)) == "absent"

    def test_one_loss_alone_or_four_evaluations(self) -> None:
        assert state(self.RISES, by_epoch(val_loss=1 / LEARNING)) == "not_observable"
        assert state(self.RISES, by_epoch(loss=LEARNING[:4], val_loss=1 / LEARNING[:4])) == "not_observable"


class TestDistanceFromTraining:
    PARALLEL, BELOW = "val_gap_parallel", "val_far_below_train"

    def test_parallel(self) -> None:
        found = find(self.PARALLEL, by_epoch(loss=LEARNING, val_loss=LEARNING + 0.6))
        assert found.present
        assert found.numbers["gap"] == pytest.approx(0.7, abs=0.15)  # training moves on within an epoch

    @pytest.mark.parametrize(
        "validation",
        [LEARNING + np.linspace(0.3, 1.2, EPOCHS), LEARNING + 0.1, LEARNING - 0.05, 2 * LEARNING],
        ids=["opens", "narrow", "below", "a multiple"],
    )
    def test_not_parallel(self, validation: FloatArray) -> None:
        assert state(self.PARALLEL, by_epoch(loss=LEARNING, val_loss=validation)) == "absent"

    def test_two_curves_that_stand_still(self) -> None:
        still = 2.3 + 0.01 * RNG.normal(size=EPOCHS)
        assert state(self.PARALLEL, by_epoch(loss=still, val_loss=still + 0.6)) == "absent"

    def test_far_below(self) -> None:
        found = find(self.BELOW, by_epoch(loss=LEARNING, val_loss=LEARNING / 8))
        assert found.present
        assert found.numbers["share"] < 0.2

    @pytest.mark.parametrize(
        ("train", "validation"),
        [
            (LEARNING, 0.6 * LEARNING),
            (LEARNING, LEARNING),
            (2.3 * 0.5 ** np.arange(12.0), 0.23 * 0.5 ** np.arange(12.0)),
        ],
        ids=["dropout", "healthy", "next to nothing"],
    )
    def test_not_far_below(self, train: FloatArray, validation: FloatArray) -> None:
        assert state(self.BELOW, by_epoch(loss=train, val_loss=validation)) == "absent"

    def test_two_losses_are_needed(self) -> None:
        for symptom in (self.PARALLEL, self.BELOW):
            assert state(symptom, by_epoch(val_loss=LEARNING)) == "not_observable"
        assert state(self.BELOW, by_epoch(loss=LEARNING, val_loss=LEARNING - 0.4)) == "not_observable"
