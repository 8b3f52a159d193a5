"""Closed forms: what an output bias gets of a gradient, what a gradient leaves of a loss, and how errors are shaped."""

from __future__ import annotations

import math

import numpy as np
import pytest
from columns import ROLES

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Role, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, State
from lossclinic_kb.symptoms.error_shape import error_shape
from lossclinic_kb.symptoms.norm_course import course_of
from lossclinic_kb.symptoms.squared_levels import squared_levels

STEPS = np.arange(1.0, 301)
CHANCE = math.log(10)
AT_CHANCE = np.full(300, CHANCE)
BIAS = math.sqrt(0.9 / 32)
CLASSES: Facts = {"classes": 10.0, "batch_size": 32.0}
QUANTITIES: Facts = {"task": "regression", "batch_size": 32.0}


def log(loss: FloatArray, grad_norm: FloatArray, *extra: str) -> Run:
    """Return a log of loss and norm by step; of `extra` columns only the names matter."""
    more: tuple[tuple[str, Role, FloatArray], ...] = tuple((name, "other", loss) for name in extra)
    made = (("loss", ROLES["loss"], loss), ("grad_norm", ROLES["grad_norm"], grad_norm), *more)
    return Run(
        "made", tuple(series(name, role, values, step=STEPS[: len(loss)]) for name, role, values in made)
    )


def scattered(values: FloatArray, share: float = 0.15, seed: int = 0) -> FloatArray:
    noise = np.random.default_rng(seed).normal(size=len(values))
    return np.asarray(values * np.exp(share * noise), dtype=np.float64)


def state(symptom: str, run: Run, facts: Facts) -> State:
    return SYMPTOMS[symptom].detect(run, facts).state


class TestCourse:
    def test_levels_and_error(self) -> None:
        went = course_of(scattered(np.repeat([4.0, 2.0, 1.0], 200), 0.2))
        assert went is not None
        assert went.first == pytest.approx(4, rel=0.05)
        assert went.left == pytest.approx(0.25, rel=0.1)
        assert went.error == pytest.approx(1.25 * 0.2 * math.sqrt(2 / 200), rel=0.2)

    def test_the_error_is_that_of_many_repetitions(self) -> None:
        """Oracle: the scatter of the ratio over samples that do not change."""
        drawn = [course_of(scattered(np.ones(90), 0.4, seed)) for seed in range(200)]
        falls = [went.fall for went in drawn if went is not None]
        assert np.std(falls) == pytest.approx(1, abs=0.2)

    def test_eight_norms_are_no_course(self) -> None:
        assert course_of(np.ones(8)) is None
        assert course_of(np.zeros(30)) is None


class TestWanes:
    ID = "grad_norm_wanes_at_chance"

    @pytest.mark.parametrize("seed", range(20))
    def test_two_dozen_scattering_norms_tell_nothing(self, seed: int) -> None:
        """Weights that never moved: the ratio of both thirds is chance."""
        run = log(AT_CHANCE[:24], scattered(np.full(24, 0.5), 0.6, seed))
        assert state(self.ID, run, CLASSES) == "not_observable"

    def test_enough_norms_tell(self) -> None:
        waning = BIAS * (2 + 4 * np.exp(-STEPS / 100))
        assert state(self.ID, log(AT_CHANCE, scattered(waning)), CLASSES) == "present"
        assert state(self.ID, log(AT_CHANCE, scattered(np.full(300, 0.5))), CLASSES) == "absent"


class TestSteady:
    ID = "grad_norm_steady_while_stuck"

    @pytest.mark.parametrize(
        ("norm", "expected"),
        [
            (np.full(300, 4 * BIAS), "present"),
            (4 * BIAS * np.linspace(1, 0.72, 300), "absent"),  # few norms could not tell; these do
            (np.full(300, BIAS), "absent"),
        ],
        ids=["steady", "falls a little", "only the bias"],
    )
    def test_steady_and_more_than_the_bias(self, norm: FloatArray, expected: State) -> None:
        assert state(self.ID, log(AT_CHANCE, scattered(norm)), CLASSES) == expected

    def test_a_rising_loss_is_not_stuck(self) -> None:
        rising = CHANCE * np.linspace(1, 1.5, 300)
        assert state(self.ID, log(rising, scattered(np.full(300, 4 * BIAS))), CLASSES) == "absent"


def norms_of_bias(batch: int, classes: int, count: int = 300) -> FloatArray:
    """Oracle: the gradient of the output bias at even answers, for labels drawn by chance."""
    labels = np.random.default_rng(0).multinomial(batch, np.full(classes, 1 / classes), size=count)
    return np.asarray(np.linalg.norm(1 / classes - labels / batch, axis=1), dtype=np.float64)


class TestBelowBiasLevel:
    ID = "grad_norm_below_bias_level"
    AT = "grad_norm_at_bias_level_from_start"

    @pytest.mark.parametrize(("share", "expected"), [(0.2, "present"), (1.0, "absent"), (4.0, "absent")])
    def test_against_the_closed_form(self, share: float, expected: State) -> None:
        run = log(AT_CHANCE, share * norms_of_bias(32, 10))
        assert state(self.ID, run, CLASSES) == expected
        assert state(self.AT, run, CLASSES) == ("present" if share == 1 else "absent")

    def test_below_the_bias_is_no_vanishing(self) -> None:
        low, at = (log(AT_CHANCE, share * norms_of_bias(32, 10)) for share in (0.2, 1.0))
        assert state("grad_norm_vanishing", low, CLASSES) == "absent"
        assert state("grad_norm_vanishing", at, CLASSES) == "present"

    def test_a_loss_that_falls(self) -> None:
        falling = 0.1 + 2.2 * np.exp(-STEPS / 60)
        assert state(self.ID, log(falling, 0.2 * norms_of_bias(32, 10)), CLASSES) == "absent"

    @pytest.mark.parametrize("symptom", [ID, AT])
    def test_texts_masks_and_no_batch_size(self, symptom: str) -> None:
        run = log(AT_CHANCE, 0.2 * norms_of_bias(32, 10))
        masks = log(AT_CHANCE, 0.2 * norms_of_bias(32, 10), "val_iou")
        assert state(symptom, run, {"classes": 10.0}) == "not_observable"
        assert state(symptom, run, {**CLASSES, "task": "language_model"}) == "not_observable"
        assert state(symptom, masks, CLASSES) == "not_observable"


def constant_prediction(batch: int, count: int = 300) -> tuple[FloatArray, FloatArray]:
    """Return losses and gradient norms of the bias for a constant 0 on standard normal targets."""
    targets = np.random.default_rng(0).normal(size=(count, batch))
    return np.mean(targets**2, axis=1), 2 * np.abs(targets.mean(axis=1))


class TestSquaredError:
    ID = "grad_norm_at_bias_level_squared_loss"

    @pytest.mark.parametrize("batch", [8, 32, 128])
    def test_a_bias_alone(self, batch: int) -> None:
        loss, norm = constant_prediction(batch)
        run = log(loss, norm)
        assert state(self.ID, run, {**QUANTITIES, "batch_size": float(batch)}) == "present"
        assert state(self.ID, run, {"task": "regression"}) == "present"
        assert state(self.ID, log(loss, 3.5 * norm), {"task": "regression"}) == "absent"
        assert state(self.ID, log(loss, 0.3 * norm), {"task": "regression"}) == "absent"

    def test_the_batch_size_is_read_off_the_losses(self) -> None:
        loss, norm = constant_prediction(32)
        seen = squared_levels(log(loss, norm), {"task": "regression"})
        assert seen is not None
        assert seen.batch == pytest.approx(32, rel=0.4)
        assert seen.thirds == pytest.approx(np.ones(3), rel=0.3)

    def test_a_loss_that_falls(self) -> None:
        loss, norm = constant_prediction(32)
        assert state(self.ID, log(loss * np.linspace(1, 0.3, 300), norm), QUANTITIES) == "absent"

    @pytest.mark.parametrize("facts", [CLASSES, {"task": "regression", "loss": "l1_loss"}, {"task": "gan"}])
    def test_other_losses(self, facts: Facts) -> None:
        assert state(self.ID, log(*constant_prediction(32)), facts) == "not_observable"

    def test_a_smoothed_loss_implies_no_batch(self) -> None:
        loss, norm = constant_prediction(32)
        flat = 1 + 0.001 * (loss - 1)
        assert state(self.ID, log(flat, norm), {"task": "regression"}) == "not_observable"


class TestGradientGone:
    ID = "gradient_gone_loss_left"
    SHAPE = np.exp(-STEPS / 40)
    HALF = 0.5 + 0.5 * SHAPE

    def test_the_norm_falls_far_below_its_loss(self) -> None:
        run = log(scattered(self.HALF, 0.02), scattered(0.05 + self.SHAPE), "val_iou")
        found = SYMPTOMS[self.ID].detect(run, {})
        assert found.present
        assert found.numbers["left"] == pytest.approx(0.5, abs=0.05)

    @pytest.mark.parametrize(
        ("loss", "norm"),
        [
            (HALF, 0.4 + 0.6 * SHAPE),  # falls in step
            (0.1 + 0.9 * SHAPE, 0.02 + SHAPE),  # little is left
            (1 - STEPS / 500, 0.05 + SHAPE),  # still falls
            (HALF, 0 * SHAPE),  # none at all
        ],
        ids=["in step", "succeeds", "still falls", "zero"],
    )
    def test_absent(self, loss: FloatArray, norm: FloatArray) -> None:
        assert state(self.ID, log(loss, norm, "val_iou"), {}) == "absent"

    @pytest.mark.parametrize(
        "facts",
        [
            {},
            {"classes": 10.0, "pretrained": True},
            {"classes": 40.0, "task": "language_model"},
            {"task": "gan"},
        ],
    )
    def test_where_a_gradient_calms_down_rightly(self, facts: Facts) -> None:
        assert state(self.ID, log(self.HALF, 0.05 + self.SHAPE), facts) == "not_observable"

    def test_smoothed_labels_leave_a_loss(self) -> None:
        run = log(self.HALF, 0.05 + self.SHAPE)
        right = series("val_acc", "val_acc", np.linspace(0.4, 0.97, 10), step=30 * np.arange(1.0, 11))
        two: Facts = {"classes": 2.0}
        assert state(self.ID, run, two) == "present"
        assert state(self.ID, run, {**two, "label_smoothing": 0.1}) == "not_observable"
        assert state(self.ID, Run("made", (*run.series, right)), two) == "not_observable"
        succeeds = log(0.1 + 0.9 * self.SHAPE, 0.02 + self.SHAPE)
        assert state(self.ID, succeeds, {**two, "label_smoothing": 0.1}) == "absent"

    def test_a_vocabulary_is_known_by_its_first_loss(self) -> None:
        run = log(3.3 + 7.5 * self.SHAPE, 0.3 + 10 * self.SHAPE)
        assert state(self.ID, run, {"classes": 50257.0}) == "not_observable"

    def test_half_of_the_samples_pass_no_gradient(self) -> None:
        """Oracle: a ReLU behind the last layer, at 0 for all targets below 0 and exact for the others."""
        targets = np.random.default_rng(1).normal(size=(300, 512))
        reached = targets > 0
        loss = np.mean(np.where(reached, 0.02, targets**2), axis=1)
        norm = 2 * np.abs(np.mean(np.where(reached, 0.05 * targets, 0) - 0.02, axis=1))
        loss, norm = loss * (1 + self.SHAPE), norm * (1 + self.SHAPE)
        assert state(self.ID, log(loss, norm), {**QUANTITIES, "batch_size": 512.0}) == "present"


def evaluations(sizes: FloatArray, squares: FloatArray, name: str = "val_mse") -> Run:
    at = np.arange(1.0, len(sizes) + 1)
    return Run(
        "made", (series("val_mae", "other", sizes, epoch=at), series(name, "other", squares, epoch=at))
    )


def measured(errors: FloatArray) -> Run:
    """Return the log of errors of shape (evaluations, samples)."""
    return evaluations(np.mean(np.abs(errors), axis=1), np.mean(errors**2, axis=1))


class TestErrorShape:
    ONE_SIDE = "errors_on_one_side"
    JITTERS = "val_error_ratio_jitters"
    TARGETS = np.random.default_rng(2).normal(size=2000)

    def one_sided(self) -> FloatArray:
        """Predictions that come ever nearer to targets above 0 and stay at 0 for the others."""
        left = np.linspace(0.9, 0.2, 12)[:, None]
        return np.where(self.TARGETS > 0, left, 1.0) * self.TARGETS

    def test_one_side_and_both(self) -> None:
        assert state(self.ONE_SIDE, measured(self.one_sided()), {}) == "present"
        both = np.linspace(0.95, 0.75, 12)[:, None] * self.TARGETS
        assert state(self.ONE_SIDE, measured(both), {}) == "absent"
        assert state(self.ONE_SIDE, measured(0.1 * both), {}) == "absent"

    def test_tails_are_there_from_the_start(self) -> None:
        heavy = np.random.default_rng(2).standard_t(2.2, size=2000)
        run = measured(np.where(heavy > 0, np.linspace(0.9, 0.2, 12)[:, None], 1.0) * heavy)
        assert state(self.ONE_SIDE, run, {}) == "absent"

    @pytest.mark.parametrize(("samples", "expected"), [(12, "present"), (500, "absent")])
    def test_few_samples_jitter(self, samples: int, expected: State) -> None:
        errors = np.random.default_rng(3).normal(size=(30, samples))
        assert state(self.JITTERS, measured(errors), {}) == expected
        assert state(self.JITTERS, measured(errors * np.linspace(5, 1, 30)[:, None]), {}) == expected

    def test_roots_and_losses_are_read_too(self) -> None:
        errors = np.random.default_rng(3).normal(size=(10, 50))
        sizes, squares = np.mean(np.abs(errors), axis=1), np.mean(errors**2, axis=1)
        whole = error_shape(evaluations(sizes, squares))
        root = error_shape(evaluations(sizes, np.sqrt(squares), "eval_rmse"))
        assert whole is not None
        assert root is not None
        assert root.ratio == pytest.approx(whole.ratio)

    def test_what_is_no_square_has_no_shape(self) -> None:
        sizes = np.linspace(1, 0.5, 10)
        assert error_shape(evaluations(sizes, sizes)) is None
        assert error_shape(evaluations(sizes, 0.5 * sizes**2)) is None
        assert error_shape(evaluations(sizes[:3], sizes[:3])) is None
        for symptom in (self.ONE_SIDE, self.JITTERS):
            assert state(symptom, evaluations(sizes, 0.5 * sizes), {}) in ("absent", "not_observable")


def test_masks_tell_two_classes_for_a_gradient_that_is_a_sum() -> None:
    falling = 0.3 + 0.5 * np.exp(-STEPS / 60)  # its start is ln K of no K
    symptom = "grad_norm_large_from_start"
    assert state(symptom, log(falling, 12 * falling, "val_iou"), {}) == "present"
    assert state(symptom, log(falling, 2 * falling, "val_iou"), {}) == "absent"
    assert state(symptom, log(falling, 12 * falling), {}) == "not_observable"


def test_a_generator_that_comes_to_balance_does_not_diverge() -> None:
    rising = np.minimum(0.03 + STEPS / 100, 0.73)
    alone = Run("made", (series("loss", "train_loss", rising, step=STEPS),))
    beside = Run("made", (*alone.series, series("d_loss", "other", np.full(300, 1.38), step=STEPS)))
    assert state("loss_diverges", alone, {}) == "present"
    assert state("loss_diverges", beside, {}) == "not_observable"
