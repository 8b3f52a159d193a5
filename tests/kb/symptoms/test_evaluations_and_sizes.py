"""Turns that only the whole of the evaluations shows, parallel curves, and the sizes of both sets."""

from __future__ import annotations

import numpy as np
import pytest
from columns import ROLES

from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding, State
from lossclinic_kb.symptoms.evaluations import best_at_end, read_evaluations
from lossclinic_kb.symptoms.whole_samples import Shares, shares

RNG = np.random.default_rng(3)


def made(every: int = 1, **columns: FloatArray) -> Run:
    """Return a log by epoch whose training loss, and nothing else, is written every so many epochs."""
    rows = []
    for name, values in columns.items():
        epochs = np.arange(1.0, len(values) + 1)
        kept = slice(every - 1, None, every) if name == "loss" else slice(None)
        rows.append(series(name, ROLES[name], values[kept], epoch=epochs[kept]))
    return Run("made", tuple(rows))


def find(symptom: str, run: Run, **facts: float | str | bool) -> Finding:
    return SYMPTOMS[symptom].detect(run, facts)


def state(symptom: str, run: Run, **facts: float | str | bool) -> State:
    return find(symptom, run, **facts).state


class TestEveryEvaluationCounts:
    TURNS = ("val_rises_while_train_falls", "val_drifts_up")

    t = np.arange(80.0)
    train = 1.4 * np.exp(-t / 12) + 0.02
    turns = np.where(t < 30, 1.3 - 0.033 * t, 0.31 + 0.005 * (t - 30)) + 0.004 * RNG.normal(size=80)

    def test_a_steep_descent_is_no_scatter(self) -> None:
        run = made(16, loss=self.train, val_loss=self.turns)
        seen = read_evaluations(run, 8, 4)
        assert seen is not None
        assert (len(seen), len(seen.pairs)) == (80, 5)
        assert 27 <= seen.lowest <= 34
        for symptom in self.TURNS:
            assert state(symptom, run) == "present"

    def test_training_is_taken_from_the_next_place_that_has_it(self) -> None:
        seen = read_evaluations(made(16, loss=self.train, val_loss=self.turns), 8, 4)
        assert seen is not None
        assert seen.train_at(20) == pytest.approx(self.train[31])
        assert seen.train_at(79) == pytest.approx(self.train[79])

    @pytest.mark.parametrize("symptom", [*TURNS, "val_rises_from_first_evaluation"])
    def test_what_falls_to_the_end_has_not_turned(self, symptom: str) -> None:
        falling = np.linspace(1.3, 0.4, 11)
        assert state(symptom, made(val_loss=falling)) == "absent"
        assert state(symptom, made(val_loss=falling[::-1])) == "not_observable"
        assert state(symptom, made(val_loss=falling[:4])) == "not_observable"

    def test_the_lowest_has_to_be_among_the_last(self) -> None:
        values = np.linspace(1.0, 0.1, 21)
        assert best_at_end(made(val_loss=values))
        values[15] = 0.05
        assert not best_at_end(made(val_loss=values))
        assert not best_at_end(made(loss=values))


class TestParallel:
    ID = "val_gap_parallel"
    train = 2.2 * np.exp(-np.arange(12) / 4) + 0.1

    def test_the_first_and_a_noisy_evaluation_do_not_hide_it(self) -> None:
        gap = 1.3 + 0.06 * RNG.normal(size=12)
        gap[0], gap[5] = 3.0, 2.2
        found = find(self.ID, made(loss=self.train, val_loss=self.train + gap))
        assert found.present
        assert found.steps == (2, 12)

    @pytest.mark.parametrize(
        "gap",
        [np.linspace(0.9, 1.5, 12), np.linspace(1.5, 0.9, 12), np.tile([0.7, 1.6], 6), np.full(12, 0.3)],
        ids=["opens", "closes", "jumps", "narrow"],
    )
    def test_other_gaps(self, gap: FloatArray) -> None:
        assert state(self.ID, made(loss=self.train, val_loss=self.train + gap)) == "absent"

    def test_a_network_that_came_trained_knows_its_samples(self) -> None:
        run = made(loss=self.train, val_loss=self.train + 1.3)
        assert state(self.ID, run) == "present"
        assert state(self.ID, run, pretrained=True) == "not_observable"


class TestSizes:
    LARGER, FEW, BEHIND = (
        "val_set_larger_than_train",
        "train_accuracy_in_whole_samples",
        "val_behind_from_first_evaluation",
    )

    @staticmethod
    def accuracies(samples: int, others: int) -> Run:
        train = np.linspace(0.3, 0.98, 12) + 0.01 * RNG.normal(size=12)
        validation = np.linspace(0.2, 0.6, 12) + 0.01 * RNG.normal(size=12)
        return made(acc=np.round(train * samples) / samples, val_acc=np.round(validation * others) / others)

    def test_more_validated_than_learned(self) -> None:
        found = find(self.LARGER, self.accuracies(61, 1301))
        assert found.present
        assert (found.numbers["train"], found.numbers["val"]) == (61, 1301)
        assert "21.3" in found.evidence.en

    @pytest.mark.parametrize(("samples", "others"), [(1301, 307), (301, 1301)], ids=["usual", "a few times"])
    def test_usual_sizes(self, samples: int, others: int) -> None:
        assert state(self.LARGER, self.accuracies(samples, others)) == "absent"

    def test_what_is_no_share_or_may_be_a_batch(self) -> None:
        means = made(acc=np.sort(RNG.random(12)), val_acc=np.round(np.linspace(0.1, 0.6, 12) * 1301) / 1301)
        assert state(self.LARGER, means) == "not_observable"
        assert (
            state(self.FEW, means) == "not_observable"
        )  # the mean of uneven batches, of any number of samples
        assert state(self.LARGER, self.accuracies(128, 1301)) == "not_observable"
        assert state(self.LARGER, self.accuracies(61, 1301), batch_size=122) == "not_observable"

    def test_few_samples(self) -> None:
        assert state(self.FEW, self.accuracies(61, 1301)) == "present"
        assert state(self.FEW, self.accuracies(211, 1301)) == "absent"

    def test_a_small_set_is_ahead_at_once(self) -> None:
        assert state(self.BEHIND, self.accuracies(1301, 307)) == "present"
        assert state(self.BEHIND, self.accuracies(211, 307)) == "not_observable"

    def test_the_smallest_number_is_found_as_by_trying_one_after_another(self) -> None:
        for samples in (7, 60, 299, 1300):
            values = np.sort(RNG.choice(samples, min(samples, 20), replace=False)) / samples
            curve = read_evaluations(made(loss=values, val_loss=values), 1)
            assert curve is not None
            found = shares(curve.curve, 3000, 6)
            wanted = next(
                n for n in range(2, 3001) if np.allclose(values * n, np.round(values * n), atol=1e-6 * n)
            )
            assert isinstance(found, Shares)
            assert found.samples == wanted
