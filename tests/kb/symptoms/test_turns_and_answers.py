"""Valleys of both losses, accuracies that take two values, gradients without measure."""

from __future__ import annotations

import numpy as np
import pytest
from columns import ROLES

from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding

EPOCHS = np.arange(1.0, 21)
VALLEY = np.interp(EPOCHS, [1, 7, 20], [2.0, 0.6, 1.5])
FALLING = 2.0 * np.exp(-EPOCHS / 5) + 0.1


def by_epoch(**columns: FloatArray) -> Run:
    """Return a log with one value per epoch."""
    made = [
        series(name, ROLES[name], values, epoch=np.arange(1.0, len(values) + 1))
        for name, values in columns.items()
    ]
    return Run("made", tuple(made))


def find(symptom: str, run: Run) -> Finding:
    return SYMPTOMS[symptom].detect(run, {})


class TestLossesTurnUpTogether:
    ID = "losses_turn_up_together"

    def test_a_valley_of_both(self) -> None:
        found = find(self.ID, by_epoch(loss=VALLEY, val_loss=VALLEY + 0.1))
        assert found.present
        assert found.steps == (7, 20)
        assert "0.6" in found.evidence.en
        assert "0.6" in found.evidence.zh

    @pytest.mark.parametrize(
        ("train", "validation"),
        [
            (FALLING, VALLEY),  # overfitting
            (VALLEY, FALLING),
            (FALLING, FALLING),
            (np.interp(EPOCHS, [1, 7, 20], [2.0, 0.6, 60.0]), VALLEY),  # runs away
            (np.interp(EPOCHS, [1, 18, 20], [2.0, 0.6, 1.5]), VALLEY),  # a jump at the end
        ],
    )
    def test_other_courses(self, train: FloatArray, validation: FloatArray) -> None:
        assert find(self.ID, by_epoch(loss=train, val_loss=validation)).state == "absent"

    def test_too_little_to_tell(self) -> None:
        assert find(self.ID, by_epoch(loss=VALLEY)).state == "not_observable"
        assert find(self.ID, by_epoch(loss=VALLEY[:5], val_loss=VALLEY[:5])).state == "not_observable"
        assert find(self.ID, by_epoch(loss=VALLEY, val_loss=VALLEY - 3)).state == "not_observable"


class TestValAccuracyTakesTwoValues:
    ID = "val_accuracy_takes_two_values"

    def test_one_class_for_everything(self) -> None:
        found = find(self.ID, by_epoch(val_acc=np.array([0.3, 0.143, 0.187, 0.187, 0.143, 0.187])))
        assert found.present
        assert "0.143 / 0.187" in found.evidence.en
        assert found.steps == (2, 6)

    @pytest.mark.parametrize(
        "values", [[0.3, 0.143, 0.187, 0.2, 0.143], [0.5, 0.91, 0.92, 0.91, 0.92]], ids=["three", "good"]
    )
    def test_other_accuracies(self, values: list[float]) -> None:
        assert find(self.ID, by_epoch(val_acc=np.array(values))).state == "absent"

    def test_too_few(self) -> None:
        assert find(self.ID, by_epoch(val_acc=np.full(4, 0.1))).state == "not_observable"


class TestGradNormWild:
    ID = "grad_norm_wild"

    def test_scatter_against_the_middle(self) -> None:
        rng = np.random.default_rng(0)
        wild, usual = np.exp(rng.normal(0, 1.5, 200)), 1 + 0.3 * rng.normal(size=200)
        found = find(self.ID, by_epoch(grad_norm=wild))
        assert found.present
        assert found.steps == (101, 200)
        assert find(self.ID, by_epoch(grad_norm=usual)).state == "absent"
        peaks = np.where(np.arange(200) % 50 == 0, 100.0, usual)
        assert find(self.ID, by_epoch(grad_norm=peaks)).state == "absent", "single peaks are something else"

    def test_nothing_to_measure(self) -> None:
        assert find(self.ID, by_epoch(grad_norm=np.ones(8))).state == "not_observable"
        assert find(self.ID, by_epoch(grad_norm=np.zeros(40))).state == "not_observable"
