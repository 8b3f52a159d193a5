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


class TestAccuracyBesideNan:
    ID = "accuracy_lives_beside_nan"
    alive = np.array([0.3, 0.55, 0.61, 0.64, 0.6, 0.67, 0.7, 0.71])
    broken = np.append([1.1, 0.9], np.full(6, np.nan))

    def test_weights_are_sound(self) -> None:
        found = find(self.ID, made(loss=self.broken, acc=self.alive))
        assert found.present
        assert found.steps == (3, 8)
        assert found.numbers["different"] == 6
        assert state(self.ID, made(val_loss=self.broken, val_acc=100 * self.alive)) == "present"

    @pytest.mark.parametrize(
        "accuracy",
        [np.append([0.3, 0.5], np.full(6, 0.1)), np.linspace(0.1, 0.14, 8)],
        ids=["dead", "guesses"],
    )
    def test_broken_weights(self, accuracy: FloatArray) -> None:
        assert state(self.ID, made(loss=self.broken, acc=accuracy)) == "absent"

    def test_nothing_broken_or_nothing_beside(self) -> None:
        assert state(self.ID, made(loss=1 - self.alive, acc=self.alive)) == "not_observable"
        assert state(self.ID, made(loss=self.broken, val_acc=self.alive)) == "not_observable"
        assert state(self.ID, made(loss=self.broken[:5], acc=self.alive[:5])) == "not_observable"


class TestSharper:
    def test_training_above_validation_at_every_value(self) -> None:
        t = np.arange(1.0, 41.0)
        train = 0.36 + 0.6 * np.exp(-t / 4) + 0.03 * np.sin(7 * t)
        run = made(loss=train, val_loss=0.166 + 0.5 * np.exp(-t / 4))
        assert state("val_below_train", run) == "present"
        now_and_then = np.where(t % 6 == 0, 0.15, train)
        run = made(loss=now_and_then, val_loss=0.166 + 0.5 * np.exp(-t / 4))
        assert state("val_below_train", run) == "absent"

    def test_a_rate_that_has_come_down_says_that_the_end_was_meant(self) -> None:
        losses = {"loss": np.array([2.3, 1.9, 1.55, 1.25]), "val_loss": np.array([2.2, 1.85, 1.5, 1.2])}
        assert state("stopped_after_few_epochs", made(**losses)) == "present"
        assert state("stopped_after_few_epochs", made(**losses, lr=np.full(4, 0.1))) == "present"
        cosine = 0.05 * (1 + np.cos(np.pi * np.arange(4) / 3))
        assert state("stopped_after_few_epochs", made(**losses, lr=cosine)) == "absent"

    def test_a_network_that_came_trained_is_ahead_on_what_it_knows(self) -> None:
        validation = 0.8 + 0.01 * RNG.random(12)
        learns, knows = np.linspace(0.4, 0.96, 12) + 0.01 * RNG.random(12), 0.94 + 0.01 * RNG.random(12)
        loss = 2.2 - 1.9 * np.linspace(0.2, 1, 12)
        for train, expected in ((np.maximum(learns, 0.87), "not_observable"), (knows, "not_observable")):
            run = made(loss=loss, acc=train, val_loss=loss, val_acc=validation)
            assert state("val_behind_from_first_evaluation", run, classes=10) == expected
        climbing = np.minimum(0.3 + 0.3 * np.arange(12), 0.96) + 0.01 * RNG.random(12)
        run = made(loss=loss, acc=climbing, val_loss=loss, val_acc=climbing - 0.1)
        assert state("val_behind_from_first_evaluation", run, classes=10) == "present"

    def test_texts_are_read_in_their_order(self) -> None:
        steps, length = np.arange(1.0, 201.0), 20
        batches = np.tile(RNG.normal(size=length), 10)

        def run(first: float) -> Run:
            loss = first * np.exp(-steps / 300) + 0.05 * batches
            return Run("made", (series("loss", "train_loss", loss, step=steps, epoch=steps / length),))

        repeat = "batch_losses_repeat"
        assert state(repeat, run(2.2)) == "present"
        assert state(repeat, run(2.2), task="language_model") == "not_observable"
        assert state(repeat, run(3.3)) == "not_observable"
        assert state(repeat, run(3.3), classes=27) == "present"
        assert state(repeat, run(3.3), task="regression") == "present"

    def test_a_count_that_the_first_answers_contradict_is_none(self) -> None:
        loss = 2.08 - 0.5 * np.linspace(0, 1, 12)
        for first, expected in ((0.13, "present"), (0.35, "not_observable")):
            accuracy = np.append(np.linspace(first, 0.49, 5), np.full(7, 0.49) + 0.005 * RNG.random(7))
            steps = np.arange(0.0, 12.0)
            run = Run(
                "made",
                tuple(series(n, ROLES[n], v, step=steps) for n, v in (("loss", loss), ("acc", accuracy))),
            )
            assert state("accuracy_stalls_low", run) == expected
            assert state("accuracy_stalls_low", run, classes=8) == "present"
