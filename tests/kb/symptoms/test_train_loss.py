"""Symptoms of the shape of the training loss, on series whose truth is known by construction."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from lossclinic_kb.facts import Fact
from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding, detect_all

RNG = np.random.default_rng(7)
T = np.linspace(0, 1, 1500)
NOISE = RNG.normal(size=1500)
SHAPES = (
    "loss_diverges", "loss_rises_after_falling", "loss_oscillates", "loss_spikes", "loss_flat", "loss_at_chance",
    "loss_at_double_softmax_floor", "loss_plateau_high", "loss_falls_slowly", "loss_still_falling", "loss_negative",
    "loss_sawtooth_per_epoch", "first_loss_far_above_chance",
)  # fmt: skip
LM = 3 + 7.8 * np.exp(-60 * T) + 0.5 * np.exp(-4 * T) + 0.04 * NOISE
LEARNED = 2.3 * np.exp(-12 * T) * np.exp(0.3 * NOISE) + 0.02


def by_step(values: Sequence[float] | FloatArray, first: int = 1) -> Run:
    steps = np.arange(first, first + len(values), dtype=np.float64)
    return Run(
        "made", (series("train_loss", "train_loss", np.asarray(values, dtype=np.float64), step=steps),)
    )


def by_epoch(*values: float, accuracy: Sequence[float] = ()) -> Run:
    epochs = np.arange(1.0, len(values) + 1)
    logged = [series("loss", "train_loss", list(values), epoch=epochs)]
    if accuracy:
        logged.append(series("accuracy", "train_acc", list(accuracy), epoch=epochs))
    return Run("made", tuple(logged))


def look(symptom: str, run: Run, **facts: Fact) -> Finding:
    return SYMPTOMS[symptom].detect(run, facts)


def shown(run: Run, **facts: Fact) -> set[str]:
    return {finding.id for finding in detect_all(run, facts) if finding.present} & set(SHAPES)


HEALTHY: dict[str, tuple[Run, dict[str, Fact]]] = {
    "ten classes by step": (by_step(LEARNED), {"classes": 10.0}),
    "ten classes, classes unknown": (by_step(LEARNED), {}),
    "language model": (by_step(LM), {}),
    "language model, resumed": (by_step(LM[700:], first=700_000), {}),
    "small losses": (by_step(1e-6 * LEARNED), {}),
    "large losses": (by_step(1e6 * LEARNED), {}),
    "lower bound, negative rightly": (by_step(-100 - 50 * (1 - np.exp(-9 * T)) + NOISE), {}),
    "likelihood that crosses zero": (by_step(1.4 - 3 * (1 - np.exp(-9 * T)) + 0.1 * NOISE), {}),
    "policy loss about zero": (by_step(0.02 * NOISE[:400]), {}),
    "step decay of the rate": (
        by_step(np.concatenate([1.5 * np.exp(-30 * T) + 0.4, 0.2 + 0.2 * np.exp(-90 * T)]) + 0.03 * np.tile(NOISE, 2)),
        {"classes": 10.0},
    ),
    "warm-up": (by_step(2.3 * np.exp(-10 * np.maximum(T - 0.1, 0)) + 0.03 * np.abs(NOISE)), {"classes": 10.0}),
    "fine-tuned network": (by_step(0.05 * np.exp(NOISE[:300])), {"classes": 2.0}),
    "two classes that overlap": (by_step(0.3 + 0.4 * np.exp(-15 * T) + 0.1 * NOISE), {"classes": 2.0}),
    "keras, five epochs": (by_epoch(0.62, 0.41, 0.30, 0.27, 0.26, accuracy=[0.66, 0.82, 0.88, 0.9, 0.9]), {}),
    "keras, regression": (by_epoch(1.2, 0.4, 0.2, 0.15, 0.13, 0.12, 0.12), {}),
    "one noisy epoch": (by_epoch(2.0, 1.0, 0.6, 0.5, 0.7, 0.45, 0.42, 0.4, 0.4), {"classes": 10.0}),
    "last epoch noisy": (by_epoch(2.0, 1.0, 0.6, 0.5, 0.45, 0.42, 0.41, 0.55), {"classes": 10.0}),
    "three epochs": (by_epoch(0.4, 0.2, 0.15), {"classes": 10.0}),
    "a few epochs of fine-tuning": (by_epoch(1.25, 1.1, 1.05, 1.04), {"pretrained": True}),
    "label smoothing": (by_step(0.5 + 1.8 * np.exp(-20 * T) + 0.02 * NOISE), {"classes": 10.0, "label_smoothing": 0.1}),
    "begun anew in the same file": (
        Run("made", (series("l", "train_loss", [2.3, 1, 0.5, 0.4, 0.3, 0.3, 0.25, 0.2, 0.2, 0.2], epoch=[*range(5)] * 2),)),
        {"classes": 10.0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_curves_show_nothing(name: str) -> None:
    run, facts = HEALTHY[name]
    assert shown(run, **facts) == set()


@pytest.mark.parametrize("symptom", SHAPES)
@pytest.mark.parametrize("values", [[], [2.3], [2.3, 2.2]])
def test_too_short_to_tell(symptom: str, values: list[float]) -> None:
    if symptom in ("loss_negative", "first_loss_far_above_chance") and values:
        assert look(symptom, by_step(values), classes=10.0).state == "absent"
    else:
        assert look(symptom, by_step(values), classes=10.0).state == "not_observable"


def test_divergence_by_step() -> None:
    found = look("loss_diverges", by_step(2.3 + 40 * T + 2 * NOISE), classes=10.0)
    assert found.present
    assert found.steps == (1, 1500)
    assert "train_loss is " in found.evidence.en
    assert "step 1126" in found.evidence.en
    assert "第 1126 步" in found.evidence.zh


def test_divergence_needs_four_times_where_chance_is_unknown() -> None:
    values = 0.4 * np.exp(np.minimum(T * 3, 1.0))
    assert look("loss_diverges", by_step(values)).state == "absent"
    assert look("loss_diverges", by_step(0.4 * np.exp(np.minimum(T * 3, 1.6)))).present


def test_growth_without_bound_is_divergence_even_after_a_resume() -> None:
    found = look("loss_diverges", by_step([2.0, 2.0, 2.0, 2.0, 5.0, 60.0, 9000.0], first=80_000))
    assert found.present
    assert "9000" in found.evidence.en


def test_divergence_that_ends_in_nan_says_so() -> None:
    found = look("loss_diverges", by_epoch(2.3, 5.0, 70.0, 900.0, float("nan")))
    assert found.present
    assert "no longer a number" in found.evidence.en
    assert "变成 NaN" in found.evidence.zh


def test_rise_after_fall() -> None:
    found = look("loss_rises_after_falling", by_epoch(2.3, 1.0, 1.2, 1.5, 1.9))
    assert found.present
    assert found.numbers["low"] == 1.0
    assert "epoch 2" in found.evidence.en
    late = LM.copy()
    late[1000:] += np.linspace(0, 3, 500)
    assert look("loss_rises_after_falling", by_step(late)).present
    assert look("loss_rises_after_falling", by_step(LM)).state == "absent"


def test_a_jump_that_stays_is_a_rise_and_no_spike() -> None:
    values = LM.copy()
    values[900:] += 2
    assert shown(by_step(values)) == {"loss_rises_after_falling"}


def test_oscillation_by_epoch_and_by_step() -> None:
    assert look("loss_oscillates", by_epoch(2.3, 0.9, 2.2, 0.8, 2.3, 0.9, 2.4), classes=10.0).present
    swing = 1.5 + np.sin(60 * T) + 0.1 * NOISE
    found = look("loss_oscillates", by_step(swing), classes=10.0)
    assert found.present
    assert found.steps == (751, 1500)
    assert found.numbers["low"] == pytest.approx(0.5, abs=0.2)
    assert found.numbers["high"] == pytest.approx(2.5, abs=0.2)


def test_growing_swings_are_divergence_not_oscillation() -> None:
    values = 2.3 * np.exp(6 * T) * (1 + 0.5 * np.sin(80 * T))
    assert look("loss_oscillates", by_step(values), classes=10.0).state == "absent"
    assert look("loss_diverges", by_step(values), classes=10.0).present


@pytest.mark.parametrize("width", [1, 3, 12])
def test_spike_in_a_smooth_curve(width: int) -> None:
    values = LM.copy()
    values[800 : 800 + width] += 3 * np.exp(-np.arange(width) / 4)
    found = look("loss_spikes", by_step(values))
    assert found.present
    assert found.steps is not None
    assert found.steps[0] == pytest.approx(801, abs=2)
    assert "step 80" in found.evidence.en


def test_spike_in_an_epoch_log() -> None:
    found = look("loss_spikes", by_epoch(2.3, 1.0, 0.6, 0.5, 2.2, 0.45, 0.4, 0.38, 0.36))
    assert found.present
    assert found.steps == (5, 5)
    assert found.numbers["peak"] == 2.2


def test_heavy_tail_of_small_batches_is_no_spike() -> None:
    heavy = 0.02 * np.abs(np.random.default_rng(3).standard_t(1.5, size=1500)).clip(0, 80)
    assert look("loss_spikes", by_step(np.maximum(LEARNED, heavy)), classes=10.0).state == "absent"


def test_flat_and_at_chance() -> None:
    run = by_step(2.3026 + 0.05 * NOISE[:400])
    assert shown(run, classes=10.0) == {"loss_flat", "loss_at_chance"}
    assert "ln 10" in look("loss_at_chance", run, classes=10.0).evidence.zh
    assert look("loss_at_chance", run).strength < 1  # ten classes are implied by the level itself
    assert look("loss_at_chance", run, classes=0.0).state == "not_observable"


def test_flat_needs_the_beginning_and_a_level_that_is_not_learned() -> None:
    flat = 0.1 + 0.001 * NOISE[:100]
    assert look("loss_flat", by_step(flat), classes=10.0).state == "absent"
    assert look("loss_flat", by_step(flat + 2, first=90_000)).state == "not_observable"


def test_a_small_clear_fall_is_not_flat() -> None:
    run = by_step(2.3 - 0.06 * T + 0.05 * NOISE)
    assert look("loss_flat", run, classes=10.0).state == "absent"
    assert look("loss_falls_slowly", run, classes=10.0).present


def test_collapse_at_chance_after_a_bad_start() -> None:
    run = by_step(np.concatenate([[2.3, 480, 860, 300, 40], 2.31 + 0.02 * NOISE[:200]]))
    assert look("loss_at_chance", run, classes=10.0).present
    assert look("loss_flat", run, classes=10.0).state == "absent"


def test_double_softmax_floor_with_and_without_accuracy() -> None:
    losses = [1.9, 1.6, 1.52, 1.50, 1.49, 1.485, 1.483]
    run = by_epoch(*losses, accuracy=[0.5, 0.85, 0.95, 0.97, 0.98, 0.98, 0.982])
    found = look("loss_at_double_softmax_floor", run, classes=10.0)
    assert found.present
    assert found.numbers["floor"] == pytest.approx(1.4612, abs=1e-4)
    assert found.strength == 1
    assert look("loss_at_double_softmax_floor", by_epoch(*losses), classes=10.0).strength < 1
    assert look("loss_at_double_softmax_floor", by_epoch(*losses)).state == "not_observable"


def test_below_the_floor_is_no_double_softmax() -> None:
    run = by_epoch(1.9, 1.6, 1.5, 1.46, 1.45, 1.45, 1.45)
    assert look("loss_at_double_softmax_floor", run, classes=10.0).state == "absent"


def test_ordinary_loss_of_two_classes_that_stalls_near_the_floor() -> None:
    accuracy = [0.7, 0.8, 0.84, 0.85, 0.86, 0.86, 0.86]  # which would give 0.45 with a doubled softmax
    run = by_epoch(0.6, 0.45, 0.38, 0.36, 0.35, 0.35, 0.35, accuracy=accuracy)
    assert look("loss_at_double_softmax_floor", run, classes=2.0).state == "absent"


def test_plateau_against_stated_chance() -> None:
    values = 1.6 + 0.7 * np.exp(-15 * T) + 0.05 * NOISE
    found = look("loss_plateau_high", by_step(values), classes=10.0)
    assert found.present
    assert found.numbers["level"] == pytest.approx(1.6, abs=0.05)
    assert look("loss_plateau_high", by_step(values - 0.9), classes=10.0).state == "absent"


def test_plateau_without_a_reference_is_not_judged() -> None:
    values = 4.2 + 2 * np.exp(-15 * T) + 0.05 * NOISE  # a contrastive loss ends like this and is well
    assert look("loss_plateau_high", by_step(values)).state == "not_observable"
    assert look("loss_plateau_high", by_step(values), pretrained=True).state == "not_observable"


def test_plateau_with_poor_accuracy_needs_no_classes() -> None:
    run = by_epoch(1.9, 1.5, 1.4, 1.39, 1.39, 1.39, 1.39, accuracy=[0.3, 0.4, 0.45, 0.45, 0.45, 0.45, 0.45])
    assert look("loss_plateau_high", run).present


def test_slow_straight_fall() -> None:
    found = look("loss_falls_slowly", by_epoch(2.30, 2.28, 2.26, 2.24, 2.22, 2.20), classes=10.0)
    assert found.present
    assert "%" in found.evidence.zh
    assert (
        look("loss_falls_slowly", by_epoch(2.3, 1.9, 1.75, 1.70, 1.68, 1.67), classes=10.0).state == "absent"
    )
    assert look("loss_falls_slowly", by_epoch(1.30, 1.28, 1.26, 1.24)).state == "not_observable"


def test_still_falling() -> None:
    assert look("loss_still_falling", by_epoch(2.3, 1.9, 1.6, 1.35, 1.15, 1.0, 0.85, 0.7)).present
    assert look("loss_still_falling", by_step(2.3 * np.exp(-30 * T))).state == "absent"  # nothing left to win
    assert look("loss_still_falling", by_step(2.3 - 1.5 * T + 0.1 * NOISE)).present


def test_negative_where_it_cannot_be() -> None:
    probabilities = -0.1 - 0.85 * (1 - np.exp(-9 * T))
    found = look("loss_negative", by_step(probabilities), classes=10.0)
    assert found.present
    assert found.numbers["lowest"] == pytest.approx(-0.95, abs=0.01)
    assert look("loss_negative", by_step(probabilities), loss="cross_entropy").present
    assert look("loss_negative", by_step(probabilities)).state == "not_observable"
    assert look("loss_negative", by_step(-2.3 * np.exp(8 * T))).present  # falls ever faster: nothing holds it
    assert look("loss_negative", by_step(LEARNED), classes=10.0).state == "absent"


def test_rounding_below_zero_is_not_negative() -> None:
    assert look("loss_negative", by_step([2.0, 1.0, 0.1, -1e-8, 1e-9]), classes=10.0).state == "absent"


@pytest.mark.parametrize("counter", [True, False])
def test_sawtooth_per_epoch(counter: bool) -> None:
    place = np.tile(np.linspace(0, 1, 30, endpoint=False), 12)
    epoch = np.repeat(np.arange(12.0), 30)
    values = np.exp(-epoch / 6) * (1 + 0.6 * np.abs(place - 0.5)) + 0.02 * NOISE[:360]
    axis = epoch if counter else epoch + place + 1 / 30
    steps = np.arange(360, dtype=np.float64)
    found = look(
        "loss_sawtooth_per_epoch", Run("made", (series("l", "train_loss", values, step=steps, epoch=axis),))
    )
    assert found.present is False  # the swing is smaller than a quarter of the level: not worth a word
    values = np.exp(-epoch / 12) * (1 + 1.2 * np.abs(place - 0.5)) + 0.02 * NOISE[:360]
    found = look(
        "loss_sawtooth_per_epoch", Run("made", (series("l", "train_loss", values, step=steps, epoch=axis),))
    )
    assert found.present
    assert found.numbers["agreement"] > 0.8


def test_staircase_of_memorised_samples_is_no_sawtooth() -> None:
    epoch = np.repeat(np.arange(4.0), 50)
    values = np.array([1.4, 1.0, 0.7, 0.5])[epoch.astype(int)] + 0.02 * NOISE[:200]
    run = Run("made", (series("l", "train_loss", values, step=np.arange(200.0), epoch=epoch),))
    assert look("loss_sawtooth_per_epoch", run).state == "absent"
    assert look("loss_sawtooth_per_epoch", by_step(values)).state == "not_observable"


def test_first_loss_far_above_chance() -> None:
    found = look("first_loss_far_above_chance", by_step([57.0, 30, 12, 4, 2.4]), classes=10.0)
    assert found.present
    assert "24.8 times" in found.evidence.en
    assert look("first_loss_far_above_chance", by_step([3.1, 2.4, 2.0]), classes=10.0).state == "absent"
    assert look("first_loss_far_above_chance", by_step([57.0, 30, 12])).state == "not_observable"
    assert (
        look("first_loss_far_above_chance", by_step([57.0] * 9, first=90_000), classes=10.0).state
        == "not_observable"
    )


def test_three_values_are_flat_only_if_they_agree_in_every_digit() -> None:
    same = SYMPTOMS["loss_flat"].detect(by_epoch(0.43359375, 0.43359375, 0.43359375), {})
    assert same.present
    assert "0.4336" in same.evidence.en
    assert (
        SYMPTOMS["loss_flat"].detect(by_epoch(0.43359375, 0.43359376, 0.43359375), {}).state
        == "not_observable"
    )
    assert not SYMPTOMS["loss_flat"].detect(by_epoch(0.0, 0.0, 0.0), {}).present
