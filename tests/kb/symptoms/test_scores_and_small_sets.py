"""Scores that do not move, and what few samples do to accuracies and losses."""

from __future__ import annotations

import numpy as np
import pytest

from lossclinic_kb.facts import Fact
from lossclinic_kb.run import FloatArray, Role, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding, State
from lossclinic_kb.symptoms.quality import quality_curves

WHOLE, FACTORS = "train_accuracy_in_whole_samples", "val_jumps_by_factors"
HIGH, STILL = "accuracy_high_and_still", "metric_still_while_loss_falls"
ROLES: dict[str, Role] = {
    "loss": "train_loss",
    "val_loss": "val_loss",
    "acc": "train_acc",
    "val_acc": "val_acc",
}
FALLING = 2.2 * np.exp(-np.arange(20) / 4) + 0.1
RISING = np.array([0.21, 0.34, 0.29, 0.47, 0.52, 0.61, 0.7, 0.66, 0.81, 0.9, 0.95, 1.0])


def epochs(columns: dict[str, FloatArray | list[float]]) -> Run:
    made = [series(n, ROLES.get(n, "other"), v, epoch=np.arange(1.0, len(v) + 1)) for n, v in columns.items()]
    return Run("made", tuple(made))


def find(symptom: str, columns: dict[str, FloatArray | list[float]], **facts: Fact) -> Finding:
    return SYMPTOMS[symptom].detect(epochs(columns), facts)


def of(samples: int, decimals: int = 6) -> FloatArray:
    return np.round(np.round(RISING * samples) / samples, decimals)


class TestTrainingSamples:
    @pytest.mark.parametrize("samples", [10, 24, 50, 60])
    @pytest.mark.parametrize("decimals", [4, 16])
    def test_a_few_dozen_are_counted(self, samples: int, decimals: int) -> None:
        found = find(WHOLE, {"acc": of(samples, decimals)})
        assert found.present
        assert found.numbers["samples"] == samples
        assert f"1/{samples}" in found.evidence.en

    @pytest.mark.parametrize("samples", [99, 143, 1000])
    def test_larger_sets(self, samples: int) -> None:
        rng = np.random.default_rng(samples)
        for _ in range(50):
            assert find(WHOLE, {"acc": rng.binomial(samples, RISING) / samples}).state == "absent"

    def test_six_different_values_are_needed(self) -> None:
        assert find(WHOLE, {"acc": np.array([20, 25, 30, 33, 41]) / 50}).state == "absent"
        assert find(WHOLE, {"acc": [0.5, 0.6, 0.5, 0.6]}).state == "not_observable"

    def test_what_may_be_one_batch(self) -> None:
        assert find(WHOLE, {"acc": of(32)}).state == "not_observable"
        assert find(WHOLE, {"acc": of(32)}, batch_size=64).state == "not_observable"
        assert find(WHOLE, {"acc": of(32)}, batch_size=8).present
        assert find(WHOLE, {"acc": of(50)}, batch_size=100).state == "not_observable"

    def test_only_of_whole_epochs(self) -> None:
        def by_step(each: float) -> Finding:
            steps = np.arange(12.0)
            one = series("acc", "train_acc", of(24), step=steps, epoch=each * steps)
            return SYMPTOMS[WHOLE].detect(Run("made", (one,)), {})

        assert by_step(1.0).present
        assert by_step(0.1).state == "not_observable"

    def test_without_an_axis_an_evaluation_beside_each_value_tells(self) -> None:
        accuracy, losses = series("acc", "train_acc", of(24)), series("val_loss", "val_loss", FALLING[:12])
        assert SYMPTOMS[WHOLE].detect(Run("made", (accuracy, losses)), {}).present
        assert SYMPTOMS[WHOLE].detect(Run("made", (accuracy,)), {}).state == "not_observable"


class TestFactors:
    WILD = 0.01 * np.exp(0.6 * np.random.default_rng(0).normal(size=20))

    @pytest.mark.parametrize(
        ("loss", "validation", "expected"),
        [
            (FALLING, WILD, "present"),
            (FALLING, 1000 * WILD, "present"),
            (FALLING, 1.1 * FALLING, "absent"),
            (FALLING, 2.0 ** -np.arange(20), "absent"),
            (WILD, WILD[::-1], "absent"),
            (FALLING, WILD - 0.01, "not_observable"),
            (FALLING[:5], WILD[:5], "not_observable"),
        ],
        ids=["small", "large", "smooth", "halves each time", "both", "below zero", "short"],
    )
    def test_beside_a_calm_training_loss(
        self, loss: FloatArray, validation: FloatArray, expected: State
    ) -> None:
        assert find(FACTORS, {"loss": loss, "val_loss": validation}).state == expected

    def test_evidence_quotes_the_worst_pair(self) -> None:
        validation = np.array([0.5, 0.2, 0.5, 0.2, 0.5, 0.01, 0.5, 0.2])
        found = find(FACTORS, {"loss": FALLING[:8], "val_loss": validation})
        assert "from 0.5 at epoch 5 to 0.01 at epoch 6" in found.evidence.en
        assert found.steps == (1, 8)


class TestHighAndStill:
    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            ([0.9, *[0.942] * 9], "present"),
            ([93.0, *[94.2] * 9], "present"),
            ([0.981982] * 30, "present"),
            ([0.975] * 6, "absent"),  # one of forty
            ([0.5, *[1.0] * 9], "absent"),
            ([0.6] * 10, "absent"),
            ([0.90, 0.91, 0.92, 0.93, 0.93, 0.93], "absent"),
            ([0.9375] * 4, "not_observable"),
        ],
        ids=["share", "percent", "long", "one mistake", "perfect", "poor", "learns", "short"],
    )
    def test_accuracy(self, values: list[float], expected: State) -> None:
        assert find(HIGH, {"val_acc": values}).state == expected

    def test_mistakes_in_a_small_set_count_once_they_stay(self) -> None:
        assert find(HIGH, {"val_acc": [0.95] * 8}).state == "absent"
        assert find(HIGH, {"val_acc": [0.95] * 12}).present

    def test_a_score_where_there_is_no_accuracy(self) -> None:
        found = find(HIGH, {"iou": np.linspace(0.5, 0.9, 12), "val_iou": [0.853] * 12})
        assert found.series == "val_iou"
        assert found.steps == (2, 12)
        assert "0.853" in found.evidence.en
        assert find(HIGH, {"dice_loss": [0.853] * 12}).state == "not_observable"


class TestStillWhileLossFalls:
    @pytest.mark.parametrize(
        ("columns", "expected"),
        [
            ({"loss": FALLING, "val_iou": np.full(20, 0.14)}, "present"),
            ({"loss": -1e3 * np.arange(1.0, 21), "val_iou": np.full(20, 0.14)}, "present"),
            ({"loss": FALLING, "val_iou": np.linspace(0.1, 0.7, 20)}, "absent"),
            ({"loss": FALLING, "val_iou": np.full(20, 0.82)}, "absent"),
            ({"loss": np.full(20, 2.2), "val_iou": np.full(20, 0.14)}, "absent"),
            ({"loss": FALLING, "val_iou": np.full(20, 0.14), "val_f1": np.linspace(0.1, 0.7, 20)}, "absent"),
            ({"loss": FALLING, "val_iou": np.full(3, 0.14)}, "not_observable"),
            ({"loss": FALLING, "val_acc": np.full(20, 0.14)}, "not_observable"),
            ({"val_iou": np.full(20, 0.14)}, "not_observable"),
        ],
        ids=["still", "negative", "moves", "good", "flat", "another moves", "short", "accuracy", "no loss"],
    )
    def test_every_score(self, columns: dict[str, FloatArray], expected: State) -> None:
        assert find(STILL, dict(columns)).state == expected

    def test_evidence_quotes_both(self) -> None:
        found = find(STILL, {"loss": FALLING, "val_dice": np.linspace(0.31, 0.32, 20)})
        assert "between 0.31 and 0.32 from epoch 1 to epoch 20" in found.evidence.en
        assert found.numbers["loss"] == pytest.approx(FALLING[-1])


@pytest.mark.parametrize(
    ("name", "is_score"),
    [
        *(
            (name, True)
            for name in (
                "val_mIoU",
                "metrics/mAP50(B)",
                "f1",
                "f1_macro",
                "val-auc",
                "R2",
                "Validation score",
            )
        ),
        *(
            (name, False)
            for name in ("dice_loss", "val_loss_f1", "r", "f", "r1", "feature_map_norm", "lr", "diff")
        ),
    ],
)
def test_names_of_scores(name: str, is_score: bool) -> None:
    run = epochs({name: [0.1, 0.2, 0.3]})
    assert [curve.name for curve in quality_curves(run)] == ([name] if is_score else [])


def test_scores_in_percent_and_those_of_evaluations_first() -> None:
    found = quality_curves(epochs({"iou": [0.1, 0.2], "val_iou": [31.0, 42.0]}))
    assert [curve.name for curve in found] == ["val_iou", "iou"]
    assert found[0].y.tolist() == pytest.approx([0.31, 0.42])
