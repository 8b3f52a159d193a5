"""How a loss turns up, breaks within its first epoch, spikes alone, or begins where no loss should."""

from __future__ import annotations

import numpy as np
import pytest
from columns import ROLES

from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding

NAN = float("nan")
RNG = np.random.default_rng(0)
EPOCHS = np.arange(1.0, 17)
CALM = 0.3 * np.exp(0.1 * RNG.standard_normal(120))


def by_epoch(**columns: FloatArray | list[float]) -> Run:
    """Return a log with one value per epoch."""
    made = [
        series(name, ROLES[name], np.asarray(values), epoch=np.arange(1.0, len(values) + 1))
        for name, values in columns.items()
    ]
    return Run("made", tuple(made))


def by_step(**columns: FloatArray | list[float]) -> Run:
    """Return a log with one value per step."""
    made = [
        series(name, ROLES[name], np.asarray(values), step=np.arange(1.0, len(values) + 1))
        for name, values in columns.items()
    ]
    return Run("made", tuple(made))


def find(symptom: str, run: Run, **facts: float | str) -> Finding:
    return SYMPTOMS[symptom].detect(run, facts)


class TestLossTurnsUpGradually:
    ID = "loss_turns_up_gradually"
    CLIMB = np.interp(EPOCHS, [1, 4, 16], np.log([2.0, 0.2, 3.0]))
    JUMP = np.interp(EPOCHS, [1, 8, 9, 16], np.log([2.0, 0.2, 2.5, 3.0]))

    def test_a_slow_climb(self) -> None:
        found = find(self.ID, by_epoch(loss=np.exp(self.CLIMB)))
        assert found.present
        assert found.steps == (4, 16)
        assert "0.2" in found.evidence.en
        assert "0.2" in found.evidence.zh

    def test_growth_with_a_power_of_time(self) -> None:
        grown = np.concatenate(([0.8, 0.2, 2.0], 2.0 * np.arange(2.0, 40) ** 3))
        assert find(self.ID, by_step(loss=grown)).present

    def test_a_jump_is_absent(self) -> None:
        assert find(self.ID, by_epoch(loss=np.exp(self.JUMP))).state == "absent"

    def test_a_first_epoch_that_was_the_best(self) -> None:
        rising = np.exp(np.linspace(np.log(0.7), np.log(13), 15))
        forgotten = np.linspace(0.9, 0.2, 15)
        assert find(self.ID, by_epoch(loss=rising, acc=forgotten)).present
        assert find(self.ID, by_epoch(loss=rising, acc=np.full(15, 0.1))).state == "not_observable"

    def test_nothing_to_tell(self) -> None:
        falling = np.exp(-EPOCHS / 4) + 0.1
        assert find(self.ID, by_epoch(loss=falling)).state == "not_observable"
        assert find(self.ID, by_epoch(loss=np.exp(self.CLIMB)[:6])).state == "not_observable"

    def test_a_climb_that_validation_does_not_know_or_the_rate_explains(self) -> None:
        climb = np.exp(self.CLIMB)
        assert find(self.ID, by_epoch(loss=climb, val_loss=falling_to(0.2))).state == "not_observable"
        assert find(self.ID, by_epoch(loss=climb, val_loss=climb)).present
        cycle = np.interp(EPOCHS, [1, 4, 16], [0.1, 0.01, 0.1])
        assert find(self.ID, by_epoch(loss=climb, lr=cycle)).state == "not_observable"


def falling_to(end: float) -> FloatArray:
    """Return a curve over the epochs that only falls."""
    return np.exp(np.linspace(np.log(2.0), np.log(end), len(EPOCHS)))


class TestLoneHugeLoss:
    ID = "lone_huge_loss"

    @staticmethod
    def spiked(at: int, *values: float) -> FloatArray:
        curve = CALM.copy()
        curve[0] = 1.0
        curve[at : at + len(values)] = values
        return curve

    @pytest.mark.parametrize("at", [4, 60, 115])
    def test_one_value_between_ordinary_ones(self, at: int) -> None:
        found = find(self.ID, by_step(loss=self.spiked(at, 250.0)))
        assert found.present
        assert found.steps == (at + 1, at + 1)
        assert "250" in found.evidence.en
        assert found.numbers["count"] == 1

    def test_what_it_is_not(self) -> None:
        ordinary = [
            self.spiked(60, 6.0),  # a hard batch: twenty times its neighbours, six times the loss of guessing
            self.spiked(60, *np.linspace(2, 250, 10)),  # announced
            self.spiked(60, 250.0, *np.full(59, 40.0)),  # stays
            CALM,
        ]
        assert [find(self.ID, by_step(loss=values)).state for values in ordinary] == ["absent"] * 4

    def test_a_habit_is_not_lone(self) -> None:
        curve = CALM.copy()
        curve[5::9] = 250.0
        assert find(self.ID, by_step(loss=curve)).state == "absent"

    def test_not_where_values_are_means(self) -> None:
        assert find(self.ID, by_epoch(loss=self.spiked(60, 250.0))).state == "not_observable"
        assert find(self.ID, by_step(loss=self.spiked(60, NAN))).state == "not_observable"
        assert find(self.ID, by_step(loss=CALM[:8])).state == "not_observable"


class TestBreaksWithinFirstEpoch:
    ID = "breaks_within_first_epoch"

    def test_a_mean_that_holds_an_explosion(self) -> None:
        run = by_epoch(loss=[2e5, 1.9, 1.85, 1.84, 1.83, 1.83], val_loss=[1.93, 1.83, 1.82, 1.83, 1.85, 1.82])
        found = find(self.ID, run, classes=6.0)
        assert found.present
        assert "ln 6" in found.evidence.en

    def test_accuracy_that_was_better_only_in_the_first_epoch(self) -> None:
        found = find(self.ID, by_epoch(loss=[9.98] + [13.82] * 6, acc=[0.265] + [0.1425] * 6))
        assert found.present
        assert "0.265" in found.evidence.en
        assert "0.1425" in found.evidence.zh

    def test_what_is_learned_away_or_never_was(self) -> None:
        away = by_epoch(loss=[60.0, 3.0, 1.2, 0.9, 0.8, 0.7], val_loss=[2.0, 1.5, 1.0, 0.9, 0.8, 0.7])
        assert find(self.ID, away, classes=6.0).state == "absent"
        saturated = by_epoch(loss=[13.8] * 7, acc=[0.1425] * 7)
        assert find(self.ID, saturated).state == "absent"

    def test_not_in_a_log_by_steps_or_of_a_broken_loss(self) -> None:
        values, answers = [9.98] + [13.82] * 6, [0.265] + [0.1425] * 6
        assert find(self.ID, by_step(loss=values, acc=answers)).state == "not_observable"
        assert find(self.ID, by_epoch(loss=[9.98] + [NAN] * 6, acc=answers)).state == "not_observable"
        assert find(self.ID, by_epoch(loss=values)).state == "not_observable"


class TestStartsFarBelowZero:
    ID = "starts_far_below_zero"
    SCORE = np.array([0.0, 0.1, 0.2])

    def test_a_large_first_gradient(self) -> None:
        run = by_step(loss=[-6.8, -25.0, -90.0], grad_norm=[292.0, 600.0, 900.0], val_iou=self.SCORE)
        found = find(self.ID, run)
        assert found.present
        assert "292" in found.evidence.en

    def test_below_any_logarithm_of_classes(self) -> None:
        assert find(self.ID, by_step(loss=[-14.0, -60.0, -90.0], acc=self.SCORE)).present

    def test_a_turned_sign_begins_at_chance(self) -> None:
        run = by_step(loss=[-2.3, -2.5, -9.0], grad_norm=[1.2, 1.5, 9.0], acc=self.SCORE)
        assert find(self.ID, run).state == "absent"

    def test_only_of_classes_and_from_the_first_step(self) -> None:
        assert find(self.ID, by_step(loss=[-60.0, -90.0])).state == "not_observable"
        assert find(self.ID, by_epoch(loss=[-60.0, -90.0], acc=[0.1, 0.1])).state == "not_observable"


class TestLossBrokenGradientSound:
    ID = "loss_broken_gradient_sound"

    def test_the_gradient_goes_on(self) -> None:
        found = find(self.ID, by_step(loss=[NAN] * 6, grad_norm=[36.0, 18.0, 7.0, 5.0, NAN, NAN]))
        assert found.present
        assert found.numbers["rows"] == 4
        assert "36, 18, 7" in found.evidence.zh

    def test_both_break(self) -> None:
        assert find(self.ID, by_step(loss=[1.0, NAN, NAN], grad_norm=[1.0, NAN, NAN])).state == "absent"

    def test_nothing_breaks(self) -> None:
        assert find(self.ID, by_step(loss=[1.0, 0.9], grad_norm=[1.0, 1.0])).state == "not_observable"
        assert find(self.ID, by_step(loss=[1.0, NAN])).state == "not_observable"


class TestLossTurnsUpAsRateGrows:
    ID = "loss_turns_up_as_rate_grows"
    RATE = np.geomspace(0.01, 10, 40)
    TURNS = np.interp(np.arange(40), [0, 15, 39], [2.0, 0.5, 9.0])

    def test_a_range_test(self) -> None:
        found = find(self.ID, by_step(loss=self.TURNS, lr=self.RATE))
        assert found.present
        assert found.numbers["low"] == pytest.approx(0.6, abs=0.2)

    def test_a_rate_that_falls_or_stays(self) -> None:
        for rate in (self.RATE[::-1], np.full(40, 0.1), np.interp(np.arange(40), [0, 5], [0.01, 0.1])):
            assert find(self.ID, by_step(loss=self.TURNS, lr=rate)).state == "absent"

    def test_nothing_learned_or_logged(self) -> None:
        assert find(self.ID, by_step(loss=np.linspace(2, 9, 40), lr=self.RATE)).state == "absent"
        assert find(self.ID, by_step(loss=self.TURNS)).state == "not_observable"
        assert find(self.ID, by_step(loss=self.TURNS[:6], lr=self.RATE[:6])).state == "not_observable"


class TestGradientOutrunsLoss:
    ID = "gradient_outruns_loss"

    def test_slope_of_the_outputs(self) -> None:
        found = find(self.ID, by_step(loss=[115891.0, 9.0], grad_norm=[7672079.0, 10.0]), task="regression")
        assert found.present
        assert found.numbers["slope"] == pytest.approx(11268, rel=1e-3)

    def test_large_targets_are_not_steep(self) -> None:
        run = by_step(loss=[1.8e9, 1.7e9], grad_norm=[116564.0, 1e5])
        assert find(self.ID, run, task="regression").state == "absent"
        assert find("loss_in_large_units", run, task="regression").present

    def test_not_of_classes_or_without_gradient(self) -> None:
        run = by_step(loss=[1e5, 9.0], grad_norm=[1e7, 10.0], acc=[0.1, 0.1])
        assert find(self.ID, run).state == "not_observable"
        assert find(self.ID, by_step(loss=[1e5, 9.0])).state == "not_observable"


class TestValSwingsByFactors:
    ID = "val_swings_by_factors"

    def test_up_and_down(self) -> None:
        found = find(
            self.ID, by_epoch(loss=np.full(8, 1.0), val_loss=[1, 0.13, 0.16, 0.98, 0.21, 0.8, 0.2, 0.9])
        )
        assert found.present
        assert "0.16" in found.evidence.en or "0.2" in found.evidence.en

    @pytest.mark.parametrize(
        "values",
        [
            [1, 0.5, 0.4, 0.35, 0.36, 0.34, 0.35, 0.33],
            np.geomspace(1, 0.001, 8),  # falls by factors
            np.geomspace(1, 1000, 8),  # runs away
            [1, 0.1, 0.004, 0.012, 0.003, 0.01, 0.004, 0.012],  # next to nothing is left
        ],
    )
    def test_other_courses(self, values: list[float]) -> None:
        assert find(self.ID, by_epoch(loss=np.full(8, 1.0), val_loss=values)).state == "absent"

    def test_too_few(self) -> None:
        assert find(self.ID, by_epoch(val_loss=[1, 0.2, 0.9, 0.2])).state == "not_observable"


class TestSharper:
    def test_a_row_of_an_evaluation_is_no_finite_loss(self) -> None:
        """Steps every 1/80 of an epoch; the evaluation at its end stands between two rows of training."""
        epoch = [0.9875, 0.994, 1.0, 1.006]
        train = series("loss", "train_loss", [0.5, 0.4, None, NAN], step=[79, 79.5, 80, 80.5], epoch=epoch)
        sound = series(
            "val_loss", "val_loss", [None, None, 0.6, None], step=[79, 79.5, 80, 80.5], epoch=epoch
        )
        broken = series(
            "val_loss", "val_loss", [None, None, NAN, None], step=[79, 79.5, 80, 80.5], epoch=epoch
        )
        state = {
            "sound": find("nonfinite_after_first_epoch", Run("made", (train, sound))).state,
            "broken": find("nonfinite_after_first_epoch", Run("made", (train, broken))).state,
        }
        assert state == {"sound": "not_observable", "broken": "absent"}

    def test_scores_of_broken_weights_do_not_count(self) -> None:
        loss = [3.0, 1.0, 0.5, *[NAN] * 5]
        assert not find("metric_at_zero", by_epoch(loss=loss, val_iou=[0.2, 0.3, 0.4, 0, 0, 0, 0, 0])).present
        late = find("metric_at_zero", by_epoch(loss=loss, val_iou=[0, 0, 0, 0, 0, 0, 0, 0]))
        assert late.state == "not_observable"  # three evaluations of sound weights

    def test_a_first_fall_is_no_climb_from_the_start(self) -> None:
        climb = np.linspace(1.7, 90.0, 60)
        climb[:4] = [0.79, 0.19, 0.5, 0.73]
        assert find("loss_climbs_from_start", by_step(loss=climb)).state == "absent"
        climb[:4] = [1.2, 1.22, 1.25, 1.3]
        assert find("loss_climbs_from_start", by_step(loss=climb)).present

    def test_a_loss_of_masks_has_two_classes(self) -> None:
        high = by_step(loss=[6.9, 5.0, 4.4, 3.8], val_iou=[0.1, 0.2, 0.3, 0.3])
        usual = by_step(loss=[0.8, 0.5, 0.4, 0.3], val_iou=[0.1, 0.2, 0.3, 0.3])
        assert find("first_loss_far_above_chance", high).present
        assert find("first_loss_far_above_chance", usual).state == "absent"

    def test_a_gradient_that_grows_below_zero(self) -> None:
        growing = np.geomspace(300, 2600, 40) * np.exp(0.2 * RNG.standard_normal(40))
        below = by_step(loss=-np.geomspace(7, 1e4, 40), grad_norm=growing)
        above = by_step(loss=np.geomspace(7, 1, 40), grad_norm=growing)
        assert find("grad_norm_growing", below).present
        assert find("grad_norm_growing", above).state == "absent"
