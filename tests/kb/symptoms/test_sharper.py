"""Symptoms of order, ratio and closed form: series whose truth is known by construction."""

from __future__ import annotations

import math

import numpy as np
import pytest
from columns import ROLES

from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding, State

STEPS = np.arange(1.0, 401)
EPOCHS = np.arange(1.0, 11)
RNG = np.random.default_rng(0)
CHANCE = math.log(10)
FALLING = 2.2 * np.exp(-STEPS / 60) + 0.1
AT_CHANCE = np.full(400, CHANCE)
BIAS = math.sqrt(0.9 / 32)
FACTS = {"classes": 10, "batch_size": 32}


def noisy(values: FloatArray, share: float = 0.1) -> FloatArray:
    """Return `values` with the scatter of mini-batches."""
    return values * (1 + share * np.random.default_rng(0).normal(size=len(values)))


def log(**columns: FloatArray) -> Run:
    """Return a log over 400 steps, 40 to an epoch; columns of ten values stand at the ends of the epochs."""
    made = []
    for name, values in columns.items():
        step = STEPS if len(values) == 400 else 40 * np.arange(1.0, len(values) + 1)
        made.append(series(name, ROLES[name], values, step=step, epoch=step / 40))
    return Run("made", tuple(made))


def by_epoch(**columns: FloatArray) -> Run:
    made = [series(n, ROLES[n], v, epoch=np.arange(1.0, len(v) + 1)) for n, v in columns.items()]
    return Run("made", tuple(made))


def find(symptom: str, run: Run, **facts: float | bool) -> Finding:
    return SYMPTOMS[symptom].detect(run, {**FACTS, **facts})


def state(symptom: str, run: Run, **facts: float | bool) -> State:
    return find(symptom, run, **facts).state


def broken_at(step: int) -> FloatArray:
    return np.where(step <= STEPS, np.nan, noisy(FALLING))


class TestBreaks:
    ORDER = "nonfinite_after_first_epoch"
    GRADIENT = "grad_nonfinite_before_loss"

    @pytest.mark.parametrize(
        ("step", "expected"), [(20, "absent"), (40, "absent"), (42, "present"), (300, "present")]
    )
    def test_a_whole_epoch_must_have_passed(self, step: int, expected: State) -> None:
        assert state(self.ORDER, log(loss=broken_at(step))) == expected

    def test_epoch_means(self) -> None:
        means = np.array([1.0, 0.5, np.nan, np.nan])
        assert state(self.ORDER, by_epoch(loss=means)) == "present"
        assert state(self.ORDER, by_epoch(loss=np.full(4, np.nan))) == "absent"

    def test_no_break_and_no_epochs_tell_nothing(self) -> None:
        assert state(self.ORDER, log(loss=FALLING)) == "not_observable"
        bare = Run("made", (series("loss", "train_loss", broken_at(300), step=STEPS),))
        assert state(self.ORDER, bare) == "not_observable"

    def test_gradient_first(self) -> None:
        found = find(self.GRADIENT, log(loss=broken_at(201), grad_norm=broken_at(200)))
        assert found.steps == (200, 400)
        assert "step 200" in found.evidence.en
        assert state(self.GRADIENT, log(loss=broken_at(200), grad_norm=broken_at(200))) == "absent"

    def test_every_tenth_step_may_hide_the_order(self) -> None:
        tenth = slice(9, None, 10)
        run = Run(
            "made", tuple(s.take(tenth) for s in log(loss=broken_at(195), grad_norm=broken_at(195)).series)
        )
        assert state(self.GRADIENT, run) == "not_observable"

    def test_single_infinite_norms_of_mixed_precision(self) -> None:
        norm = noisy(FALLING)
        norm[[5, 200]] = np.inf
        assert state(self.GRADIENT, log(loss=FALLING, grad_norm=norm)) == "not_observable"


class TestRate:
    def test_endless_warmup_and_ordinary_schedules(self) -> None:
        warm = 0.1 * np.minimum(STEPS / 20, 1) * (1 + np.cos(np.pi * STEPS / 400))
        assert state("lr_keeps_rising", log(lr=1e-6 * STEPS)) == "present"
        assert state("lr_keeps_rising", log(lr=0.01 * 1.1 ** (STEPS // 40))) == "present"
        assert state("lr_keeps_rising", log(lr=warm)) == "absent"
        assert state("lr_keeps_rising", log(lr=np.full(400, 0.1))) == "absent"

    def test_large_rate_alone_is_no_symptom(self) -> None:
        rate = np.full(400, 1.0)
        assert state("lr_high_and_loss_high", log(loss=noisy(AT_CHANCE), lr=rate)) == "present"
        assert state("lr_high_and_loss_high", log(loss=noisy(FALLING), lr=rate)) == "absent"
        assert state("lr_high_and_loss_high", log(loss=noisy(AT_CHANCE), lr=0.1 * rate)) == "absent"

    def test_path_of_the_weights(self) -> None:
        tiny = np.full(400, 1e-5)
        assert find("lr_path_too_short", log(loss=AT_CHANCE, lr=tiny)).numbers["path"] == pytest.approx(4e-3)
        assert state("lr_path_too_short", log(loss=AT_CHANCE, lr=100 * tiny)) == "absent"
        assert state("lr_path_too_short", log(loss=FALLING, lr=tiny)) == "absent"
        assert state("lr_path_too_short", log(loss=AT_CHANCE, lr=tiny), pretrained=True) == "not_observable"


class TestCollapse:
    ID = "loss_collapses_to_chance"

    def test_found_where_it_happens(self) -> None:
        found = find(self.ID, log(loss=noisy(np.where(STEPS < 200, FALLING, CHANCE), 0.03)))
        assert found.steps is not None
        assert abs(found.steps[0] - 200) <= 20

    def test_epoch_log(self) -> None:
        assert state(self.ID, by_epoch(loss=np.array([1.5, 0.8, 0.6, 2.1, 2.3, 2.3, 2.3]))) == "present"

    @pytest.mark.parametrize(
        "loss",
        [
            FALLING,
            AT_CHANCE,
            np.where((STEPS > 200) & (STEPS < 230), CHANCE, FALLING),  # a spike that recovers
            np.where(STEPS < 200, FALLING, 50.0),  # beyond chance
            np.maximum(FALLING, CHANCE * (STEPS / 400) ** 2),  # a slow climb
        ],
        ids=["healthy", "never learned", "spike", "diverges", "climbs"],
    )
    def test_others(self, loss: FloatArray) -> None:
        assert state(self.ID, log(loss=noisy(loss, 0.02))) == "absent"

    def test_validation_alone_is_overfitting(self) -> None:
        validation = np.array([1.0, 0.8, 0.9, 1.2, 1.5, 1.8, 2.0, 2.1, 2.2, 2.3])
        assert state(self.ID, log(loss=FALLING, val_loss=validation)) == "absent"


class TestGradientBesideChance:
    def test_large_from_start(self) -> None:
        assert (
            state("grad_norm_large_from_start", log(loss=FALLING, grad_norm=noisy(20 * FALLING))) == "present"
        )
        assert state("grad_norm_large_from_start", log(loss=FALLING, grad_norm=noisy(FALLING))) == "absent"
        growing = np.linspace(1, 200, 400)
        assert state("grad_norm_large_from_start", log(loss=FALLING, grad_norm=growing)) == "absent"

    @pytest.mark.parametrize(
        ("norm", "shown"),
        [
            (np.full(400, BIAS), "grad_norm_at_bias_level_from_start"),
            (np.full(400, 5 * BIAS), "grad_norm_steady_while_stuck"),
            (BIAS * (1 + 4 * np.exp(-STEPS / 60)), "grad_norm_wanes_at_chance"),
        ],
    )
    def test_level_and_course_tell_dead_stuck_and_starving_apart(self, norm: FloatArray, shown: str) -> None:
        run = log(loss=noisy(AT_CHANCE, 0.01), grad_norm=noisy(norm, 0.15))
        all_three = (
            "grad_norm_at_bias_level_from_start",
            "grad_norm_steady_while_stuck",
            "grad_norm_wanes_at_chance",
        )
        assert [symptom for symptom in all_three if find(symptom, run).present] == [shown]
        learns = log(loss=noisy(FALLING), grad_norm=noisy(norm, 0.15))
        assert not any(find(symptom, learns).present for symptom in all_three)

    def test_batch_size_is_needed_for_the_closed_form(self) -> None:
        run = log(loss=AT_CHANCE, grad_norm=np.full(400, BIAS))
        for symptom in ("grad_norm_at_bias_level_from_start", "grad_norm_steady_while_stuck"):
            assert SYMPTOMS[symptom].detect(run, {"classes": 10}).state == "not_observable"

    def test_a_sum_of_gradients(self) -> None:
        total = np.cumsum(noisy(np.full(400, 0.7), 0.2))
        assert state("grad_norm_accumulates", log(grad_norm=total)) == "present"
        explosion = np.minimum(2.5 ** np.minimum(STEPS, 40), 1e8) * noisy(np.ones(400), 0.1)
        assert state("grad_norm_accumulates", log(grad_norm=explosion)) == "absent"
        assert state("grad_norm_accumulates", log(grad_norm=noisy(0.7 + STEPS / 20, 0.2))) == "absent"
        assert state("grad_norm_accumulates", log(grad_norm=noisy(FALLING, 0.2))) == "absent"


class TestOntoChance:
    ID = "loss_settles_onto_chance"

    @pytest.mark.parametrize(
        ("loss", "expected"),
        [
            (CHANCE * (1 + 0.04 * np.exp(-STEPS / 60)), "present"),
            (AT_CHANCE, "absent"),
            (np.full(400, 1.04 * CHANCE), "absent"),  # nothing is updated
            (CHANCE * np.linspace(1.03, 0.97, 400), "absent"),  # goes on below
            (FALLING, "absent"),
        ],
        ids=["settles", "dead", "not updated", "slow", "learns"],
    )
    def test_where_it_starts_and_ends(self, loss: FloatArray, expected: State) -> None:
        assert state(self.ID, log(loss=noisy(loss, 0.005))) == expected

    def test_classes_must_be_known(self) -> None:
        run = log(loss=1.5 * AT_CHANCE)
        assert SYMPTOMS[self.ID].detect(run, {"task": "regression"}).state == "not_observable"


class TestValidation:
    TRAIN = np.array([0.50, 0.75, 0.83, 0.87, 0.90, 0.92, 0.93, 0.94, 0.95, 0.95])

    def test_only_training_improves(self) -> None:
        train = np.linspace(2.32, 1.9, 400)
        apart = log(loss=noisy(train, 0.02), val_loss=np.linspace(2.31, 2.6, 10))
        together = log(loss=noisy(train, 0.02), val_loss=np.linspace(2.31, 1.9, 10))
        overfitted = log(
            loss=noisy(FALLING), val_loss=np.array([1.5, 1.0, 0.9, 1.0, 1.2, 1.6, 1.9, 2.1, 2.4, 2.6])
        )
        assert state("only_training_improves", apart) == "present"
        assert state("only_training_improves", together) == "absent"
        assert state("only_training_improves", overfitted) == "absent"

    def test_only_training_improves_by_accuracy(self) -> None:
        losses = {"loss": noisy(np.linspace(2.31, 2.25, 400), 0.02), "val_loss": np.full(10, 2.31)}
        gains, luck = (
            np.linspace(0.1, 0.2, 10),
            np.array([0.10, 0.11, 0.09, 0.10, 0.12, 0.10, 0.09, 0.1, 0.11, 0.1]),
        )
        assert state("only_training_improves", log(**losses, acc=gains, val_acc=luck)) == "present"
        assert state("only_training_improves", log(**losses, acc=luck, val_acc=luck)) == "absent"

    def test_behind_from_the_first_evaluations(self) -> None:
        symptom = "val_behind_from_first_evaluation"
        assert state(symptom, by_epoch(acc=self.TRAIN, val_acc=self.TRAIN - 0.15)) == "present"
        overfitting = self.TRAIN - np.linspace(-0.1, 0.2, 10)
        assert state(symptom, by_epoch(acc=self.TRAIN, val_acc=overfitting)) == "absent"
        assert (
            state(symptom, by_epoch(acc=self.TRAIN, val_acc=self.TRAIN), pretrained=True) == "not_observable"
        )

    def test_behind_by_loss(self) -> None:
        train = np.array([1.5, 0.8, 0.6, 0.5, 0.45])
        assert (
            state("val_behind_from_first_evaluation", by_epoch(loss=train, val_loss=1.8 * train)) == "present"
        )
        assert (
            state("val_behind_from_first_evaluation", by_epoch(loss=train, val_loss=0.9 * train)) == "absent"
        )

    def test_accuracy_above_training_to_the_end(self) -> None:
        symptom = "val_accuracy_above_train"
        assert state(symptom, by_epoch(acc=self.TRAIN - 0.3, val_acc=self.TRAIN - 0.1)) == "present"
        assert (
            state(symptom, by_epoch(acc=self.TRAIN - 0.3, val_acc=self.TRAIN)) == "absent"
        )  # as mixup leaves it
        lag = np.append(self.TRAIN[1:], 0.955)  # each evaluation is what the next epoch's mean will be
        assert state(symptom, by_epoch(acc=self.TRAIN, val_acc=lag)) == "absent"

    def test_creeping_and_jitter(self) -> None:
        creeping, jitter = np.linspace(2.31, 2.28, 10), 2.305 + 0.002 * RNG.normal(size=10)
        train = noisy(np.linspace(2.31, 2.28, 400), 0.02)
        assert state("val_creeps_down", log(loss=train, val_loss=creeping)) == "present"
        assert state("val_creeps_down", log(loss=train, val_loss=jitter)) == "absent"
        assert state("val_creeps_down", log(loss=noisy(FALLING), val_loss=FALLING[39::40])) == "absent"


class TestConstantAnswer:
    ID = "accuracy_constant_from_start"
    SHARE = 0.97

    def entropy(self) -> float:
        return -self.SHARE * math.log(self.SHARE) - 0.03 * math.log(0.03)

    def test_majority(self) -> None:
        loss = np.where(STEPS < 20, 0.5, self.entropy())
        flat = np.append(0.95, np.full(9, self.SHARE))
        for validation in (self.SHARE, 0.5):
            run = log(loss=noisy(loss), acc=flat, val_acc=np.full(10, validation))
            assert state(self.ID, run, classes=2) == "present"

    def test_a_network_that_tells_samples_apart(self) -> None:
        learned = np.array([0.80, 0.93, 0.95, 0.96, 0.965, 0.97, 0.972, 0.974, 0.975, 0.976])
        assert state(self.ID, log(loss=noisy(FALLING), acc=learned, val_acc=learned), classes=2) == "absent"
        flat = np.full(10, self.SHARE)
        sure = log(loss=noisy(np.full(400, 0.3 * self.entropy())), acc=flat, val_acc=flat)
        assert state(self.ID, sure, classes=2) == "absent"


class TestLength:
    ID = "stopped_after_few_epochs"

    def test_stopped_in_full_descent(self) -> None:
        assert (
            state(self.ID, by_epoch(loss=np.array([2.2, 1.8, 1.4]), val_loss=np.array([2.0, 1.6, 1.3])))
            == "present"
        )

    @pytest.mark.parametrize(
        "validation",
        [[1.0, 0.5, 0.49], [2.0, 1.6, 1.7], list(np.linspace(2.3, 1.0, 9))],
        ids=["done", "up", "long"],
    )
    def test_others(self, validation: list[float]) -> None:
        values = np.array(validation)
        assert state(self.ID, by_epoch(loss=values + 0.1, val_loss=values)) == "absent"


class TestFirstLoss:
    ID = "first_loss_far_above_chance"

    def test_above_the_chance_of_any_classes(self) -> None:
        detect, huge = SYMPTOMS[self.ID].detect, 20 * FALLING
        assert detect(log(loss=huge, val_acc=np.linspace(0.1, 0.9, 10)), {}).present
        assert detect(log(loss=huge), {}).state == "not_observable"  # may be a regression
        assert detect(log(loss=3 * FALLING, val_acc=np.linspace(0.1, 0.9, 10)), {}).state == "not_observable"
