"""Validation beside training: series whose truth is known by construction, and a few real trainings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding, facts_of
from lossclinic_kb.symptoms.curve import as_curve
from lossclinic_kb.symptoms.pairs import Pairs, pair

VALIDATION = (
    "val_rises_while_train_falls",
    "val_never_learned",
    "val_far_above_train_from_start",
    "val_below_train",
    "val_bit_identical",
    "val_noisy",
)

STEPS = np.arange(1.0, 2001)


def seen(run: Run, **facts: float) -> set[str]:
    """Return the validation symptoms that `run` shows."""
    known = {**facts_of(run.config), **facts}
    return {symptom for symptom in VALIDATION if SYMPTOMS[symptom].detect(run, known).present}


def find(symptom: str, run: Run, **facts: float) -> Finding:
    return SYMPTOMS[symptom].detect(run, {**facts_of(run.config), **facts})


def epochs(
    train: Sequence[float | None],
    val: Sequence[float | None],
    train_acc: Sequence[float] | None = None,
    val_acc: Sequence[float] | None = None,
) -> Run:
    """Return an epoch log as Keras writes it."""
    axis = range(len(train))
    columns = [
        series("loss", "train_loss", train, epoch=axis),
        series("val_loss", "val_loss", val, epoch=axis),
    ]
    if train_acc is not None:
        columns.append(series("accuracy", "train_acc", train_acc, epoch=axis))
    if val_acc is not None:
        columns.append(series("val_accuracy", "val_acc", val_acc, epoch=axis))
    return Run("made", tuple(columns))


def steps(train: FloatArray, val: Sequence[float] | FloatArray, every: int = 200) -> Run:
    """Return a step log with a noisy training loss and sparse evaluations."""
    noisy = train + np.random.default_rng(0).normal(size=len(train)) * 0.05 * train
    at = np.arange(every, len(train) + 1, every, dtype=np.float64)
    return Run(
        "made",
        (
            series("loss", "train_loss", noisy, step=STEPS[: len(train)]),
            series("eval_loss", "val_loss", val, step=at),
        ),
    )


def pairs_of(run: Run) -> Pairs:
    fine, coarse = as_curve(run.all("train_loss")[0]), as_curve(run.all("val_loss")[0])
    assert fine is not None
    assert coarse is not None
    found = pair(fine, coarse)
    assert found is not None
    return found


class TestPairs:
    def test_training_is_averaged_between_evaluations(self) -> None:
        run = Run(
            "made",
            (
                series("loss", "train_loss", [4, 2, 1, 3, 9], step=[1, 2, 3, 4, 5]),
                series("val", "val_loss", [5, 6], step=[2, 4]),
            ),
        )
        assert pairs_of(run).mean.tolist() == [3, 2]

    def test_level_undoes_the_lag_of_half_an_epoch(self) -> None:
        moment = np.arange(1, 401) / 100
        loss = 2.0 ** (-moment)
        means = loss.reshape(4, 100).mean(1)
        found = pairs_of(epochs(means.tolist(), loss[99::100].tolist()))
        assert (
            found.mean / found.value > 1.4
        ).all()  # the raw means are far above what they are compared with
        assert np.abs(found.level / found.value - 1)[:-1].max() < 0.1
        assert (
            found.level[-1] < found.value[-1]
        )  # nothing follows the last mean: rather too low than too high

    def test_epochs_are_used_where_only_they_are_shared(self) -> None:
        run = Run(
            "made",
            (
                series("loss", "train_loss", [4, 2, 1, 3], step=[1, 2, 3, 4], epoch=[0.5, 1, 1.5, 2]),
                series("val", "val_loss", [5, 6], epoch=[1, 2]),
            ),
        )
        assert pairs_of(run).unit == "epoch"
        assert pairs_of(run).mean.tolist() == [3, 2]

    def test_evaluation_before_the_first_step_has_no_partner(self) -> None:
        run = Run(
            "made",
            (
                series("loss", "train_loss", [4, 2], step=[1, 2]),
                series("val", "val_loss", [7, 5, 6], step=[0, 1, 2]),
            ),
        )
        assert pairs_of(run).value.tolist() == [5, 6]

    def test_a_huge_value_does_not_blur_later_means(self) -> None:
        run = Run(
            "made",
            (
                series("loss", "train_loss", [1e30, 0.1, 0.3], step=[1, 2, 3]),
                series("val", "val_loss", [5, 6], step=[1, 3]),
            ),
        )
        assert pairs_of(run).mean[1] == pytest.approx(0.2)

    def test_no_shared_axis(self) -> None:
        fine = as_curve(series("loss", "train_loss", [1, 2, 3], step=[1, 2, 3]))
        coarse = as_curve(series("val", "val_loss", [1, 2], epoch=[1, 2]))
        assert fine is not None
        assert coarse is not None
        assert pair(fine, coarse) is None


class TestRises:
    def test_sentiment_of_reviews(self) -> None:
        run = epochs(
            [0.4612, 0.2614, 0.1935, 0.1553, 0.1235, 0.1012, 0.0836, 0.0701],
            [0.3312, 0.2891, 0.2778, 0.2953, 0.3274, 0.3571, 0.4012, 0.4412],
            [0.79, 0.905, 0.931, 0.946, 0.96, 0.968, 0.976, 0.981],
            [0.873, 0.885, 0.89, 0.886, 0.88, 0.878, 0.874, 0.871],
        )
        assert seen(run) == {"val_rises_while_train_falls"}
        finding = find("val_rises_while_train_falls", run)
        assert finding.steps == (2, 7)
        assert "lowest at epoch 2 (0.2778) and ends at 0.4412" in finding.evidence.en
        assert "在第 2 个 epoch 降到最低（0.2778），之后升到 0.4412" in finding.evidence.zh
        assert finding.series == "val_loss"

    @pytest.mark.parametrize("scale", [1e-3, 1.0, 1e5])
    def test_any_scale_of_loss(self, scale: float) -> None:
        train = 2.0 * np.exp(-STEPS / 400)
        up = [1.5, 1.1, 0.9, 0.85, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4]
        assert seen(steps(scale * train, scale * np.array(up))) == {"val_rises_while_train_falls"}
        down = [1.5, 1.1, 0.9, 0.8, 0.7, 0.62, 0.55, 0.5, 0.47, 0.45]
        assert not seen(steps(scale * train, scale * np.array(down)))

    def test_characters_of_plays(self) -> None:
        """A hard task: best at a third of ln K, and from there up by a seventh."""
        at = np.arange(0, 5001, 250.0)
        shape = [0, 250, 500, 1000, 2000, 3000, 5000]
        train = np.interp(at, shape, [4.28, 1.97, 1.53, 1.27, 1.05, 0.86, 0.62])
        val = np.interp(at, shape, [4.28, 2.06, 1.73, 1.52, 1.47, 1.51, 1.70])
        columns = (
            series("train loss", "train_loss", train, step=at),
            series("val loss", "val_loss", val, step=at),
        )
        assert seen(Run("made", columns)) == {"val_rises_while_train_falls"}

    def test_late_drift_of_a_solved_task_is_no_rise(self) -> None:
        train = [1.1, 0.3, 0.1, 0.03, 0.01, 0.005, 0.003, 0.002, 0.001, 0.0008]
        assert not seen(epochs(train, [0.5, 0.15, 0.06, 0.05, 0.052, 0.056, 0.061, 0.067, 0.073, 0.08]))

    def test_one_sample_of_a_tiny_set_is_no_trend(self) -> None:
        val_acc = [0.6, 0.9, 0.95, 0.95, 0.95, 0.95]
        val = [1.2, 0.4, 0.1, 0.2, 0.3, 0.38]
        train = [2.2, 0.9, 0.4, 0.1, 0.05, 0.02]
        train_acc = [0.2, 0.7, 0.9, 0.99, 1, 1]
        assert not seen(epochs(train, val, train_acc, val_acc))  # twenty samples
        many = [0.601, 0.902, 0.953, 0.951, 0.944, 0.938]
        assert seen(epochs(train, val, train_acc, many)) == {"val_rises_while_train_falls"}

    def test_needs_training_to_go_on_falling(self) -> None:
        val = [2.0, 1.0, 0.8, 0.9, 1.1, 1.3, 1.5]
        assert not seen(epochs([2.2, 1.2, 0.9, 0.9, 0.91, 0.9, 0.89], val))

    def test_one_bad_last_evaluation_is_no_climb(self) -> None:
        assert not seen(epochs([2.2, 1.2, 0.9, 0.7, 0.6, 0.5], [2.0, 1.1, 0.9, 0.8, 0.75, 1.6]))

    def test_nan_after_the_climb_hides_nothing(self) -> None:
        nan = float("nan")
        run = epochs([2.2, 1.1, 0.5, 0.2, 0.1, 0.05, nan], [2.0, 1.2, 0.9, 1.2, 1.6, 2.0, nan])
        assert seen(run) == {"val_rises_while_train_falls"}

    def test_three_evaluations_are_too_few(self) -> None:
        run = epochs([2.2, 1.1, 0.5], [1.0, 1.2, 1.6])
        assert find("val_rises_while_train_falls", run).state == "not_observable"


class TestNeverLearned:
    train = (2.31, 2.2, 2.0, 1.6, 1.1, 0.6, 0.3)
    val = (2.31, 2.33, 2.38, 2.45, 2.6, 2.8, 3.1)

    def test_labels_that_fit_nothing(self) -> None:
        run = epochs(self.train, self.val)
        assert "val_never_learned" in seen(run, classes=10)
        evidence = find("val_never_learned", run, classes=10).evidence.en
        assert "the best val_loss is 2.31 (epoch 0), not clearly better than guessing (2.303)" in evidence

    def test_classes_need_not_be_known(self) -> None:
        assert "val_never_learned" in seen(epochs(self.train, self.val))

    def test_validation_that_was_good_once(self) -> None:
        val = (1.9, 1.6, 1.7, 1.9, 2.2, 2.6, 3.0)
        assert seen(epochs(self.train, val), classes=10) == {"val_rises_while_train_falls"}

    def test_good_accuracy_is_something_learned(self) -> None:
        run = epochs(self.train, self.val, None, [0.2, 0.3, 0.4, 0.5, 0.5, 0.5, 0.5])
        assert "val_never_learned" not in seen(run, classes=10)

    def test_high_loss_with_accuracy_at_chance(self) -> None:
        val = [4.0, 6.0, 8.0, 9.0, 10.0, 11.0, 12.0]
        chance = [0.1, 0.11, 0.1, 0.09, 0.1, 0.1, 0.1]
        assert "val_never_learned" in seen(epochs(self.train, val, None, chance), classes=10)
        assert "val_never_learned" not in seen(epochs(self.train, val), classes=10)

    def test_training_has_not_learned_either(self) -> None:
        assert not seen(epochs([2.31, 2.3, 2.29, 2.28], [2.31, 2.30, 2.31, 2.30]), classes=10)


class TestGap:
    def test_far_above_from_the_first_evaluation(self) -> None:
        train = 2.3 * np.exp(-STEPS / 100)
        val = np.full(10, 1.9)
        run = steps(train, val)
        assert seen(run, classes=10) == {"val_far_above_train_from_start"}
        finding = find("val_far_above_train_from_start", run, classes=10)
        assert finding.steps == (200, 2000)
        assert "eval_loss is 1.9 at step 200" in finding.evidence.en

    def test_sum_instead_of_mean(self) -> None:
        train = 2.3 * np.exp(-STEPS / 900)
        assert seen(steps(train, 250 * train[199::200])) == {"val_far_above_train_from_start"}

    def test_a_gap_that_opens_later_is_another_symptom(self) -> None:
        train = [2.3, 1.6, 1.0, 0.5, 0.2, 0.1]
        assert "val_far_above_train_from_start" not in seen(epochs(train, [2.0, 1.5, 1.4, 1.6, 1.9, 2.2]))

    def test_below_throughout(self) -> None:
        train = [2.2, 2.0, 1.85, 1.8, 1.75, 1.7, 1.7, 1.68]
        val = [1.7, 1.3, 1.1, 1.0, 0.9, 0.85, 0.8, 0.78]
        assert seen(epochs(train, val), classes=10) == {"val_below_train"}
        assert "at 8 of 8 evaluations" in find("val_below_train", epochs(train, val), classes=10).evidence.en

    def test_smoothed_labels_of_training_alone_are_no_worse_training(self) -> None:
        train, val = [1.6, 1.1, 1.0, 0.95, 0.93], [0.8, 0.4, 0.3, 0.28, 0.27]
        right_order = epochs(train, val, [0.6, 0.9, 0.95, 0.97, 0.98], [0.8, 0.9, 0.92, 0.92, 0.92])
        assert not seen(right_order, classes=10)
        assert seen(epochs(train, val), classes=10) == {"val_below_train"}

    def test_a_little_below_is_dropout(self) -> None:
        train = [1.5, 0.9, 0.7, 0.6, 0.52, 0.47, 0.43, 0.40]
        assert not seen(epochs(train, [0.9 * value for value in train]), classes=10)

    def test_the_lag_of_an_epoch_mean_is_no_gap(self) -> None:
        moment = np.arange(1, 1001) / 100
        loss = 2.3 * np.exp(-moment)
        assert not seen(epochs(loss.reshape(10, 100).mean(1).tolist(), loss[99::100].tolist()))


class TestIdentical:
    def test_same_weights_every_time(self) -> None:
        run = epochs([2.31, 2.30, 2.32, 2.31], [2.3071, 2.3071, 2.3071, 2.3071])
        assert seen(run) == {"val_bit_identical"}
        assert "all 4 evaluations of val_loss are exactly 2.307" in find("val_bit_identical", run).evidence.en

    def test_last_digit_moves(self) -> None:
        run = epochs([2.31, 2.30, 2.32], [2.30712, 2.30712, 2.30711])
        assert find("val_bit_identical", run).state == "absent"

    def test_too_few_digits_to_tell(self) -> None:
        assert find("val_bit_identical", epochs([0.7] * 9, [0.69] * 9)).state == "not_observable"
        assert find("val_bit_identical", epochs([0.7] * 4, [0.693] * 4)).state == "not_observable"
        assert find("val_bit_identical", epochs([0.7] * 6, [0.693] * 6)).present

    def test_nan_is_not_a_value_that_stays(self) -> None:
        nan = float("nan")
        assert find("val_bit_identical", epochs([2.3] * 4, [nan] * 4)).state == "not_observable"


class TestNoisy:
    def test_jumps_beside_smooth_training(self) -> None:
        train = 2.3 * np.exp(-STEPS / 800)
        val = [1.0, 2.4, 0.9, 2.2, 1.1, 2.6, 0.8, 2.1, 0.9, 2.3]
        run = steps(train, val)
        assert "val_noisy" in seen(run, classes=10)
        evidence = find("val_noisy", run, classes=10).evidence.en
        assert "from 2.6 at step 1200 to 0.8 at step 1400" in evidence

    def test_jitter_of_a_small_loss(self) -> None:
        train = 2.3 * np.exp(-STEPS / 300)
        val = [0.9, 0.3, 0.12, 0.06, 0.12, 0.05, 0.11, 0.06, 0.12, 0.05]
        assert not seen(steps(train, val), classes=10)

    def test_both_swing_together(self) -> None:
        both = [1.0, 2.4, 0.9, 2.2, 1.1, 2.6, 0.8, 2.1]
        assert "val_noisy" not in seen(epochs(both, both), classes=10)


def test_without_validation_nothing_is_observable() -> None:
    run = Run("made", (series("loss", "train_loss", [2.3, 1.0, 0.5, 0.4], step=[1, 2, 3, 4]),))
    assert {find(symptom, run).state for symptom in VALIDATION} == {"not_observable"}


def test_long_language_model_log_is_healthy() -> None:
    at = np.arange(1.0, 5001)
    loss = 3.2 + 6.1 * np.exp(-at / 150) + 1.5 * (at / 200 + 1) ** -0.6
    noisy = loss + np.random.default_rng(1).normal(size=5000) * 0.08
    run = Run(
        "made",
        (
            series("loss", "train_loss", noisy, step=at),
            series("val", "val_loss", loss[249::250] + 0.05, step=at[249::250]),
        ),
    )
    assert not seen(run, classes=50257)
    assert not seen(run)


@pytest.mark.usefixtures("one_thread")
def test_real_trainings() -> None:
    import torch

    from lossclinic_kb.lab import World, evaluate, fit, healthy_trial, load_task
    from lossclinic_kb.lab.views import views

    world = World(seed=3, task="blobs", epochs=10, width=32, log_every=2)
    run = fit(healthy_trial(world))
    assert not {symptom for view in views(run).values() for symptom in seen(view)}

    task = load_task(world.task, world.seed)
    wrong = task.y[:80].roll(1)  # every label belongs to the neighbour
    few = task.with_train(x=task.x[:160], y=torch.cat([wrong, task.y[80:160]]))
    overfit = fit(healthy_trial(replace(world, width=256, epochs=40, batch_size=16), task=few))
    assert "val_rises_while_train_falls" in seen(overfit)
    assert "val_rises_while_train_falls" in seen(views(overfit)["epochs_losses"])

    trial = healthy_trial(world)
    before = evaluate(trial)
    trial.evaluate = lambda _: before
    assert "val_bit_identical" in seen(fit(trial))
