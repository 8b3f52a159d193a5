"""Logs of a few epochs, and curves of healthy runs that look like a fault: series whose truth is known by construction."""

from __future__ import annotations

import math

import numpy as np
import pytest
from columns import ROLES

from lossclinic_kb.case import FEWEST_JUDGED, Observations
from lossclinic_kb.diagnosis import rank
from lossclinic_kb.run import Run, series
from lossclinic_kb.symptoms import SYMPTOMS, State, detect_all

LN2 = math.log(2)


def log(**columns: list[float]) -> Run:
    """Return a log of one row per epoch."""
    made = [
        series(name, ROLES.get(name, "other"), values, epoch=np.arange(1.0, len(values) + 1))
        for name, values in columns.items()
    ]
    return Run("made", tuple(made))


def state(symptom: str, run: Run, **facts: float | bool | str) -> State:
    return SYMPTOMS[symptom].detect(run, facts).state


class TestLostEpoch:
    ID = "loss_sets_back"
    LOSS, VAL, ACC = [1.28, 0.60, 0.33, 0.20, 0.95], [0.9, 0.45, 0.30, 0.22, 0.8], [0.5, 0.8, 0.88, 0.93, 0.7]

    def test_one_epoch_is_enough_where_all_curves_agree(self) -> None:
        found = SYMPTOMS[self.ID].detect(log(loss=self.LOSS, val_loss=self.VAL, acc=self.ACC), {})
        assert found.present
        assert found.steps == (4, 5)

    def test_answers_that_get_better_are_the_luck_of_what_was_logged(self) -> None:
        better = [*self.ACC[:-1], 0.94]
        assert state(self.ID, log(loss=self.LOSS, val_loss=self.VAL, acc=better)) == "absent"

    def test_a_validation_that_keeps_its_level_contradicts(self) -> None:
        kept = [*self.VAL[:-1], 0.21]
        assert state(self.ID, log(loss=self.LOSS, val_loss=kept, acc=self.ACC)) == "absent"

    @pytest.mark.parametrize(("last", "expected"), [(0.95, "present"), (0.6, "absent")])
    def test_alone_it_takes_more(self, last: float, expected: State) -> None:
        assert state(self.ID, log(loss=[*self.LOSS[:-1], last])) == expected
        low = [*self.LOSS[:-1], 0.6], [*self.VAL[:-1], 0.5]
        assert state(self.ID, log(loss=low[0], val_loss=low[1], acc=self.ACC)) == "present"

    def test_a_rate_that_goes_up_explains_it(self) -> None:
        rates = [0.1, 0.05, 0.02, 0.01, 0.1]
        assert state(self.ID, log(loss=self.LOSS, val_loss=self.VAL, acc=self.ACC, lr=rates)) == "absent"

    def test_four_epochs_are_too_few(self) -> None:
        assert state(self.ID, log(loss=self.LOSS[:4])) == "not_observable"


class TestLength:
    ID = "stopped_after_few_epochs"

    @pytest.mark.parametrize(
        ("values", "expected"),
        [([2.0, 1.6, 1.3], "present"), ([2.0, 1.4, 1.2], "absent")],
        ids=["undiminished", "slowing"],
    )
    def test_a_descent_that_slows_is_no_stop_in_full_descent(
        self, values: list[float], expected: State
    ) -> None:
        run = log(loss=[value + 0.1 for value in values], val_loss=values)
        assert state(self.ID, run, classes=10.0) == expected


STALLING = [2.3, 1.6, 1.4, 1.35, 1.34, 1.33, 1.33, 1.33]
STALLED = [0.2, 0.45, 0.53, 0.54, 0.55, 0.55, 0.55, 0.55]


class TestStalls:
    ID = "accuracy_stalls_low"

    def test_a_validation_that_is_mostly_right_acquits(self) -> None:
        """As where training is on mixtures of samples."""
        for end, expected in ((0.5, "present"), (0.9, "absent")):
            held_out = [*STALLED[:3], *[end] * 5]
            run = log(loss=STALLING, acc=STALLED, val_acc=held_out)
            assert state(self.ID, run, classes=10.0) == expected

    def test_a_text_is_guessed_better_than_its_loss_says_of_classes(self) -> None:
        text = log(loss=[1.9, *STALLING[1:]], acc=[0.5, *STALLED[2:], 0.55])
        assert state(self.ID, text) == "not_observable"
        assert state(self.ID, log(loss=STALLING, acc=STALLED)) == "present"


def test_a_choice_between_two_costs_what_is_left_open() -> None:
    """Clicks and defaults are foreseen in part: the loss ends at half of ln 2 and more, rightly."""
    loss = [0.69, 0.50, 0.46, 0.45, 0.45, 0.45, 0.45, 0.45, 0.45, 0.45]
    for right, expected in ((0.8, "absent"), (0.6, "present")):
        run = log(loss=loss, acc=[0.5, *[right] * 9])
        assert state("loss_plateau_high", run, classes=2.0) == expected


class TestGap:
    ID = "val_far_above_train_from_start"

    def test_losses_alone_may_be_those_of_a_network_that_came_trained(self) -> None:
        train, held_out = [0.06, 0.05, 0.04, 0.03, 0.03], [0.17, 0.16, 0.15, 0.14, 0.14]
        assert state(self.ID, log(loss=train, val_loss=held_out)) == "not_observable"
        assert state(self.ID, log(loss=train, val_loss=[10 * value for value in held_out])) == "present"


class TestBounded:
    ID = "accuracy_high_loss_stuck"

    def test_outputs_between_minus_one_and_one(self) -> None:
        floor = math.log(1 + 9 * math.exp(-2))  # of ten classes
        run = log(loss=[2.0, 1.1, *[floor + 0.05] * 8], acc=[0.3, 0.85, *[0.99] * 8])
        assert state(self.ID, run, classes=10.0) == "present"
        assert state(self.ID, run, classes=10.0, label_smoothing=0.1) == "absent"

    def test_a_loss_among_the_samples_of_a_batch_has_no_chance_level(self) -> None:
        run = log(loss=[3.5, 2.5, *[2.2] * 8], acc=[0.3, 0.85, *[0.95] * 8])
        assert state(self.ID, run, loss="contrastive") == "not_observable"


class TestTooGood:
    ID = "text_loss_near_zero"

    def test_the_first_epoch_may_have_learned_it_all(self) -> None:
        run = log(loss=[1.2, 0.08, 0.08], val_loss=[0.1, 0.08, 0.08])
        facts = {"task": "language_model", "classes": 40.0}
        assert state(self.ID, run, **facts) == "present"
        assert state(self.ID, run, **facts, pretrained=True) == "not_observable"


class TestFirstError:
    ID = "first_loss_far_above_chance"

    @pytest.mark.parametrize(("first", "expected"), [(-36.0, "present"), (-3.0, "absent"), (0.1, "absent")])
    def test_of_a_regression_it_is_told_by_r2(self, first: float, expected: State) -> None:
        run = log(loss=[40.0, 3.0, 1.2, 0.9], r2=[first, -1.6, -0.2, 0.1])
        assert state(self.ID, run, task="regression") == expected


def test_what_stands_beside_an_opponent_has_no_chance_level() -> None:
    loss = [LN2, *(LN2 * (1.1 + 0.05 * (-1) ** place) for place in range(20))]
    assert state("loss_hovers_above_chance", log(loss=loss)) == "present"
    assert state("loss_hovers_above_chance", log(loss=loss, loss_d=[1.2] * 21)) == "not_observable"


@pytest.mark.parametrize(("epochs", "status"), [(1, "undetermined"), (2, "undetermined"), (6, "healthy")])
def test_one_or_two_epochs_are_no_ground_for_calling_a_run_healthy(epochs: int, status: str) -> None:
    loss = [2.0, 1.0, 0.6, 0.45, 0.4, 0.38][:epochs]
    accuracy = [0.4, 0.7, 0.8, 0.85, 0.87, 0.88][:epochs]
    run = log(loss=loss, val_loss=[value + 0.02 for value in loss], acc=accuracy, val_acc=accuracy)
    case = Observations(findings=detect_all(run, {"classes": 10}), facts={"classes": 10})
    assert (case.judged < FEWEST_JUDGED) == (epochs < 3)
    assert rank(case).status == status
