"""Gradient norm and learning rate: series whose truth is known by construction, and a few real trainings."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lossclinic_kb.run import FloatArray, Role, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding, facts_of

SYMPTOM_IDS = (
    "grad_norm_zero",
    "grad_norm_vanishing",
    "grad_norm_growing",
    "bouncing_with_large_gradient",
    "lr_reaches_zero",
    "loss_jumps_with_lr",
)

STEPS = np.arange(1.0, 1001)
FALLING = 2.3 * np.exp(-STEPS / 150) + 0.02
HIGH = np.full(1000, 2.3)


def seen(run: Run, **facts: float) -> set[str]:
    return {symptom for symptom in SYMPTOM_IDS if find(symptom, run, **facts).present}


def find(symptom: str, run: Run, **facts: float) -> Finding:
    return SYMPTOMS[symptom].detect(run, {**facts_of(run.config), **facts})


def noisy(values: FloatArray, share: float = 0.1) -> FloatArray:
    """Return `values` with the scatter of mini-batches."""
    return values * (1 + share * np.random.default_rng(0).normal(size=len(values)))


def log(loss: FloatArray, *, norm: FloatArray | None = None, rate: FloatArray | None = None) -> Run:
    columns: list[tuple[str, Role, FloatArray | None]] = [
        ("loss", "train_loss", noisy(loss, 0.03)),
        ("grad_norm", "grad_norm", norm),
        ("lr", "lr", rate),
    ]
    return Run(
        "made",
        tuple(series(name, role, values, step=STEPS) for name, role, values in columns if values is not None),
    )


def test_ordinary_run_shows_nothing() -> None:
    norm = noisy(np.sqrt(FALLING), 0.3)
    cosine = 0.05 * (1 + np.cos(np.pi * STEPS / 1000))
    assert not seen(log(FALLING, norm=norm, rate=cosine), classes=10, batch_size=32)


class TestZero:
    def test_zero_throughout(self) -> None:
        run = log(HIGH, norm=np.zeros(1000))
        assert seen(run) == {"grad_norm_zero"}
        finding = find("grad_norm_zero", run)
        assert finding.steps == (1, 1000)
        assert "zero at 1000 values in a row, from step 1 to step 1000" in finding.evidence.en
        assert "从第 1 步到第 1000 步，grad_norm 连续 1000 个值为零" in finding.evidence.zh

    def test_zero_from_the_middle_on(self) -> None:
        norm = np.where(STEPS < 500, 0.5, 1e-12)
        assert find("grad_norm_zero", log(HIGH, norm=norm)).steps == (500, 1000)

    def test_single_skipped_steps(self) -> None:
        norm = np.where(STEPS % 10 == 0, 0.0, 0.5)
        assert not seen(log(HIGH, norm=norm))

    def test_a_solved_task_has_no_gradient(self) -> None:
        solved = 2.3 * np.exp(-STEPS / 20)
        assert not seen(log(solved, norm=np.where(solved > 1e-4, 1.0, 0.0)))


class TestVanishing:
    def test_falls_while_the_loss_stays(self) -> None:
        run = log(HIGH, norm=np.exp(-STEPS / 100))
        assert seen(run, classes=10) == {"grad_norm_vanishing"}
        evidence = find("grad_norm_vanishing", run, classes=10).evidence.en
        assert "grad_norm falls from 0.7749 to 0.0001577" in evidence

    def test_falls_with_the_loss(self) -> None:
        assert not seen(log(FALLING, norm=FALLING**2), classes=10)

    def test_tiny_all_along(self) -> None:
        assert seen(log(HIGH, norm=noisy(np.full(1000, 1e-6)))) == {"grad_norm_vanishing"}

    @pytest.mark.parametrize(("classes", "batch"), [(2, 16), (10, 32), (100, 256)])
    def test_only_the_last_bias_gets_anything(self, classes: int, batch: int) -> None:
        """Oracle: the gradient of the last bias at uniform outputs, for labels drawn at random."""
        labels = np.random.default_rng(0).multinomial(batch, np.full(classes, 1 / classes), size=1000)
        norm = np.linalg.norm(1 / classes - labels / batch, axis=1)
        run = log(np.full(1000, math.log(classes)), norm=norm)
        assert seen(run, classes=classes, batch_size=batch) == {"grad_norm_vanishing"}
        assert not seen(run, classes=classes)  # without the batch size nobody can tell
        assert not seen(
            log(np.full(1000, math.log(classes)), norm=3 * norm), classes=classes, batch_size=batch
        )

    def test_fine_tuning_starts_low_and_calms_down(self) -> None:
        loss = 1.2 + 0.6 * np.exp(-STEPS / 100)
        assert not seen(log(loss, norm=noisy(0.4 + 20 * np.exp(-STEPS / 5))))


class TestGrowing:
    def test_a_sum_over_all_batches(self) -> None:
        loss = np.where(STEPS < 100, FALLING, 1.0)
        run = log(loss, norm=0.5 + 0.05 * STEPS)
        assert seen(run) == {"grad_norm_growing"}
        assert "grad_norm grows from 0.6 to 45" in find("grad_norm_growing", run).evidence.en

    def test_leaving_a_plateau(self) -> None:
        plateau = 2.3 / (1 + np.exp((STEPS - 500) / 60)) + 0.02
        norm = noisy(0.1 + 1.5 * np.exp(-(((STEPS - 500) / 200) ** 2)), 0.3)
        assert not seen(log(plateau, norm=norm))

    def test_memorising_raises_it_a_little(self) -> None:
        memorising = 2.3 - 1.5 * STEPS / 1000
        assert not seen(log(memorising, norm=noisy(0.5 + 1.2 * STEPS / 1000, 0.2)))

    def test_a_resumed_log_has_no_start(self) -> None:
        run = Run("made", (series("g", "grad_norm", np.arange(1.0, 50), step=np.arange(9000.0, 9049)),))
        assert find("grad_norm_growing", run).state == "not_observable"


class TestBouncing:
    swings = np.random.default_rng(2).normal(size=1000)

    def test_noisy_stall_with_large_norms(self) -> None:
        loss = np.where(STEPS < 50, 2.3, 1.4) * np.exp(0.4 * self.swings)
        norm = np.where(STEPS < 50, 0.5, 3.0) * np.exp(0.4 * self.swings)
        run = log(loss, norm=norm)
        assert "bouncing_with_large_gradient" in seen(run, classes=10)

    def test_above_guessing(self) -> None:
        loss = np.where(STEPS < 5, 2.3, 12.0) * np.exp(0.1 * self.swings)
        norm = np.where(STEPS < 5, 0.5, 3.0) * np.exp(0.4 * self.swings)
        assert "bouncing_with_large_gradient" in seen(log(loss, norm=norm), classes=10)

    def test_quiet_stall(self) -> None:
        assert not seen(log(np.full(1000, 1.4), norm=noisy(np.full(1000, 0.6))), classes=10)

    def test_noise_around_a_good_solution(self) -> None:
        loss = np.where(STEPS < 50, 2.3, 0.2) * np.exp(0.4 * self.swings)
        assert not seen(log(loss, norm=noisy(np.full(1000, 1.0), 0.4)), classes=10)


class TestRateGone:
    def test_decayed_per_batch(self) -> None:
        rate = 0.1 * 0.95**STEPS
        stuck = np.maximum(FALLING, 1.2)
        run = log(stuck, rate=rate)
        assert seen(run, classes=10) == {"lr_reaches_zero"}
        finding = find("lr_reaches_zero", run, classes=10)
        assert finding.steps is not None
        assert finding.steps[0] == 150  # 0.95^149 is the first below a two-thousandth of the first rate
        assert "down to 4.556e-05 at step 150 (peak 0.095, last step 1000)" in finding.evidence.en

    def test_zero_all_along(self) -> None:
        assert "lr_reaches_zero" in seen(log(HIGH, rate=np.zeros(1000)))

    def test_loss_was_done(self) -> None:
        assert not seen(log(FALLING, rate=0.1 * 0.97**STEPS), classes=10)

    @pytest.mark.parametrize(
        "rate",
        [
            0.05 * (1 + np.cos(np.pi * STEPS / 1000)),
            1e-3 * (1 - STEPS / 1000),
            0.1 ** (1 + np.floor(STEPS / 300)),
            np.minimum(STEPS - 1, 100) * 1e-5,
        ],
        ids=["cosine", "linear", "steps", "warm-up"],
    )
    def test_ordinary_schedules(self, rate: FloatArray) -> None:
        assert not seen(log(np.maximum(FALLING, 1.2), rate=rate), classes=10)

    def test_a_frozen_group_beside_a_live_one(self) -> None:
        run = log(HIGH, rate=np.zeros(1000))
        live = series("lr/pg1", "lr", np.full(1000, 1e-3), step=STEPS)
        assert not seen(Run("made", (*run.series, live)))


class TestJumps:
    def test_loss_jumps_where_the_rate_does(self) -> None:
        rate = np.where(STEPS < 600, 0.01, 0.3)
        loss = np.where(STEPS <= 600, FALLING, 1.5)
        run = log(loss, rate=rate)
        assert seen(run, classes=10) == {"loss_jumps_with_lr"}
        finding = find("loss_jumps_with_lr", run, classes=10)
        assert "lr rises from 0.01 to 0.3 at step 600" in finding.evidence.en
        assert finding.numbers["after"] > 1 > finding.numbers["before"]

    def test_step_decay_is_followed_by_a_fall(self) -> None:
        rate = np.where(STEPS < 600, 0.1, 0.01)
        assert not seen(log(np.where(STEPS < 600, 0.8, 0.3) + FALLING, rate=rate), classes=10)

    def test_restarts_shake_a_little(self) -> None:
        rate = 0.05 * (1 + np.cos(np.pi * (STEPS % 250) / 250)) + 1e-4
        shaken = FALLING + 0.05 * (STEPS % 250 < 20)
        assert not seen(log(shaken, rate=rate), classes=10)

    def test_a_jump_elsewhere_is_not_of_the_rate(self) -> None:
        rate = np.where(STEPS < 300, 0.01, 0.03)
        assert not seen(log(np.where(STEPS < 700, FALLING, 1.5), rate=rate), classes=10)

    def test_epoch_log(self) -> None:
        epochs = range(8)
        run = Run(
            "made",
            (
                series("loss", "train_loss", [2.0, 1.2, 0.8, 0.6, 0.5, 1.4, 1.9, 2.0], epoch=epochs),
                series("lr", "lr", [0.01] * 4 + [0.5] * 4, epoch=epochs),
            ),
        )
        assert seen(run, classes=10) == {"loss_jumps_with_lr"}


def test_missing_columns_are_not_observable() -> None:
    run = Run("made", (series("loss", "train_loss", FALLING, step=STEPS),))
    assert {find(symptom, run).state for symptom in SYMPTOM_IDS} == {"not_observable"}


@pytest.mark.usefixtures("one_thread")
def test_real_trainings() -> None:
    import torch
    from torch import Tensor, nn

    from lossclinic_kb.lab import Trial, World, fit, gradient_norm, healthy_trial
    from lossclinic_kb.lab.views import views

    world = World(seed=5, task="blobs", epochs=8, width=32, log_every=2)
    assert not {symptom for view in views(fit(healthy_trial(world))).values() for symptom in seen(view)}

    def never_cleared(trial: Trial, inputs: Tensor, targets: Tensor) -> dict[str, float]:
        outputs = trial.model(inputs)
        loss = trial.loss(outputs, targets)
        loss.backward()
        norm = gradient_norm(trial.model)
        trial.optimizer.step()
        return dict(trial.scores(outputs, targets, loss, norm))

    summed = healthy_trial(World(seed=5, task="blobs", epochs=8, width=32, optimizer="adam"))
    summed.train_step = never_cleared
    assert "grad_norm_growing" in seen(fit(summed))

    zero = healthy_trial(world)
    for parameter in zero.model.parameters():
        nn.init.zeros_(parameter)
    assert "grad_norm_vanishing" in seen(fit(zero))

    decayed = healthy_trial(world)
    decayed.schedule = torch.optim.lr_scheduler.ExponentialLR(decayed.optimizer, 0.8)
    decayed.schedule_per_step = True
    assert "lr_reaches_zero" in seen(fit(decayed))
